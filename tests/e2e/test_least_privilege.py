"""Least privilege, read off the policies that Terraform made, and compared with the source.

The policies are those of the applied local platform, on which every option that the emulators hold
is switched on: the documents are complete, with real ARNs.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from function_calls import called_actions, functions
from platform_state import Resource, applied_here, resources

DOCUMENTS = ("policy", "assume_role_policy", "inline_policy", "access_policies", "policy_document")

EXPLAINED = Path(__file__).with_name("any_resource.toml")
"""Actions that may name any resource, each under its reason."""


def explained() -> set[str]:
    groups = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    assert all(len(reason) >= 15 for reason in groups)
    return {action for actions in groups.values() for action in actions}


NOT_IDENTITY = {"aws_kms_key", "aws_kms_replica_key"}
"""In a key policy ``*`` is the key itself."""

UNCALLED = {
    # action: why a function may do what its source does not call
    "ec2:AssignPrivateIpAddresses": "Lambda attaches the function to the VPC",
    "ec2:CreateNetworkInterface": "Lambda attaches the function to the VPC",
    "ec2:DeleteNetworkInterface": "Lambda attaches the function to the VPC",
    "ec2:DescribeNetworkInterfaces": "Lambda attaches the function to the VPC",
    "ec2:DescribeSubnets": "Lambda attaches the function to the VPC",
    "ec2:UnassignPrivateIpAddresses": "Lambda attaches the function to the VPC",
    "kms:Decrypt": "S3, SQS, DynamoDB, Secrets Manager and Lambda use the key for the caller",
    "kms:GenerateDataKey": "S3, SQS and Secrets Manager use the key for the caller",
    "logs:CreateLogStream": "the runtime writes the logs",
    "logs:PutLogEvents": "the runtime writes the logs",
    "xray:PutTelemetryRecords": "the runtime sends the traces",
    "xray:PutTraceSegments": "the runtime sends the traces",
}
UNCALLED_BY = {
    ("ship-logs", "es:ESHttpPost"): "signed HTTP, no boto3 client",
    ("work-jobs", "sqs:ChangeMessageVisibility"): "Lambda polls the queue with the function's role",
    ("work-jobs", "sqs:DeleteMessage"): "Lambda polls the queue with the function's role",
    ("work-jobs", "sqs:GetQueueAttributes"): "Lambda polls the queue with the function's role",
    ("work-jobs", "sqs:ReceiveMessage"): "Lambda polls the queue with the function's role",
    ("write-audit", "sqs:ChangeMessageVisibility"): "Lambda polls with the function's role",
    ("write-audit", "sqs:DeleteMessage"): "Lambda polls with the function's role",
    ("write-audit", "sqs:GetQueueAttributes"): "Lambda polls with the function's role",
    ("write-audit", "sqs:ReceiveMessage"): "Lambda polls with the function's role",
}
NEVER_REACHED = {
    ("mcp-workflow", "states:SendTaskSuccess"): "shares tell(), and cancels only",
    ("reap-devices", "states:SendTaskSuccess"): "shares tell(), and reports failures only",
}
"""Calls that the graph finds and the function never makes, so that it may not make them either."""

DEAD_LETTERS = "SendDeadLetters"
"""Statement by which Lambda itself sends failed invocations away, with the function's role."""

pytestmark = pytest.mark.skipif(
    not applied_here(), reason="this endpoint's platform was not applied by qops here"
)


def documents() -> Iterator[tuple[Resource, str, dict[str, Any]]]:
    for resource in resources():
        for attribute in DOCUMENTS:
            text = resource.values.get(attribute)
            if isinstance(text, str) and text.lstrip().startswith("{"):
                document = json.loads(text)
                if "Statement" in document:
                    yield resource, attribute, document


def listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def allowed(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (s for s in statements(document) if s["Effect"] == "Allow")


def test_there_is_something_to_read() -> None:
    found = list(documents())
    assert len(found) > 60
    assert {resource.type for resource, _, _ in found} >= {
        "aws_iam_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_kms_key",
        "aws_s3_bucket_policy",
        "aws_sqs_queue",
    }


def test_no_role_is_allowed_what_its_boundary_would_stop() -> None:
    boundaries = {
        resource.values["arn"]: [
            action
            for statement in allowed(document)
            for action in listed(statement.get("Action", []))
        ]
        for resource, _, document in documents()
        if resource.type == "aws_iam_policy"
    }
    bounded = {
        resource.values["name"]: boundaries[resource.values["permissions_boundary"]]
        for resource in resources()
        if resource.type == "aws_iam_role" and resource.values.get("permissions_boundary")
    }
    assert len(bounded) > 30
    found = [
        f"{resource.values['role']}: {action}"
        for resource, _, document in documents()
        if resource.type == "aws_iam_role_policy" and resource.values["role"] in bounded
        for statement in allowed(document)
        for action in listed(statement.get("Action", []))
        if not any(fnmatchcase(action, limit) for limit in bounded[resource.values["role"]])
    ]
    assert found == []


def test_no_action_is_a_wildcard() -> None:
    found = [
        f"{resource.address}.{attribute} {statement.get('Sid')}: {action}"
        for resource, attribute, document in documents()
        for statement in allowed(document)
        for action in listed(statement.get("Action", []))
        if "*" in action or "?" in action
    ]
    assert not found, "\n" + "\n".join(found)
    inverted = [
        f"{resource.address} {statement.get('Sid')}"
        for resource, _, document in documents()
        for statement in allowed(document)
        if "NotAction" in statement or "NotResource" in statement
    ]
    assert not inverted


def test_any_resource_is_explained() -> None:
    found = [
        f"{resource.address}.{attribute} {statement.get('Sid')}: {action}"
        for resource, attribute, document in documents()
        if resource.type not in NOT_IDENTITY and not is_boundary(resource)
        for statement in allowed(document)
        if "*" in listed(statement.get("Resource", []))
        for action in listed(statement["Action"])
        if action not in explained() and not has_principal_condition(statement)
    ]
    assert not found, "\n" + "\n".join(found)


def is_boundary(resource: Resource) -> bool:
    """A boundary grants nothing; it bounds what the roles' own policies may grant."""
    return resource.type == "aws_iam_policy" and resource.values["name"].count("-boundary") == 1


def has_principal_condition(statement: dict[str, Any]) -> bool:
    """A policy of an endpoint or a bucket that keeps other accounts out, whatever the resource."""
    return "Principal" in statement and bool(
        re.search(r"aws:(PrincipalAccount|SourceAccount|SourceArn)", json.dumps(statement))
    )


def test_no_stranger_is_trusted() -> None:
    found = [
        f"{resource.address}.{attribute} {statement.get('Sid')}"
        for resource, attribute, document in documents()
        for statement in allowed(document)
        if statement.get("Principal") in ("*", {"AWS": "*"}) and "Condition" not in statement
    ]
    assert not found, "\n" + "\n".join(found)


def granted() -> dict[str, set[str]]:
    """Actions that the execution roles of the functions have, by function."""
    found: dict[str, set[str]] = {}
    for resource in resources():
        if resource.type != "aws_iam_role_policy" or ".module.function[" not in resource.address:
            continue
        match = re.search(r'module\.function\["([\w-]+)"\]', resource.address)
        assert match is not None
        actions = found.setdefault(match[1], set())
        for statement in allowed(json.loads(resource.values["policy"])):
            if statement.get("Sid") != DEAD_LETTERS:
                actions |= set(listed(statement["Action"]))
    return found


@pytest.mark.parametrize("function", functions())
def test_a_function_may_do_what_its_source_calls_and_no_more(function: str) -> None:
    never = {action for name, action in NEVER_REACHED if name == function}
    called, may = called_actions()[function] - never, granted()[function]
    assert not never & may
    assert called <= may, f"{function} calls what it may not do: {sorted(called - may)}"
    unused = {
        action
        for action in may - called
        if action not in UNCALLED and (function, action) not in UNCALLED_BY
    }
    assert not unused, f"{function} may do what its source never calls: {sorted(unused)}"


def test_the_excuses_are_used() -> None:
    may = granted()
    stale = [pair for pair in UNCALLED_BY if pair[1] not in may[pair[0]]]
    stale += [pair for pair in UNCALLED_BY if pair[1] in called_actions()[pair[0]]]
    stale += [pair for pair in NEVER_REACHED if pair[1] not in called_actions()[pair[0]]]
    assert not stale
    everywhere = set().union(*may.values())
    assert set(UNCALLED) <= everywhere
