"""Schedules: a template that runs by the clock."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Identifier, Timestamp, WireModel
from qscreen.wire.run import RunMode
from qscreen.wire.template import InputName, InputValue


class ScheduleState(StrEnum):
    """Whether a schedule starts runs."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class ScheduleRequest(WireModel):
    """Body of `POST /v1/schedules`. The `Idempotency-Key` header is required with it."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")
    expression: str = Field(
        max_length=200,
        pattern=r"^(at|rate|cron)\([A-Za-z0-9 ,*?/#:-]+\)$",
        description="When, as EventBridge Scheduler writes it: `rate(1 hour)`, "
        "`cron(0 9 ? * MON-FRI *)` or `at(2026-11-23T09:00:00)`.",
    )
    timezone: str = Field(
        default="UTC",
        max_length=50,
        pattern=r"^[A-Za-z0-9_+/-]+$",
        description="IANA time zone of the expression, e.g. `Asia/Seoul`.",
    )
    template_id: Identifier
    inputs: dict[InputName, InputValue] = Field(default_factory=dict, max_length=20)
    device_id: Identifier
    mode: RunMode = RunMode.AUTO
    state: ScheduleState = ScheduleState.ENABLED


class Schedule(WireModel):
    """A schedule as the API shows it. Each occurrence runs the template's version of that time."""

    schedule_id: Identifier
    owner: str = Field(description="Cognito `sub` of the user in whose name it starts runs.")
    name: str
    expression: str
    timezone: str
    template_id: Identifier
    inputs: dict[str, str] = Field(default_factory=dict)
    device_id: Identifier
    mode: RunMode
    state: ScheduleState
    created_at: Timestamp


class ScheduleList(WireModel):
    """A page of schedules, by id."""

    items: tuple[Schedule, ...]
    next_token: str | None = None
