"""Telling the state machine what became of a task."""

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qs_cloud.command_record import TaskAnswer

_GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist"})

MAX_CAUSE = 32768
"""Most characters of a cause that Step Functions takes."""


class TaskGoneError(Exception):
    """The task has ended: it timed out, was answered, or its execution was stopped."""


def tell(token: str, answer: TaskAnswer) -> None:
    """Answer a task.

    Args:
        token: The task's token.
        answer: Its output, or its error.

    Raises:
        TaskGoneError: If the task has ended.
        CloudCallError: If the call fails for another reason.
    """
    from botocore.exceptions import ClientError

    client = clients.stepfunctions()
    with calling("answer the state machine"):
        try:
            if answer.output is not None:
                client.send_task_success(taskToken=token, output=answer.output)
            else:
                client.send_task_failure(
                    taskToken=token,
                    error=answer.error or "DeviceFailed",
                    cause=(answer.cause or "")[:MAX_CAUSE],
                )
        except ClientError as error:
            if error_code(error) in _GONE:
                raise TaskGoneError("The task has ended.") from error
            raise


def keep_alive(token: str) -> None:
    """Say that a task is being worked on.

    Args:
        token: The task's token.

    Raises:
        TaskGoneError: If the task has ended.
        CloudCallError: If the call fails for another reason.
    """
    from botocore.exceptions import ClientError

    with calling("keep the task alive"):
        try:
            clients.stepfunctions().send_task_heartbeat(taskToken=token)
        except ClientError as error:
            if error_code(error) in _GONE:
                raise TaskGoneError("The task has ended.") from error
            raise
