"""Snapshots in S3: the accessibility tree that goes with a picture."""

from itertools import groupby

from pydantic import ValidationError

from qs_cloud import clients
from qs_mcp import ToolFault
from qs_mcp_vision.faults import asking
from qscreen.wire import Snapshot

MOST_BYTES = 10 * 1024 * 1024
MOST_SNAPSHOTS = 20
_NAME = "/snapshot.json"


def read_snapshot(bucket: str, key: str) -> Snapshot:
    """Read a snapshot.

    Args:
        bucket: Bucket.
        key: Key; the caller may read it.

    Returns:
        The snapshot.

    Raises:
        ToolFault: If there is none, or it cannot be read as one.
        CloudCallError: If S3 fails otherwise.
    """
    with asking("The snapshot was not read.", "read the snapshot"):
        answer = clients.s3().get_object(Bucket=bucket, Key=key)
        length = answer["ContentLength"]
        try:
            text = answer["Body"].read() if length <= MOST_BYTES else None
        finally:
            answer["Body"].close()
    if text is None:
        raise ToolFault(
            "The snapshot was not read.",
            f"It has {length:,} bytes, and the tool takes {MOST_BYTES:,}.",
            "Pass the part of the tree that matters as `snapshot`.",
        )
    try:
        return Snapshot.model_validate_json(text)
    except ValidationError:
        raise ToolFault(
            "The snapshot was not read.",
            "The object is not a snapshot of the present release.",
            "Observe the screen again, or pass the snapshot itself.",
        ) from None


def run_snapshot(bucket: str, run_id: str, snapshot_id: str | None) -> Snapshot:
    """Find a snapshot of a run.

    Args:
        bucket: Bucket.
        run_id: Id of the run; the caller may read it.
        snapshot_id: Id of the snapshot; None for the latest.

    Returns:
        The snapshot.

    Raises:
        ToolFault: If the run has none, or none of this id.
        CloudCallError: If S3 fails otherwise.
    """
    with asking("The snapshot was not found.", "list the snapshots of the run"):
        answer = clients.s3().list_objects_v2(Bucket=bucket, Prefix=f"runs/{run_id}/")
    objects = [one for one in answer.get("Contents", []) if one["Key"].endswith(_NAME)]
    objects.sort(key=lambda one: one["LastModified"], reverse=True)
    # S3 tells whole seconds, in which a device may show more than one screen.
    for _, same in groupby(objects[:MOST_SNAPSHOTS], key=lambda one: one["LastModified"]):
        shown = (read_snapshot(bucket, one["Key"]) for one in same)
        wanted = [one for one in shown if snapshot_id is None or one.id == snapshot_id]
        if wanted:
            return max(wanted, key=lambda one: one.taken_at)
    raise ToolFault(
        "The snapshot was not found.",
        "The run has none, or none of this id." if snapshot_id else "The run has none yet.",
        "Pass a run that has observed its screen, or the snapshot itself.",
    )
