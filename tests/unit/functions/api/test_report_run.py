"""Reports of what a device did by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

NOW = datetime.now(UTC)
PLAN = {
    "goal": "메모장을 열고 저장 눌러 줘",
    "language": "ko",
    "source": "grammar",
    "created_at": NOW.isoformat(),
    "steps": [
        {"id": "s1", "action": {"kind": "open_app", "app": "메모장"}, "because": "메모장을 열고"},
        {"id": "s2", "action": {"kind": "press_keys", "keys": ["enter"]}, "because": "눌러 줘"},
    ],
}


def effect(step: str, outcome: str = "confirmed", **more: Any) -> dict[str, Any]:
    values = {"started_at": NOW.isoformat(), "duration_ms": 12.5, **more}
    return {"step_id": step, "outcome": outcome, **values}


def report(*effects: dict[str, Any], **more: Any) -> dict[str, Any]:
    begun = NOW - timedelta(hours=5)
    times = {"started_at": begun.isoformat(), "finished_at": (begun + timedelta(seconds=2))}
    times["finished_at"] = times["finished_at"].isoformat()
    return {"plan": PLAN, "effects": list(effects), **times, **more}


def post(api: Any, device: str, body: Any, key: str = "report-1", **more: Any) -> Any:
    headers = {"Idempotency-Key": key}
    return api("POST", f"/v1/devices/{device}/runs", body, headers=headers, **more)


def test_a_report_becomes_a_run_whose_end_is_recorded(
    api: Any, machine: Any, raw_item: Any
) -> None:
    device = api.enrol()["device_id"]
    body = report(effect("s1"), effect("s2"))
    answer = post(api, device, body)
    assert answer.status == 202, answer
    run = answer.body
    assert (run["origin"], run["status"], run["device_id"]) == ("device", "acting", device)
    assert datetime.fromisoformat(run["created_at"]) == datetime.fromisoformat(body["started_at"])
    assert datetime.fromisoformat(run["updated_at"]) == datetime.fromisoformat(body["finished_at"])
    assert [one["step_id"] for one in run["effects"]] == ["s1", "s2"]
    assert [stage["name"] for stage in run["stages"]] == ["act"]
    (started,) = machine.started
    assert started["name"] == run["run_id"]
    assert started["input"]["reported"]["status"] == "succeeded"
    assert api("GET", "/v1/runs").body["items"][0]["run_id"] == run["run_id"]
    assert raw_item("runs", run_id=run["run_id"])["owner"] == "user-1"


@pytest.mark.parametrize(
    ("effects", "status", "reason"),
    [
        ([effect("s1"), effect("s2")], "succeeded", None),
        ([effect("s1"), effect("s2", "unverifiable")], "failed", "not_confirmed"),
        ([effect("s1")], "failed", "not_confirmed"),
        ([], "failed", "not_confirmed"),
        ([effect("s1", "refused", error="not_agreed")], "failed", "step_refused"),
        ([effect("s1", "failed", error="timed_out")], "failed", "step_failed"),
        ([effect("s1"), effect("s2", "failed", error="stopped")], "cancelled", None),
    ],
)
def test_how_it_ended_is_judged_by_the_effects(
    api: Any, machine: Any, effects: list[dict[str, Any]], status: str, reason: str | None
) -> None:
    answer = post(api, api.enrol()["device_id"], report(*effects))
    assert answer.status == 202, answer
    reported = machine.started[0]["input"]["reported"]
    assert reported["status"] == status
    if reason is not None:
        assert reported["reason"] == reason
        assert reported["message"]


def test_a_repeated_report_is_the_same_run_and_another_one_under_its_key_a_conflict(
    api: Any, machine: Any
) -> None:
    device = api.enrol()["device_id"]
    first = post(api, device, report(effect("s1"), effect("s2")))
    again = post(api, device, report(effect("s1"), effect("s2")))
    assert (again.status, again.body["run_id"]) == (202, first.body["run_id"])
    assert {one["name"] for one in machine.started} == {first.body["run_id"]}
    assert post(api, device, report(effect("s1"))).status == 409
    other = post(api, device, report(effect("s1"), effect("s2")), key="report-2")
    assert other.body["run_id"] != first.body["run_id"]


def test_nobody_reports_for_another_ones_device_or_a_revoked_one(api: Any, machine: Any) -> None:
    device = api.enrol()["device_id"]
    body = report(effect("s1"), effect("s2"))
    assert post(api, device, body, sub="user-2").status == 404
    assert post(api, "dev-unknown", body).status == 404
    assert api("DELETE", f"/v1/devices/{device}").status == 200
    assert post(api, device, body).status == 409
    assert machine.started == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"plan": {**PLAN, "steps": [PLAN["steps"][0]] * 2}}, "another id"),
        ({"effects": [effect("s9")]}, "another step"),
        ({"effects": [effect("s1"), effect("s1")]}, "another step"),
        ({"effects": [effect("s1", after_key="runs/x/y.png")]}, "pictures"),
        ({"finished_at": (NOW - timedelta(hours=6)).isoformat()}, "before"),
        ({"finished_at": (NOW + timedelta(hours=1)).isoformat()}, "not come"),
        ({"started_at": (NOW - timedelta(days=31)).isoformat()}, "days ago"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    api: Any, machine: Any, change: dict[str, Any], told: str
) -> None:
    answer = post(api, api.enrol()["device_id"], {**report(effect("s1")), **change})
    assert answer.status == 400
    assert told in str(answer.body)
    assert machine.started == []
