"""What happened in a run, in the order in which it happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from qops.runs.outcome import describe
from qscreen.wire import Run, RunStatus


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """One thing that happened.

    Attributes:
        at: When.
        source: Who tells it: ``api``, ``device``, ``machine``, ``function``.
        what: What happened, a few words.
        detail: More of it; may be empty.
        seconds: How long it took, where that is known.
    """

    at: datetime
    source: str
    what: str
    detail: str = ""
    seconds: float | None = None


def moments_of(run: Run) -> list[Moment]:
    """All that the API knows of a run, the earliest first."""
    steps = {step.id: step for step in run.plan.steps} if run.plan else {}
    found = [Moment(run.created_at, "api", "accepted", f"{run.mode.value}, {run.device_id}")]
    for stage in run.stages:
        taken = (stage.ended_at - stage.started_at).total_seconds() if stage.ended_at else None
        found.append(Moment(stage.started_at, "api", f"stage {stage.name.value}", seconds=taken))
    if run.plan is not None:
        found.append(
            Moment(
                run.plan.created_at,
                "api",
                "planned",
                f"{len(run.plan.steps)} steps by {run.plan.source.value}",
            )
        )
    if run.confirmed_at is not None:
        found.append(Moment(run.confirmed_at, "api", "confirmed"))
    for effect in run.effects:
        outcome = effect.outcome.value + (f" ({effect.error.value})" if effect.error else "")
        step = steps.get(effect.step_id)
        found.append(
            Moment(
                effect.started_at,
                "device",
                f"step {effect.step_id} {outcome}",
                describe(step) if step else "",
                effect.duration_ms / 1000,
            )
        )
    if run.status.final:
        reason = f" ({run.reason.value})" if run.reason else ""
        found.append(Moment(run.updated_at, "api", f"{run.status.value}{reason}"))
    return in_order(found)


def in_order(moments: Iterable[Moment]) -> list[Moment]:
    """Moments by their time; what happened at the same time stays as it was given."""
    return sorted(moments, key=lambda one: one.at)


def progress(run: Run) -> str:
    """How far a run is, e.g. ``acting, 2 of 3 steps``."""
    if run.plan is None or run.status in {RunStatus.QUEUED, RunStatus.OBSERVING}:
        return run.status.value
    tried = len({effect.step_id for effect in run.effects})
    return f"{run.status.value}, {tried} of {len(run.plan.steps)} steps"


def elapsed(run: Run, now: datetime) -> timedelta:
    """How long a run took, or takes by now."""
    return (run.updated_at if run.status.final else now) - run.created_at
