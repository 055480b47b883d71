"""A command as its item holds it: the message, its task token, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from qs_cloud.clock import stamp
from qs_cloud.items import Value
from qscreen.wire import Command

KEEP = timedelta(days=1)
"""How long a command stays known after its expiry, so that late repeats are recognised."""


class CommandState(StrEnum):
    """Life of a command in its table."""

    OPEN = "open"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """What the state machine is told about a command.

    Attributes:
        output: JSON for ``SendTaskSuccess``; None when the task failed.
        error: Error name for ``SendTaskFailure``.
        cause: Cause for ``SendTaskFailure``.
    """

    output: str | None = None
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """One item of the commands table.

    Attributes:
        command: The message as the device got it.
        owner: Cognito ``sub`` of the device's owner.
        task_token: The state machine's token; never leaves the cloud.
        state: What became of the command.
        last_heartbeat_at: When the device last said that it works on it.
        answer: What the state machine is to be told; None while open.
        answered_at: When the state machine took the answer; None before.
    """

    command: Command
    owner: str
    task_token: str
    state: CommandState = CommandState.OPEN
    last_heartbeat_at: datetime | None = None
    answer: TaskAnswer | None = None
    answered_at: datetime | None = None

    @property
    def alive_until(self) -> datetime:
        """Until when a result is believed: the expiry, or one heartbeat after the last one."""
        if self.last_heartbeat_at is None:
            return self.command.expires_at
        return max(
            self.command.expires_at,
            self.last_heartbeat_at + timedelta(seconds=self.command.heartbeat_seconds),
        )

    @property
    def key_prefix(self) -> str:
        """Prefix of every object that belongs to the command."""
        return command_prefix(self.command.run_id, self.command.id)


def run_prefix(run_id: str) -> str:
    """Name the prefix of a run's objects.

    Args:
        run_id: Id of the run.

    Returns:
        Prefix in the screenshots bucket.
    """
    return f"runs/{run_id}/"


def command_prefix(run_id: str, command_id: str) -> str:
    """Name the prefix of a command's objects.

    Args:
        run_id: Id of the run.
        command_id: Id of the command.

    Returns:
        Prefix in the screenshots bucket.
    """
    return f"{run_prefix(run_id)}{command_id}/"


def new_command_values(command: Command, owner: str, task_token: str) -> dict[str, Value | None]:
    """Make the item of a new command.

    Args:
        command: The message for the device.
        owner: Cognito ``sub`` of the device's owner.
        task_token: The state machine's token.

    Returns:
        Plain values by attribute name.
    """
    return {
        "command_id": command.id,
        "run_id": command.run_id,
        "device_id": command.device_id,
        "owner": owner,
        "task_token": task_token,
        "state": CommandState.OPEN.value,
        "command": command.model_dump_json(exclude={"upload"}),
        "created_at": stamp(command.issued_at),
        "expires_epoch": int((command.expires_at + KEEP).timestamp()),
    }


def command_record(values: Mapping[str, Any]) -> CommandRecord:
    """Read an item of the commands table.

    Args:
        values: Plain values by attribute name.

    Returns:
        The typed record.
    """
    heartbeat, answered_at = values.get("last_heartbeat_at"), values.get("answered_at")
    output, error = values.get("output"), values.get("error")
    answer = None
    if output is not None or error is not None:
        answer = TaskAnswer(output=output, error=error, cause=values.get("cause"))
    return CommandRecord(
        command=Command.model_validate_json(values["command"]),
        owner=values["owner"],
        task_token=values["task_token"],
        state=CommandState(values["state"]),
        last_heartbeat_at=datetime.fromisoformat(heartbeat) if heartbeat else None,
        answer=answer,
        answered_at=datetime.fromisoformat(answered_at) if answered_at else None,
    )
