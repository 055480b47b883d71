"""Answers of ``qops run`` and ``qops runs``."""

from datetime import UTC, datetime
from typing import Self

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.platform.answers import TrailRow
from qops.runs.finding import Found, done_steps
from qops.runs.history import RunHistory
from qops.runs.outcome import exit_code_of
from qops.runs.timeline import elapsed
from qscreen.wire import Run, RunReport, RunStatus


class RunAnswer(Answer):
    """A finished run."""

    run: Run
    accepted_seconds: float = Field(description="From sending the goal to the API's answer.")
    seconds: float = Field(description="From that answer to the end, as the client sees it.")
    audit_sequence: int | None
    audit_hash: str | None
    report: str | None = Field(description="HTML report, if one was asked for.")

    @property
    def exit_code(self) -> int:
        """Done, refused by the device's policy, or failed."""
        return int(exit_code_of(self.run))

    @property
    def essentials(self) -> list[str]:
        """The run, and how it ended."""
        return [f"{self.run.run_id} {self.run.status.value}"]


class RunLine(Answer):
    """A run in a list."""

    run_id: str
    status: RunStatus
    reason: str | None
    goal: str
    device_id: str
    mode: str
    origin: str
    created_at: datetime
    seconds: float = Field(description="How long it took, or takes by now.")

    @classmethod
    def of(cls, run: Run, now: datetime) -> "RunLine":
        """From the run as the API shows it."""
        return cls(
            run_id=run.run_id,
            status=run.status,
            reason=run.reason.value if run.reason else None,
            goal=run.goal,
            device_id=run.device_id,
            mode=run.mode.value,
            origin=run.origin.value,
            created_at=run.created_at,
            seconds=elapsed(run, now).total_seconds(),
        )


class RunsAnswer(Answer):
    """Answer of ``qops runs list``."""

    runs: list[RunLine]
    looked_at: int = Field(description="Runs that were looked at for these.")
    next_token: str | None = Field(description="Where to go on, for --next; null at the end.")

    @classmethod
    def of(cls, found: Found) -> "RunsAnswer":
        """From a page of runs."""
        now = datetime.now(UTC)
        return cls(
            runs=[RunLine.of(run, now) for run in found.runs],
            looked_at=found.looked_at,
            next_token=found.next_token,
        )

    @property
    def essentials(self) -> list[str]:
        """Ids and statuses."""
        return [f"{one.run_id} {one.status.value}" for one in self.runs]


class RunShownAnswer(Answer):
    """Answer of ``qops runs show`` and ``qops runs watch``."""

    run: Run
    audit_sequence: int | None
    audit_hash: str | None
    pictures: int = Field(description="Steps of which there are pictures.")

    @classmethod
    def of(cls, report: RunReport) -> Self:
        """From the run's report."""
        return cls(
            run=report.run,
            audit_sequence=report.audit_sequence,
            audit_hash=report.audit_hash,
            pictures=len(report.pictures),
        )

    @property
    def essentials(self) -> list[str]:
        """The run, and how it stands."""
        return [f"{self.run.run_id} {self.run.status.value}"]


class RunWatchedAnswer(RunShownAnswer):
    """A run that was watched to its end; its exit code is that of the run."""

    @property
    def exit_code(self) -> int:
        """Done, refused by the device's policy, or failed."""
        return int(exit_code_of(self.run))


class RunCancelledAnswer(Answer):
    """Answer of ``qops runs cancel``; exit code 1 when the run was faster."""

    run: Run
    cancelled: bool
    done_steps: list[str] = Field(description="Steps that were tried; they are not taken back.")

    @classmethod
    def of(cls, run: Run) -> "RunCancelledAnswer":
        """From the run as it ended."""
        return cls(
            run=run, cancelled=run.status is RunStatus.CANCELLED, done_steps=list(done_steps(run))
        )

    @property
    def exit_code(self) -> int:
        """Done only if the run ended as cancelled."""
        return int(ExitCode.DONE if self.cancelled else ExitCode.FAILED)


class RunHistoryAnswer(Answer):
    """Answer of ``qops runs history``; exit code 2 when an entry does not hold."""

    run_id: str
    status: RunStatus
    audit_sequence: int | None
    audit_hash: str | None
    rows: list[TrailRow] = Field(description="Entries about the run; people by their pseudonyms.")
    wrong: list[str] = Field(description="What does not hold.")
    missing: list[str] = Field(description="What could not be read, or is not there yet.")
    failed: bool = Field(
        default=False, description="Whether the copies could not be read: exit code 1."
    )

    @classmethod
    def of(cls, report: RunReport, history: RunHistory) -> "RunHistoryAnswer":
        """From the report and what the audit keeps."""
        return cls(
            run_id=report.run.run_id,
            status=report.run.status,
            audit_sequence=report.audit_sequence,
            audit_hash=report.audit_hash,
            rows=[TrailRow.of(row) for row in history.rows],
            wrong=list(history.wrong),
            missing=list(history.missing),
            failed=history.failed,
        )

    @property
    def exit_code(self) -> int:
        """Done when every entry that was read holds; failed when the copies could not be read."""
        if self.failed:
            return int(ExitCode.FAILED)
        return int(ExitCode.FINDINGS if self.wrong else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """What does not hold, and what is missing."""
        return [*self.wrong, *self.missing]


class RunReportAnswer(Answer):
    """Answer of ``qops runs report``."""

    run_id: str
    status: RunStatus
    file: str
    opened: bool

    @property
    def essentials(self) -> list[str]:
        """The file."""
        return [self.file]
