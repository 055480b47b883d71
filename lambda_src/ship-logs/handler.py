"""Entry point of the function ``ship-logs``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_ship_logs.shipping import Shipper
    from qs_ship_logs.subscription import read_batch

    from qs_cloud.telemetry import log_ids

_shipper: Shipper | None = None


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Ship one batch of log events to OpenSearch.

    Args:
        event: ``{"awslogs": {"data"}}``, as a subscription of CloudWatch Logs sends it.
        context: Lambda's context; says how long there is to try again.

    Returns:
        ``{"shipped", "rejected"}``: how many events OpenSearch keeps, and how many it will
        never take.

    Raises:
        DocumentsRemainError: If OpenSearch did not take all in time; Lambda repeats the event.
        SearchRefusedError: If OpenSearch refuses the request as a whole.
        BadPayloadError: If the event is no batch of a subscription.
    """
    global _shipper  # noqa: PLW0603 - kept for the next invocation of this process
    if _shipper is None:
        _shipper = Shipper.from_environment()
    batch = read_batch(event)
    with log_ids(request_id=context.aws_request_id):
        return _shipper.ship(batch, lambda: context.get_remaining_time_in_millis() / 1000).answer()
