"""What the audit hears of runs that nobody starts by hand."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from qs_cloud import clients
from qs_cloud.device_record import device_values
from qs_cloud.intake import run_id_of
from qs_cloud.items import to_item
from qscreen.wire import Device, DevicePlatform, DeviceStatus

OWNER = "user-1"
Events = Callable[[], list[dict[str, Any]]]
Work = Callable[..., list[str]]
SCHEDULED = "2026-11-23T00:00:00Z"


@pytest.fixture
def work(machine: Any, load_handler: Any, log: Any) -> Work:
    worker: ModuleType = load_handler("work-jobs")

    def work(*bodies: dict[str, Any]) -> list[str]:
        records = [
            {
                "messageId": f"m{place}",
                "receiptHandle": "r",
                "body": json.dumps(body),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-test-jobs",
                "awsRegion": "ap-northeast-2",
            }
            for place, body in enumerate(bodies)
        ]
        failed = worker.handler({"Records": records}, None)["batchItemFailures"]
        return [one["itemIdentifier"] for one in failed]

    return work


def enrol(status: DeviceStatus = DeviceStatus.ACTIVE) -> str:
    device = Device(
        device_id="dev-1",
        owner=OWNER,
        name="n",
        platform=DevicePlatform.LINUX,
        agent_version="1",
        screenshots_allowed=False,
        status=status,
        queue_url="https://q",
        region="r",
        enrolled_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    clients.dynamodb().put_item(
        TableName="qscreen-test-devices", Item=to_item(device_values(device))
    )
    return device.device_id


@pytest.fixture
def device(aws: None) -> str:
    return enrol()


def of_schedule(device: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "start_run",
        "job_id": "sch-1",
        "owner": OWNER,
        "groups": ["user"],
        "occurrence": SCHEDULED,
        "request": {"goal": "type 'a secret'", "device_id": device},
        **more,
    }


def of_job(device: str, place: int = 0) -> dict[str, Any]:
    found = of_schedule(device, job_id=f"job-1/{place}", batch="job-1")
    del found["occurrence"]
    return found


def test_the_start_of_each_run_is_told_with_who_asked_and_through_what(
    work: Work, device: str, audited: Events, outbox: Events
) -> None:
    assert work(of_schedule(device), of_job(device)) == []
    scheduled, asked = audited()
    for event in (scheduled, asked):
        assert (event["source"], event["detail-type"]) == ("qscreen.jobs", "Run Created")
        assert event["detail"]["actor"] == OWNER
        assert event["detail"]["outcome"] == "done"
        assert event["detail"]["device_id"] == device
        assert "secret" not in json.dumps(event)
    assert scheduled["detail"]["subject"] == run_id_of(OWNER, f"sch-1/{SCHEDULED}")
    assert scheduled["detail"]["schedule_id"] == "sch-1"
    assert "job_id" not in scheduled["detail"]
    assert asked["detail"]["subject"] == run_id_of(OWNER, "job-1/0")
    assert asked["detail"]["job_id"] == "job-1"
    assert outbox() == []


def test_a_message_that_comes_again_has_the_event_of_its_run(
    work: Work, device: str, audited: Events
) -> None:
    assert work(of_job(device), of_job(device)) == []
    first, again = audited()
    assert first["detail"]["event_id"] == again["detail"]["event_id"]
    assert work(of_job(device, 1)) == []
    (other,) = audited()
    assert other["detail"]["event_id"] != first["detail"]["event_id"]


def test_a_start_that_fails_and_the_one_that_follows_are_two_events(
    work: Work, device: str, machine: Any, audited: Events, outbox: Events
) -> None:
    machine.refuse("StartExecution", "ThrottlingException")
    assert work(of_job(device)) == ["m0"]
    (failed,) = audited()
    assert failed["detail-type"] == "Run Created Failed"
    assert work(of_job(device)) == []
    (done,) = audited()
    assert done["detail-type"] == "Run Created"
    assert failed["detail"]["event_id"] != done["detail"]["event_id"]
    assert outbox() == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"groups": ["viewer"]}, 403),
        ({"request": {"goal": "x", "device_id": "dev-another"}}, 404),
        ({"request": {"template_id": "tpl-gone", "device_id": "DEVICE"}}, 404),
    ],
    ids=["role", "device", "template"],
)
def test_who_is_kept_from_a_run_is_told(
    work: Work,
    device: str,
    audited: Events,
    outbox: Events,
    change: dict[str, Any],
    status: int,
) -> None:
    body = json.loads(json.dumps(of_schedule(device, **change)).replace("DEVICE", device))
    assert work(body) == ["m0"]
    (denied,) = audited()
    assert denied["detail-type"] == "Run Created Refused"
    assert denied["detail"]["http_status"] == status
    assert denied["detail"]["actor"] == OWNER
    assert outbox() == []


def test_a_device_that_was_revoked_denies_nobody_anything(
    work: Work, audited: Events, outbox: Events
) -> None:
    device = enrol(DeviceStatus.REVOKED)
    assert work(of_schedule(device)) == ["m0"]
    assert audited() == []
    assert outbox() == []


def test_without_the_outbox_no_run_is_started(
    work: Work, device: str, machine: Any, audited: Events
) -> None:
    clients.dynamodb().delete_table(TableName="qscreen-test-configuration")
    assert work(of_job(device)) == ["m0"]
    assert machine.started == []
    assert audited() == []


def test_a_bus_that_is_away_leaves_the_event_in_the_outbox(
    work: Work, device: str, machine: Any, outbox: Events, bus_away: Callable[[], None]
) -> None:
    bus_away()
    assert work(of_job(device)) == []
    assert len(machine.started) == 1
    (left,) = outbox()
    assert (left["name"], left["detail"]["outcome"]) == ("Run Created", "done")
