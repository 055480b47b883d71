"""The roles of the people who use qops, tried where the emulator enforces IAM.

Each role lets in nobody without a second factor. To see what it may do, a twin with its policies
and its boundary trusts this account without one, and goes when the tests end.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from e2e_endpoint import client
from platform_state import applied_here

REFUSED = {"AccessDenied", "AccessDeniedException"}

pytestmark = pytest.mark.skipif(
    not applied_here(), reason="this endpoint's platform was not applied by qops here"
)


@pytest.fixture(scope="module")
def account() -> str:
    return str(client("sts").get_caller_identity()["Account"])


@pytest.fixture(scope="module", params=["operator-read", "operator"])
def person(request: pytest.FixtureRequest, prefix: str, account: str) -> Iterator[dict[str, str]]:
    """Credentials of a role's twin, and the name of the role."""
    iam, name = client("iam"), f"{prefix}-{request.param}"
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "sts:AssumeRole",
        },
    }
    twin = iam.create_role(
        RoleName=f"{name}-twin",
        AssumeRolePolicyDocument=json.dumps(trust),
        PermissionsBoundary=iam.get_role(RoleName=name)["Role"]["PermissionsBoundary"][
            "PermissionsBoundaryArn"
        ],
    )["Role"]
    policies = [
        one["PolicyArn"]
        for one in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    ]
    try:
        for policy in policies:
            iam.attach_role_policy(RoleName=twin["RoleName"], PolicyArn=policy)
        key = client("sts").assume_role(RoleArn=twin["Arn"], RoleSessionName="twin")["Credentials"]
        yield {
            "role": request.param,
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
            "aws_session_token": key["SessionToken"],
        }
    finally:
        for policy in policies:
            iam.detach_role_policy(RoleName=twin["RoleName"], PolicyArn=policy)
        iam.delete_role(RoleName=twin["RoleName"])


def may(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSED:
            raise
        return False
    return True


def test_nobody_gets_in_without_a_second_factor(prefix: str, account: str) -> None:
    for role in ("operator-read", "operator", "auditor", "break-glass"):
        arn = f"arn:aws:iam::{account}:role/{prefix}-{role}"
        assert not may(lambda arn=arn: client("sts").assume_role(RoleArn=arn, RoleSessionName="me"))  # type: ignore[misc]


def test_a_person_sees_the_platform_and_none_of_its_content(
    person: dict[str, str], prefix: str, account: str
) -> None:
    credentials = {name: value for name, value in person.items() if name.startswith("aws")}

    def ask(service: str) -> Any:
        return client(service, **credentials)

    queues = {
        name: client("sqs").get_queue_url(QueueName=f"{prefix}-{name}")["QueueUrl"]
        for name in ("jobs", "jobs-dead-letters")
    }
    pictures = f"{prefix}-screenshots-{account}"
    secret = f"{prefix}/postgres"
    assert may(lambda: ask("sqs").get_queue_attributes(QueueUrl=queues["jobs"]))
    assert may(lambda: ask("dynamodb").scan(TableName=f"{prefix}-devices", Limit=1))
    assert may(lambda: ask("s3").get_bucket_versioning(Bucket=pictures))
    assert may(lambda: ask("secretsmanager").describe_secret(SecretId=secret))
    assert may(lambda: ask("lambda").get_function_configuration(FunctionName=f"{prefix}-api"))

    assert not may(lambda: ask("sqs").receive_message(QueueUrl=queues["jobs"]))
    assert not may(lambda: ask("dynamodb").scan(TableName=f"{prefix}-commands", Limit=1))
    assert not may(lambda: ask("s3").list_objects_v2(Bucket=pictures))
    assert not may(lambda: ask("secretsmanager").get_secret_value(SecretId=secret))
    assert not may(lambda: ask("lambda").invoke(FunctionName=f"{prefix}-api", Payload=b"{}"))
    assert not may(lambda: ask("iam").list_users())

    acts = person["role"] == "operator"
    letters = queues["jobs-dead-letters"]
    assert may(lambda: ask("sqs").receive_message(QueueUrl=letters, VisibilityTimeout=0)) is acts
