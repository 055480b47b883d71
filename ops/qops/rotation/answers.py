"""Answers of ``qops rotate`` and ``qops secrets``."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.health.answers import CheckAnswer
from qops.health.model import State


class Outcome(StrEnum):
    """What became of a secret."""

    PLANNED = "planned"
    ROTATED = "rotated"
    UNPROVEN = "unproven"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    ABANDONED = "abandoned"


_GOOD = frozenset({Outcome.PLANNED, Outcome.ROTATED, Outcome.ABANDONED})


class Former(StrEnum):
    """What becomes of whoever shows the former credential."""

    REFUSED = "refused"
    VALID = "valid"
    NONE = "none"
    UNKNOWN = "unknown"


class ConsumerAnswer(Answer):
    """Who uses a secret."""

    kind: Literal["function", "proxy", "outside"]
    name: str
    sessions_new: int | None = Field(
        default=None, description="Open with the new credential; null where nobody can tell."
    )
    sessions_former: int | None = Field(
        default=None, description="Open with a former one; they go on until they are closed."
    )
    came_in: Literal["new", "former"] | None = Field(
        default=None,
        description="With which one it came in last, where the door knows that alone; null where "
        "it does not, or for a day nobody came.",
    )


class RotatedSecret(Answer):
    """One secret."""

    secret: str
    outcome: Outcome
    reason: str = Field(description="Why it was chosen.")
    age_days: float | None = Field(description="Of the value before; null without one.")
    version: str | None = Field(default=None, description="The new version.")
    previous: str | None = Field(default=None, description="The version before.")
    steps: list[str] = Field(default_factory=list, description="Steps that its log shows as done.")
    failures: list[str] = Field(default_factory=list, description="Failed steps and why.")
    present_works: bool | None = Field(
        default=None, description="Whether the present credential opens the door, as tried there."
    )
    former: Former = Former.UNKNOWN
    consumers: list[ConsumerAnswer] = Field(default_factory=list)
    checks: list[CheckAnswer] = Field(default_factory=list)
    seconds: float = 0.0
    message: str = ""
    next_step: str = ""

    @property
    def good(self) -> bool:
        """Whether all is as it was asked for."""
        return (
            self.outcome in {Outcome.PLANNED, Outcome.ROTATED, Outcome.ABANDONED}
            and not self.next_step
        )


class RotateAnswer(Answer):
    """Answer of ``qops rotate``; exit code 1 when a secret was not rotated, or not proven."""

    environment: str
    dry_run: bool
    secrets: list[RotatedSecret]

    @property
    def exit_code(self) -> int:
        """Failed when one is not as it was asked for."""
        good = all(one.good for one in self.secrets)
        return int(ExitCode.DONE if good else ExitCode.FAILED)

    @property
    def essentials(self) -> list[str]:
        """Each secret and what became of it."""
        return [f"{one.secret}: {one.outcome}" for one in self.secrets]


class SecretRow(Answer):
    """A secret and its age."""

    name: str
    state: Literal["fine", "overdue"] = Field(
        description="overdue: needs attention, for the reason in detail."
    )
    detail: str
    age_days: float | None = Field(description="Of the present value; null without one.")
    every_days: float | None = Field(description="Pause of its schedule; null without one.")
    last_rotated: datetime | None
    next_rotation: datetime | None
    function: str = Field(description="Rotates it; empty where none does.")
    under_way: str | None = Field(description="Version that a rotation is making.")


class SecretsAnswer(Answer):
    """Answer of ``qops secrets``; exit code 2 when a secret needs attention."""

    environment: str
    at: datetime
    secrets: list[SecretRow]

    @property
    def exit_code(self) -> int:
        """Findings when one needs attention."""
        fine = all(one.state == "fine" for one in self.secrets)
        return int(ExitCode.DONE if fine else ExitCode.FINDINGS)

    @property
    def essentials(self) -> list[str]:
        """What needs attention."""
        return [f"{one.name}: {one.detail}" for one in self.secrets if one.state != "fine"]


def is_worse(before: list[CheckAnswer], after: list[CheckAnswer]) -> list[CheckAnswer]:
    """Checks that are unhealthy now and were not before.

    Args:
        before: Checks before something was done.
        after: The same checks afterwards.
    """
    ill = {one.id for one in before if one.state is State.UNHEALTHY}
    return [one for one in after if one.state is State.UNHEALTHY and one.id not in ill]
