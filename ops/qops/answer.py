"""The base of every command's answer, and the envelope of ``--json``."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """What a command found or did; its JSON Schema is what ``qops schema`` shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def exit_code(self) -> int:
        """Exit code that this answer deserves."""
        return 0

    @property
    def essentials(self) -> list[str]:
        """Lines that ``--quiet`` prints; none where the exit code tells all."""
        return []


class Failure(BaseModel):
    """An error in the envelope."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(description="Stable word for scripts.")
    what: str = Field(description="What happened.")
    why: str = Field(description="The cause as far as it is known; may be empty.")
    next_step: str = Field(description="What to do about it; may be empty.")
    details: list[str] = Field(default_factory=list)


A = TypeVar("A", bound=Answer)


class Envelope(BaseModel, Generic[A]):
    """What ``--json`` prints: exactly one of ``result`` and ``error`` is set."""

    model_config = ConfigDict(frozen=True)

    command: str
    environment: str
    exit_code: int = Field(
        description="0 done, 1 failed, 2 changes or findings, 3 refused, 64 usage."
    )
    result: A | None = None
    error: Failure | None = None
