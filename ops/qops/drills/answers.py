"""Answers of ``qops drill``."""

from datetime import datetime

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode


class StageAnswer(Answer):
    """One stage of a drill."""

    name: str
    seconds: float


class TableAnswer(Answer):
    """One table of the copy against the database; figures are rows."""

    table: str
    rows: int = Field(description="Of the copy.")
    same: int
    changed: int = Field(description="Changed in the database since the backup.")
    deleted: int = Field(description="Deleted in the database since the backup.")
    lost: int = Field(description="Written before the backup, and missing in it.")
    newer: int = Field(description="Written after the backup.")
    holds: bool


class StructureAnswer(Answer):
    """The schema of the copy against that of the database."""

    same: bool
    missing: list[str] = Field(description="Lines that only the database has.")
    extra: list[str] = Field(description="Lines that only the copy has.")


class ChainAnswer(Answer):
    """The copy's audit log."""

    rows: int = Field(description="Entries that hold, from the first.")
    intact: bool
    message: str | None
    last: str = Field(description="Hash of the last entry that holds.")


class ComparisonAnswer(Answer):
    """A restored copy against the database."""

    holds: bool
    structure: StructureAnswer
    tables: list[TableAnswer]
    audit: ChainAnswer
    latest: datetime | None = Field(description="When the copy's youngest row was written.")


class RestoreDbAnswer(Answer):
    """Answer of ``qops drill restore-db``; exit code 2 when it took too long or lost too much."""

    environment: str
    drill: str = Field(description="Id; what the drill made bears it as the tag qops-drill.")
    database: str
    backup: str = Field(description="Snapshot, or 'latest restorable time'.")
    backup_at: datetime
    copy_name: str
    holds: bool = Field(description="Whether the copy is whole.")
    comparison: ComparisonAnswer
    rto_seconds: float = Field(description="From the call that restores to the verdict.")
    rpo_seconds: float = Field(description="Age of the backup when the drill began.")
    rto_limit_seconds: float | None
    rpo_limit_seconds: float | None
    stages: list[StageAnswer]
    faults: list[str] = Field(description="Why the copy is not whole.")

    @property
    def missed(self) -> list[str]:
        """Limits that were missed."""
        found = []
        for name, taken, limit in (
            ("RTO", self.rto_seconds, self.rto_limit_seconds),
            ("RPO", self.rpo_seconds, self.rpo_limit_seconds),
        ):
            if limit is not None and taken > limit:
                found.append(f"{name} {taken:.0f} s, allowed {limit:.0f} s")
        return found

    @property
    def exit_code(self) -> int:
        """Failed when the copy is not whole, findings when a limit was missed."""
        if not self.holds:
            return int(ExitCode.FAILED)
        return int(ExitCode.FINDINGS if self.missed else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """The verdict, and what is wrong."""
        verdict = "holds" if self.holds else "does not hold"
        return [f"{self.backup} {verdict}", *self.faults, *self.missed]


class LeftoverAnswer(Answer):
    """Something that a drill left behind."""

    kind: str = Field(description="instance or snapshot.")
    name: str
    drill: str
    status: str
    removed: bool


class CleanAnswer(Answer):
    """Answer of ``qops drill clean``."""

    environment: str
    leftovers: list[LeftoverAnswer]

    @property
    def exit_code(self) -> int:
        """Failed when something is still there."""
        gone = all(one.removed for one in self.leftovers)
        return int(ExitCode.DONE if gone else ExitCode.FAILED)

    @property
    def essentials(self) -> list[str]:
        """What is still there."""
        return [one.name for one in self.leftovers if not one.removed]
