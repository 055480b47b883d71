"""What the tools show: little, because a model reads it all."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from qs_cloud.run_record import RunRecord
from qscreen.wire import (
    Device,
    DeviceStatus,
    Outcome,
    RunMode,
    RunReason,
    RunStatus,
    Schedule,
    TemplateSummary,
    TemplateVersion,
)


class StepShown(BaseModel):
    """One step of the plan."""

    id: str
    kind: str
    because: str = Field(description="Words of the goal that ask for it.")
    consent: str | None = Field(description="Why a person must agree first; mostly null.")
    outcome: Outcome | None = Field(description="null until it was tried.")


class RunShown(BaseModel):
    """A run."""

    run_id: str
    status: RunStatus
    mode: RunMode
    device_id: str
    goal: str
    template_id: str | None
    template_version: int | None
    reason: RunReason | None
    message: str | None = Field(description="What happened, why, what to do next.")
    attempts: int
    steps: list[StepShown]
    created_at: datetime
    updated_at: datetime
    next_step: str | None = Field(description="What can be done now.")


class RunLine(BaseModel):
    """A run in the history."""

    run_id: str
    status: RunStatus
    goal: str
    device_id: str
    template_id: str | None
    created_at: datetime


class RunsFound(BaseModel):
    """A page of the history, newest first."""

    runs: list[RunLine]
    next_token: str | None


class DeviceLine(BaseModel):
    """A device."""

    device_id: str
    name: str
    platform: str
    active: bool
    last_seen_at: datetime | None


class DevicesFound(BaseModel):
    """The caller's devices, newest first."""

    devices: list[DeviceLine]


class TemplatesFound(BaseModel):
    """A page of templates."""

    templates: list[TemplateSummary]
    next_token: str | None


class VersionsFound(BaseModel):
    """The versions of a template that are kept, newest first."""

    versions: list[TemplateVersion]


class SchedulesFound(BaseModel):
    """A page of schedules."""

    schedules: list[Schedule]
    next_token: str | None


_NEXT: Mapping[RunStatus, str] = {
    RunStatus.AWAITING_CONFIRMATION: "A person looks at the plan and confirms it, outside of this "
    "conversation; or call cancel_run.",
    RunStatus.PLANNED: "Look at the steps; start it in mode confirm or auto to have them done.",
    RunStatus.FAILED: "Read the message; put right what it names before you start it again.",
}


def show_run(record: RunRecord) -> RunShown:
    """Show a run without what was read off the screen.

    Args:
        record: The run.

    Returns:
        What a model needs to go on.
    """
    run, effects = record.run, record.last_effects
    steps = [
        StepShown(
            id=step.id,
            kind=step.action.kind.value,
            because=step.because,
            consent=step.consent,
            outcome=effects[step.id].outcome if step.id in effects else None,
        )
        for step in (run.plan.steps if run.plan else ())
    ]
    shown = {name: getattr(run, name) for name in RunShown.model_fields if hasattr(run, name)}
    next_step = _NEXT.get(run.status)
    if next_step is None and not run.status.final:
        next_step = "Call get_run again in some seconds, until the status is final."
    return RunShown.model_validate({**shown, "steps": steps, "next_step": next_step})


def run_line(record: RunRecord) -> RunLine:
    """Show a run in one line.

    Args:
        record: The run.

    Returns:
        The line.
    """
    return RunLine.model_validate(
        {name: getattr(record.run, name) for name in RunLine.model_fields}
    )


def device_line(device: Device) -> DeviceLine:
    """Show a device in one line.

    Args:
        device: The device.

    Returns:
        The line.
    """
    return DeviceLine(
        device_id=device.device_id,
        name=device.name,
        platform=device.platform.value,
        active=device.status is DeviceStatus.ACTIVE,
        last_seen_at=device.last_seen_at,
    )
