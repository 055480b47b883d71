"""``cancelRun``: nothing more is sent to the device, and the open task ends now."""

from qs_api.call import Call
from qs_api.lookup import find_run
from qs_api.services import Services
from qs_cloud.change import Change
from qs_cloud.clock import stamp
from qs_cloud.command_record import CommandState, TaskAnswer
from qs_cloud.machine import TaskGoneError, start_execution, tell
from qs_cloud.run_record import FINAL_STATUSES
from qs_cloud.telemetry import count, logger
from qscreen.wire import Run, RunStatus


def cancel_run(call: Call, services: Services) -> Run:
    """Cancel a run; a finished one stays as it is.

    The wish is written to the run first: ``dispatch`` and ``planner`` refuse to go on from
    then. After that the command that is open, if any, is closed and its task fails.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The run; its status becomes ``cancelled`` when it has been recorded.

    Raises:
        ProblemAnswer: 404 if there is none for the caller.
        CloudCallError: If a service cannot be reached; repeating the request is safe.
    """
    found = find_run(services, call.path["run_id"], call.user)
    run_id = found.run.run_id
    wished = services.runs.change(
        run_id,
        Change(
            set={"cancel_requested": True, "updated_at": stamp(call.now)},
            none_of={"status": FINAL_STATUSES},
        ),
    )
    if wished is None:
        return (services.runs.get(run_id) or found).run
    if wished.open_command_id is not None:
        _close(wished.open_command_id, services)
    if wished.run.status is RunStatus.QUEUED:
        # A crash may have come between the run's item and its execution: without one, nobody
        # would ever end the run.
        start_execution(services.state_machine_arn, run_id, wished.run.device_id, wished.run.mode)
    logger().info("Run cancel requested", extra={"run_id": run_id})
    count("RunsCancelRequested")
    return wished.run


def _close(command_id: str, services: Services) -> None:
    closed = services.commands.change(
        command_id,
        Change(
            set={"state": CommandState.CANCELLED.value},
            equals={"state": CommandState.OPEN.value},
        ),
    )
    # A repeat of the cancel finds it closed already and tells the state machine once more.
    record = closed or services.commands.get(command_id)
    if record is None or record.state is not CommandState.CANCELLED:
        return
    answer = TaskAnswer(error="Cancelled", cause="The run was cancelled by a user.")
    try:
        tell(record.task_token, answer)
    except TaskGoneError:
        logger().info("Task had ended already", extra={"command_id": command_id})
