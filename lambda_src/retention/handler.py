"""Entry point of the function ``retention``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_retention.keeping import Keeper

_keeper: Keeper | None = None


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Delete what is older than its retention and nothing else deletes.

    Args:
        event: Not used; the schedule's own.
        context: Lambda's context; says how long there is.

    Returns:
        ``{"history", "runs", "objects"}``: how many of each were deleted.

    Raises:
        RetentionIncompleteError: If a part could not be done; the others were.
    """
    del event
    global _keeper  # noqa: PLW0603 - kept for the next invocation of this process
    if _keeper is None:
        _keeper = Keeper.from_environment()
    return _keeper.keep(lambda: context.get_remaining_time_in_millis() / 1000)
