"""What the cloud asks of a device, and what the device answers."""

from enum import StrEnum

from pydantic import Field, model_validator

from qscreen.wire.base import Identifier, Timestamp, WireModel
from qscreen.wire.effect import Effect
from qscreen.wire.plan import Step
from qscreen.wire.snapshot import Snapshot


class CommandKind(StrEnum):
    """Kinds of commands on a device's queue."""

    OBSERVE = "observe"
    PERFORM = "perform"


class UploadTicket(WireModel):
    """A presigned S3 POST that covers one key prefix; bound in size, type and time."""

    url: str
    fields: dict[str, str] = Field(description="Form fields to send before `key` and `file`.")
    key_prefix: str = Field(description="Every object key must start with this.")
    content_type: str = "image/png"
    max_bytes: int = Field(gt=0)
    expires_at: Timestamp


class Command(WireModel):
    """One message on a device's queue. Delivered at least once: `id` makes it idempotent."""

    id: Identifier
    run_id: Identifier
    device_id: Identifier
    kind: CommandKind
    issued_at: Timestamp
    expires_at: Timestamp = Field(description="After this the agent drops the command.")
    heartbeat_seconds: int = Field(
        ge=1, description="The agent reports a heartbeat more often than this while it works."
    )
    steps: tuple[Step, ...] = Field(default=(), max_length=20)
    goal: str | None = Field(
        default=None,
        max_length=2000,
        description="What the user asked for; the device judges the steps by it once more.",
    )
    upload: UploadTicket | None = Field(
        default=None, description="Absent when the device's policy allows no screenshots."
    )

    @model_validator(mode="after")
    def _steps_fit_the_kind(self) -> "Command":
        if (self.kind is CommandKind.PERFORM) != bool(self.steps):
            raise ValueError("a perform command has steps, an observe command has none")
        return self


class CommandStatus(StrEnum):
    """How the device ended a command."""

    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class CommandResult(WireModel):
    """The device's answer: a snapshot for `observe`, effects for `perform`.

    `done` means that the command was carried out as far as its effects say, not that every
    effect is confirmed.
    """

    status: CommandStatus
    snapshot: Snapshot | None = None
    picture_key: str | None = Field(
        default=None,
        max_length=1024,
        description="For `observe`: S3 key of the picture, where the device lets pictures leave.",
    )
    effects: tuple[Effect, ...] = ()
    error: str | None = Field(default=None, max_length=2000)


class CommandAck(WireModel):
    """The cloud's receipt for a result; `duplicate` when the result was known already."""

    command_id: Identifier
    duplicate: bool = False


class HeartbeatReply(WireModel):
    """Answer to a heartbeat: whether the device must stop what it does."""

    cancelled: bool = False
