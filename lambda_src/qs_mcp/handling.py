"""From an event of API Gateway to the SDK's streamable HTTP and back, one event at a time.

Stateless: no session id, every event gets a manager and an event loop of its own. (Neither can be
used twice; making them takes about a millisecond.) A request is answered with one JSON document,
or with a stream of events where its client asked to be told of progress.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Protocol

from pydantic_core import from_json

from qs_cloud.errors import CloudCallError
from qs_cloud.sessions import SessionEndedError
from qs_cloud.telemetry import fault, log_ids, logger
from qs_mcp.auditing import attend
from qs_mcp.caller import caller_of, calling_as
from qs_mcp.events import Exchange, body_of, header_of, refusal, scope_of
from qs_mcp.resource import challenge, is_metadata, metadata
from qs_mcp.sdk import Server, StreamableHTTPSessionManager, TransportSecuritySettings, types
from qscreen.api.gateway_responses import RETRY_AFTER_SECONDS
from qscreen.api.mcp import McpServer

MAX_BODY_BYTES = 6 * 1024 * 1024
"""What Lambda takes in one event."""

_MEDIA_TYPE = "application/json"
_ALLOWED_ORIGINS = "QS_MCP_ALLOWED_ORIGINS"

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


class Served(Protocol):
    """What can be served: the tools of a server, or a bare server of the SDK with its route."""

    @property
    def entry(self) -> McpServer:
        """Its route."""
        ...

    @property
    def protocol(self) -> Server[Any]:
        """The SDK's server."""
        ...


def lambda_handler(server: Served) -> Handler:
    """Make the entry point of a server's function.

    Args:
        server: The server.

    Returns:
        A handler for Lambda proxy events of a REST API.
    """

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        """Answer one request of API Gateway.

        Args:
            event: The proxy event, with the authorizer's context.
            context: Lambda's context; not used.

        Returns:
            The proxy answer.
        """
        del context
        request_id = str((event.get("requestContext") or {}).get("requestId", ""))
        with log_ids(request_id=request_id, server=server.entry.name):
            return _answer(server, event)

    return handler


def _answer(server: Served, event: Mapping[str, Any]) -> dict[str, Any]:
    if is_metadata(event):
        return metadata(event, server.entry)
    who = caller_of(event)
    if who is None:
        return refusal(
            HTTPStatus.UNAUTHORIZED,
            types.INVALID_REQUEST,
            "The request carries no identity. "
            "Sign in and send `Authorization: Bearer <access token>`.",
            {"www-authenticate": challenge(event, server.entry)},
        )
    if server.entry.scope.value not in who.scopes:
        return refusal(
            HTTPStatus.FORBIDDEN,
            types.INVALID_REQUEST,
            f"The token does not carry the scope {server.entry.scope.value}. "
            "Ask an administrator for the role, or sign in with this scope.",
            {"www-authenticate": challenge(event, server.entry, "insufficient_scope")},
        )
    try:
        attend(header_of(event, "authorization"), who)
    except SessionEndedError:
        return refusal(
            HTTPStatus.UNAUTHORIZED,
            types.INVALID_REQUEST,
            "The session of this token was ended. Sign in again.",
            {"www-authenticate": challenge(event, server.entry, "invalid_token")},
        )
    except CloudCallError as error:
        logger().error("Session was not noted", extra=fault(error))
        if error.passing:
            later = {"retry-after": str(RETRY_AFTER_SECONDS)}
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, types.INTERNAL_ERROR, str(error), later)
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, types.INTERNAL_ERROR, str(error))
    if event.get("httpMethod") != "POST":
        # There is no session to end, and nothing to say outside of an answer.
        return refusal(
            HTTPStatus.METHOD_NOT_ALLOWED,
            types.INVALID_REQUEST,
            "This server keeps no session and opens no stream of its own. Send requests by POST.",
            {"allow": "POST"},
        )
    media_type = header_of(event, "content-type").partition(";")[0].strip().lower()
    if media_type != _MEDIA_TYPE:
        return refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            types.INVALID_REQUEST,
            f"The body is not {_MEDIA_TYPE}. Send JSON with `Content-Type: {_MEDIA_TYPE}`.",
        )
    body = body_of(event)
    if len(body) > MAX_BODY_BYTES:
        return refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            types.INVALID_REQUEST,
            f"The body has {len(body):,} bytes, and a request may have {MAX_BODY_BYTES:,}. "
            "Upload what is large and pass its key.",
        )
    exchange = Exchange(body)
    with calling_as(who):
        asyncio.run(_exchange(server.protocol, event, exchange))
    return exchange.answer()


async def _exchange(protocol: Server[Any], event: Mapping[str, Any], exchange: Exchange) -> None:
    manager = StreamableHTTPSessionManager(
        protocol,
        json_response=not _streams(protocol, event, exchange.body),
        stateless=True,
        security_settings=_security(event),
        max_request_body_size=MAX_BODY_BYTES,
    )
    async with manager.run():
        await manager.handle_request(scope_of(event), exchange.receive, exchange.send)


def _streams(protocol: Server[Any], event: Mapping[str, Any], body: bytes) -> bool:
    """Decide whether the answer carries notifications: asked for, or logged by the server."""
    if "text/event-stream" not in header_of(event, "accept"):
        return False
    logs = protocol.get_request_handler("logging/setLevel") is not None
    if not logs and b"progressToken" not in body:
        return False
    try:
        message = from_json(body)
    except ValueError:
        return False
    match message:
        case {"params": {"_meta": {"progressToken": str() | int()}}}:
            return True
        case {"method": "tools/call"}:
            return logs
        case _:
            return False


def _security(event: Mapping[str, Any]) -> TransportSecuritySettings:
    """Allow the API's own name, and pages of its own origin and of those that are set.

    The gateway has routed by the name already; what is left is a page in a browser that sends
    its visitor's token from elsewhere.
    """
    host = header_of(event, "host")
    name = str((event.get("requestContext") or {}).get("domainName") or host)
    bare = name.rsplit(":", 1)[0] if name.rsplit(":", 1)[-1].isdecimal() else name
    names = [bare, f"{bare}:*"]
    schemes = ("http", "https") if _loopback(bare) else ("https",)
    configured = os.environ.get(_ALLOWED_ORIGINS, "").split(",")
    # Of our own making, so that there is nothing to validate.
    return TransportSecuritySettings.model_construct(
        enable_dns_rebinding_protection=True,
        allowed_hosts=names,
        allowed_origins=[
            *(f"{scheme}://{one}" for scheme in schemes for one in names),
            *(origin.strip() for origin in configured if origin.strip()),
        ],
    )


def _loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
