import json
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from qs_reap_devices.reaping import Reaper, ReapingIncompleteError

from qs_cloud import clients
from qs_cloud.audit_trail import Act, AuditTrail, Outcome
from qs_cloud.command_record import new_command_values
from qs_cloud.configuration import Documents
from qs_cloud.items import to_item
from qs_cloud.table import devices_table
from qscreen.wire import Command, CommandKind


def now() -> datetime:
    return datetime.now(UTC)


class Bedrock:
    def __init__(self) -> None:
        self.lives: dict[str, Any] = {}
        self.asked: list[str] = []

    def get_foundation_model(self, **asked: str) -> dict[str, Any]:
        from botocore.exceptions import ClientError

        model = asked["modelIdentifier"]
        self.asked.append(model)
        if model not in self.lives:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "x")
        return {"modelDetails": {"modelLifecycle": self.lives[model]}}


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Bedrock:
    found = Bedrock()
    monkeypatch.setattr(clients, "bedrock", lambda: found)
    return found


@pytest.fixture
def reaper(machine: Any, log: Any, bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> Reaper:
    secrets = [
        clients.secretsmanager().create_secret(Name=f"qscreen-test/{name}", **value)["ARN"]
        for name, value in (("redis", {"SecretString": "x"}), ("postgres", {}))
    ]
    models = {
        "planner": {"model_id": "anthropic.claude-a-1", "max_tokens": 1},
        "fast": {"model_id": "anthropic.claude-b-1", "max_tokens": 1},
        "vision": {"model_id": "anthropic.claude-a-1", "max_tokens": 1},
    }
    clients.ssm().put_parameter(Name="/models", Type="String", Value=json.dumps(models))
    for name, value in (
        ("QS_DEVICE_SILENT_SECONDS", "300"),
        ("QS_SECRET_ARNS", ",".join(secrets)),
        ("QS_MODELS_PARAMETER", "/models"),
    ):
        monkeypatch.setenv(name, value)
    return Reaper.from_environment()


def plenty() -> float:
    return 100.0


def enrol(device_id: str, status: str = "active", seen: timedelta | None = None) -> str:
    url = clients.sqs().create_queue(QueueName=f"qscreen-test-device-{device_id}")["QueueUrl"]
    values = {
        "device_id": device_id,
        "owner": "o",
        "name": "n",
        "platform": "linux",
        "agent_version": "1",
        "screenshots_allowed": False,
        "status": status,
        "queue_url": url,
        "region": "r",
        "enrolled_at": (now() - timedelta(days=1)).isoformat(),
        "last_seen_at": (now() - seen).isoformat() if seen else None,
    }
    clients.dynamodb().put_item(TableName="qscreen-test-devices", Item=to_item(values))
    return url


def open_command(command_id: str, expired: timedelta, heartbeat: timedelta | None = None) -> None:
    expires_at = now() - expired
    command = Command(
        id=command_id,
        run_id="run-1",
        device_id="dev-1",
        kind=CommandKind.OBSERVE,
        issued_at=expires_at - timedelta(seconds=60),
        expires_at=expires_at,
        heartbeat_seconds=30,
    )
    values = new_command_values(command, "o", f"token-of-{command_id}")
    if heartbeat is not None:
        values["last_heartbeat_at"] = (now() - heartbeat).isoformat()
    clients.dynamodb().put_item(TableName="qscreen-test-commands", Item=to_item(values))


def queues() -> list[str]:
    return clients.sqs().list_queues().get("QueueUrls", [])


def figures(capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, str], float]:
    found = {}
    for text in capsys.readouterr().out.splitlines():
        line = json.loads(text)
        if "_aws" not in line:
            continue
        (metrics,) = line["_aws"]["CloudWatchMetrics"]
        dimensions = sorted(set(metrics["Dimensions"][0]) - {"service"})
        name = metrics["Metrics"][0]["Name"]
        found[name, ",".join(line[d] for d in dimensions)] = line[name][0]
    return found


def test_lost_commands_end_and_waiting_ones_stay(
    reaper: Reaper, machine: Any, raw_item: Any, capsys: Any
) -> None:
    open_command("cmd-lost", timedelta(minutes=5))
    open_command("cmd-waiting", timedelta(minutes=-1))
    open_command("cmd-late", timedelta(seconds=10))
    open_command("cmd-working", timedelta(minutes=5), heartbeat=timedelta(seconds=5))
    open_command("cmd-stuck", timedelta(minutes=5), heartbeat=timedelta(minutes=4))
    assert reaper.reap(plenty).commands_ended == 2
    assert {told[:2] for told in machine.told} == {
        ("failure", "token-of-cmd-lost"),
        ("failure", "token-of-cmd-stuck"),
    }
    assert {told[2]["error"] for told in machine.told} == {"DeviceSilent"}
    states = {
        name: raw_item("commands", command_id=f"cmd-{name}")["state"]
        for name in ("lost", "stuck", "waiting", "late", "working")
    }
    assert states == {
        "lost": "cancelled",
        "stuck": "cancelled",
        "waiting": "open",
        "late": "open",
        "working": "open",
    }
    assert 359 < figures(capsys)["OldestCommandAgeSeconds", ""] < 420
    assert reaper.reap(plenty).commands_ended == 0
    assert len(machine.told) == 2


def test_a_command_whose_task_ended_is_closed(reaper: Reaper, machine: Any, raw_item: Any) -> None:
    open_command("cmd-lost", timedelta(minutes=5))
    machine.refuse("SendTaskFailure", "TaskTimedOut")
    assert reaper.reap(plenty).commands_ended == 1
    assert raw_item("commands", command_id="cmd-lost")["state"] == "cancelled"


def test_a_task_that_could_not_be_told_is_told_by_the_next_pass(
    reaper: Reaper, machine: Any, raw_item: Any
) -> None:
    open_command("cmd-lost", timedelta(minutes=5))
    machine.refuse("SendTaskFailure", "ServiceUnavailable")
    with pytest.raises(ReapingIncompleteError, match="commands"):
        reaper.reap(plenty)
    assert raw_item("commands", command_id="cmd-lost")["state"] == "open"
    assert reaper.reap(plenty).commands_ended == 1


def test_queues_of_revoked_devices_go_once(
    reaper: Reaper, raw_item: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, left = enrol("dev-1"), enrol("dev-2", "revoked")
    gone = enrol("dev-3", "revoked")
    clients.sqs().delete_queue(QueueUrl=gone)
    assert reaper.reap(plenty).queues_deleted == 1
    assert queues() == [keep]
    assert left not in queues()
    assert raw_item("devices", device_id="dev-3")["queue_deleted_at"]
    # The device reads as before, and the next pass does not look at it again.
    device = devices_table("qscreen-test-devices").get("dev-2")
    assert device is not None
    assert device.status == "revoked"
    monkeypatch.setattr(clients, "sqs", lambda: pytest.fail("asked again"))
    assert reaper.reap(plenty).queues_deleted == 0


def test_the_fleet_is_counted(reaper: Reaper, capsys: Any) -> None:
    enrol("dev-1", seen=timedelta(seconds=10))
    enrol("dev-2", seen=timedelta(seconds=290))
    enrol("dev-3", seen=timedelta(hours=2))
    enrol("dev-4")
    enrol("dev-5", "revoked", seen=timedelta(seconds=1))
    reaper.reap(plenty)
    found = figures(capsys)
    assert found["DevicesActive", ""] == 2
    assert found["DevicesSilent", ""] == 2


def test_ages_of_secrets_and_lives_of_models(
    reaper: Reaper, bedrock: Bedrock, capsys: Any, log: Any
) -> None:
    bedrock.lives["anthropic.claude-a-1"] = {
        "status": "LEGACY",
        "endOfLifeTime": now() + timedelta(days=40),
    }
    reaper.reap(plenty)
    found = figures(capsys)
    assert 0 <= found["SecretAgeDays", "qscreen-test/redis"] < 0.1
    assert ("SecretAgeDays", "qscreen-test/postgres") not in found
    assert 39.9 < found["ModelDaysToEndOfLife", "planner"] <= 40
    assert found["ModelDaysToEndOfLife", "vision"] == found["ModelDaysToEndOfLife", "planner"]
    # Bedrock does not know the third one: said, and no reason to fail.
    assert ("ModelDaysToEndOfLife", "fast") not in found
    assert found["ModelLivesUnknown", ""] == 1
    assert "Life of a model is not known" in log.getvalue()
    assert sorted(bedrock.asked) == ["anthropic.claude-a-1", "anthropic.claude-b-1"]


def test_a_part_that_fails_keeps_no_other_from_being_done(
    reaper: Reaper, machine: Any, capsys: Any
) -> None:
    open_command("cmd-lost", timedelta(minutes=5))
    enrol("dev-2", "revoked")
    clients.ssm().put_parameter(Name="/models", Type="String", Value="[]", Overwrite=True)
    with pytest.raises(ReapingIncompleteError, match="models"):
        reaper.reap(plenty)
    assert len(machine.told) == 1
    assert queues() == []
    assert figures(capsys)["ReapingFailures", "models"] == 1


def test_an_item_that_cannot_be_read_hides_no_other(
    reaper: Reaper, machine: Any, capsys: Any
) -> None:
    broken = {"command_id": {"S": "cmd-broken"}, "state": {"S": "open"}}
    clients.dynamodb().put_item(TableName="qscreen-test-commands", Item=broken)
    open_command("cmd-lost", timedelta(minutes=5))
    assert reaper.reap(plenty).commands_ended == 1
    assert figures(capsys)["ItemsUnreadable", "qscreen-test-commands"] == 1


def test_out_of_time_it_stops_and_says_so(reaper: Reaper, machine: Any) -> None:
    open_command("cmd-lost", timedelta(minutes=5))
    with pytest.raises(ReapingIncompleteError, match="commands, outbox, fleet"):
        reaper.reap(lambda: 1.0)
    assert machine.told == []


def test_every_page_of_a_table_is_read(
    reaper: Reaper, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in range(7):
        open_command(f"cmd-{place}", timedelta(minutes=5))
    client = clients.dynamodb()
    real = client.scan
    monkeypatch.setattr(client, "scan", lambda **asked: real(**asked, Limit=2))
    assert reaper.reap(plenty).commands_ended == 7


def test_the_handler_does_one_pass(reaper: Reaper, load_handler: Any, context: Any) -> None:
    module: ModuleType = load_handler("reap-devices")
    context.get_remaining_time_in_millis = lambda: 100_000
    assert module.handler({"schedule": "reap-devices"}, context) == {
        "queues_deleted": 0,
        "events_sent": 0,
        "commands_ended": 0,
    }


def left_event(age: timedelta, outcome: Outcome = Outcome.UNKNOWN) -> str:
    act = Act("qscreen.api", "Run Created", "createRun", "user-1", "request-1", now() - age)
    documents = Documents("qscreen-test-configuration", "audit")
    trail = AuditTrail(documents, "qscreen-test")
    trail._keep(act.event(outcome))
    return act.id


def test_events_that_were_left_in_the_outbox_are_sent_once(
    reaper: Reaper, audited: Any, outbox: Any, capsys: Any
) -> None:
    left = {left_event(timedelta(minutes=minutes)) for minutes in (3, 60)}
    told = left_event(timedelta(minutes=5), Outcome.DONE)
    fresh = left_event(timedelta(seconds=30))
    assert reaper.reap(plenty).events_sent == 3
    events = audited()
    assert {one["detail"]["event_id"] for one in events} == {*left, told}
    names = {one["detail"]["event_id"]: one["detail-type"] for one in events}
    assert names == {**dict.fromkeys(left, "Run Created Unknown"), told: "Run Created"}
    assert [one["detail"]["event_id"] for one in outbox()] == [fresh]
    shown = figures(capsys)
    assert shown["AuditEventsRecovered", ""] == 3
    assert 3600 <= shown["OldestAuditEventSeconds", ""] < 3700
    assert reaper.reap(plenty).events_sent == 0
    assert audited() == []


def test_a_bus_that_is_away_keeps_the_outbox_and_hides_no_other_part(
    reaper: Reaper, outbox: Any, bus_away: Any, capsys: Any
) -> None:
    left_event(timedelta(minutes=3))
    bus_away()
    with pytest.raises(ReapingIncompleteError, match="outbox"):
        reaper.reap(plenty)
    assert len(outbox()) == 1
    shown = figures(capsys)
    assert shown["ReapingFailures", "outbox"] == 1
    assert shown["OldestAuditEventSeconds", ""] >= 180
    assert ("DevicesActive", "") in shown


def test_a_template_is_no_event(reaper: Reaper, audited: Any, dynamodb: Any) -> None:
    item = {"server": {"S": "template#user-1"}, "name": {"S": "tpl-1"}, "title": {"S": "x"}}
    dynamodb.put_item(TableName="qscreen-test-configuration", Item=item)
    assert reaper.reap(plenty).events_sent == 0
    assert len(dynamodb.scan(TableName="qscreen-test-configuration")["Items"]) == 1
