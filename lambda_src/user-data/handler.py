"""Entry point of the function ``user-data``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_user_data.request import Operation, read_request
    from qs_user_data.stewarding import Steward

_steward: Steward | None = None


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Erase or export all data of one user.

    Args:
        event: ``{"operation", "user_id", "requested_by", "dry_run"?}``; ``operation`` is
            ``erase`` or ``export``.
        context: Lambda's context; says how long there is.

    Returns:
        For an erasure ``{"state", "erasure_id", "stores", "certificate"}``; the state is
        ``done``, or ``unfinished`` when the time was too short: invoke it again, and it goes on.
        A dry run gives ``{"state": "dry_run", "stores"}``. For an export
        ``{"state", "bucket", "prefix", "objects", "sha256"}``.

    Raises:
        RunsActiveError: If runs of the user are not finished; nothing was deleted.
        TracesRemainError: If something appeared again while it was erased.
        DatabaseUnavailableError: If PostgreSQL cannot be reached; invoke it again.
        CacheUnavailableError: If Redis cannot be reached; invoke it again.
        CloudCallError: If a service cannot be reached; invoke it again.
        BadPayloadError: If the event breaks the contract.
    """
    global _steward  # noqa: PLW0603 - kept for the next invocation of this process
    if _steward is None:
        _steward = Steward.from_environment()
    request = read_request(event)

    def remaining() -> float:
        return context.get_remaining_time_in_millis() / 1000

    if request.operation is Operation.EXPORT:
        return _steward.export(request, remaining)
    return _steward.erase(request, remaining)
