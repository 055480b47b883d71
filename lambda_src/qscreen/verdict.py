"""What the effects of a command mean for its run. Pure: no clock, no network.

Messages name steps and errors, never what stood on the screen: they reach logs.

Confirmed only if every step is. A repair is allowed only where the step that stopped the run
cannot have changed anything, so that nothing is ever done twice.
"""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import ConfigDict, Field

from qscreen.wire.action import RiskCategory
from qscreen.wire.base import WireModel
from qscreen.wire.effect import Effect, EffectError, Outcome, Route
from qscreen.wire.plan import Plan, Step
from qscreen.wire.run import RunReason


class VerdictKind(StrEnum):
    """The closed set of verdicts."""

    CONFIRMED = "confirmed"
    REPAIR = "repair"
    FAILED = "failed"


class Verdict(WireModel):
    """What a command came to; its JSON is the answer of the state machine's `perform` task."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    kind: VerdictKind = Field(alias="verdict")
    reason: RunReason | None = None
    message: str | None = Field(default=None, description="What happened, why, what to do next.")


_NOTHING_TO_ACT_ON = frozenset({EffectError.TARGET_NOT_FOUND, EffectError.TIMED_OUT})
"""Errors of a step that may have come before it acted."""
_HARMLESS = frozenset({RiskCategory.LOOK, RiskCategory.NAVIGATE})

_WHY: dict[EffectError, str] = {
    EffectError.AMBIGUOUS_TARGET: "several elements fit its target",
    EffectError.TARGET_NOT_FOUND: "its target was not on the screen",
    EffectError.DENIED_BY_POLICY: "the device's policy denies it",
    EffectError.WOULD_OVERWRITE: "a file of that name exists",
    EffectError.APP_NOT_FOUND: "the device has no such program",
    EffectError.NOT_EDITABLE: "its target cannot be edited",
    EffectError.SECURE_FIELD: "its target is a password field",
    EffectError.BAD_VALUE: "what it would set does not fit its target",
    EffectError.NOTHING_TO_UNDO: "there was nothing that can be undone",
    EffectError.TIMED_OUT: "it took too long",
    EffectError.INTERRUPTED: "the agent was interrupted in the middle of it",
    EffectError.STOPPED: "the stop key was pressed",
    EffectError.NOT_AGREED: "nobody at the device agreed to it",
    EffectError.USER_ACTIVE: "somebody was using the device",
    EffectError.BACKEND_ERROR: "the desktop reported an error",
}
_NEXT: dict[EffectError, str] = {
    EffectError.AMBIGUOUS_TARGET: "Name the element more exactly, with its role or its program.",
    EffectError.TARGET_NOT_FOUND: "Bring the element onto the screen, or name it as it is shown.",
    EffectError.DENIED_BY_POLICY: "Ask the device's owner to allow it in the policy.",
    EffectError.WOULD_OVERWRITE: "Choose another name, or move the existing file away.",
    EffectError.APP_NOT_FOUND: "Name a program that the device has.",
    EffectError.NOT_EDITABLE: "Name a field that takes text.",
    EffectError.SECURE_FIELD: "Type the password yourself.",
    EffectError.BAD_VALUE: "Give a value that the element takes; its report says which.",
    EffectError.NOTHING_TO_UNDO: "Put it right by a step of its own.",
    EffectError.TIMED_OUT: "Look whether the program still answers, then start the run again.",
    EffectError.INTERRUPTED: "Look at the screen for what was done, then start a run for the rest.",
    EffectError.STOPPED: "Start the run again when the device may be used.",
    EffectError.NOT_AGREED: "Start the run again while somebody is at the device to answer.",
    EffectError.USER_ACTIVE: "Start the run again when nobody uses the device.",
    EffectError.BACKEND_ERROR: "Look at the agent's log on the device.",
}
_LOOK = "Look at the pictures of the step in the run's report, then start a run for the rest."
_REASON_OF_OUTCOME: dict[Outcome, RunReason] = {
    Outcome.REFUSED: RunReason.STEP_REFUSED,
    Outcome.FAILED: RunReason.STEP_FAILED,
    Outcome.UNVERIFIABLE: RunReason.NOT_CONFIRMED,
    Outcome.SUSPECTED_NOOP: RunReason.NOT_CONFIRMED,
}
_WORDS: dict[Outcome, str] = {
    Outcome.REFUSED: "was refused",
    Outcome.FAILED: "failed",
    Outcome.UNVERIFIABLE: "could not be verified",
    Outcome.SUSPECTED_NOOP: "seems to have changed nothing",
}


def judge(
    steps: Sequence[Step],
    effects: Sequence[Effect],
    attempt: int = 1,
    max_attempts: int | None = None,
) -> Verdict:
    """Judge the effects of a command's steps.

    Args:
        steps: The steps that the command was to perform, in order.
        effects: What came of them; steps after one that was not confirmed may have none.
        attempt: Which planning of the run this was, from 1.
        max_attempts: How often a run may plan; None when the caller counts the attempts, as
            the state machine does.

    Returns:
        `confirmed` when every step is, `repair` when the first step that is not cannot have
        changed anything and attempts remain, `failed` otherwise.
    """
    known = {step.id for step in steps}
    strangers = [effect.step_id for effect in effects if effect.step_id not in known]
    if strangers:
        return _failed(
            RunReason.NOT_CONFIRMED,
            f"The device reported an effect for {strangers[0]}, which is no step of the command. "
            "Update the agent, then start the run again.",
        )
    attempts_remain = max_attempts is None or attempt < max_attempts
    reported = {step.id: [e for e in effects if e.step_id == step.id] for step in steps}
    for number, step in enumerate(steps, start=1):
        unconfirmed = [e for e in reported[step.id] if e.outcome is not Outcome.CONFIRMED]
        if reported[step.id] and not unconfirmed:
            continue
        place = f"Step {number} of {len(steps)} ({step.action.kind.value})"
        if not unconfirmed:
            return _failed(
                RunReason.NOT_CONFIRMED,
                f"{place} has no effect: the device did not report it. {_LOOK}",
            )
        return _of_effect(step, unconfirmed[0], place, effects, attempts_remain)
    return Verdict(kind=VerdictKind.CONFIRMED)


def _of_effect(
    step: Step, effect: Effect, place: str, effects: Sequence[Effect], attempts_remain: bool
) -> Verdict:
    reason = _REASON_OF_OUTCOME[effect.outcome]
    message = f"{place} {_WORDS[effect.outcome]}"
    if effect.error is not None:
        message += f": {_WHY[effect.error]}"
    message += "."
    # A step that begins after the one that stopped the run may depend on it: nothing is safe.
    ended = effects[-1] is effect
    if ended and may_repeat(step, effect):
        if attempts_remain:
            return Verdict(
                kind=VerdictKind.REPAIR,
                reason=reason,
                message=f"{message} It is observed and planned again.",
            )
        message += " It was planned as often as a run may."
    advice = _NEXT[effect.error] if effect.error is not None else _LOOK
    return _failed(reason, f"{message} {advice}")


def may_repeat(step: Step, effect: Effect) -> bool:
    """Tell whether a step cannot have changed anything, so that it may be done again.

    Args:
        step: The step.
        effect: What came of it.

    Returns:
        True for a failed step that found no target or timed out, where it only looks or
        navigates or where no route was taken; and for a look or a navigation without an
        effect. False for everything else.
    """
    harmless = step.risk in _HARMLESS
    if effect.outcome is Outcome.FAILED:
        # A save that timed out after its keys were sent may still have written the file.
        did_not_act = harmless or effect.route is Route.NONE
        return effect.error in _NOTHING_TO_ACT_ON and did_not_act
    unstopped = effect.error is None or effect.error in _NOTHING_TO_ACT_ON
    return effect.outcome is Outcome.SUSPECTED_NOOP and unstopped and harmless


def remaining_steps(plan: Plan, effects: Sequence[Effect]) -> tuple[Step, ...]:
    """List what a repaired run still has to do.

    Args:
        plan: The run's plan.
        effects: All effects so far, of every attempt.

    Returns:
        The steps of the plan from the first that has no confirmed effect on, with the ids they
        have in the plan.
    """
    confirmed = {effect.step_id for effect in effects if effect.outcome is Outcome.CONFIRMED}
    for place, step in enumerate(plan.steps):
        if step.id not in confirmed:
            return plan.steps[place:]
    return ()


def _failed(reason: RunReason, message: str) -> Verdict:
    return Verdict(kind=VerdictKind.FAILED, reason=reason, message=message)
