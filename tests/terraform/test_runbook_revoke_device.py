"""The runbook that revokes a device in its owner's absence."""

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws
from terraform_copy import REPOSITORY

from qs_cloud.device_record import device_record
from qscreen.wire import DeviceStatus

SCRIPT = REPOSITORY / "modules" / "devops" / "runbooks" / "revoke_device.py"
TABLE = "qscreen-test-devices"
DEVICE = "dev-" + "0" * 20
QUEUE = f"qscreen-test-device-{DEVICE}"


@pytest.fixture(autouse=True)
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        url = boto3.client("sqs").create_queue(QueueName=QUEUE)["QueueUrl"]
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "device_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        boto3.resource("dynamodb").Table(TABLE).put_item(
            Item={
                "device_id": DEVICE,
                "owner": "a-user",
                "name": "Desk",
                "platform": "linux",
                "agent_version": "1.0.0",
                "screenshots_allowed": False,
                "status": DeviceStatus.ACTIVE.value,
                "queue_url": url,
                "region": "ap-northeast-2",
                "enrolled_at": datetime(2026, 1, 31, tzinfo=UTC).isoformat(),
            }
        )
        yield


def revoke(device_id: str = DEVICE) -> dict[str, Any]:
    events = {"device_id": device_id, "table": TABLE, "queue": f"qscreen-test-device-{device_id}"}
    found = runpy.run_path(str(SCRIPT))["revoke"](events, None)
    assert isinstance(found, dict)
    return found


def stored() -> dict[str, Any]:
    item = boto3.resource("dynamodb").Table(TABLE).get_item(Key={"device_id": DEVICE})
    return dict(item["Item"])


def test_the_functions_see_a_revoked_device_and_its_queue_is_gone() -> None:
    assert revoke() == {"owner": "a-user", "queue": "deleted"}
    assert device_record(stored()).status is DeviceStatus.REVOKED
    assert "QueueUrls" not in boto3.client("sqs").list_queues()


def test_revoking_twice_is_no_error() -> None:
    revoke()
    assert revoke() == {"owner": "a-user", "queue": "absent"}


def test_an_unknown_device_is_not_made() -> None:
    with pytest.raises(LookupError, match="no device"):
        revoke("dev-" + "f" * 20)
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"] == 1
