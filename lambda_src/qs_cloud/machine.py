"""Step Functions: starting the execution of a run, and telling it of a task."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qs_cloud.command_record import TaskAnswer
from qscreen.wire import RunMode, RunReason, RunStatus

_GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist"})

MAX_CAUSE = 32768
"""Most characters of a cause that Step Functions takes."""


class TaskGoneError(Exception):
    """The task has ended: it timed out, was answered, or its execution was stopped."""


@dataclass(frozen=True, slots=True)
class Reported:
    """How a run ended that was over before the platform heard of it.

    Attributes:
        status: `succeeded`, `failed` or `cancelled`.
        reason: Why it failed; only of one that did.
        message: What happened, why, what to do next; only of one that failed.
    """

    status: RunStatus
    reason: RunReason | None = None
    message: str | None = None


def start_execution(
    state_machine_arn: str,
    run_id: str,
    device_id: str,
    mode: RunMode,
    reported: Reported | None = None,
) -> None:
    """Start the execution of a run, named after it; one that was started before is fine.

    Args:
        state_machine_arn: The state machine of a run.
        run_id: Id of the run, and name of the execution.
        device_id: Where it runs.
        mode: How far it may go.
        reported: How it ended on its device; then only its end is recorded.

    Raises:
        CloudCallError: If the call fails; after a time-out it may have started all the same.
    """
    from botocore.exceptions import ClientError

    execution: dict[str, Any] = {"run_id": run_id, "device_id": device_id, "mode": mode.value}
    if reported is not None:
        execution["reported"] = {
            "status": reported.status.value,
            "reason": (reported.reason or RunReason.STEP_FAILED).value,
            "message": reported.message or "",
        }
    with calling("start the run"):
        try:
            clients.stepfunctions().start_execution(
                stateMachineArn=state_machine_arn, name=run_id, input=json.dumps(execution)
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise


def tell(token: str, answer: TaskAnswer) -> None:
    """Answer a task.

    Args:
        token: The task's token.
        answer: Its output, or its error.

    Raises:
        TaskGoneError: If the task has ended.
        CloudCallError: If the call fails for another reason.
    """
    client = clients.stepfunctions()
    with _calling_of_a_task("answer the state machine"):
        if answer.output is not None:
            client.send_task_success(taskToken=token, output=answer.output)
        else:
            client.send_task_failure(
                taskToken=token,
                error=answer.error or "DeviceFailed",
                cause=(answer.cause or "")[:MAX_CAUSE],
            )


def keep_alive(token: str) -> None:
    """Say that a task is being worked on.

    Args:
        token: The task's token.

    Raises:
        TaskGoneError: If the task has ended.
        CloudCallError: If the call fails for another reason.
    """
    with _calling_of_a_task("keep the task alive"):
        clients.stepfunctions().send_task_heartbeat(taskToken=token)


@contextmanager
def _calling_of_a_task(doing: str) -> Iterator[None]:
    from botocore.exceptions import ClientError

    with calling(doing):
        try:
            yield
        except ClientError as error:
            if error_code(error) in _GONE:
                raise TaskGoneError("The task has ended.") from error
            raise
