"""The path of a run, with a device that the test itself plays."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from e2e_device import ScriptedDevice
from e2e_history import execution_history

Start = Callable[..., dict[str, Any]]
Wait = Callable[..., dict[str, Any]]
KOREAN = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"


def test_a_run_goes_observe_plan_act_finish(
    device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, KOREAN)
    observe = device.receive()
    assert (observe["kind"], observe["run_id"]) == ("observe", run["run_id"])
    assert "task_token" not in str(observe).lower()
    assert device.answer_observe(observe["id"]).status_code == 200
    perform = device.receive()
    assert [step["action"]["kind"] for step in perform["steps"]] == [
        "open_app",
        "type_text",
        "save_as",
    ]
    assert perform["steps"][1]["action"]["text"] == "회의 3시, 2층"
    assert perform["steps"][2]["action"]["filename"] == "memo.txt"
    assert device.answer_perform(perform).json() == {
        "command_id": perform["id"],
        "duplicate": False,
    }
    assert device.answer_perform(perform).json()["duplicate"] is True
    done = wait_final(run["run_id"])
    assert done["status"] == "succeeded", done
    assert [stage["name"] for stage in done["stages"]] == [
        "intake",
        "observe",
        "plan",
        "act",
        "record",
    ]


@pytest.mark.parametrize(
    ("outcome", "error", "reason"),
    [
        ("refused", "ambiguous_target", "step_refused"),
        ("failed", "interrupted", "step_failed"),
        ("unverifiable", None, "not_confirmed"),
    ],
)
def test_unknown_is_never_success(
    device: ScriptedDevice,
    start_run: Start,
    wait_final: Wait,
    outcome: str,
    error: str | None,
    reason: str,
) -> None:
    run = start_run(device.device_id, "Press ctrl+s")
    device.answer_observe(device.receive()["id"])
    device.answer_perform(device.receive(), outcome, error)
    done = wait_final(run["run_id"])
    assert (done["status"], done["reason"]) == ("failed", reason)
    assert done["message"]


def test_a_step_that_found_no_target_is_planned_again(
    device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, "Click the OK button")
    device.answer_observe(device.receive()["id"])
    device.answer_perform(device.receive(), "failed", "target_not_found")
    device.answer_observe(device.receive()["id"])
    again = device.receive()
    assert again["kind"] == "perform"
    device.answer_perform(again)
    done = wait_final(run["run_id"])
    assert (done["status"], done["attempts"]) == ("succeeded", 2)


def test_dry_run_stops_before_the_first_act(
    device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, KOREAN, mode="dry_run")
    device.answer_observe(device.receive()["id"])
    done = wait_final(run["run_id"])
    assert done["status"] == "planned"
    assert len(done["plan"]["steps"]) == 3
    assert device.poll(wait_seconds=1) is None


def test_goal_not_understood_says_which_part(
    device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    goal = "Type 'hello' and then frobnicate the gadget"
    run = start_run(device.device_id, goal)
    device.answer_observe(device.receive()["id"])
    done = wait_final(run["run_id"])
    assert (done["status"], done["reason"]) == ("failed", "not_understood")
    told = done["not_understood"]
    assert "frobnicate" in told["part"]
    assert goal[told["start"] :].startswith(told["part"])
    assert told["suggestions"]
    assert told["because"] in done["message"]
    # a history is kept for its time, also when its user's data is erased
    history = execution_history(run["run_id"])
    assert "not_understood" in history
    assert "frobnicate" not in history


def test_same_idempotency_key_is_the_same_run(api: httpx.Client, device: ScriptedDevice) -> None:
    key = str(uuid.uuid4())
    body = {"goal": "Press ctrl+s", "device_id": device.device_id}
    first, second = (
        api.post("/v1/runs", headers={"Idempotency-Key": key}, json=body) for _ in range(2)
    )
    assert first.status_code == second.status_code == 202
    assert first.json()["run_id"] == second.json()["run_id"]
    other = api.post(
        "/v1/runs", headers={"Idempotency-Key": key}, json=body | {"goal": "Press ctrl+o"}
    )
    assert other.status_code in {409, 422, 400}
    assert device.receive()["run_id"] == first.json()["run_id"]
    assert device.poll(wait_seconds=1) is None


def test_cancel_wins_at_any_moment(
    api: httpx.Client, device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, "Press ctrl+s")
    observe = device.receive()
    assert api.post(f"/v1/runs/{run['run_id']}/cancel").status_code == 202
    beat = api.post(f"/v1/commands/{observe['id']}/heartbeat")
    assert beat.status_code == 409 or beat.json()["cancelled"] is True
    done = wait_final(run["run_id"])
    assert (done["status"], done["reason"]) == ("cancelled", "cancelled")
    assert device.answer_observe(observe["id"]).status_code == 409


def test_a_silent_device_ends_the_run_within_the_heartbeat_limit(
    device: ScriptedDevice, start_run: Start, wait_final: Wait
) -> None:
    run = start_run(device.device_id, "Press ctrl+s")
    command = device.receive()
    done = wait_final(run["run_id"], seconds=3 * command["heartbeat_seconds"] + 20)
    assert (done["status"], done["reason"]) == ("failed", "device_silent")
    assert done["message"]


def test_a_picture_outside_the_commands_prefix_is_refused(
    device: ScriptedDevice, start_run: Start, api: httpx.Client, wait_final: Wait
) -> None:
    run = start_run(device.device_id, "Press ctrl+s")
    device.answer_observe(device.receive()["id"])
    perform = device.receive()
    answer = api.post(
        f"/v1/commands/{perform['id']}/result",
        json={
            "status": "done",
            "effects": [
                {
                    "step_id": "s1",
                    "outcome": "confirmed",
                    "started_at": "2026-01-01T00:00:00Z",
                    "duration_ms": 1,
                    "before_key": "runs/somebody-elses/cmd-1/s1.png",
                }
            ],
        },
    )
    assert answer.status_code == 400, answer.text
    assert "before_key" in answer.text
    device.answer_perform(perform)
    assert wait_final(run["run_id"])["status"] == "succeeded"
