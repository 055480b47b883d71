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


class LimitedAnswer(Answer):
    """An answer with a recovery time and a recovery point, and limits of both."""

    rto_seconds: float
    rpo_seconds: float
    rto_limit_seconds: float | None
    rpo_limit_seconds: float | None

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


class RestoreDbAnswer(LimitedAnswer):
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
    def exit_code(self) -> int:
        """Failed when the copy is not whole, findings when a limit was missed."""
        return _exit_code(self.holds, self.missed)

    @property
    def essentials(self) -> list[str]:
        """The verdict, and what is wrong."""
        return [f"{self.backup} {_verdict(self.holds)}", *self.faults, *self.missed]


class RestoredTableAnswer(Answer):
    """One table of DynamoDB, restored; figures are items."""

    table: str
    items: int = Field(description="Of the copy.")
    same: int = Field(description="Did not change during the drill, and are so in the copy.")
    moving: int = Field(description="Written or deleted during the drill: either way is right.")
    lost: int = Field(description="Did not change during the drill, and are missing in the copy.")
    damaged: int = Field(description="Did not change during the drill, and differ in the copy.")
    holds: bool
    faults: list[str] = Field(description="Why it does not hold.")


class RestoreTablesAnswer(LimitedAnswer):
    """Answer of ``qops drill restore-tables``; exit code 2 when a limit was missed."""

    environment: str
    drill: str = Field(description="Id; the names of the copies ended in it.")
    holds: bool
    tables: list[RestoredTableAnswer]
    rto_seconds: float = Field(description="From the first call that restores to the verdict.")
    rpo_seconds: float = Field(description="Age of what could be restored when the drill began.")
    rto_limit_seconds: float | None
    rpo_limit_seconds: float | None
    stages: list[StageAnswer]

    @property
    def faults(self) -> list[str]:
        """Why it does not hold."""
        return [fault for one in self.tables for fault in one.faults]

    @property
    def exit_code(self) -> int:
        """Failed when a copy is not whole, findings when a limit was missed."""
        return _exit_code(self.holds, self.missed)

    @property
    def essentials(self) -> list[str]:
        """The verdict, and what is wrong."""
        return [f"tables: {_verdict(self.holds)}", *self.faults, *self.missed]


class ProofAnswer(Answer):
    """One thing that was tried."""

    what: str
    holds: bool | None = Field(description="null where it could not be tried.")
    why: str = Field(default="", description="Why it does not hold, or was not tried.")
    seconds: float = 0.0


class BucketAnswer(Answer):
    """One bucket."""

    bucket: str
    purpose: str
    written: bool = Field(description="Whether the drill wrote objects of its own.")
    locked: bool = Field(description="Whether it has object lock.")
    copy_name: str | None = Field(description="Bucket in the recovery region; null without one.")
    proofs: list[ProofAnswer]
    versions_tried: int = Field(description="Versions of which a byte was read.")
    versions_archived: int = Field(description="Those that lie in an archive.")
    versions_unreadable: list[str] = Field(description="Those that could not be read, with why.")

    @property
    def faults(self) -> list[str]:
        """Why it does not hold."""
        failed = [f"{one.what}: no, {one.why}" for one in self.proofs if one.holds is False]
        return failed + [f"unreadable: {one}" for one in self.versions_unreadable]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


class RestoreBucketsAnswer(Answer):
    """Answer of ``qops drill restore-buckets``."""

    environment: str
    drill: str = Field(description="Id; the keys of the drill's objects had it.")
    holds: bool
    buckets: list[BucketAnswer]
    stages: list[StageAnswer]

    @property
    def exit_code(self) -> int:
        """Failed when something could not be restored or read."""
        return _exit_code(self.holds, [])

    @property
    def essentials(self) -> list[str]:
        """The verdict, and what is wrong."""
        faults = [f"{one.purpose}: {fault}" for one in self.buckets for fault in one.faults]
        return [f"buckets: {_verdict(self.holds)}", *faults]


class LoseCacheAnswer(Answer):
    """Answer of ``qops drill lose-cache``; exit code 2 when it was away too long."""

    environment: str
    drill: str
    cache: str = Field(description="Name of the replication group.")
    how: str = Field(description="emptied, on the local cloud; failed over, in AWS.")
    entries: int | None = Field(description="How many were removed; null where nobody can look.")
    holds: bool = Field(description="Whether nothing that was tried failed.")
    proofs: list[ProofAnswer]
    rto_seconds: float = Field(description="From the loss until it answered again.")
    rto_limit_seconds: float | None
    stages: list[StageAnswer]

    @property
    def faults(self) -> list[str]:
        """Why it does not hold."""
        return [f"{one.what}: no, {one.why}" for one in self.proofs if one.holds is False]

    @property
    def missed(self) -> list[str]:
        """The limit, where it was missed."""
        limit = self.rto_limit_seconds
        if limit is None or self.rto_seconds <= limit:
            return []
        return [f"RTO {self.rto_seconds:.0f} s, allowed {limit:.0f} s"]

    @property
    def exit_code(self) -> int:
        """Failed when something no longer works, findings when it was away too long."""
        return _exit_code(self.holds, self.missed)

    @property
    def essentials(self) -> list[str]:
        """The verdict, and what is wrong."""
        told = "nothing was lost" if self.holds else "NOT as before"
        return [f"{self.cache} {self.how}: {told}", *self.faults, *self.missed]


class LeftoverAnswer(Answer):
    """Something that a drill left behind."""

    kind: str = Field(description="instance, snapshot, table or objects.")
    name: str
    drill: str
    status: str
    removed: bool


class CleanAnswer(Answer):
    """Answer of ``qops drill clean``."""

    environment: str
    leftovers: list[LeftoverAnswer]
    unseen: list[str] = Field(default=[], description="Where nobody could look, and why.")

    @property
    def exit_code(self) -> int:
        """Failed when something is still there, or may be."""
        gone = all(one.removed for one in self.leftovers) and not self.unseen
        return int(ExitCode.DONE if gone else ExitCode.FAILED)

    @property
    def essentials(self) -> list[str]:
        """What is still there."""
        return [*(one.name for one in self.leftovers if not one.removed), *self.unseen]


def _exit_code(holds: bool, missed: list[str]) -> int:
    if not holds:
        return int(ExitCode.FAILED)
    return int(ExitCode.FINDINGS if missed else ExitCode.DONE)


def _verdict(holds: bool) -> str:
    return "holds" if holds else "does not hold"
