"""A small plan in Terraform's JSON with every kind of change, and secrets in every place."""

import json
from typing import Any

SECRETS = (
    "hunter2-in-the-environment",
    "hunter2-in-a-connection",
    "hunter2-marked",
    "hunter2-by-name",
    "hunter2-in-a-list",
    "hunter2-in-json",
    "hunter2-in-an-output",
    "hunter2-in-drift",
    "hunter2-before",
    "AKIAIOSFODNN7EXAMPLE",
)
"""None of them may be found in anything that is written."""


def resource(
    address: str,
    actions: list[str],
    before: Any = None,
    after: Any = None,
    *,
    unknown: Any = None,
    before_sensitive: Any = None,
    after_sensitive: Any = None,
    replace_paths: list[list[Any]] | None = None,
    importing: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One element of ``resource_changes``; the type is read from the address."""
    kind = next(part for part in address.split(".") if part.startswith("aws_"))
    change: dict[str, Any] = {
        "actions": actions,
        "before": before,
        "after": after,
        "after_unknown": unknown or {},
        "before_sensitive": before_sensitive or {},
        "after_sensitive": after_sensitive or {},
    }
    if replace_paths:
        change["replace_paths"] = replace_paths
    if importing:
        change["importing"] = importing
    return {
        "address": address,
        "mode": "data" if actions == ["read"] else "managed",
        "type": kind,
        "change": change,
        **more,
    }


def policy(*statements: dict[str, Any]) -> str:
    """An IAM policy as Terraform keeps it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


READ = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
WRITE = {"Sid": "Write", "Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "*"}


def changes() -> list[dict[str, Any]]:
    """Every kind of change."""
    function = 'module.compute.module.function["api"].aws_lambda_function.this'
    return [
        resource(
            "module.data.aws_db_instance.this",
            ["delete"],
            {"identifier": "qscreen-prod", "password": "hunter2-before"},
            action_reason="delete_because_no_resource_config",
        ),
        resource(
            'module.data.aws_dynamodb_table.this["runs"]',
            ["delete", "create"],
            {"hash_key": "id", "name": "runs", "arn": "arn:aws:dynamodb:::table/runs"},
            {"hash_key": "run_id", "name": "runs"},
            unknown={"arn": True},
            replace_paths=[["hash_key"]],
            action_reason="replace_because_cannot_update",
        ),
        resource(
            "module.compute.aws_lambda_layer_version.qscreen",
            ["create", "delete"],
            {"source_code_hash": "old="},
            {"source_code_hash": "new="},
            replace_paths=[["source_code_hash"]],
            action_reason="replace_because_cannot_update",
        ),
        resource(
            function,
            ["update"],
            {
                "memory_size": 256,
                "environment": [{"variables": {"KEY": "hunter2-in-the-environment"}}],
                "description": "calls postgres://app:hunter2-in-a-connection@db/qscreen",
                "version": "7",
            },
            {
                "memory_size": 512,
                "environment": [{"variables": {"KEY": "hunter2-in-the-environment!"}}],
                "description": "calls with AKIAIOSFODNN7EXAMPLE",
            },
            unknown={"version": True},
        ),
        resource(
            "module.security.aws_iam_policy.operator",
            ["update"],
            {"policy": policy(READ)},
            {"policy": policy({**READ, "Action": ["s3:GetObject", "s3:ListBucket"]}, WRITE)},
        ),
        resource(
            "module.data.aws_elasticache_user.application",
            ["update"],
            {"authentication_mode": [{"passwords": ["hunter2-by-name"]}], "access_string": "on"},
            {"authentication_mode": [{"passwords": ["other"]}], "access_string": "hunter2-marked"},
            after_sensitive={"access_string": True},
        ),
        resource(
            "module.devops.aws_codebuild_project.this",
            ["update"],
            {"settings": []},
            {
                "settings": [
                    {"name": "DB_PASSWORD", "value": "hunter2-in-a-list"},
                    {"name": "REGION", "value": "ap-northeast-2"},
                ],
                "document": json.dumps({"api_key": "hunter2-in-json", "region": "x"}),
            },
        ),
        resource(
            "module.data.aws_s3_bucket.archive",
            ["update"],
            {"force_destroy": False, "tags": None},
            {"force_destroy": True, "tags": {}},
        ),
        resource(
            "module.network.aws_subnet.private", ["create"], None, {"cidr_block": "10.0.0.0/24"}
        ),
        resource(
            "module.network.aws_subnet.public", ["create"], None, {"cidr_block": "10.0.1.0/24"}
        ),
        resource("module.network.aws_route.out", ["create"], None, {"cidr_block": "0.0.0.0/0"}),
        resource(
            "module.network.aws_vpc.this",
            ["no-op"],
            {"cidr_block": "10.0.0.0/16"},
            {"cidr_block": "10.0.0.0/16"},
            previous_address="module.network.aws_vpc.main",
        ),
        resource(
            "module.client.aws_cognito_user_pool.this",
            ["no-op"],
            {"name": "people"},
            {"name": "people"},
            importing={"id": "ap-northeast-2_abc"},
        ),
        resource("module.observability.aws_cloudwatch_log_group.old", ["forget"], {"name": "/old"}),
        resource(
            "module.ai.data.aws_iam_policy_document.this",
            ["read"],
            None,
            {},
            action_reason="read_because_config_unknown",
        ),
        resource("module.ai.aws_ssm_parameter.models", ["no-op"], {"name": "a"}, {"name": "a"}),
    ]


def plan() -> dict[str, Any]:
    """The whole document."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "timestamp": "2026-11-30T06:00:00Z",
        "complete": True,
        "errored": False,
        "variables": {"region": {"value": "ap-northeast-2"}},
        "planned_values": {},
        "resource_changes": changes(),
        "resource_drift": [
            resource("module.data.aws_sqs_queue.jobs", ["delete"], {"name": "jobs"}),
            resource(
                "module.compute.aws_iam_role.worker",
                ["update"],
                {"path": "/", "description": None},
                {"path": "/moved/", "description": "token=hunter2-in-drift"},
            ),
            resource(
                "module.security.aws_iam_role.auditor",
                ["update"],
                {"attachment_count": 0},
                {"attachment_count": 1},
            ),
            resource(
                "module.ai.aws_ssm_parameter.models", ["update"], {"tags": None}, {"tags": {}}
            ),
        ],
        "relevant_attributes": [
            {"resource": "module.compute.aws_iam_role.worker", "attribute": ["path"]}
        ],
        "output_changes": {
            "api_url": {"actions": ["no-op"], "before": "https://a", "after": "https://a"},
            "release": {
                "actions": ["update"],
                "before": {"version": "1.0"},
                "after": {"version": "1.1"},
                "after_unknown": False,
                "before_sensitive": False,
                "after_sensitive": False,
            },
            "sign_in": {
                "actions": ["update"],
                "before": "x",
                "after": "hunter2-in-an-output",
                "after_unknown": False,
                "before_sensitive": True,
                "after_sensitive": True,
            },
        },
        "checks": [
            {
                "address": {"kind": "check", "to_display": "check.health"},
                "status": "fail",
                "instances": [{"problems": [{"message": "The API does not answer."}]}],
            }
        ],
    }
