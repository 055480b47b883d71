"""What all wire models share: nothing that cannot be read again, nothing told by a fault."""

import pytest
from pydantic import ValidationError

from qscreen.wire import Effect, Outcome, RunRequest

SECRET = "비밀 회의록"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_a_number_that_json_cannot_write_is_refused(number: str) -> None:
    text = (
        '{"step_id": "s1", "outcome": "confirmed", "started_at": "2026-11-23T09:00:00Z", '
        f'"duration_ms": {number}}}'
    )
    with pytest.raises(ValidationError):
        Effect.model_validate_json(text)


def test_a_fault_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(ValidationError) as found:
        Effect.model_validate({"step_id": SECRET, "outcome": Outcome.CONFIRMED})
    assert "step_id" in str(found.value)
    assert SECRET not in str(found.value)


@pytest.mark.parametrize("goal", ["type 'a\x00b'", "\x00", ""])
def test_a_goal_is_text_that_a_database_can_keep(goal: str) -> None:
    with pytest.raises(ValidationError):
        RunRequest(goal=goal, device_id="dev-1")


def test_a_goal_may_have_lines() -> None:
    assert RunRequest(goal="type 'a\nb'\n", device_id="dev-1").goal == "type 'a\nb'\n"
