"""Entry point of the function ``api``."""

from typing import Any

from qs_cloud.starting import API, starting

with starting(API):
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from qs_api.app import App

_app: App | None = None


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway (REST, Lambda proxy integration).

    Args:
        event: The proxy event, with the authorizer's context.
        context: Lambda's context.

    Returns:
        The proxy answer; every error is a problem document (RFC 9457).
    """
    global _app  # noqa: PLW0603 - kept for the next invocation of this process
    if _app is None:
        _app = App.from_environment()
    return _app.answer(event, context)
