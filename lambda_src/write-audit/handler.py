"""Entry point of the function ``write-audit``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_write_audit.writing import AuditWriter

_writer: AuditWriter | None = None


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Write events to the audit, or walk it.

    Args:
        event: Messages of SQS, each with one event of the bus; ``{"refill": true}`` after the
            database was restored to an earlier time, to give it back what it lost; or anything
            else, to copy what has no copy yet and verify the whole: ``{"first"?}`` says where
            the walk begins.
        context: Lambda's context; says how long there is.

    Returns:
        ``{"batchItemFailures"}`` for messages: those that failed; they alone come back, and go
        to the dead letters when they have come back too often. For a walk what it found.

    Raises:
        AuditBrokenError: If the chain or its copies do not hold.
        DatabaseUnavailableError: If a walk cannot reach PostgreSQL.
        CloudCallError: If a walk cannot reach the bucket.
        BadPayloadError: If the place where the walk begins is none.
    """
    global _writer  # noqa: PLW0603 - kept for the next invocation of this process
    if _writer is None:
        _writer = AuditWriter.from_environment()
    if "Records" in event:
        return _writer.write(event)
    if event.get("refill") is True:
        return _writer.refill()
    return _writer.walk(event, lambda: context.get_remaining_time_in_millis() / 1000)
