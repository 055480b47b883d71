"""Making a report of what was done on this device alone, with nothing in it that must stay."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from qagent.policy import Policy
from qscreen.grammar import understand
from qscreen.redaction import redact, redacting
from qscreen.wire import (
    DeviceRun,
    Effect,
    Outcome,
    Plan,
    PlanSource,
    Role,
    SetValue,
    Step,
    TypeText,
)

MOST_STEPS = 20
"""Steps of a plan at most; of a longer piece of work its beginning is reported."""

WITHHELD = "[withheld]"
"""Stands for what was typed where it cannot be seen."""

Done = tuple[Sequence[Step], Sequence[Effect]]
"""The steps of one command, and what came of them."""


def report_of(
    goal: str,
    done: Iterable[Done],
    started_at: datetime,
    finished_at: datetime,
    policy: Policy,
    secrets: Collection[str] = (),
) -> DeviceRun | None:
    """Make the report of a run.

    Args:
        goal: What was asked for.
        done: Its commands in their order.
        started_at: When it began.
        finished_at: When it ended.
        policy: The policy in force; its redaction is applied to every text.
        secrets: Texts that must be in no part of it.

    Returns:
        The report; None where the policy wants none, or nothing was to be done.
    """
    if not policy.report_local_runs:
        return None
    steps, effects = _numbered(done)
    if not steps:
        return None
    plan = Plan(
        goal=goal[:2000],
        language=understand(goal).language,
        source=PlanSource.GRAMMAR,
        steps=tuple(steps),
        created_at=started_at,
    )
    report = DeviceRun(
        plan=plan, effects=tuple(effects), started_at=started_at, finished_at=finished_at
    )
    withheld = sorted({*_secrets(steps, effects), *filter(None, secrets)}, key=len, reverse=True)
    with redacting(policy.redactor):
        values = _cleaned(report.model_dump(mode="json"), withheld)
    try:
        return DeviceRun.model_validate(values)
    except ValidationError:
        # What is left of a value fits no step any more: better no report than the value.
        return None


def _numbered(done: Iterable[Done]) -> tuple[list[Step], list[Effect]]:
    """All steps in one row, numbered anew, with the effects that belong to them."""
    steps: list[Step] = []
    effects: list[Effect] = []
    for some, came in done:
        by_id = {effect.step_id: effect for effect in came}
        for step in some:
            if len(steps) == MOST_STEPS:
                return steps, effects
            name = f"s{len(steps) + 1}"
            steps.append(step.model_copy(update={"id": name}))
            effect = by_id.get(step.id)
            if effect is not None:
                changes = {"step_id": name, "before_key": None, "after_key": None}
                effects.append(effect.model_copy(update=changes))
    return steps, effects


def _secrets(steps: Iterable[Step], effects: Iterable[Effect]) -> set[str]:
    """Texts that went into a password field, or of which it is not known where they went."""
    confirmed = {one.step_id for one in effects if one.outcome is Outcome.CONFIRMED}
    found = set()
    for step in steps:
        action = step.action
        if not isinstance(action, TypeText | SetValue):
            continue
        into_secret = action.target is not None and action.target.role is Role.PASSWORD_FIELD
        if into_secret or step.id not in confirmed:
            typed = action.text if isinstance(action, TypeText) else action.value
            found.add(str(typed))
    return {one for one in found if one}


def _cleaned(value: Any, withheld: Sequence[str]) -> Any:
    """Every text in a JSON value, redacted; what is a secret is gone from all of them."""
    if isinstance(value, str):
        for secret in withheld:
            value = value.replace(secret, WITHHELD)
        return redact(value)
    if isinstance(value, list):
        return [_cleaned(one, withheld) for one in value]
    if isinstance(value, dict):
        return {name: _cleaned(one, withheld) for name, one in value.items()}
    return value
