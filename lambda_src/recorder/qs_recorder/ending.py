"""How a run ended, from what the state machine says and what the run's item holds."""

from dataclasses import dataclass

from qs_cloud.run_record import RunRecord
from qs_recorder.task import CaughtError, Task
from qscreen.wire import RunReason, RunStatus

_SILENT = frozenset({"States.HeartbeatTimeout", "States.Timeout"})

MAX_MESSAGE = 2000
"""Most characters of a message that are kept."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        status: Its final status.
        reason: Why it did not succeed.
        message: What happened, why, what to do next.
    """

    status: RunStatus
    reason: RunReason | None = None
    message: str | None = None


def ending_of(task: Task, record: RunRecord) -> Ending:
    """Decide how a run ended.

    Args:
        task: What the state machine says.
        record: What the run's item holds.

    Returns:
        The ending. Never ``succeeded`` unless each step's latest effect is confirmed.
    """
    if task.error is not None:
        return _caught(task, task.error, record)
    if task.status is RunStatus.SUCCEEDED and not record.confirmed:
        return Ending(
            RunStatus.FAILED,
            RunReason.NOT_CONFIRMED,
            "Not every step of the plan has a confirmed effect, so the run did not succeed. "
            "Look at the run's effects and at the screen, then run again what is missing.",
        )
    if task.status is RunStatus.CANCELLED:
        return _cancelled()
    reason = task.reason
    if task.status is RunStatus.FAILED and reason is None:
        reason = RunReason.PLATFORM_ERROR
    message = task.message
    if reason is RunReason.NOT_UNDERSTOOD:
        message = record.explanation or message
    return Ending(task.status, reason, message[:MAX_MESSAGE] if message else None)


def _cancelled() -> Ending:
    return Ending(
        RunStatus.CANCELLED,
        RunReason.CANCELLED,
        "The run was cancelled. Steps that were done before stay done; the run lists them.",
    )


def _caught(task: Task, error: CaughtError, record: RunRecord) -> Ending:
    name, text = error.name_and_text
    # The device heard of the cancel before the task did: it stopped, so the task went silent.
    silent = error.name in _SILENT or name in _SILENT
    if name == "Cancelled" or ((silent or name == "DeviceSilent") and record.cancel_requested):
        return _cancelled()
    # ``DeviceSilent`` comes from the reaper, which only speaks for commands of devices.
    if name == "DeviceSilent" or (silent and task.reason is not RunReason.PLATFORM_ERROR):
        return Ending(
            RunStatus.FAILED,
            RunReason.DEVICE_SILENT,
            "The device gave no sign of life in time. Check that its agent runs and is online "
            "(`qagent` on the device), then run again.",
        )
    if name == "DeviceFailed":
        return Ending(
            RunStatus.FAILED,
            RunReason.STEP_FAILED,
            (record.explanation or text or "The device could not carry out the command.")[
                :MAX_MESSAGE
            ],
        )
    return Ending(
        RunStatus.FAILED,
        RunReason.PLATFORM_ERROR,
        f"The platform failed ({name or 'unknown error'}). Nothing more was sent to the device. "
        "Run again; if it stays, report the run's id to the operator.",
    )
