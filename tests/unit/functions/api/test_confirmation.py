"""Mode ``confirm``: a run that waits, is confirmed once, or is cancelled."""

from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from qs_cloud import clients


@pytest.fixture
def dispatch(api: Any, load_handler: Any) -> ModuleType:
    found: ModuleType = load_handler("dispatch")
    return found


def waiting(api: Any, dispatch: ModuleType, attempts: int = 1) -> str:
    """A run whose plan was made and that dispatch was told to ask a person about."""
    run_id: str = api.start(api.enrol()["device_id"])["run_id"]
    set_attempts(run_id, attempts)
    ask(dispatch, run_id, "token-1")
    return run_id


def set_attempts(run_id: str, attempts: int) -> None:
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": run_id}},
        UpdateExpression="SET attempts = :a",
        ExpressionAttributeValues={":a": {"N": str(attempts)}},
    )


def ask(dispatch: ModuleType, run_id: str, token: str) -> None:
    event = {"kind": "confirm", "run_id": run_id, "task_token": token}
    assert dispatch.handler(event, None) == {}


def confirm(api: Any, run_id: str, attempts: int = 1, **more: Any) -> Any:
    return api("POST", f"/v1/runs/{run_id}/confirm", {"attempts": attempts}, **more)


def test_a_run_that_waits_says_so_and_never_shows_the_token(
    api: Any, dispatch: ModuleType, machine: Any
) -> None:
    run_id = waiting(api, dispatch)
    answer = api("GET", f"/v1/runs/{run_id}")
    assert answer.body["status"] == "awaiting_confirmation"
    assert "token-1" not in str(answer.body)
    assert machine.told == []


def test_a_confirmation_lets_the_state_machine_go_on_once(
    api: Any, dispatch: ModuleType, machine: Any, raw_item: Any
) -> None:
    run_id = waiting(api, dispatch)
    first = confirm(api, run_id)
    assert first.status == 202
    assert first.body["confirmed_at"]
    assert machine.told == [("success", "token-1", {"confirmed": True})]
    assert "confirm_token" not in raw_item("runs", run_id=run_id)
    again = confirm(api, run_id)
    assert (again.status, again.body["confirmed_at"]) == (202, first.body["confirmed_at"])
    assert len(machine.told) == 1


def test_a_lost_answer_of_the_state_machine_is_healed_by_the_repeat(
    api: Any, dispatch: ModuleType, machine: Any
) -> None:
    run_id = waiting(api, dispatch)
    machine.fail("SendTaskSuccess", ConnectTimeoutError(endpoint_url="https://states"))
    assert confirm(api, run_id).status == 503
    assert confirm(api, run_id).status == 202
    assert machine.told == [("success", "token-1", {"confirmed": True})]


def test_a_confirmation_is_of_the_plan_that_was_looked_at(
    api: Any, dispatch: ModuleType, machine: Any
) -> None:
    run_id = waiting(api, dispatch, attempts=2)
    answer = confirm(api, run_id, attempts=1)
    assert answer.status == 409
    assert "attempt 2" in answer.body["detail"]
    assert machine.told == []
    assert confirm(api, run_id, attempts=2).status == 202


def test_a_repair_is_asked_for_again(api: Any, dispatch: ModuleType, machine: Any) -> None:
    run_id = waiting(api, dispatch)
    confirm(api, run_id)
    set_attempts(run_id, 2)
    ask(dispatch, run_id, "token-2")
    asked = api("GET", f"/v1/runs/{run_id}").body
    assert (asked["status"], "confirmed_at" in asked) == ("awaiting_confirmation", False)
    assert confirm(api, run_id, attempts=1).status == 409
    assert confirm(api, run_id, attempts=2).status == 202
    assert [told[1] for told in machine.told] == ["token-1", "token-2"]


def test_a_task_that_is_tried_again_replaces_the_token(
    api: Any, dispatch: ModuleType, machine: Any
) -> None:
    run_id = waiting(api, dispatch)
    ask(dispatch, run_id, "token-again")
    assert confirm(api, run_id).status == 202
    assert [told[1] for told in machine.told] == ["token-again"]


def test_cancel_rejects_the_plan(api: Any, dispatch: ModuleType, machine: Any) -> None:
    run_id = waiting(api, dispatch)
    assert api("POST", f"/v1/runs/{run_id}/cancel").status == 202
    ((kind, token, told),) = machine.told
    assert (kind, token, told["error"]) == ("failure", "token-1", "Cancelled")
    late = confirm(api, run_id)
    assert (late.status, "cancelled" in late.body["detail"]) == (409, True)
    assert len(machine.told) == 1


def test_an_expired_confirmation_is_a_conflict_when_the_run_has_ended(
    api: Any, dispatch: ModuleType, machine: Any
) -> None:
    run_id = waiting(api, dispatch)
    clients.dynamodb().update_item(
        TableName="qscreen-test-runs",
        Key={"run_id": {"S": run_id}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "failed"}},
    )
    assert confirm(api, run_id).status == 409
    assert machine.told == []


def test_nobody_but_the_owner_confirms(api: Any, dispatch: ModuleType, machine: Any) -> None:
    run_id = waiting(api, dispatch)
    for sub, groups in (("user-2", "user"), ("user-2", "operator"), ("user-2", "admin")):
        assert confirm(api, run_id, sub=sub, groups=groups).status == 404
    refused = confirm(api, run_id, scopes="qscreen/runs.read", groups="viewer")
    assert refused.status == 403
    assert machine.told == []


def test_a_run_that_does_not_wait_is_a_conflict(api: Any, machine: Any) -> None:
    run_id = api.start(api.enrol()["device_id"])["run_id"]
    assert confirm(api, run_id).status == 409
    assert machine.told == []


@pytest.mark.parametrize("attempts", [0, -1, "x", None])
def test_a_wrong_attempt_is_named(api: Any, dispatch: ModuleType, attempts: Any) -> None:
    answer = confirm(api, waiting(api, dispatch), attempts=attempts)
    assert (answer.status, answer.body["errors"][0]["path"]) == (400, "/attempts")


def test_the_wait_is_a_stage_of_the_run(api: Any, dispatch: ModuleType) -> None:
    run_id = waiting(api, dispatch)
    confirm(api, run_id)
    (stage,) = [
        s for s in api("GET", f"/v1/runs/{run_id}").body["stages"] if s["name"] == "confirm"
    ]
    assert stage["ended_at"] >= stage["started_at"]
