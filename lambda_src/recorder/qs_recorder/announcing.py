"""The event that tells the rest of the platform that a run has finished."""

import json
from datetime import datetime

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import stamp
from qs_cloud.errors import CloudCallError
from qs_cloud.run_record import RunRecord
from qs_recorder.ending import Ending
from qs_recorder.history import Recorded

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
    detail = {
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
    with calling("announce the end of the run"):
        answer = clients.events().put_events(
            Entries=[
                {
                    "EventBusName": bus,
                    "Source": SOURCE,
                    "DetailType": DETAIL_TYPE,
                    "Detail": json.dumps(detail),
                    "Resources": [],
                }
            ]
        )
    if answer.get("FailedEntryCount"):
        code = str(answer["Entries"][0].get("ErrorCode", "Unknown"))
        raise CloudCallError("announce the end of the run", code)
