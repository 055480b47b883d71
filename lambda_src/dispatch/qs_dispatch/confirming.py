"""Asking for a confirmation: the run waits for a person, and the item holds the task's token."""

from qs_cloud.change import Change
from qs_cloud.clock import stamp, utc_now
from qs_cloud.errors import Cancelled
from qs_cloud.marks import started
from qs_cloud.run_record import FINAL_STATUSES, RunRecord
from qs_cloud.table import Table
from qs_cloud.telemetry import count, logger
from qs_dispatch.open_runs import open_run
from qscreen.wire import RunStatus, StageName


def ask_confirmation(runs: Table[RunRecord], run_id: str, task_token: str) -> None:
    """Let a run wait for its confirmation.

    A task that Step Functions tries again replaces the token: the last one asked is answered.

    Args:
        runs: The runs table.
        run_id: Id of the run.
        task_token: The state machine's token.

    Raises:
        RunMissingError: If there is no such run.
        RunEndedError: If the run has ended.
        Cancelled: If the run was cancelled.
        CloudCallError: If the table cannot be reached; the state machine tries again.
    """
    record = open_run(runs, run_id)
    now = utc_now()
    waiting = runs.change(
        run_id,
        Change(
            set={
                "status": RunStatus.AWAITING_CONFIRMATION.value,
                "confirm_token": task_token,
                "updated_at": stamp(now),
            },
            append={"marks": (started(StageName.CONFIRM, now),)},
            remove=("confirmed_at",),
            unless={"cancel_requested": True},
            none_of={"status": FINAL_STATUSES},
        ),
    )
    if waiting is None:
        raise Cancelled("The run was cancelled before its plan could be confirmed.")
    logger().info("Confirmation asked for", extra={"attempts": record.run.attempts})
    count("ConfirmationsAsked")
