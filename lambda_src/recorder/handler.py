"""Entry point of the function ``recorder``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from qs_recorder.recording import Recorder
    from qs_recorder.task import read_task

    from qs_cloud.telemetry import log_ids

_recorder: Recorder | None = None


def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    """Record how a run ended; its final status becomes visible last.

    Args:
        event: ``{"run_id", "status", "reason"?, "message"?, "error"?}``.
        context: Lambda's context; not used.

    Returns:
        ``{"run_id", "status"}``.

    Raises:
        DatabaseUnavailableError: If PostgreSQL cannot be reached; the state machine tries again.
        RunMissingError: If there is no such run.
        BadPayloadError: If the event breaks the contract.
    """
    del context
    global _recorder  # noqa: PLW0603 - kept for the next invocation of this process
    if _recorder is None:
        _recorder = Recorder.from_environment()
    task = read_task(event)
    with log_ids(run_id=task.run_id):
        return {"run_id": task.run_id, "status": _recorder.record(task).value}
