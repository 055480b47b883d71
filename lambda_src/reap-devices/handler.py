"""Entry point of the function ``reap-devices``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_reap_devices.reaping import Reaper

_reaper: Reaper | None = None


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """End what lost devices left open, and measure what ages.

    Args:
        event: Not used; the schedule's own.
        context: Lambda's context; says how long there is.

    Returns:
        ``{"queues_deleted", "commands_ended", "events_sent"}``.

    Raises:
        ReapingIncompleteError: If a part could not be done; the others were.
    """
    del event
    global _reaper  # noqa: PLW0603 - kept for the next invocation of this process
    if _reaper is None:
        _reaper = Reaper.from_environment()
    return _reaper.reap(lambda: context.get_remaining_time_in_millis() / 1000).answer()
