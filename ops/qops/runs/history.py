"""What the audit keeps of a run, read from the copies of its entries under object lock.

PostgreSQL, where the chain lies, is private in AWS; the copies hold the same bytes with the same
hashes, and whoever may read the trail reads them there.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from qops.platform.aws import Aws
from qops.settings import Settings
from qscreen.audit import AuditRow, entry_hash
from qscreen.wire import RunReport

FOLDER = "entries/"
BEFORE = timedelta(minutes=1)
AFTER = timedelta(minutes=30)
"""Copies are looked for that were written from `BEFORE` the run's begin to `AFTER` its end: an
event waits for its audit when a service is away, and is told within minutes after that."""

MOST_COPIES = 3000
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class RunHistory:
    """What the audit keeps of a run.

    Attributes:
        rows: Its entries, in the chain's order.
        wrong: What does not hold, a sentence each; empty when all does.
        missing: What could not be read or is not there yet, a sentence each.
        failed: Whether the copies could not be read at all.
    """

    rows: tuple[AuditRow, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]
    failed: bool = False


def read_history(settings: Settings, aws: Aws, report: RunReport) -> RunHistory:
    """Read and verify the entries about a run.

    Args:
        settings: Which environment.
        aws: Its clients.
        report: The run as the API shows it, with its place in the chain.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    bucket = f"{settings.prefix}-audit-{aws.account}"
    try:
        keys, cut = _keys(aws.client("s3"), bucket, report)
        rows = _rows(aws.client("s3"), bucket, keys, report.run.run_id)
    except (ClientError, BotoCoreError) as error:
        why = f"the copies in {bucket} could not be read: {error}"
        return RunHistory((), (), (why,), failed=True)
    missing = []
    if cut:
        missing.append(
            f"more than {MOST_COPIES} entries were copied while the run went on; only the first "
            "were read"
        )
    if report.run.status.final and report.audit_sequence is None:
        missing.append("the API names no place in the chain: the run's end is not recorded")
    if report.audit_sequence is not None and report.audit_sequence not in {
        row.entry.sequence for row in rows
    }:
        missing.append(f"entry {report.audit_sequence}, the run's end, has no copy yet")
    return RunHistory(rows, tuple(_wrong(rows, report)), tuple(missing))


def _keys(s3: Any, bucket: str, report: RunReport) -> tuple[list[str], bool]:
    begin = report.run.created_at.astimezone(UTC) - BEFORE
    end = _end(report)
    found: list[tuple[datetime, str]] = []
    day = begin.date()
    while day <= end.date():
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=f"{FOLDER}{day:%Y/%m/%d}/"
        )
        for page in pages:
            found += [
                (one["LastModified"], one["Key"])
                for one in page.get("Contents", ())
                if begin <= one["LastModified"] <= end
            ]
        day += timedelta(days=1)
    keys = [key for _, key in sorted(found)]
    return keys[:MOST_COPIES], len(keys) > MOST_COPIES


def _end(report: RunReport) -> datetime:
    now = datetime.now(UTC)
    ended = report.run.updated_at.astimezone(UTC) + AFTER
    return min(ended, now) if report.run.status.final else now


def _rows(s3: Any, bucket: str, keys: Sequence[str], run_id: str) -> tuple[AuditRow, ...]:
    def read(key: str) -> AuditRow:
        return AuditRow.model_validate_json(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        rows = [row for row in pool.map(read, keys) if row.entry.subject == run_id]
    return tuple(sorted(rows, key=lambda row: row.entry.sequence))


def _wrong(rows: Sequence[AuditRow], report: RunReport) -> Iterator[str]:
    for row in rows:
        if entry_hash(row.previous_hash, row.entry) != row.hash:
            yield f"entry {row.entry.sequence} is not what its hash was made of"
        if row.entry.sequence == report.audit_sequence and row.hash != report.audit_hash:
            yield f"entry {row.entry.sequence} has another hash than the one that the API tells"
