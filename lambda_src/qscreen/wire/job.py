"""Jobs: many runs asked for at once."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Identifier, Timestamp, WireModel
from qscreen.wire.run import RunRequest, RunStatus

MAX_JOB_ITEMS = 1000


class JobRequest(WireModel):
    """Body of `POST /v1/jobs`. The `Idempotency-Key` header is required with it."""

    items: tuple[RunRequest, ...] = Field(min_length=1, max_length=MAX_JOB_ITEMS)


class JobItemStatus(StrEnum):
    """What became of one item.

    `queued` waits in the jobs queue, `started` is a run, `refused` cannot become one, and
    `not_queued` is to be sent again: the queue did not take it.
    """

    QUEUED = "queued"
    STARTED = "started"
    REFUSED = "refused"
    NOT_QUEUED = "not_queued"


class JobItem(WireModel):
    """Result of one item of a job."""

    index: int = Field(ge=0, description="Place of the item in the request, from 0.")
    status: JobItemStatus
    run_id: Identifier | None = Field(default=None, description="The run that it is or will be.")
    run_status: RunStatus | None = None
    detail: str | None = Field(default=None, description="Why it was refused or not queued.")


class Job(WireModel):
    """A job and the results of a page of its items."""

    job_id: Identifier
    total: int = Field(ge=1, description="Items of the whole job.")
    created_at: Timestamp
    items: tuple[JobItem, ...]
    next_token: str | None = None
