"""Jobs of the jobs queue: the messages, and the record of a job that many of them belong to.

The record lies in the idempotency table, which forgets by itself: a job is a request that is
remembered. What became of an item is read from its run, whose id the job and the item's place
decide; the record keeps only the items that cannot become runs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from qs_cloud.change import Change
from qs_cloud.clock import stamp
from qs_cloud.intake import MAX_KEY_LENGTH
from qs_cloud.items import Value
from qs_cloud.table import Table
from qscreen.api.routes import Group
from qscreen.wire import RunRequest, WireModel

KEEP = timedelta(days=7)
"""How long a job can be looked at."""

MAX_DETAIL = 200


class StartRunJob(WireModel):
    """Start a run, as ``POST /v1/runs`` with ``job_id`` as its ``Idempotency-Key``."""

    kind: Literal["start_run"]
    job_id: str = Field(min_length=1, max_length=MAX_KEY_LENGTH)
    owner: str = Field(min_length=1, max_length=128, description="Cognito `sub` of the user.")
    groups: tuple[Group, ...] | None = Field(
        default=None, description="The user's groups; without them whoever wrote the job checked."
    )
    batch: str | None = Field(
        default=None, description="The job of many items that this one belongs to."
    )
    occurrence: str | None = Field(
        default=None, description="When a schedule meant it; each occurrence is a run of its own."
    )
    request: RunRequest


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One item of the idempotency table that is a job.

    Attributes:
        job_id: Id of the job.
        owner: Cognito ``sub`` of its owner.
        digest: Digest of the request.
        total: How many items it has.
        created_at: When it was asked for.
        queued: Whether every item that can was handed to the queue.
        refused: Why items were refused, by their place.
    """

    job_id: str
    owner: str
    digest: str
    total: int
    created_at: datetime
    queued: bool
    refused: Mapping[int, str]


def job_id_of(owner: str, key: str) -> str:
    """Name the job of a request.

    Args:
        owner: Cognito ``sub`` of the user who asks.
        key: The user's key of the request.

    Returns:
        The same id for the same owner and key.
    """
    digest = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
    return f"job-{digest[:20]}"


def item_key(job_id: str, index: int) -> str:
    """Name one item of a job: the key that its run is made from.

    Args:
        job_id: Id of the job.
        index: Place of the item.

    Returns:
        The key.
    """
    return f"{job_id}/{index}"


def place_of(key: str) -> int:
    """Read the place from the key of an item.

    Args:
        key: The key.

    Returns:
        Place of the item.

    Raises:
        ValueError: If it is no such key.
    """
    return int(key.rpartition("/")[2])


def new_job_values(
    job_id: str, owner: str, digest: str, total: int, refused: Mapping[int, str], at: datetime
) -> dict[str, Value | None]:
    """Make the item of a new job.

    Args:
        job_id: Id of the job.
        owner: Cognito ``sub`` of its owner.
        digest: Digest of the request.
        total: How many items it has.
        refused: Why items are refused at once, by their place.
        at: When it was asked for.

    Returns:
        Plain values by attribute name.
    """
    return {
        "id": job_id,
        "owner": owner,
        "digest": digest,
        "total": total,
        "created_at": stamp(at),
        "queued": False,
        "refused": [refusal_text(index, why) for index, why in refused.items()],
        "expiration": int((at + KEEP).timestamp()),
    }


def refusal_text(index: int, why: str) -> str:
    """Write why an item was refused.

    Args:
        index: Place of the item.
        why: The reason; ids only, never what a user wrote.

    Returns:
        The text as it is stored.
    """
    return f"{index}|{why[:MAX_DETAIL]}"


def refusal_change(index: int, why: str) -> Change:
    """Note that an item cannot become a run.

    Args:
        index: Place of the item.
        why: The reason; ids only, never what a user wrote.

    Returns:
        The change of the job's item.
    """
    return Change(append={"refused": (refusal_text(index, why),)})


def job_record(values: Mapping[str, Any]) -> JobRecord:
    """Read the item of a job.

    Args:
        values: Plain values by attribute name.

    Returns:
        The typed record.
    """
    refused = (text.partition("|") for text in values["refused"])
    return JobRecord(
        job_id=values["id"],
        owner=values["owner"],
        digest=values["digest"],
        total=values["total"],
        created_at=datetime.fromisoformat(values["created_at"]),
        queued=values["queued"],
        refused={int(index): why for index, _, why in refused},
    )


def jobs_table(name: str) -> Table[JobRecord]:
    """Typed access to the jobs among what the idempotency table remembers.

    Args:
        name: Name of the idempotency table.

    Returns:
        The table.
    """
    return Table(name, "id", "job", job_record)
