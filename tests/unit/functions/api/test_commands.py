"""Results and heartbeats, with commands laid into the tables as ``dispatch`` lays them."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from qs_api import command_result

from qs_cloud import clients

SECRET = "아주 비밀스러운 글"


class World:
    """A device, a run and an open command."""

    def __init__(self, api: Any, machine: Any, raw_item: Any) -> None:
        self.api = api
        self.machine = machine
        self._raw = raw_item
        self.device_id = api.enrol()["device_id"]
        self.run_id = api.start(self.device_id)["run_id"]
        self.command_id = "cmd-1"

    def open(self, kind: str, age_seconds: int = 0) -> "World":
        issued = datetime.now(UTC) - timedelta(seconds=age_seconds)
        steps = [
            {"id": "s1", "action": {"kind": "open_app", "app": "editor"}, "because": "open"},
            {"id": "s2", "action": {"kind": "type_text", "text": SECRET}, "because": "type"},
        ]
        command = {
            "id": self.command_id,
            "run_id": self.run_id,
            "device_id": self.device_id,
            "kind": kind,
            "issued_at": issued.isoformat(),
            "expires_at": (issued + timedelta(seconds=60)).isoformat(),
            "heartbeat_seconds": 15,
            "steps": steps if kind == "perform" else [],
        }
        item = {
            "command_id": self.command_id,
            "run_id": self.run_id,
            "device_id": self.device_id,
            "owner": "user-1",
            "task_token": "token-1",
            "state": "open",
            "command": json.dumps(command),
        }
        clients.dynamodb().put_item(
            TableName="qscreen-test-commands", Item={n: {"S": v} for n, v in item.items()}
        )
        clients.dynamodb().update_item(
            TableName="qscreen-test-runs",
            Key={"run_id": {"S": self.run_id}},
            UpdateExpression="SET open_command_id = :c",
            ExpressionAttributeValues={":c": {"S": self.command_id}},
        )
        return self

    @property
    def prefix(self) -> str:
        return f"runs/{self.run_id}/{self.command_id}/"

    def snapshot(self, **more: Any) -> dict[str, Any]:
        return {
            "id": "snap-1",
            "device_id": self.device_id,
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": 800, "height": 600},
            "elements": [{"id": "e1", "role": "text_area", "value": SECRET}],
            "duration_ms": 12.5,
            **more,
        }

    def effect(self, step_id: str, outcome: str = "confirmed", **more: Any) -> dict[str, Any]:
        return {
            "step_id": step_id,
            "outcome": outcome,
            "evidence": SECRET,
            "started_at": "2026-11-23T09:00:00Z",
            "duration_ms": 8.25,
            "before_key": f"{self.prefix}{step_id}-before.png",
            "after_key": f"{self.prefix}{step_id}-after.png",
            **more,
        }

    def post(self, result: dict[str, Any], **more: Any) -> Any:
        return self.api("POST", f"/v1/commands/{self.command_id}/result", result, **more)

    def heartbeat(self, **more: Any) -> Any:
        return self.api("POST", f"/v1/commands/{self.command_id}/heartbeat", **more)

    @property
    def command(self) -> dict[str, Any]:
        return self._raw("commands", command_id=self.command_id)

    @property
    def run(self) -> dict[str, Any]:
        return self._raw("runs", run_id=self.run_id)


@pytest.fixture
def world(api: Any, machine: Any, raw_item: Any) -> World:
    return World(api, machine, raw_item)


def observed(world: World) -> dict[str, Any]:
    return {"status": "done", "snapshot": world.snapshot()}


def test_a_snapshot_is_stored_under_the_key_and_the_task_told(world: World, log: StringIO) -> None:
    world.open("observe")
    answer = world.post(observed(world))
    assert (answer.status, answer.body["duplicate"]) == (200, False)
    key = f"{world.prefix}snapshot.json"
    stored = clients.s3().get_object(Bucket="qscreen-test-screenshots", Key=key)
    assert json.loads(stored["Body"].read())["elements"][0]["value"] == SECRET
    assert stored["ServerSideEncryption"] == "aws:kms"
    assert stored["SSEKMSKeyId"].endswith("11111111-2222-3333-4444-555555555555")
    assert world.machine.told == [("success", "token-1", {"snapshot_key": key})]
    assert world.command["answered_at"]
    assert world.run["marks"][-1].startswith("end|observe|")
    assert "open_command_id" not in world.run
    assert SECRET not in log.getvalue()


def test_the_task_is_told_of_the_picture_that_goes_with_a_snapshot(world: World) -> None:
    world.open("observe")
    picture = f"{world.prefix}screen.png"
    assert world.post({**observed(world), "picture_key": picture}).status == 200
    assert world.machine.told == [
        (
            "success",
            "token-1",
            {"snapshot_key": f"{world.prefix}snapshot.json", "picture_key": picture},
        )
    ]


@pytest.mark.parametrize(
    "key", ["runs/run-9/cmd-9/screen.png", "screen.png", "../screen.png", "screen.jpg"]
)
def test_a_picture_of_another_command_is_refused(world: World, key: str) -> None:
    world.open("observe")
    answer = world.post({**observed(world), "picture_key": key})
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == "/picture_key"
    assert world.machine.told == []


def test_a_perform_command_has_no_picture_of_its_own(world: World) -> None:
    world.open("perform")
    effects = [world.effect("s1"), world.effect("s2")]
    picture = f"{world.prefix}screen.png"
    assert world.post({"status": "done", "effects": effects, "picture_key": picture}).status == 400


def test_effects_are_kept_and_judged(world: World, log: StringIO) -> None:
    world.open("perform")
    effects = [world.effect("s1"), world.effect("s2")]
    assert world.post({"status": "done", "effects": effects}).status == 200
    ((kind, token, output),) = world.machine.told
    assert (kind, token, output["verdict"]) == ("success", "token-1", "confirmed")
    kept = [json.loads(text) for text in world.run["effects"]]
    assert [effect["step_id"] for effect in kept] == ["s1", "s2"]
    assert SECRET not in log.getvalue()


def test_an_unconfirmed_effect_is_not_judged_confirmed(world: World) -> None:
    world.open("perform")
    effects = [world.effect("s1"), world.effect("s2", "failed", error="interrupted")]
    world.post({"status": "done", "effects": effects})
    assert world.machine.told[0][2]["verdict"] == "failed"


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_a_failed_command_fails_its_task(world: World, status: str) -> None:
    world.open("observe")
    assert world.post({"status": status, "error": "no display"}).status == 200
    ((kind, token, told),) = world.machine.told
    assert (kind, token, told["error"]) == ("failure", "token-1", "DeviceFailed")
    # what the device says may quote its screen: the run's item has it, no history of an execution
    assert "no display" not in told["cause"]
    assert ("no display" if status == "failed" else "expiry") in world.run["explanation"]


def test_a_second_result_changes_nothing(world: World) -> None:
    world.open("perform")
    effects = [world.effect("s1"), world.effect("s2")]
    world.post({"status": "done", "effects": effects})
    before = (world.run, world.command)
    again = world.post({"status": "done", "effects": [world.effect("s1", "failed")]})
    assert (again.status, again.body["duplicate"]) == (200, True)
    assert (world.run, world.command) == before
    assert len(world.machine.told) == 1


@pytest.mark.parametrize("where", ["before_told", "before_acknowledged"])
def test_a_crash_between_the_writes_is_healed_by_the_repeat(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    world.open("perform")
    result = {"status": "done", "effects": [world.effect("s1"), world.effect("s2")]}

    def crash(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(command_result, "tell" if where == "before_told" else "_acknowledge", crash)
        assert world.post(result).status == 500
    assert "answered_at" not in world.command
    if where == "before_acknowledged":
        world.machine.refuse("SendTaskSuccess", "TaskTimedOut")
    again = world.post(result)
    assert (again.status, again.body["duplicate"]) == (200, True)
    assert world.command["answered_at"]
    assert [token for _, token, _ in world.machine.told] == ["token-1"]
    assert len(world.run["effects"]) == 2


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist"])
def test_a_task_that_has_ended_is_a_conflict(world: World, code: str) -> None:
    world.open("observe")
    world.machine.refuse("SendTaskSuccess", code)
    answer = world.post(observed(world))
    assert answer.status == 409
    assert answer.body["next_step"]


def test_a_result_after_the_expiry_is_refused(world: World) -> None:
    world.open("observe", age_seconds=61)
    assert world.post(observed(world)).status == 409
    assert world.machine.told == []
    assert world.command["state"] == "open"


def test_that_a_command_expired_may_be_said_after_the_expiry(world: World) -> None:
    world.open("observe", age_seconds=61)
    assert world.post({"status": "expired"}).status == 200
    assert world.machine.told[0][2]["error"] == "DeviceFailed"


def test_heartbeats_carry_a_command_past_its_expiry(world: World) -> None:
    world.open("perform", age_seconds=61)
    assert world.heartbeat().status == 200
    effects = [world.effect("s1"), world.effect("s2")]
    assert world.post({"status": "done", "effects": effects}).status == 200


@pytest.mark.parametrize(
    ("kind", "change", "path"),
    [
        ("observe", {"snapshot": None}, "/snapshot"),
        ("observe", {"effects": True}, "/effects"),
        ("observe", {"device": "dev-other"}, "/snapshot/device_id"),
        ("perform", {"snapshot": True}, "/snapshot"),
        ("perform", {"step": "s9"}, "/effects/0/step_id"),
        ("perform", {"before_key": "runs/other/x.png"}, "/effects/0/before_key"),
        ("perform", {"after_key": "runs/run-x/../../etc"}, "/effects/0/after_key"),
        ("perform", {"after_key": "{prefix}../../run-y/cmd-1/a.png"}, "/effects/0/after_key"),
        ("perform", {"after_key": "{prefix}snapshot.json"}, "/effects/0/after_key"),
        ("perform", {"twice": True}, "/effects/1/step_id"),
    ],
)
def test_what_does_not_fit_the_command_is_named(
    world: World, kind: str, change: dict[str, Any], path: str
) -> None:
    world.open(kind)
    result: dict[str, Any] = {"status": "done"}
    if kind == "observe" and change.get("snapshot", True):
        result["snapshot"] = world.snapshot()
        if "device" in change:
            result["snapshot"]["device_id"] = change["device"]
    if kind == "perform" or "effects" in change:
        keys = {
            name: change[name].replace("{prefix}", world.prefix)
            for name in ("before_key", "after_key")
            if name in change
        }
        result["effects"] = [world.effect(change.get("step", "s1"), **keys)]
        if "twice" in change:
            result["effects"] *= 2
    if kind == "perform" and "snapshot" in change:
        result["snapshot"] = world.snapshot()
    answer = world.post(result)
    assert answer.status == 400
    assert path in [error["path"] for error in answer.body["errors"]]
    assert world.command["state"] == "open"
    assert world.machine.told == []


def test_the_schemas_faults_are_named_too(world: World) -> None:
    world.open("observe")
    answer = world.post({"status": "done", "snapshot": world.snapshot(duration_ms=-1)})
    assert answer.status == 400
    assert answer.body["errors"][0]["path"] == "/snapshot/duration_ms"
    assert SECRET not in json.dumps(answer.body, ensure_ascii=False)


@pytest.mark.parametrize("groups", ["user", "admin"])
def test_nobody_answers_for_anothers_device(world: World, groups: str) -> None:
    world.open("observe")
    assert world.post(observed(world), sub="user-2", groups=groups).status == 404
    assert world.heartbeat(sub="user-2", groups=groups).status == 404


def test_an_unknown_command_is_not_found(world: World) -> None:
    assert world.post(observed(world)).status == 404
    assert world.heartbeat().status == 404


def test_a_heartbeat_keeps_the_task_alive(world: World) -> None:
    world.open("perform")
    answer = world.heartbeat()
    assert (answer.status, answer.body["cancelled"]) == (200, False)
    assert world.machine.heartbeats == ["token-1"]
    assert world.command["last_heartbeat_at"]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist"])
def test_a_heartbeat_for_a_task_that_ended_is_a_conflict(world: World, code: str) -> None:
    world.open("perform")
    world.machine.refuse("SendTaskHeartbeat", code)
    assert world.heartbeat().status == 409


def test_a_heartbeat_for_an_answered_command_is_a_conflict(world: World) -> None:
    world.open("observe").post(observed(world))
    assert world.heartbeat().status == 409


def test_cancel_fails_the_open_task_and_the_heartbeat_tells_the_device(world: World) -> None:
    world.open("perform")
    assert world.api("POST", f"/v1/runs/{world.run_id}/cancel").status == 202
    ((kind, token, told),) = world.machine.told
    assert (kind, token, told["error"]) == ("failure", "token-1", "Cancelled")
    answer = world.heartbeat()
    assert (answer.status, answer.body["cancelled"]) == (200, True)


def test_what_was_done_before_a_cancel_is_kept_with_the_run_once(world: World) -> None:
    world.open("perform")
    world.api("POST", f"/v1/runs/{world.run_id}/cancel")
    effects = [world.effect("s1"), world.effect("s2", outcome="failed")]
    for _ in range(2):
        assert world.post({"status": "done", "effects": effects}).status == 409
    kept = world.api("GET", f"/v1/runs/{world.run_id}").body["effects"]
    assert [(effect["step_id"], effect["outcome"]) for effect in kept] == [
        ("s1", "confirmed"),
        ("s2", "failed"),
    ]
    assert [told["error"] for _, _, told in world.machine.told] == ["Cancelled"]
    foreign = {**world.effect("s1"), "before_key": "runs/other/x.png"}
    assert world.post({"status": "done", "effects": [foreign]}).status == 400


def test_what_was_done_is_kept_where_the_cancel_comes_between_two_looks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.open("perform")
    real = command_result.check_result

    def cancelled_meanwhile(*checked: Any) -> None:
        real(*checked)
        world.api("POST", f"/v1/runs/{world.run_id}/cancel")

    monkeypatch.setattr(command_result, "check_result", cancelled_meanwhile)
    effects = [world.effect("s1"), world.effect("s2", outcome="failed")]
    assert world.post({"status": "done", "effects": effects}).status == 409
    kept = world.api("GET", f"/v1/runs/{world.run_id}").body["effects"]
    assert [effect["step_id"] for effect in kept] == ["s1", "s2"]
    assert [told["error"] for _, _, told in world.machine.told] == ["Cancelled"]


def test_a_repeated_cancel_tells_the_task_again_after_a_crash(world: World) -> None:
    world.open("perform")
    world.machine.refuse("SendTaskFailure", "ThrottlingException")
    assert world.api("POST", f"/v1/runs/{world.run_id}/cancel").status == 503
    assert world.api("POST", f"/v1/runs/{world.run_id}/cancel").status == 202
    assert [told["error"] for _, _, told in world.machine.told] == ["Cancelled"]


def test_cancel_bears_a_task_that_has_ended(world: World) -> None:
    world.open("perform")
    world.machine.refuse("SendTaskFailure", "TaskTimedOut")
    assert world.api("POST", f"/v1/runs/{world.run_id}/cancel").status == 202


def test_a_revoked_device_reports_nothing(world: World) -> None:
    world.open("observe")
    world.api("DELETE", f"/v1/devices/{world.device_id}")
    assert world.post(observed(world)).status == 409
    assert world.heartbeat().status == 409


def test_the_report_links_the_latest_pictures_of_the_run_only(world: World) -> None:
    world.open("perform")
    world.post({"status": "done", "effects": [world.effect("s1"), world.effect("s2")]})
    foreign = {**world.effect("s3"), "before_key": "runs/other/a.png", "after_key": None}
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": world.run_id}},
        UpdateExpression="SET effects = list_append(effects, :e), audit_sequence = :n, "
        "audit_hash = :h",
        ExpressionAttributeValues={
            ":e": {"L": [{"S": json.dumps(foreign)}]},
            ":n": {"N": "7"},
            ":h": {"S": "a" * 64},
        },
    )
    answer = world.api("GET", f"/v1/runs/{world.run_id}/report")
    assert answer.status == 200
    assert (answer.body["audit_sequence"], answer.body["audit_hash"]) == (7, "a" * 64)
    pictures = {picture["step_id"]: picture for picture in answer.body["pictures"]}
    assert f"{world.prefix}s1-before.png" in pictures["s1"]["before_url"]
    assert "X-Amz-Signature" in pictures["s2"]["after_url"]
    assert "X-Amz-Expires=900" in pictures["s2"]["after_url"]
    assert "before_url" not in pictures["s3"]
    assert world.api("GET", f"/v1/runs/{world.run_id}/report", sub="user-2").status == 404
