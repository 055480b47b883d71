"""The event that tells the rest of the platform that a run has finished."""

from datetime import datetime

from qs_cloud.bus import put_event
from qs_cloud.clock import stamp
from qs_cloud.run_record import RunRecord
from qs_recorder.ending import Ending
from qs_recorder.history import Recorded
from qscreen.audit import Scalar

SOURCE = "qscreen.runs"
DETAIL_TYPE = "Run Finished"


def announce(
    bus: str, record: RunRecord, ending: Ending, recorded: Recorded, finished_at: datetime
) -> None:
    """Put the event on the bus. It carries ids and outcomes, never texts.

    Args:
        bus: Name of the event bus.
        record: The run.
        ending: How it ended.
        recorded: Its place in the audit chain.
        finished_at: When it ended.

    Raises:
        CloudCallError: If the bus cannot be reached or refuses the event.
    """
    run = record.run
    detail: dict[str, Scalar] = {
        "run_id": run.run_id,
        "owner": run.owner,
        "device_id": run.device_id,
        "mode": run.mode.value,
        "status": ending.status.value,
        "reason": ending.reason.value if ending.reason else None,
        "attempts": run.attempts,
        "created_at": stamp(run.created_at),
        "finished_at": stamp(finished_at),
        "audit_sequence": recorded.sequence,
    }
    put_event(bus, SOURCE, DETAIL_TYPE, detail, "announce the end of the run")
