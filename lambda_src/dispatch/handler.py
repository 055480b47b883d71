"""Entry point of the function ``dispatch``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from qs_dispatch.confirming import ask_confirmation
    from qs_dispatch.dispatching import Dispatcher
    from qs_dispatch.task import TaskKind, read_task

    from qs_cloud.telemetry import log_ids

_dispatcher: Dispatcher | None = None


def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    """Put a command on the device's queue, or ask for a confirmation.

    The task's answer comes later, from ``api``.

    Args:
        event: ``{"kind", "run_id", "task_token"}``.
        context: Lambda's context; not used.

    Returns:
        The command's id, if there is one; the state machine waits for the task token.

    Raises:
        Cancelled: If the run was cancelled.
        DeviceFailed: If the device is unknown or revoked.
        BadPayloadError: If the event breaks the contract.
    """
    del context
    global _dispatcher  # noqa: PLW0603 - kept for the next invocation of this process
    if _dispatcher is None:
        _dispatcher = Dispatcher.from_environment()
    task = read_task(event)
    with log_ids(run_id=task.run_id):
        if task.kind is TaskKind.CONFIRM:
            ask_confirmation(_dispatcher.runs, task.run_id, task.task_token)
            return {}
        return {"command_id": _dispatcher.dispatch(task)}
