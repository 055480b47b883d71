"""What a person does to a run that goes on: cancel it, or confirm its plan."""

from dataclasses import dataclass
from datetime import datetime

from qs_cloud.change import Change
from qs_cloud.clock import stamp
from qs_cloud.command_record import CommandRecord, CommandState, TaskAnswer
from qs_cloud.machine import TaskGoneError, start_execution, tell
from qs_cloud.marks import ended
from qs_cloud.refusal import RefusedError, Why, missing
from qs_cloud.run_record import FINAL_STATUSES, RunRecord
from qs_cloud.table import Table
from qs_cloud.telemetry import count, logger
from qscreen.wire import Run, RunStatus, StageName

_CANCELLED = TaskAnswer(error="Cancelled", cause="The run was cancelled by a user.")
_CONFIRMED = TaskAnswer(output='{"confirmed": true}')


@dataclass(frozen=True, slots=True)
class RunActions:
    """Cancels and confirms runs.

    Attributes:
        runs: The runs table.
        commands: The commands table.
        state_machine_arn: The state machine of a run.
    """

    runs: Table[RunRecord]
    commands: Table[CommandRecord]
    state_machine_arn: str

    def cancel(self, found: RunRecord, at: datetime) -> Run:
        """Cancel a run; a finished one stays as it is.

        The wish is written to the run first: ``dispatch`` and ``planner`` refuse to go on from
        then. After that the command or the confirmation that is open, if any, is closed and its
        task fails.

        Args:
            found: The run, which the caller may cancel.
            at: When it was asked for.

        Returns:
            The run; its status becomes ``cancelled`` when it has been recorded.

        Raises:
            CloudCallError: If a service cannot be reached; repeating the request is safe.
        """
        run_id = found.run.run_id
        wished = self.runs.change(
            run_id,
            Change(
                set={"cancel_requested": True, "updated_at": stamp(at)},
                none_of={"status": FINAL_STATUSES},
            ),
        )
        if wished is None:
            return (self.runs.get(run_id) or found).run
        if wished.open_command_id is not None:
            self._close(wished.open_command_id)
        if wished.confirm_token is not None:
            _tell(wished.confirm_token, _CANCELLED, run_id)
        if wished.run.status is RunStatus.QUEUED:
            # A crash may have come between the run's item and its execution: without one, nobody
            # would ever end the run.
            start_execution(self.state_machine_arn, run_id, wished.run.device_id, wished.run.mode)
        logger().info("Run cancel requested", extra={"run_id": run_id})
        count("RunsCancelRequested")
        return wished.run

    def confirm(self, owner: str, run_id: str, attempts: int, at: datetime) -> Run:
        """Let the plan of a run go on. Only its owner may: it acts on the owner's device.

        The confirmation is written to the run before the state machine is told, and the token
        is taken away after it: repeating the request completes it, and a repeat after that
        changes nothing.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            run_id: Id of the run.
            attempts: ``attempts`` of the run as the user looked at it.
            at: When it was asked for.

        Returns:
            The run.

        Raises:
            RefusedError: If the run is not the user's, does not wait for a confirmation, or has
                another plan by now.
            CloudCallError: If a service cannot be reached; repeating the request is safe.
        """
        found = self.runs.get(run_id)
        if found is None or found.run.owner != owner:
            raise missing("run", run_id)
        if found.confirm_token is None:
            return self._confirmed_before(found, attempts)
        confirmed = self.runs.change(
            run_id,
            Change(
                set={
                    "confirmed_at": stamp(found.run.confirmed_at or at),
                    "updated_at": stamp(at),
                },
                equals={
                    "confirm_token": found.confirm_token,
                    "attempts": attempts,
                    "status": RunStatus.AWAITING_CONFIRMATION.value,
                },
                unless={"cancel_requested": True},
            ),
        )
        if confirmed is None:
            return self._confirmed_before(self.runs.get(run_id) or found, attempts)
        _tell(found.confirm_token, _CONFIRMED, run_id)
        told = self.runs.change(
            run_id,
            Change(
                append={"marks": (ended(StageName.CONFIRM, at),)},
                remove=("confirm_token",),
                equals={"confirm_token": found.confirm_token},
            ),
        )
        logger().info("Run confirmed", extra={"run_id": run_id, "attempts": attempts})
        count("RunsConfirmed")
        return (told or confirmed).run

    def _confirmed_before(self, found: RunRecord, attempts: int) -> Run:
        if found.run.confirmed_at is not None and found.run.attempts == attempts:
            return found.run
        raise _not_confirmable(found, attempts)

    def _close(self, command_id: str) -> None:
        closed = self.commands.change(
            command_id,
            Change(
                set={"state": CommandState.CANCELLED.value},
                equals={"state": CommandState.OPEN.value},
            ),
        )
        # A repeat of the cancel finds it closed already and tells the state machine once more.
        record = closed or self.commands.get(command_id)
        if record is not None and record.state is CommandState.CANCELLED:
            _tell(record.task_token, _CANCELLED, record.command.run_id)


def _tell(token: str, answer: TaskAnswer, run_id: str) -> None:
    try:
        tell(token, answer)
    except TaskGoneError:
        logger().info("Task had ended already", extra={"run_id": run_id})


def _not_confirmable(found: RunRecord, attempts: int) -> RefusedError:
    run = found.run
    if run.status is RunStatus.AWAITING_CONFIRMATION and run.attempts != attempts:
        return RefusedError(
            Why.CONFLICT,
            f"The run {run.run_id} waits with the plan of attempt {run.attempts}, not of "
            f"{attempts}.",
            "Look at the run again, and confirm the plan that it has now.",
        )
    why = "it was cancelled" if found.cancel_requested else f"it is {run.status}"
    return RefusedError(
        Why.CONFLICT,
        f"The run {run.run_id} does not wait for a confirmation: {why}.",
        "A run waits only from its plan until it is confirmed, cancelled or expired.",
    )
