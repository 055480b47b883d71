"""What API Gateway itself answers when a request does not reach the function.

One row per response type, so that every answer of the API is a problem document
(``qscreen.wire.Problem``) whoever gives it. Gateway responses substitute plain ``$context``
variables and nothing else, so the texts are written out here.
"""

import json
from dataclasses import dataclass

RETRY_AFTER_SECONDS = 5
"""What a busy API asks its callers to wait: more than the function's own tries have waited.

The gateway's token bucket is full again by then too. A quota that is used up has no such time: its
period is the partner's plan's.
"""

_UNAUTHORIZED = 401
_UNAVAILABLE = 503
_THROTTLED = "THROTTLED"
_MESSAGE = "$context.error.messageString"
"""Replaced by a quoted JSON string."""
_VALIDATION = "$context.error.validationErrorString"
"""Replaced by the faults of the body, inside our quotes."""


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """One answer of the gateway.

    Attributes:
        kind: API Gateway's response type.
        status: HTTP status code.
        title: Problem title.
        detail: What happened; may hold one ``$context`` variable.
        next_step: What the caller can do.
    """

    kind: str
    status: int
    title: str
    detail: str
    next_step: str

    @property
    def headers(self) -> dict[str, str]:
        """Header fields of the answer, as parameters of the response.

        A challenge holds plain text only, so it cannot name the metadata of the one MCP server
        that was asked: its clients then look at the well-known path of the server's own path.
        """
        fields = {"Content-Type": "application/problem+json"}
        if self.status == _UNAUTHORIZED:
            fields["WWW-Authenticate"] = 'Bearer realm="qscreen"'
        if self.status == _UNAVAILABLE or self.kind == _THROTTLED:
            fields["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in fields.items()}

    @property
    def template(self) -> str:
        """The response template: a problem document with ``$context`` variables."""
        text = json.dumps(
            {
                "type": "about:blank",
                "title": self.title,
                "status": self.status,
                "detail": self.detail,
                "next_step": self.next_step,
                "errors": [],
                "request_id": "$context.requestId",
            }
        )
        return text.replace(f'"{_MESSAGE}"', _MESSAGE)


_SIGN_IN = "Sign in and send `Authorization: Bearer <access token>`."
_READ_BODY = "Compare the body with the operation's schema in the API's documentation."
_LATER = "Wait a few seconds and send the request again with the same Idempotency-Key."
_REPORT = "Send the request again; if it stays, report the request_id to the operator."

GATEWAY_RESPONSES: tuple[GatewayResponse, ...] = (
    GatewayResponse(
        "UNAUTHORIZED",
        401,
        "Not signed in",
        "The access token is missing, expired or not valid.",
        _SIGN_IN,
    ),
    GatewayResponse("EXPIRED_TOKEN", 401, "Not signed in", "The token has expired.", _SIGN_IN),
    GatewayResponse(
        "INVALID_SIGNATURE", 401, "Not signed in", "The request's signature is wrong.", _SIGN_IN
    ),
    GatewayResponse(
        "ACCESS_DENIED",
        403,
        "Not allowed",
        "The token is valid, but it does not carry the scope or the group that this needs, or the "
        "device that it acts for was revoked or is another user's.",
        "Ask an administrator for the role, or sign in with the scope the documentation names. "
        "Enrol a revoked device again (POST /v1/devices) and use its new id.",
    ),
    GatewayResponse(
        "WAF_FILTERED", 403, "Not allowed", "The firewall refused the request.", _REPORT
    ),
    GatewayResponse("BAD_REQUEST_BODY", 400, "Body against the schema", _VALIDATION, _READ_BODY),
    GatewayResponse(
        "BAD_REQUEST_PARAMETERS",
        400,
        "Parameter missing or wrong",
        _MESSAGE,
        "Send the headers and query parameters that the API's documentation names as required.",
    ),
    GatewayResponse(
        "MISSING_AUTHENTICATION_TOKEN",
        404,
        "No such operation",
        "The API has no operation with this method and path.",
        "Check the method and the path against the API's documentation.",
    ),
    GatewayResponse(
        "RESOURCE_NOT_FOUND",
        404,
        "No such operation",
        "The API has no operation with this method and path.",
        "Check the method and the path against the API's documentation.",
    ),
    GatewayResponse(
        # The gateway takes 10 MB, and a function 6 MB of an event: it says the same of both.
        "REQUEST_TOO_LARGE",
        413,
        "Body too large",
        "The request is larger than the 6 MB that the API takes.",
        "Send fewer items at once; upload what is large and pass its key.",
    ),
    GatewayResponse(
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        "Media type not supported",
        "The body is not application/json.",
        "Send JSON with `Content-Type: application/json`.",
    ),
    GatewayResponse(
        _THROTTLED, 429, "Too many requests", "The request rate is over its limit.", _LATER
    ),
    GatewayResponse(
        "QUOTA_EXCEEDED",
        429,
        "Quota used up",
        "The quota of the current period is used up.",
        "Wait for the next period, or ask an administrator for a larger quota.",
    ),
    GatewayResponse(
        # The authorizer raises where it cannot look something up.
        "AUTHORIZER_FAILURE",
        503,
        "Sign-in check failed",
        "The token could not be checked.",
        _LATER,
    ),
    GatewayResponse(
        "AUTHORIZER_CONFIGURATION_ERROR",
        500,
        "Sign-in check failed",
        "The token could not be checked.",
        _REPORT,
    ),
    GatewayResponse(
        "INTEGRATION_FAILURE", 502, "Platform error", "The API function did not answer.", _LATER
    ),
    GatewayResponse(
        "INTEGRATION_TIMEOUT",
        504,
        "Platform too slow",
        "The API function did not answer in time.",
        _LATER,
    ),
    GatewayResponse("DEFAULT_4XX", 400, "Request refused", _MESSAGE, _READ_BODY),
    GatewayResponse("DEFAULT_5XX", 500, "Platform error", _MESSAGE, _REPORT),
)
"""All answers of the gateway; what is not listed takes one of the last two."""
