"""The verdict: nothing is done twice, and nothing unknown is success."""

import itertools
import json
from datetime import UTC, datetime

import pytest

from qscreen import wire
from qscreen.verdict import VerdictKind, judge, remaining_steps
from qscreen.wire import Effect, EffectError, Outcome, Route, RunReason, Step

AT = datetime(2026, 11, 23, tzinfo=UTC)
TARGET = wire.Target(name="OK")
OPEN = wire.OpenApp(app="mousepad")
TYPE = wire.TypeText(text="x")
SAVE = wire.SaveAs(filename="a.txt")
WAIT = wire.WaitFor(target=TARGET)
CLICK = wire.Click(target=TARGET)


def steps(*actions: wire.Action) -> tuple[Step, ...]:
    return tuple(
        Step(id=f"s{number}", action=action, because="x")
        for number, action in enumerate(actions, start=1)
    )


def effect(
    number: int,
    outcome: Outcome = Outcome.CONFIRMED,
    error: EffectError | None = None,
    route: Route = Route.NONE,
) -> Effect:
    return Effect(
        step_id=f"s{number}",
        outcome=outcome,
        error=error,
        route=route,
        started_at=AT,
        duration_ms=1,
    )


def test_every_step_confirmed_is_confirmed() -> None:
    verdict = judge(steps(OPEN, TYPE, SAVE), [effect(1), effect(2), effect(3)], 1, 3)
    assert (verdict.kind, verdict.reason, verdict.message) == (VerdictKind.CONFIRMED, None, None)


@pytest.mark.parametrize(
    ("action", "outcome", "error", "route"),
    [
        (TYPE, Outcome.FAILED, EffectError.TARGET_NOT_FOUND, Route.NONE),
        (CLICK, Outcome.FAILED, EffectError.TARGET_NOT_FOUND, Route.NONE),
        (WAIT, Outcome.FAILED, EffectError.TIMED_OUT, Route.ACCESSIBILITY),
        (OPEN, Outcome.FAILED, EffectError.TIMED_OUT, Route.PROCESS),
        (SAVE, Outcome.FAILED, EffectError.TIMED_OUT, Route.NONE),
        (OPEN, Outcome.SUSPECTED_NOOP, None, Route.PROCESS),
        (wire.Focus(target=TARGET), Outcome.SUSPECTED_NOOP, None, Route.ACCESSIBILITY),
        (wire.Read(), Outcome.SUSPECTED_NOOP, None, Route.ACCESSIBILITY),
    ],
)
def test_repairs_what_cannot_have_changed_anything(
    action: wire.Action, outcome: Outcome, error: EffectError | None, route: Route
) -> None:
    wanted = steps(OPEN, action, SAVE)
    effects = [effect(1), effect(2, outcome, error, route)]
    first = judge(wanted, effects, 1, 2)
    assert first.kind is VerdictKind.REPAIR
    assert judge(wanted, effects).kind is VerdictKind.REPAIR
    last = judge(wanted, effects, 2, 2)
    assert last.kind is VerdictKind.FAILED
    assert last.message is not None
    assert "as often as a run may" in last.message


@pytest.mark.parametrize(
    ("action", "outcome", "error", "route", "reason"),
    [
        (TYPE, Outcome.UNVERIFIABLE, None, Route.KEYBOARD, RunReason.NOT_CONFIRMED),
        (TYPE, Outcome.SUSPECTED_NOOP, None, Route.KEYBOARD, RunReason.NOT_CONFIRMED),
        (CLICK, Outcome.SUSPECTED_NOOP, None, Route.POINTER, RunReason.NOT_CONFIRMED),
        (SAVE, Outcome.SUSPECTED_NOOP, None, Route.KEYBOARD, RunReason.NOT_CONFIRMED),
        (SAVE, Outcome.FAILED, EffectError.TIMED_OUT, Route.KEYBOARD, RunReason.STEP_FAILED),
        (CLICK, Outcome.FAILED, EffectError.TARGET_NOT_FOUND, Route.POINTER, RunReason.STEP_FAILED),
        (OPEN, Outcome.UNVERIFIABLE, None, Route.PROCESS, RunReason.NOT_CONFIRMED),
        (TYPE, Outcome.FAILED, EffectError.INTERRUPTED, Route.NONE, RunReason.STEP_FAILED),
        (OPEN, Outcome.FAILED, EffectError.INTERRUPTED, Route.NONE, RunReason.STEP_FAILED),
        (OPEN, Outcome.FAILED, EffectError.STOPPED, Route.NONE, RunReason.STEP_FAILED),
        (OPEN, Outcome.SUSPECTED_NOOP, EffectError.STOPPED, Route.NONE, RunReason.NOT_CONFIRMED),
        (OPEN, Outcome.FAILED, EffectError.BACKEND_ERROR, Route.NONE, RunReason.STEP_FAILED),
        (WAIT, Outcome.FAILED, None, Route.NONE, RunReason.STEP_FAILED),
    ],
)
def test_never_repairs_what_may_have_changed_something(
    action: wire.Action,
    outcome: Outcome,
    error: EffectError | None,
    route: Route,
    reason: RunReason,
) -> None:
    effects = [effect(1), effect(2, outcome, error, route)]
    verdict = judge(steps(OPEN, action, SAVE), effects, 1, 9)
    assert (verdict.kind, verdict.reason) == (VerdictKind.FAILED, reason)
    assert verdict.message is not None
    assert verdict.message.startswith("Step 2 of 3")


@pytest.mark.parametrize("error", list(EffectError))
@pytest.mark.parametrize("action", [OPEN, TYPE, SAVE, WAIT])
def test_refused_is_never_repaired(action: wire.Action, error: EffectError) -> None:
    verdict = judge(steps(action), [effect(1, Outcome.REFUSED, error)], 1, 9)
    assert (verdict.kind, verdict.reason) == (VerdictKind.FAILED, RunReason.STEP_REFUSED)


def test_confirmed_only_if_all_are_and_repair_only_if_harmless() -> None:
    errors = [None, *EffectError]
    for outcome, error, route in itertools.product(Outcome, errors, Route):
        for action in (OPEN, TYPE, SAVE, WAIT, CLICK):
            verdict = judge(steps(action), [effect(1, outcome, error, route)], 1, 9)
            assert (verdict.kind is VerdictKind.CONFIRMED) == (outcome is Outcome.CONFIRMED)
            acted = route is not Route.NONE or outcome is not Outcome.FAILED
            if verdict.kind is VerdictKind.REPAIR and action in (TYPE, SAVE, CLICK):
                assert not acted
            if verdict.kind is not VerdictKind.CONFIRMED:
                assert verdict.reason is not None
                assert verdict.message


def test_missing_effects_are_not_success() -> None:
    verdict = judge(steps(OPEN, TYPE), [effect(1)], 1, 3)
    assert (verdict.kind, verdict.reason) == (VerdictKind.FAILED, RunReason.NOT_CONFIRMED)
    assert judge(steps(OPEN), [], 1, 3).kind is VerdictKind.FAILED


def test_effects_of_unknown_steps_are_not_success() -> None:
    verdict = judge(steps(OPEN), [effect(1), effect(7)], 1, 3)
    assert verdict.kind is VerdictKind.FAILED
    assert verdict.message is not None
    assert "s7" in verdict.message


def test_contradicting_effects_are_not_success() -> None:
    both = [effect(1), effect(1, Outcome.FAILED, EffectError.BACKEND_ERROR)]
    assert judge(steps(OPEN), both, 1, 3).kind is VerdictKind.FAILED


def test_a_step_that_others_ran_after_is_not_repaired() -> None:
    effects = [effect(1, Outcome.FAILED, EffectError.TARGET_NOT_FOUND), effect(2)]
    assert judge(steps(CLICK, TYPE), effects, 1, 3).kind is VerdictKind.FAILED


def test_json_is_the_answer_of_the_task() -> None:
    confirmed = judge(steps(OPEN), [effect(1)])
    assert json.loads(confirmed.model_dump_json(exclude_none=True)) == {"verdict": "confirmed"}
    failed = judge(steps(OPEN), [])
    assert set(json.loads(failed.model_dump_json(exclude_none=True))) == {
        "verdict",
        "reason",
        "message",
    }


def plan(*actions: wire.Action) -> wire.Plan:
    return wire.Plan(
        goal="x",
        language=wire.Language.EN,
        source=wire.PlanSource.GRAMMAR,
        steps=steps(*actions),
        created_at=AT,
    )


@pytest.mark.parametrize(
    ("effects", "remaining"),
    [
        ([], ["s1", "s2", "s3"]),
        ([effect(1)], ["s2", "s3"]),
        ([effect(1), effect(2, Outcome.FAILED, EffectError.TARGET_NOT_FOUND)], ["s2", "s3"]),
        (
            [effect(1), effect(2, Outcome.FAILED, EffectError.TARGET_NOT_FOUND), effect(2)],
            ["s3"],
        ),
        ([effect(1), effect(2), effect(3)], []),
    ],
)
def test_remaining_steps(effects: list[Effect], remaining: list[str]) -> None:
    found = remaining_steps(plan(OPEN, TYPE, SAVE), effects)
    assert [step.id for step in found] == remaining
