"""Effects of steps that were not performed, and of pictures that did not arrive."""

from datetime import UTC, datetime

from qscreen.wire import Effect, EffectError, Outcome, Step


def with_arrived(effect: Effect, arrived: frozenset[str]) -> Effect:
    """Drop the key of a picture that did not arrive: a key must lead to a picture."""
    return effect.model_copy(
        update={
            "before_key": effect.before_key if effect.before_key in arrived else None,
            "after_key": effect.after_key if effect.after_key in arrived else None,
        }
    )


def refused(step: Step, message: str, error: EffectError) -> Effect:
    """The effect of a step that was refused: nothing has changed."""
    return not_performed(step, message, error, Outcome.REFUSED)


def not_performed(
    step: Step,
    message: str,
    error: EffectError = EffectError.INTERRUPTED,
    outcome: Outcome = Outcome.FAILED,
) -> Effect:
    """The effect of a step of which nothing more is known than why it ended."""
    return Effect(
        step_id=step.id,
        outcome=outcome,
        evidence=message[:4000],
        error=error,
        started_at=datetime.now(UTC),
        duration_ms=0,
    )
