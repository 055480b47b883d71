"""``heartbeatCommand``: keeps the task alive, and tells the device of a cancel."""

from qs_api.call import Call
from qs_api.lookup import find_command, find_device, refuse_revoked
from qs_api.problems import conflict
from qs_api.services import Services
from qs_cloud.change import Change
from qs_cloud.clock import stamp
from qs_cloud.command_record import CommandState
from qs_cloud.machine import TaskGoneError, keep_alive
from qscreen.wire import HeartbeatReply


def heartbeat_command(call: Call, services: Services) -> HeartbeatReply:
    """Keep a command alive and say whether it was cancelled.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        Whether the device must stop what it does.

    Raises:
        ProblemAnswer: 404 if the command is not of the caller's device, 409 if it was answered
            or its task has ended.
        CloudCallError: If a service cannot be reached; repeating the heartbeat is safe.
    """
    record = find_command(services, call.path["command_id"], call.user)
    refuse_revoked(find_device(services, record.command.device_id, call.user))
    if record.state is CommandState.CANCELLED:
        return HeartbeatReply(cancelled=True)
    if record.state is CommandState.ANSWERED:
        raise conflict(
            f"The command {record.command.id} has its result already.",
            "Stop sending heartbeats for it.",
        )
    try:
        keep_alive(record.task_token)
    except TaskGoneError as error:
        now_found = services.commands.get(record.command.id)
        if now_found is not None and now_found.state is CommandState.CANCELLED:
            return HeartbeatReply(cancelled=True)
        raise conflict(
            f"The run no longer waits for the command {record.command.id}.",
            "Stop working on it, and post what was done as its result.",
        ) from error
    services.commands.change(record.command.id, Change(set={"last_heartbeat_at": stamp(call.now)}))
    return HeartbeatReply()
