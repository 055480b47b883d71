from datetime import UTC, datetime
from typing import Any

import pytest
from qs_recorder.ending import ending_of
from qs_recorder.task import read_task

from qs_cloud.run_record import RunRecord
from qscreen.wire import Run

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def record(**more: Any) -> RunRecord:
    run = Run.model_validate(
        {"run_id": "run-1", "owner": "o", "device_id": "dev-1", "goal": "g", "mode": "auto"}
        | {"status": "acting", "created_at": AT, "updated_at": AT}
    )
    return RunRecord(run=run, **more)


@pytest.mark.parametrize(
    ("cancel_requested", "expected"),
    [(False, ("failed", "device_silent")), (True, ("cancelled", "cancelled"))],
)
def test_a_device_that_the_reaper_gave_up(
    cancel_requested: bool, expected: tuple[str, str]
) -> None:
    event = {"run_id": "run-1", "status": "failed", "reason": "platform_error"}
    task = read_task({**event, "error": {"Error": "DeviceSilent", "Cause": "silent"}})
    ending = ending_of(task, record(cancel_requested=cancel_requested))
    assert (ending.status, ending.reason) == expected


@pytest.mark.parametrize(
    "event",
    [
        {"reason": "not_understood"},
        {"error": {"Error": "DeviceFailed", "Cause": "the run says why"}},
    ],
)
def test_what_quotes_the_goal_or_the_device_comes_from_the_item(event: dict[str, Any]) -> None:
    task = read_task({"run_id": "run-1", "status": "failed", **event})
    assert ending_of(task, record(explanation="'yodel' is no command")).message == (
        "'yodel' is no command"
    )
