"""Secrets are rotated by their function, step by step."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from local_cloud_support import eventually

SOURCE = """
import json
import boto3

def handler(event, context):
    secrets = boto3.client("secretsmanager")
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    described = secrets.describe_secret(SecretId=arn)
    assert described["RotationEnabled"]
    assert "AWSPENDING" in described["VersionIdsToStages"][token]
    steps = boto3.client("dynamodb")
    steps.put_item(
        TableName="rotation-steps",
        Item={"token": {"S": token}, "step": {"S": step}},
    )
    blocked = steps.get_item(
        TableName="rotation-steps", Key={"token": {"S": "blocked"}, "step": {"S": step}}
    )
    if "Item" in blocked:
        raise RuntimeError("no database yet")
    if step == "createSecret":
        try:
            secrets.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
        except secrets.exceptions.ResourceNotFoundException:
            secrets.put_secret_value(
                SecretId=arn,
                ClientRequestToken=token,
                SecretString=json.dumps({"password": token}),
                VersionStages=["AWSPENDING"],
            )
    if step == "finishSecret":
        stages = described["VersionIdsToStages"]
        current = [one for one, labels in stages.items() if "AWSCURRENT" in labels]
        secrets.update_secret_version_stage(
            SecretId=arn,
            VersionStage="AWSCURRENT",
            MoveToVersionId=token,
            **({"RemoveFromVersionId": current[0]} if current else {}),
        )
"""
STEPS = ["createSecret", "finishSecret", "setSecret", "testSecret"]


@pytest.fixture(scope="module")
def rotate(client: Any, function: Callable[..., str]) -> str:
    """The rotation function, which Secrets Manager may invoke."""
    client("dynamodb").create_table(
        TableName="rotation-steps",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "token", "KeyType": "HASH"},
            {"AttributeName": "step", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "token", "AttributeType": "S"},
            {"AttributeName": "step", "AttributeType": "S"},
        ],
    )
    arn = function("rotate", SOURCE, Timeout=20)
    client("lambda").add_permission(
        FunctionName="rotate",
        StatementId="secrets",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    return arn


@pytest.fixture
def secret(client: Any) -> str:
    """A secret without a version."""
    return str(client("secretsmanager").create_secret(Name=f"rotated-{uuid.uuid4()}")["ARN"])


def steps(client: Any, token: str) -> list[str]:
    """The steps that ran for a version."""
    found = client("dynamodb").query(
        TableName="rotation-steps",
        KeyConditionExpression="#t = :t",
        ExpressionAttributeNames={"#t": "token"},
        ExpressionAttributeValues={":t": {"S": token}},
    )
    return [item["step"]["S"] for item in found["Items"]]


def rotated(client: Any, arn: str) -> Any:
    """When a secret was rotated last."""
    return client("secretsmanager").describe_secret(SecretId=arn).get("LastRotatedDate")


def test_a_secret_without_a_version_gets_its_first_by_rotation(
    client: Any, rotate: str, secret: str
) -> None:
    secrets = client("secretsmanager")
    assert secrets.describe_secret(SecretId=secret).get("VersionIdsToStages") in (None, {})
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=secret)
    rules = {"AutomaticallyAfterDays": 30}
    begun = secrets.rotate_secret(
        SecretId=secret, RotationLambdaARN=rotate, RotationRules=rules, RotateImmediately=True
    )
    assert eventually(lambda: rotated(client, secret))
    assert sorted(steps(client, begun["VersionId"])) == STEPS
    value = secrets.get_secret_value(SecretId=secret)
    assert json.loads(value["SecretString"]) == {"password": begun["VersionId"]}
    described = secrets.describe_secret(SecretId=secret)
    assert described["RotationRules"] == rules
    assert described["RotationLambdaARN"] == rotate
    days = (described["NextRotationDate"] - described["LastRotatedDate"]).days
    assert days in (29, 30)
    assert described["VersionIdsToStages"] == {begun["VersionId"]: ["AWSCURRENT"]}


def test_a_second_rotation_keeps_the_previous_version(
    client: Any, rotate: str, secret: str
) -> None:
    secrets = client("secretsmanager")
    rules = {"AutomaticallyAfterDays": 1}
    first = secrets.rotate_secret(SecretId=secret, RotationLambdaARN=rotate, RotationRules=rules)[
        "VersionId"
    ]
    assert eventually(lambda: rotated(client, secret))
    second = secrets.rotate_secret(SecretId=secret)["VersionId"]

    def stages() -> Any:
        return secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]

    # The time of a rotation is told in whole seconds, and may be that of the one before.
    eventually(lambda: stages() == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]})
    assert stages() == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]}


def test_a_failing_step_changes_nothing_and_is_tried_again(
    client: Any, rotate: str, secret: str
) -> None:
    secrets, table = client("secretsmanager"), client("dynamodb")
    secrets.put_secret_value(SecretId=secret, SecretString="old")
    block = {"token": {"S": "blocked"}, "step": {"S": "setSecret"}}
    table.put_item(TableName="rotation-steps", Item=block)
    token = secrets.rotate_secret(
        SecretId=secret, RotationLambdaARN=rotate, RotationRules={"AutomaticallyAfterDays": 30}
    )["VersionId"]
    assert eventually(lambda: "setSecret" in steps(client, token))
    assert secrets.get_secret_value(SecretId=secret)["SecretString"] == "old"
    assert rotated(client, secret) is None
    assert steps(client, token) == ["createSecret", "setSecret"]
    with pytest.raises(secrets.exceptions.InvalidRequestException, match="isn't complete"):
        secrets.rotate_secret(SecretId=secret)
    table.delete_item(TableName="rotation-steps", Key=block)
    assert eventually(lambda: rotated(client, secret))
    assert json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"]) == {
        "password": token
    }


def test_a_rotation_whose_pending_label_is_taken_away_is_over(
    client: Any, rotate: str, secret: str
) -> None:
    secrets, table = client("secretsmanager"), client("dynamodb")
    secrets.put_secret_value(SecretId=secret, SecretString="old")
    block = {"token": {"S": "blocked"}, "step": {"S": "testSecret"}}
    table.put_item(TableName="rotation-steps", Item=block)
    token = secrets.rotate_secret(
        SecretId=secret, RotationLambdaARN=rotate, RotationRules={"AutomaticallyAfterDays": 30}
    )["VersionId"]
    assert eventually(lambda: "testSecret" in steps(client, token))
    secrets.update_secret_version_stage(
        SecretId=secret, VersionStage="AWSPENDING", RemoveFromVersionId=token
    )
    table.delete_item(TableName="rotation-steps", Key=block)
    again = secrets.rotate_secret(SecretId=secret)["VersionId"]
    assert eventually(lambda: rotated(client, secret))
    assert json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"]) == {
        "password": again
    }
    assert "finishSecret" not in steps(client, token)


def test_set_up_without_rotating_tests_only(client: Any, rotate: str, secret: str) -> None:
    secrets = client("secretsmanager")
    secrets.put_secret_value(SecretId=secret, SecretString="old")

    def count() -> int:
        return int(table.scan(TableName="rotation-steps", Select="COUNT")["Count"])

    table = client("dynamodb")
    before = count()
    secrets.rotate_secret(
        SecretId=secret,
        RotationLambdaARN=rotate,
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediately=False,
    )
    assert eventually(lambda: count() == before + 1)

    def stages() -> Any:
        return list(secrets.describe_secret(SecretId=secret)["VersionIdsToStages"].values())

    assert eventually(lambda: stages() == [["AWSCURRENT"]])
    assert secrets.get_secret_value(SecretId=secret)["SecretString"] == "old"
    assert secrets.describe_secret(SecretId=secret)["RotationEnabled"]
    secrets.cancel_rotate_secret(SecretId=secret)
    assert not secrets.describe_secret(SecretId=secret)["RotationEnabled"]


def test_a_function_that_lets_nobody_in_is_refused(
    client: Any, function: Callable[..., str], secret: str
) -> None:
    secrets = client("secretsmanager")
    closed = function("closed", SOURCE)
    with pytest.raises(secrets.exceptions.ClientError, match="cannot invoke"):
        secrets.rotate_secret(SecretId=secret, RotationLambdaARN=closed)
