"""Commands that no device will answer any more."""

from datetime import datetime, timedelta

from qs_cloud.change import Change
from qs_cloud.command_record import CommandRecord, CommandState, TaskAnswer
from qs_cloud.machine import TaskGoneError, tell
from qs_cloud.table import Table
from qs_cloud.telemetry import count, logger, seconds
from qs_reap_devices.items import readable
from qs_reap_devices.time_left import TimeLeft

GRACE = timedelta(seconds=60)
"""The state machine's own limits come first; this is for tasks that they did not end."""

_SILENT = TaskAnswer(
    error="DeviceSilent", cause="The device gave no sign of life until the command expired."
)


def end_lost_commands(commands: Table[CommandRecord], now: datetime, left: TimeLeft) -> int:
    """End the open commands whose time is over, so that no run waits for them.

    The task is told before the command is closed: a crash between the two leaves a command
    that the next pass finds again.

    Args:
        commands: The commands table.
        now: Present time.
        left: The time that there still is.

    Returns:
        How many there were.

    Raises:
        CloudCallError: If a service cannot be reached; the next pass goes on.
        OutOfTimeError: If time runs out; the next pass goes on.
    """
    ended, oldest = 0, 0.0
    items = commands.scan({"state": CommandState.OPEN.value})
    try:
        for record in readable(commands, items):
            oldest = max(oldest, (now - record.command.issued_at).total_seconds())
            if now <= record.alive_until + GRACE:
                continue
            left.demand()
            _end(commands, record)
            ended += 1
    finally:
        seconds("OldestCommandAgeSeconds", oldest)
        count("LostCommandsEnded", ended)
    return ended


def _end(commands: Table[CommandRecord], record: CommandRecord) -> None:
    ids = {
        "command_id": record.command.id,
        "run_id": record.command.run_id,
        "device_id": record.command.device_id,
    }
    try:
        tell(record.task_token, _SILENT)
        logger().warning("Lost command ended", extra=ids)
    except TaskGoneError:
        logger().info("Task of a lost command had ended already", extra=ids)
    # "Cancelled" is what a device must hear that comes back to it: stop, nobody waits.
    commands.change(
        record.command.id,
        Change(
            set={"state": CommandState.CANCELLED.value}, equals={"state": CommandState.OPEN.value}
        ),
    )
