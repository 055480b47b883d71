"""What MCP clients do on the screen stands among the platform's runs, where the policy says so."""

from collections.abc import Callable
from typing import Any

import pytest

from qagent.home import AgentHome
from qagent.mcp.desk import Desk
from qagent.mcp.telling import QUIET_SECONDS, Telling
from qagent.outbox import Outbox
from qagent.reporting import MOST_STEPS
from qscreen.wire import Effect, OpenApp, Outcome, Step


@pytest.fixture
def told(home: AgentHome, write_policy: Callable[..., None]) -> Outbox:
    write_policy("report_local_runs: true")
    home.device.write_text("{}", encoding="utf-8")
    return Outbox(home.outbox)


def goals(outbox: Outbox) -> list[tuple[str, int]]:
    return [(one.report.plan.goal, len(one.report.plan.steps)) for one in outbox.waiting()]


def test_the_steps_of_a_client_are_told_when_it_goes(
    told: Outbox, desk: Desk, call: Callable[..., Any]
) -> None:
    call("observe")
    call("type_text", text="kim@example.com")
    call("press_element", target={"name": "Nowhere"})
    call("set_value", target={"name": "Password", "role": "password_field"}, value="hunter2")
    assert told.count() == 0
    desk.close()
    (letter,) = told.waiting()
    assert letter.report.plan.goal == "MCP: Tester 1.0"
    kinds = [str(step.action.kind) for step in letter.report.plan.steps]
    assert kinds == ["type_text", "click", "set_value"]
    outcomes = [one.outcome for one in letter.report.effects]
    assert outcomes[:2] == [Outcome.CONFIRMED, Outcome.REFUSED]
    said = letter.report.model_dump_json()
    assert "kim@" not in said
    assert "hunter2" not in said


def test_nothing_is_told_unless_the_policy_says_so(
    home: AgentHome, desk: Desk, call: Callable[..., Any]
) -> None:
    home.device.write_text("{}", encoding="utf-8")
    call("type_text", text="a")
    desk.close()
    assert Outbox(home.outbox).count() == 0


def test_a_long_day_is_told_in_parts(told: Outbox, home: AgentHome) -> None:
    now = [0.0]
    telling = Telling(home, lambda: now[0])
    step = Step(id="s1", action=OpenApp(app="mousepad"), because="")

    def work(client: str, times: int) -> None:
        for _ in range(times):
            telling.begin(client)
            at = "2026-11-30T03:00:00Z"
            values = {"step_id": "s1", "outcome": "confirmed", "started_at": at, "duration_ms": 1}
            telling.add(step, Effect.model_validate(values))

    work("one", MOST_STEPS + 1)
    assert goals(told) == [("one", MOST_STEPS)]
    now[0] += QUIET_SECONDS + 1
    work("one", 2)
    work("two", 1)
    telling.end()
    assert sorted(goals(told)) == [("one", 1), ("one", 2), ("one", MOST_STEPS), ("two", 1)]
