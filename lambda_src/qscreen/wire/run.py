"""Runs: one goal on one device, from intake to finish."""

from enum import StrEnum

from pydantic import Field, model_validator

from qscreen.wire.analysis import Analysis
from qscreen.wire.base import Identifier, Timestamp, WireModel
from qscreen.wire.effect import Effect
from qscreen.wire.plan import NotUnderstood, Plan
from qscreen.wire.template import InputName, InputValue


class RunMode(StrEnum):
    """How far a run may go: to the plan, to the plan and on after a confirmation, or to the end."""

    DRY_RUN = "dry_run"
    CONFIRM = "confirm"
    AUTO = "auto"


class RunStatus(StrEnum):
    """Life of a run; the last four are final."""

    QUEUED = "queued"
    OBSERVING = "observing"
    PLANNING = "planning"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    ACTING = "acting"
    PLANNED = "planned"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether the run has ended."""
        return self in _FINAL


_FINAL = frozenset({RunStatus.PLANNED, RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED})


class RunReason(StrEnum):
    """Why a run did not succeed."""

    NOT_UNDERSTOOD = "not_understood"
    DEVICE_SILENT = "device_silent"
    STEP_REFUSED = "step_refused"
    STEP_FAILED = "step_failed"
    NOT_CONFIRMED = "not_confirmed"
    GOING_IN_CIRCLES = "going_in_circles"
    CANCELLED = "cancelled"
    CONFIRMATION_EXPIRED = "confirmation_expired"
    PLATFORM_ERROR = "platform_error"


class RunOrigin(StrEnum):
    """Who planned a run: the platform, or its device by itself."""

    PLATFORM = "platform"
    DEVICE = "device"


class RunRequest(WireModel):
    """Body of `POST /v1/runs`: a goal, or a template with its inputs.

    The `Idempotency-Key` header is required with it.
    """

    goal: str | None = Field(
        default=None,
        min_length=1,
        max_length=2000,
        pattern=r"^[^\x00]+$",
        description="What to do, in Korean or English; left out with a template.",
    )
    template_id: Identifier | None = None
    template_version: int | None = Field(
        default=None, ge=1, description="Version of the template; the newest when absent."
    )
    inputs: dict[InputName, InputValue] = Field(
        default_factory=dict, max_length=20, description="Values of the template's inputs."
    )
    device_id: Identifier
    mode: RunMode = RunMode.AUTO

    @model_validator(mode="after")
    def _goal_or_template(self) -> "RunRequest":
        if (self.goal is None) == (self.template_id is None):
            raise ValueError("a run needs either a goal or a template_id")
        if self.template_id is None and (self.inputs or self.template_version is not None):
            raise ValueError("inputs and template_version belong to a template_id")
        return self


class RunConfirmation(WireModel):
    """Body of `POST /v1/runs/{run_id}/confirm`: which plan was looked at."""

    attempts: int = Field(
        ge=1,
        description="`attempts` of the run as it was looked at: what a repair has planned since "
        "is not confirmed by it.",
    )


class StageName(StrEnum):
    """Stages of a run that are timed."""

    INTAKE = "intake"
    OBSERVE = "observe"
    ANALYSE = "analyse"
    PLAN = "plan"
    CONFIRM = "confirm"
    ACT = "act"
    RECORD = "record"


class Stage(WireModel):
    """Time that one stage took; a repaired run has several of the same name."""

    name: StageName
    started_at: Timestamp
    ended_at: Timestamp | None = None


class Run(WireModel):
    """A run as the API shows it."""

    run_id: Identifier
    owner: str = Field(description="Cognito `sub` of the user who started it.")
    device_id: Identifier
    goal: str
    template_id: Identifier | None = Field(default=None, description="Where the goal is from.")
    template_version: int | None = Field(default=None, ge=1)
    origin: RunOrigin = Field(default=RunOrigin.PLATFORM, description="Who planned it.")
    mode: RunMode
    status: RunStatus
    reason: RunReason | None = None
    message: str | None = Field(default=None, description="What happened, why, what to do next.")
    not_understood: NotUnderstood | None = None
    plan: Plan | None = None
    effects: tuple[Effect, ...] = ()
    stages: tuple[Stage, ...] = ()
    analyses: tuple[Analysis, ...] = Field(
        default=(), description="What was read off pictures where the tree was not enough."
    )
    attempts: int = Field(default=0, ge=0, description="How often the run planned.")
    confirmed_at: Timestamp | None = Field(
        default=None, description="When a person let the plan that waits go on."
    )
    created_at: Timestamp
    updated_at: Timestamp


class RunList(WireModel):
    """A page of runs, newest first."""

    items: tuple[Run, ...]
    next_token: str | None = None


class PictureLinks(WireModel):
    """Presigned links to the pictures of a step; short-lived."""

    step_id: str
    before_url: str | None = None
    after_url: str | None = None


class RunReport(WireModel):
    """Everything a person needs to judge a run."""

    run: Run
    pictures: tuple[PictureLinks, ...] = ()
    audit_sequence: int | None = Field(default=None, description="Place in the audit chain.")
    audit_hash: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
