"""What came of a step. Unknown is never success."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Timestamp, WireModel
from qscreen.wire.snapshot import Rect


class Outcome(StrEnum):
    """The closed set of outcomes of a step."""

    CONFIRMED = "confirmed"
    UNVERIFIABLE = "unverifiable"
    SUSPECTED_NOOP = "suspected_noop"
    REFUSED = "refused"
    FAILED = "failed"


class Route(StrEnum):
    """How the agent acted, narrowest first."""

    NONE = "none"
    ACCESSIBILITY = "accessibility"
    KEYBOARD = "keyboard"
    POINTER = "pointer"
    CLIPBOARD = "clipboard"
    PROCESS = "process"


class EffectError(StrEnum):
    """Why a step was refused or failed."""

    AMBIGUOUS_TARGET = "ambiguous_target"
    TARGET_NOT_FOUND = "target_not_found"
    DENIED_BY_POLICY = "denied_by_policy"
    WOULD_OVERWRITE = "would_overwrite"
    APP_NOT_FOUND = "app_not_found"
    NOT_EDITABLE = "not_editable"
    SECURE_FIELD = "secure_field"
    BAD_VALUE = "bad_value"
    NOTHING_TO_UNDO = "nothing_to_undo"
    TIMED_OUT = "timed_out"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    NOT_AGREED = "not_agreed"
    USER_ACTIVE = "user_active"
    BACKEND_ERROR = "backend_error"


class Effect(WireModel):
    """The verified outcome of one step."""

    step_id: str = Field(pattern=r"^s[0-9]+$")
    outcome: Outcome
    route: Route = Route.NONE
    evidence: str = Field(
        default="",
        max_length=4000,
        description="What was read back, redacted; for `read`, the text.",
    )
    error: EffectError | None = None
    candidates: tuple[str, ...] = Field(
        default=(),
        max_length=10,
        description="What an ambiguous or unknown target could have meant.",
    )
    target_rect: Rect | None = None
    undoable: bool = Field(
        default=False, description="Whether the step can be undone by the action `undo` now."
    )
    started_at: Timestamp
    duration_ms: float = Field(
        ge=0, description="Milliseconds from the step's start to its effect."
    )
    before_key: str | None = Field(
        default=None, description="S3 key of the picture before the step."
    )
    after_key: str | None = Field(default=None, description="S3 key of the picture after the step.")
