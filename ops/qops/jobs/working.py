"""Submits, shows and cancels jobs."""

import functools
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus

from qops.errors import QopsError
from qops.jobs.journal import Entry, Journal
from qops.names import or_nearest
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiProblem, ApiUnreachable
from qscreen.wire import Job, JobItem, JobItemStatus, JobRequest, RunRequest, RunStatus

PAGE = 100
REPEATS = 3
"""How often a job is sent again whose items the queue did not all take."""

REPEAT_SECONDS = 2.0
POLL_SECONDS = 2.0


class JobUnansweredError(QopsError):
    """No answer came to a job: it may have been taken."""

    code = "job_unanswered"


@dataclass(slots=True)
class Cancelled:
    """What became of cancelling a job.

    Attributes:
        job: The job afterwards.
        cancelled: Runs that are asked to end.
        ended: Runs that had ended before.
        waiting: Items that were not runs yet when the time was over.
        failed: Why a run could not be asked to end, by its id.
    """

    job: Job
    cancelled: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    waiting: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def submit(
    api: ApiClient,
    journal: Journal,
    items: Sequence[RunRequest],
    *,
    file: str,
    key: str | None,
    sleep: Callable[[float], None] = time.sleep,
) -> Job:
    """Submit a job; what the queue did not take is sent again.

    Args:
        api: The API.
        journal: Where it is remembered.
        items: Its items.
        file: Where they came from.
        key: Key of a request that is repeated; a new one when absent.
        sleep: Waits, seconds.

    Returns:
        The job with the result of each item.

    Raises:
        JobUnansweredError: No answer came; the error tells the key with which to repeat it.
        ApiProblem: The API refused the job as a whole; nothing of it runs.
    """
    entry = Entry(
        key=key or f"qops-{uuid.uuid4().hex}",
        file=file,
        items=len(items),
        submitted_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    journal.write(entry)
    request = JobRequest(items=tuple(items))
    try:
        job = api.create_job(request, idempotency_key=entry.key)
        journal.write(replace(entry, job_id=job.job_id))
        for _ in range(REPEATS):
            if not any(one.status is JobItemStatus.NOT_QUEUED for one in job.items):
                break
            sleep(REPEAT_SECONDS)
            job = api.create_job(request, idempotency_key=entry.key)
    except Exception as error:
        # A gateway that gave up waiting (502, 504) does not know either what became of it.
        if isinstance(error, ApiProblem) and error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise JobUnansweredError(
            "No answer came to the job; it may have been taken.",
            why=str(error),
            next_step=f"Repeat it, which starts nothing twice: qops jobs submit {file} "
            f"--key {entry.key}",
        ) from error
    return job


def whole_job(api: ApiClient, job_id: str, known: Iterable[str] = ()) -> Job:
    """Show a job with all of its items.

    Args:
        api: The API.
        job_id: Its id.
        known: Ids of other jobs, to tell the nearest.

    Raises:
        NotFoundError: There is no such job any more; it is remembered for seven days.
    """
    items: list[JobItem] = []
    token: str | None = None
    while True:
        page = or_nearest(
            "job",
            job_id,
            functools.partial(api.get_job, job_id, limit=PAGE, next_token=token),
            lambda: known,
            why="Jobs are remembered for seven days; their runs for longer.",
            next_step="Look: qops jobs list",
        )
        items += page.items
        token = page.next_token
        if token is None:
            return page.model_copy(update={"items": tuple(items), "next_token": None})


def goes_on(job: Job) -> bool:
    """Whether an item of a job may still do something."""
    return any(
        item.status is JobItemStatus.QUEUED
        or (item.run_status is not None and not item.run_status.final)
        for item in job.items
    )


def cancel(
    api: ApiClient,
    job: Job,
    *,
    wait_seconds: float,
    on_progress: Callable[[Cancelled], object] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Cancelled:
    """Cancel the runs of a job that have not ended; those that start meanwhile, too.

    What waits in the jobs queue is no run yet and cannot be cancelled: it is waited for. A run of
    which no answer came, or that the API was too busy for, is asked to end again meanwhile.

    Args:
        api: The API.
        job: The job as it was looked at.
        wait_seconds: How long to wait for items that are no runs yet, and for answers.
        on_progress: Called after each look.
        sleep: Waits, seconds.
        now: Clock, seconds.

    Raises:
        ApiUnreachable: No answer came for all of the time.
    """
    done = Cancelled(job)
    asked: set[str] = set()
    end = now() + wait_seconds
    while True:
        for item in done.job.items:
            if item.run_id is None or item.run_id in asked or item.run_status is None:
                continue
            try:
                if _cancel_run(api, item.run_id, item.run_status, done):
                    asked.add(item.run_id)
            except ApiUnreachable as error:
                if now() >= end:
                    raise
                done.failed[item.run_id] = str(error)
        waiting = [one for one in done.job.items if one.status is JobItemStatus.QUEUED]
        done.waiting = len(waiting)
        on_progress(done)
        if not (waiting or done.failed.keys() - asked) or now() >= end:
            done.job = whole_job(api, job.job_id)
            return done
        sleep(POLL_SECONDS)
        done.job = whole_job(api, job.job_id)


def _cancel_run(api: ApiClient, run_id: str, status: RunStatus, done: Cancelled) -> bool:
    """Ask a run to end; whether that is settled."""
    if status.final:
        done.failed.pop(run_id, None)
        done.ended.append(run_id)
        return True
    try:
        run = api.cancel_run(run_id)
    except ApiProblem as error:
        done.failed[run_id] = error.problem.detail
        return error.status < HTTPStatus.INTERNAL_SERVER_ERROR
    done.failed.pop(run_id, None)
    ended = run.status.final and run.status is not RunStatus.CANCELLED
    (done.ended if ended else done.cancelled).append(run_id)
    return True
