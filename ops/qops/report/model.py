"""What the report shows of a run, computed once so that the template only places it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qops.report.pictures import Picture, StepPictures
from qops.runs.outcome import describe, describe_analysis, stage_seconds
from qscreen.wire import Effect, OpenApp, Run, RunReport, RunStatus, Step


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with the rectangle to mark on it."""

    uri: str
    width: int
    height: int
    rect: tuple[int, int, int, int] | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with its last effect."""

    id: str
    title: str
    because: str
    risk: str
    outcome: str
    error: str
    route: str
    milliseconds: float | None
    evidence: str
    candidates: tuple[str, ...]
    before: ShownPicture | None
    after: ShownPicture | None


@dataclass(frozen=True, slots=True)
class ShownStage:
    """A stage as a part of the bar.

    Attributes:
        name: Name of the stage.
        seconds: Its length.
        percent: Its share of the bar.
    """

    name: str
    seconds: float
    percent: float


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was not understood, cut where it is marked."""

    before: str
    part: str
    after: str
    because: str
    suggestions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownRun:
    """Everything that the template needs of a run; of an analysis its line and its message."""

    run_id: str
    goal: str
    language: str
    mode: str
    device_id: str
    status: str
    tone: str
    reason: str
    message: str
    plan_source: str
    attempts: int
    created_at: datetime
    seconds: float
    stages: tuple[ShownStage, ...]
    analyses: tuple[tuple[str, str], ...]
    steps: tuple[ShownStep, ...]
    complaint: Complaint | None
    audit_sequence: int | None
    audit_hash: str | None
    check: str


_TONES = {
    RunStatus.SUCCEEDED: "good",
    RunStatus.PLANNED: "good",
    RunStatus.CANCELLED: "fair",
    RunStatus.FAILED: "bad",
}


def shown_run(
    report: RunReport, pictures: Mapping[str, StepPictures], *, check: str = ""
) -> ShownRun:
    """Prepare a run for the template.

    Args:
        report: The run.
        pictures: Its pictures by step id.
        check: What an outside oracle says of the run's outcome, one line; may be empty.
    """
    run = report.run
    effects = {effect.step_id: effect for effect in run.effects}
    return ShownRun(
        run_id=run.run_id,
        goal=run.goal,
        language=_language(run),
        mode=run.mode.value,
        device_id=run.device_id,
        status=run.status.value,
        tone=_TONES.get(run.status, "fair"),
        reason=run.reason.value if run.reason else "",
        message=run.message or "",
        plan_source=run.plan.source.value if run.plan else "",
        attempts=run.attempts,
        created_at=run.created_at,
        seconds=(run.updated_at - run.created_at).total_seconds(),
        stages=_stages(run),
        analyses=tuple((describe_analysis(one), one.message or "") for one in run.analyses),
        steps=tuple(
            _step(step, effects.get(step.id), pictures.get(step.id, StepPictures()))
            for step in (run.plan.steps if run.plan else ())
        ),
        complaint=_complaint(run),
        audit_sequence=report.audit_sequence,
        audit_hash=report.audit_hash,
        check=check,
    )


def _language(run: Run) -> str:
    told = run.plan or run.not_understood
    return told.language.value if told else "en"


def _stages(run: Run) -> tuple[ShownStage, ...]:
    timed = [
        (stage.name.value, seconds)
        for stage in run.stages
        if (seconds := stage_seconds(stage)) is not None
    ]
    total = sum(seconds for _, seconds in timed) or 1.0
    return tuple(ShownStage(name, seconds, 100 * seconds / total) for name, seconds in timed)


def _step(step: Step, effect: Effect | None, pictures: StepPictures) -> ShownStep:
    rect = None
    if effect and effect.target_rect:
        area = effect.target_rect
        rect = (area.x, area.y, area.width, area.height)
    return ShownStep(
        id=step.id,
        title=describe(step),
        because=step.because,
        risk=step.risk.value,
        outcome=effect.outcome.value if effect else "not reached",
        error=effect.error.value if effect and effect.error else "",
        route=effect.route.value if effect else "",
        milliseconds=effect.duration_ms if effect else None,
        evidence=effect.evidence if effect else "",
        candidates=effect.candidates if effect else (),
        # A window that the step opens is not there before it.
        before=_picture(pictures.before, None if isinstance(step.action, OpenApp) else rect),
        after=_picture(pictures.after, rect),
    )


def _picture(
    picture: Picture | None, rect: tuple[int, int, int, int] | None
) -> ShownPicture | None:
    if picture is None:
        return None
    uri = "data:image/png;base64," + base64.b64encode(picture.data).decode("ascii")
    return ShownPicture(uri, picture.width, picture.height, rect)


def _complaint(run: Run) -> Complaint | None:
    told = run.not_understood
    if told is None:
        return None
    end = told.start + len(told.part)
    return Complaint(
        before=told.goal[: told.start],
        part=told.part,
        after=told.goal[end:],
        because=told.because,
        suggestions=tuple((item.pattern, item.example) for item in told.suggestions),
    )
