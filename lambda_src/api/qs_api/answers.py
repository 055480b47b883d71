"""What the state machine is told about a result: the snapshot's key, the verdict, or a failure."""

import json

from qs_cloud.command_record import CommandRecord, TaskAnswer
from qscreen.verdict import judge
from qscreen.wire import CommandKind, CommandResult, CommandStatus

_CAUSE = "The device could not carry out the command; the run says why."
"""All that the history of the execution is told, which nobody can erase from."""


def answer_of(
    record: CommandRecord,
    result: CommandResult,
    snapshot_key: str | None,
) -> TaskAnswer:
    """Decide what the state machine is told.

    Args:
        record: The command.
        result: What the device sent.
        snapshot_key: Key of the stored snapshot; None without one.

    Returns:
        The task's output, or the error ``DeviceFailed``.
    """
    if result.status is not CommandStatus.DONE:
        return TaskAnswer(error="DeviceFailed", cause=_CAUSE)
    if record.command.kind is CommandKind.OBSERVE:
        seen = {"snapshot_key": snapshot_key}
        if result.picture_key is not None:
            seen["picture_key"] = result.picture_key
        return TaskAnswer(output=json.dumps(seen))
    verdict = judge(record.command.steps, result.effects)
    return TaskAnswer(output=verdict.model_dump_json(exclude_none=True))


def explanation_of(result: CommandResult) -> str | None:
    """Say why a device did not carry out a command; its own words may quote its screen.

    Args:
        result: What the device sent.

    Returns:
        The text for the run's item; None where the command was carried out.
    """
    if result.status is CommandStatus.DONE:
        return None
    if result.status is CommandStatus.EXPIRED:
        return "The command reached the device after its expiry. Run again while it is online."
    return result.error or "The device could not carry out the command and did not say why."
