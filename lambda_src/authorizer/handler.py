"""Entry point of the function ``authorizer``."""

from typing import Any

from qs_cloud.starting import starting

with starting():
    from qs_authorizer.authorizing import Authorizer
    from qs_authorizer.tokens import TokenRefusedError

    from qs_cloud.telemetry import count, logger

_authorizer: Authorizer | None = None


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decide on one request (REST API, authorizer of type REQUEST).

    Args:
        event: The authorizer's request.
        context: Lambda's context; not used.

    Returns:
        The policy for all methods of the API, good for as long as API Gateway caches it.

    Raises:
        Exception: With the text ``Unauthorized``, which API Gateway turns into a 401.
    """
    del context
    global _authorizer  # noqa: PLW0603 - kept for the next invocation of this process
    if _authorizer is None:
        _authorizer = Authorizer.from_environment()
    try:
        return _authorizer.decide(event)
    except TokenRefusedError as error:
        request_id = event.get("requestContext", {}).get("requestId")
        logger().info("Token refused", extra={"why": error.why, "request_id": request_id})
        count("TokensRefused", dimensions={"why": error.why})
        # API Gateway answers 401 for this very text and 500 for any other.
        raise Exception("Unauthorized") from None  # noqa: TRY002
