"""Answers of ``qops jobs``."""

from collections import Counter
from datetime import datetime

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.jobs.journal import Entry
from qops.jobs.working import Cancelled
from qscreen.wire import Job, JobItem, JobItemStatus, RunStatus


def tally(job: Job) -> dict[str, int]:
    """How many items are what: the run's status where there is one, else the item's."""
    counted = Counter((item.run_status or item.status).value for item in job.items)
    return dict(sorted(counted.items()))


class JobLine(Answer):
    """A job that was submitted from here."""

    job_id: str | None = Field(description="Null while no answer has come: repeat it by its key.")
    key: str = Field(description="Idempotency key with which it can be repeated.")
    file: str
    submitted_at: datetime
    total: int
    items: dict[str, int] | None = Field(description="How many are what; null if not known.")
    problem: str = Field(description="Why it is not known; empty otherwise.")

    @classmethod
    def of(cls, entry: Entry, job: Job | None, problem: str) -> "JobLine":
        """From what was remembered and what the API tells."""
        return cls(
            job_id=entry.job_id or None,
            key=entry.key,
            file=entry.file,
            submitted_at=entry.at,
            total=entry.items,
            items=None if job is None else tally(job),
            problem=problem,
        )


class JobsAnswer(Answer):
    """Answer of ``qops jobs list``."""

    jobs: list[JobLine]
    journal: str = Field(description="File that remembers what was submitted from here.")

    @property
    def essentials(self) -> list[str]:
        """Ids."""
        return [one.job_id for one in self.jobs if one.job_id]


class JobAnswer(Answer):
    """Answer of ``qops jobs show`` and ``qops jobs submit``; 2 when items were not taken."""

    job_id: str
    total: int
    created_at: datetime
    items: list[JobItem]
    tally: dict[str, int] = Field(description="How many items are what.")

    @classmethod
    def of(cls, job: Job) -> "JobAnswer":
        """From the job as the API shows it."""
        return cls(
            job_id=job.job_id,
            total=job.total,
            created_at=job.created_at,
            items=list(job.items),
            tally=tally(job),
        )

    @property
    def essentials(self) -> list[str]:
        """The id."""
        return [self.job_id]

    @property
    def exit_code(self) -> int:
        """Findings when an item was refused or not queued, or its run failed."""
        bad = any(
            item.status in {JobItemStatus.REFUSED, JobItemStatus.NOT_QUEUED}
            or item.run_status is RunStatus.FAILED
            for item in self.items
        )
        return int(ExitCode.FINDINGS if bad else ExitCode.DONE)


class JobCancelledAnswer(Answer):
    """Answer of ``qops jobs cancel``; 2 when items are no runs yet, 1 when a run was not asked."""

    job_id: str
    total: int
    cancelled: list[str] = Field(description="Runs that were asked to end.")
    ended: list[str] = Field(description="Runs that had ended before.")
    waiting: int = Field(description="Items that were no runs yet; they start after this.")
    failed: dict[str, str] = Field(description="Why a run could not be asked to end, by its id.")
    tally: dict[str, int] = Field(description="How many items are what now.")

    @classmethod
    def of(cls, done: Cancelled) -> "JobCancelledAnswer":
        """From what was done."""
        return cls(
            job_id=done.job.job_id,
            total=done.job.total,
            cancelled=done.cancelled,
            ended=done.ended,
            waiting=done.waiting,
            failed=done.failed,
            tally=tally(done.job),
        )

    @property
    def essentials(self) -> list[str]:
        """Runs that could not be asked to end, and why."""
        return [f"{run}: {why}" for run, why in self.failed.items()]

    @property
    def exit_code(self) -> int:
        """Done when nothing of it goes on unasked."""
        if self.failed:
            return int(ExitCode.FAILED)
        return int(ExitCode.FINDINGS if self.waiting else ExitCode.DONE)
