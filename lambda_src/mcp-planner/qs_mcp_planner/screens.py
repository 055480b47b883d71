"""The screen of a run, for those whose run it is."""

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.command_record import run_prefix
from qs_cloud.config import variable
from qs_cloud.table import runs_table
from qs_mcp import Caller, ToolFault
from qs_planning.screen import read_snapshot
from qscreen.wire import Snapshot

_NAME = "/snapshot.json"


def screen_of_run(run_id: str, who: Caller) -> Snapshot:
    """Read the latest snapshot of a run.

    Args:
        run_id: Id of the run.
        who: Who calls.

    Returns:
        The snapshot.

    Raises:
        ToolFault: If the run is not the caller's own, or has no snapshot.
        CloudCallError: If a service fails.
    """
    record = runs_table(variable("QS_RUNS_TABLE")).get(run_id)
    if record is None or record.run.owner != who.user_id:
        raise ToolFault(
            "The run was not read.",
            "You have no run of this id.",
            "Pass the id of one of your own runs, or the snapshot itself.",
        )
    bucket = variable("QS_SCREENSHOTS_BUCKET")
    with calling("list the snapshots of the run"):
        answer = clients.s3().list_objects_v2(Bucket=bucket, Prefix=run_prefix(run_id))
    found = [one for one in answer.get("Contents", []) if one["Key"].endswith(_NAME)]
    if found:
        newest = max(one["LastModified"] for one in found)
        # S3 tells whole seconds, in which a device may show more than one screen.
        last = [
            snapshot
            for one in found
            if one["LastModified"] == newest
            and (snapshot := read_snapshot(bucket, one["Key"])) is not None
        ]
        if last:
            return max(last, key=lambda snapshot: snapshot.taken_at)
    raise ToolFault(
        "The run's screen was not read.",
        "The run has no snapshot that can be read.",
        "Wait until the run has observed its screen, or pass the snapshot itself.",
    )
