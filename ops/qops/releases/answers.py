"""Answers of ``qops releases``, ``qops rollback`` and ``qops promote``."""

from datetime import datetime

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.platform.answers import PlanAnswer, TrailRow
from qops.releases.model import Release


class ReleaseAnswer(Answer):
    """A recorded release."""

    number: int = Field(description="Number of its row in the trail; names the release.")
    at: datetime
    actor: str
    kind: str = Field(description="apply, found (a pipeline or a hand made it) or rollback.")
    of: int | None = Field(description="The release that a rollback went back to.")
    commit: str = Field(description="40 hexadecimal digits; zeros: not known.")
    clean: bool = Field(description="Whether the sources were those of the commit.")
    plan: str = Field(description="SHA-256 of the plan that was applied; empty without one.")
    database: str = Field(description="Version of the database's schema; empty: not known.")
    functions: dict[str, str] = Field(description="Version by function and alias.")
    parameters: dict[str, int] = Field(description="Version by name of the parameter.")
    running: bool = Field(description="Whether this is what runs now.")

    @classmethod
    def of_release(cls, release: Release, *, running: bool) -> "ReleaseAnswer":
        """From a release.

        Args:
            release: The release.
            running: Whether this is what runs now.
        """
        now = release.running
        return cls(
            number=release.number,
            at=release.at,
            actor=release.actor,
            kind=release.kind,
            of=release.of,
            commit=release.commit,
            clean=release.clean,
            plan=release.plan,
            database=release.schema,
            functions={str(alias): version for alias, version in now.aliases.items()},
            parameters={name: one.version for name, one in now.settings.items()},
            running=running,
        )


class ReleasesAnswer(Answer):
    """Answer of ``qops releases``; exit code 2 when what runs is no recorded release."""

    releases: list[ReleaseAnswer] = Field(description="The newest first.")
    recorded: bool = Field(description="Whether what runs now is a recorded release.")
    differs: list[str] = Field(description="What runs otherwise than in the newest release.")

    @property
    def exit_code(self) -> int:
        """Done when what runs is recorded."""
        return int(ExitCode.DONE if self.recorded else ExitCode.FINDINGS)

    @property
    def essentials(self) -> list[str]:
        """The number of the release that runs, or what differs."""
        return [str(one.number) for one in self.releases if one.running] or self.differs


class Move(Answer):
    """An alias or a parameter that goes back."""

    name: str
    before: str = Field(description="Version that ran.")
    after: str = Field(description="Version of the release; of a parameter, whose value it gets.")


class RollbackAnswer(Answer):
    """Answer of ``qops rollback``."""

    release: int
    commit: str
    functions: list[Move] = Field(description="Aliases that were moved; empty: all were there.")
    parameters: list[Move] = Field(description="Parameters that got their former value.")
    left: list[str] = Field(description="What could not go back, and why.")
    health: list[str] = Field(description="What was asked afterwards, and the answer.")
    next_plan: str = Field(description="How the next plan sees it.")
    audit: TrailRow | None = Field(description="The row that records it; null: nothing was done.")

    @property
    def essentials(self) -> list[str]:
        """How many moved, and what did not."""
        moved = f"{len(self.functions)} functions, {len(self.parameters)} parameters"
        return [moved, *self.left]


class ValueDifference(Answer):
    """A value that two environments set differently, or that only one of them sets."""

    name: str = Field(description="E.g. `data.database.multi_az`.")
    source: str | None = Field(description="JSON; null: the default.")
    target: str | None = Field(description="JSON; null: the default.")


class PromoteAnswer(Answer):
    """Answer of ``qops promote`` and ``qops rollback --infrastructure``; exit code 2 as of plan."""

    source: str = Field(description="Environment, or the release that is gone back to.")
    target: str
    commit: str
    release: int = Field(description="The release of the source whose commit is planned.")
    runs: str = Field(description="Commit that the target runs now; empty: nothing recorded.")
    commits: list[str] = Field(description="Commits between, the newest first; first line each.")
    values: list[ValueDifference] = Field(description="What the environments set differently.")
    health: dict[str, int] = Field(description="Checks of the source by state.")
    plan: PlanAnswer

    @property
    def exit_code(self) -> int:
        """As of plan."""
        return self.plan.exit_code

    @property
    def essentials(self) -> list[str]:
        """As of plan."""
        return self.plan.essentials
