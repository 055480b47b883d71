"""Runs for which something may still be sent."""

from qs_cloud.errors import Cancelled, RunEndedError, RunMissingError
from qs_cloud.run_record import RunRecord
from qs_cloud.table import Table


def open_run(runs: Table[RunRecord], run_id: str) -> RunRecord:
    """Read a run that goes on.

    Args:
        runs: The runs table.
        run_id: Id of the run.

    Returns:
        The run.

    Raises:
        RunMissingError: If there is no such run.
        RunEndedError: If the run has ended.
        Cancelled: If the run was cancelled.
        CloudCallError: If the table cannot be reached.
    """
    record = runs.get(run_id)
    if record is None:
        raise RunMissingError(f"There is no run {run_id}: its item was deleted meanwhile.")
    if record.run.status.final:
        raise RunEndedError(f"The run {run_id} has ended: {record.run.status}.")
    if record.cancel_requested:
        raise Cancelled("The run was cancelled before the command was sent.")
    return record
