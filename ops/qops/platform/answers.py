"""Answers of the commands that handle the platform."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pydantic import Field

from qops.answer import Answer
from qops.applying.trail import TrailVerdict
from qops.errors import ExitCode
from qops.review.masking import masked_text
from qops.review.model import Review
from qops.terraform.events import Changes, Diagnostic
from qops.terraform.progress import LayerTime
from qscreen.audit import AuditRow


class ChangeCounts(Answer):
    """Counts of a plan or an apply."""

    add: int
    change: int
    destroy: int

    @classmethod
    def of(cls, changes: Changes) -> "ChangeCounts":
        """From Terraform's counts."""
        return cls(add=changes.add, change=changes.change, destroy=changes.remove)

    def __str__(self) -> str:
        return f"{self.add} added, {self.change} changed, {self.destroy} destroyed"


class LayerSeconds(Answer):
    """When one layer was worked on in an apply."""

    name: str
    changes: int
    begins: float = Field(description="Seconds from the apply's first change to the layer's.")
    seconds: float = Field(description="From the layer's first event to its last.")
    slowest: str = Field(description="Address of the slowest change, without the layer.")
    slowest_seconds: float

    @classmethod
    def of(cls, time: LayerTime) -> "LayerSeconds":
        """From the times of an apply."""
        return cls(**asdict(time))


class Schema(Answer):
    """State of the database's schema."""

    version: str
    applied: list[str] = Field(description="Migrations that this command applied.")


class UpAnswer(Answer):
    """Answer of ``qops up``."""

    endpoint: str = Field(description="Where the local cloud answers.")
    generation: str = Field(description="Id of this life of the local cloud.")
    cloud_reused: bool
    changes: ChangeCounts | None = Field(description="None: nothing had to be applied.")
    database: Schema | None
    stages: dict[str, float] = Field(description="Seconds by stage.")
    layers: list[LayerSeconds] = Field(description="By layer; empty when nothing was applied.")

    @property
    def essentials(self) -> list[str]:
        """Where the local cloud answers."""
        return [self.endpoint]


class DestroyAnswer(Answer):
    """Answer of ``qops destroy``."""

    changes: ChangeCounts = Field(description="What was removed; in `planned`, what would be.")
    left: list[str] = Field(description="Addresses that are still in the state; empty when clean.")
    layers: list[LayerSeconds]
    planned: str | None = Field(
        default=None, description="Set: nothing was removed, this is the saved plan that would."
    )
    review: Review | None = Field(default=None, description="Of the saved plan, if only planned.")
    plan: str | None = Field(default=None, description="SHA-256 of the plan that was applied.")
    audit: "TrailRow | None" = Field(default=None, description="The row that records it.")

    @property
    def exit_code(self) -> int:
        """Done only if nothing is left; findings where it was only planned."""
        if self.planned is not None:
            return int(ExitCode.FINDINGS)
        return int(ExitCode.FAILED if self.left else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """What is left, or the plan."""
        return self.left if self.planned is None else [self.planned]


class DownAnswer(Answer):
    """Answer of ``qops down`` and ``qops reset``."""

    agent_stopped: bool
    cloud_stopped: bool


class PlanAnswer(Answer):
    """Answer of ``qops plan`` and ``qops show``; exit code 2 when there are changes."""

    plan_file: str
    changes: ChangeCounts = Field(description="Terraform's own numbers: a replacement is two.")
    empty: bool = Field(description="Nothing to do, outputs included.")
    warnings: list[str] = Field(description="Terraform's, when it planned; empty for `qops show`.")
    review: Review

    @classmethod
    def of(cls, file: Path, review: Review, warnings: Iterable[Diagnostic] = ()) -> "PlanAnswer":
        """From the review of a saved plan.

        Args:
            file: The plan.
            review: Its review.
            warnings: What Terraform warned of.
        """
        counted = review.counters
        return cls(
            plan_file=str(file),
            changes=ChangeCounts(
                add=counted.create + counted.replace,
                change=counted.update,
                destroy=counted.delete + counted.replace,
            ),
            empty=review.empty,
            warnings=[masked_text(str(warning)) for warning in warnings],
            review=review,
        )

    @property
    def exit_code(self) -> int:
        """Done when there is nothing to do, otherwise findings."""
        return int(ExitCode.DONE if self.empty else ExitCode.FINDINGS)

    @property
    def essentials(self) -> list[str]:
        """What it would change, and where it is saved."""
        return [] if self.empty else [str(self.changes), self.plan_file]


class TrailRow(Answer):
    """A row of the audit trail."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, str | bool | int | float | None]
    hash: str

    @classmethod
    def of(cls, row: AuditRow) -> "TrailRow":
        """From the row as it is stored."""
        return cls(hash=row.hash, **row.entry.model_dump())


class ApplyAnswer(Answer):
    """Answer of ``qops apply``."""

    changes: ChangeCounts
    database: Schema
    layers: list[LayerSeconds]
    plan: str = Field(description="SHA-256 of the plan that was applied.")
    audit: TrailRow = Field(description="The row that records it.")
    release: int | None = Field(
        description="Number of the release, for `qops rollback`; null: not recorded."
    )

    @property
    def essentials(self) -> list[str]:
        """What was changed."""
        return [str(self.changes)]


class ApproveAnswer(Answer):
    """Answer of ``qops approve``."""

    plan: str = Field(description="SHA-256 of the plan.")
    planned_by: str
    planned_at: str
    own: bool = Field(description="Approved by who made the plan.")
    audit: TrailRow

    @property
    def essentials(self) -> list[str]:
        """The plan."""
        return [self.plan]


class AuditAnswer(Answer):
    """Answer of ``qops audit``; exit code 2 when the trail does not hold."""

    intact: bool
    checked: int = Field(description="Rows that hold, from the first.")
    message: str | None = Field(description="What is wrong.")
    rows: list[TrailRow]
    unfinished: list[int] = Field(description="Rows of applies and rollbacks that never ended.")

    @classmethod
    def of(cls, verdict: TrailVerdict) -> "AuditAnswer":
        """From the verdict on a trail."""
        return cls(
            intact=verdict.chain.intact,
            checked=verdict.chain.checked,
            message=verdict.chain.message,
            rows=[TrailRow.of(row) for row in verdict.rows],
            unfinished=[row.entry.sequence for row in verdict.unfinished],
        )

    @property
    def exit_code(self) -> int:
        """Done when every row holds and every apply has ended."""
        fine = self.intact and not self.unfinished
        return int(ExitCode.DONE if fine else ExitCode.FINDINGS)

    @property
    def essentials(self) -> list[str]:
        """What does not hold."""
        broken = [] if self.intact else [f"broken after row {self.checked}: {self.message}"]
        return broken + [
            f"row {number}: what began there never ended" for number in self.unfinished
        ]


class BuildAnswer(Answer):
    """Answer of ``qops build``."""

    manifest: str
    archives: dict[str, str] = Field(description="SHA-256 (base64) by function; `layer` too.")

    @property
    def essentials(self) -> list[str]:
        """The list of archives."""
        return [self.manifest]
