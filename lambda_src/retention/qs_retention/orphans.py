"""Objects of runs that are neither in their table nor in the history."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.command_record import run_prefix
from qs_cloud.errors import CloudCallError
from qs_cloud.postgres import Database
from qs_retention.cursors import Cursors

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

JOB = "retention.orphans"
FOLDER = "runs/"
PAGE = 100
"""Runs in one look: as many items as DynamoDB gives at once."""
MOST_PAGES = 100
"""Looks in one pass."""
_BATCH_TRIES = 4

_KNOWN = "SELECT run_id FROM runs WHERE run_id = ANY (CAST(:ids AS text[]))"


def delete_orphans(
    bucket: str,
    table: str,
    database: Database,
    cursors: Cursors,
    going_on: Callable[[], bool],
) -> int:
    """Delete objects whose run is nowhere, in all their versions.

    Args:
        bucket: Bucket with the objects of runs.
        table: Name of the runs table.
        database: PostgreSQL.
        cursors: Where the last pass ended.
        going_on: Says whether there still is time.

    Returns:
        How many versions were deleted.

    Raises:
        CloudCallError: If a service cannot be reached.
        DatabaseUnavailableError: If PostgreSQL cannot be reached.
    """
    deleted = 0
    for _ in range(MOST_PAGES):
        if not going_on():
            break
        after = cursors.read(JOB)
        run_ids, more = _folders(bucket, after)
        for run_id in _unknown(table, database, run_ids):
            deleted += _delete_all(bucket, run_prefix(run_id))
        # Of all characters "0" is the next one after "/": it sorts behind the folder's objects,
        # and before the next folder's.
        cursors.write(JOB, f"{FOLDER}{run_ids[-1]}0" if more and run_ids else "")
        if not more:
            break
    return deleted


def _folders(bucket: str, after: str) -> tuple[list[str], bool]:
    arguments: dict[str, Any] = {"StartAfter": after} if after else {}
    with calling("list the folders of runs"):
        answer = clients.s3().list_objects_v2(
            Bucket=bucket, Prefix=FOLDER, Delimiter="/", MaxKeys=PAGE, **arguments
        )
    prefixes = [one["Prefix"] for one in answer.get("CommonPrefixes", ())]
    run_ids = [prefix.removeprefix(FOLDER).rstrip("/") for prefix in prefixes]
    return run_ids, bool(answer.get("IsTruncated"))


def _unknown(table: str, database: Database, run_ids: Sequence[str]) -> list[str]:
    if not run_ids:
        return []
    known: set[str] = set()
    wanted: dict[str, Any] = {
        table: {
            "Keys": [{"run_id": {"S": run_id}} for run_id in run_ids],
            "ProjectionExpression": "run_id",
            "ConsistentRead": True,
        }
    }
    for _ in range(_BATCH_TRIES):
        with calling("look for the runs of the objects"):
            answer = clients.dynamodb().batch_get_item(RequestItems=wanted)
        known |= {item["run_id"]["S"] for item in answer["Responses"].get(table, ())}
        wanted = dict(answer.get("UnprocessedKeys") or {})
        if not wanted:
            break
    else:
        # A run that was not looked for is not an unknown one.
        raise CloudCallError("look for the runs of the objects", "UnprocessedKeys")
    with database.connection() as connection:
        rows = connection.run(_KNOWN, ids=list(run_ids)) or ()
    known |= {str(run_id) for (run_id,) in rows}
    return [run_id for run_id in run_ids if run_id not in known]


def _delete_all(bucket: str, prefix: str) -> int:
    deleted = 0
    while versions := _versions(bucket, prefix):
        with calling("delete orphaned objects"):
            answer = clients.s3().delete_objects(
                Bucket=bucket, Delete={"Objects": versions, "Quiet": True}
            )
        if errors := answer.get("Errors"):
            raise CloudCallError("delete orphaned objects", str(errors[0].get("Code", "Unknown")))
        deleted += len(versions)
    return deleted


def _versions(bucket: str, prefix: str) -> "list[ObjectIdentifierTypeDef]":
    with calling("list orphaned objects"):
        answer = clients.s3().list_object_versions(Bucket=bucket, Prefix=prefix)
    return [
        {"Key": one["Key"], "VersionId": one["VersionId"]}
        for one in (*answer.get("Versions", ()), *answer.get("DeleteMarkers", ()))
    ]
