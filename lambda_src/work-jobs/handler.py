"""Entry point of the function ``work-jobs``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_work_jobs.working import Worker

_worker: Worker | None = None


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work off one batch of the jobs queue.

    Args:
        event: Messages of SQS, each with one job.
        context: Lambda's context; not used.

    Returns:
        ``{"batchItemFailures"}``: the messages that failed; they alone come back, and go to
        the dead letters when they have come back too often.
    """
    del context
    global _worker  # noqa: PLW0603 - kept for the next invocation of this process
    if _worker is None:
        _worker = Worker.from_environment()
    return _worker.work(event)
