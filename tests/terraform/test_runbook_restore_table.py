"""The runbook that restores a table to a point in time."""

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from terraform_copy import REPOSITORY

SCRIPT = REPOSITORY / "modules" / "devops" / "runbooks" / "restore_table.py"
TABLE = "qscreen-test-commands"


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "command_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "command_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=[{"Key": "Environment", "Value": "test"}],
        )
        client.update_time_to_live(
            TableName=TABLE,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_epoch"},
        )
        client.put_item(TableName=TABLE, Item={"command_id": {"S": "c-1"}})
        yield


def keep_points() -> datetime:
    client = boto3.client("dynamodb")
    answer = client.update_continuous_backups(
        TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    recovery = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return recovery["LatestRestorableDateTime"]


def run(handler: str, **events: str) -> dict[str, Any]:
    found = runpy.run_path(str(SCRIPT))[handler]({"table": TABLE, **events}, None)
    assert isinstance(found, dict)
    return found


def test_a_copy_stands_beside_the_table_and_is_protected_like_it() -> None:
    last = keep_points()
    target = run("start", time=last.isoformat())["target"]
    assert target == f"{TABLE}-{last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    client = boto3.client("dynamodb")
    assert client.get_item(TableName=target, Key={"command_id": {"S": "c-1"}})["Item"]
    assert run("protect", target=target) == {"target": target}
    backups = client.describe_continuous_backups(TableName=target)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    expiry = client.describe_time_to_live(TableName=target)["TimeToLiveDescription"]
    assert expiry["AttributeName"] == "expires_epoch"
    arn = client.describe_table(TableName=target)["Table"]["TableArn"]
    tags = client.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "Environment", "Value": "test"}]
    assert client.get_item(TableName=TABLE, Key={"command_id": {"S": "c-1"}})["Item"]


@pytest.mark.parametrize("offset", [timedelta(days=-40), timedelta(days=1)])
def test_a_time_that_was_not_kept_restores_nothing(offset: timedelta) -> None:
    wanted = keep_points() + offset
    with pytest.raises(ValueError, match="must lie between"):
        run("start", time=wanted.isoformat())
    assert boto3.client("dynamodb").list_tables()["TableNames"] == [TABLE]


def test_a_time_without_offset_is_refused() -> None:
    keep_points()
    with pytest.raises(ValueError, match="needs its offset"):
        run("start", time="2026-01-31T09:00:00")


def test_a_table_without_points_in_time_says_so() -> None:
    with pytest.raises(ValueError, match="keeps no points in time"):
        run("start", time=datetime.now(tz=UTC).isoformat())
