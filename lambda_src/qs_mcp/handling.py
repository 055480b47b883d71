"""From an event of API Gateway to the SDK's streamable HTTP and back, one event at a time.

Stateless: every event gets a manager and an event loop of its own. (Neither can be used twice;
making them takes about a millisecond.) A request is answered with one JSON document, or with a
stream of events where its client asked to be told of progress. A client of 2025-11-25 that can be
asked has a session id, which says so; what has to do with that is in `qs_mcp.asking`.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import from_json

from qs_cloud.errors import CloudCallError
from qs_cloud.sessions import SessionEndedError
from qs_cloud.telemetry import fault, log_ids, logger
from qs_mcp.auditing import attend
from qs_mcp.caller import Caller, caller_of, calling_as
from qs_mcp.events import Exchange, body_of, header_of, refusal, scope_of
from qs_mcp.noticing import noticing
from qs_mcp.resource import challenge, is_metadata, metadata
from qs_mcp.sdk import (
    Server,
    StreamableHTTPSessionManager,
    TransportSecurityMiddleware,
    TransportSecuritySettings,
    types,
)
from qscreen.api.gateway_responses import RETRY_AFTER_SECONDS
from qscreen.api.mcp import McpServer

if TYPE_CHECKING:
    from qs_mcp.asking import Conversation

MAX_BODY_BYTES = 6 * 1024 * 1024
"""What Lambda takes in one event."""

_MAX_OPENING_BYTES = 64 * 1024
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
        return _away("Session was not noted", error)
    try:
        return _serve(server, event, who)
    except CloudCallError as error:
        return _away("Call that asks its client was not kept", error)


def _away(what: str, error: CloudCallError) -> dict[str, Any]:
    logger().error(what, extra=fault(error))
    if error.passing:
        later = {"retry-after": str(RETRY_AFTER_SECONDS)}
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, types.INTERNAL_ERROR, str(error), later)
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, types.INTERNAL_ERROR, str(error))


def _serve(server: Served, event: Mapping[str, Any], who: Caller) -> dict[str, Any]:
    talk = _conversation(server, event, who)
    if event.get("httpMethod") == "GET" and talk is not None and header_of(event, "last-event-id"):
        return _foreign(event) or talk.resume(header_of(event, "last-event-id"))
    if event.get("httpMethod") != "POST":
        # There is no session to end, and nothing to say outside of an answer.
        return refusal(
            HTTPStatus.METHOD_NOT_ALLOWED,
            types.INVALID_REQUEST,
            "This server keeps no session and opens no stream of its own. Send requests by POST; "
            "a stream that ended before its response is resumed by GET with its session id and "
            "Last-Event-ID.",
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
    response = None if talk is None else _response_in(body)
    if talk is not None and response is not None:
        return _foreign(event) or talk.take(response, partial(_run, server.protocol, event, who))
    answer, asks = _run(server.protocol, event, who, body, _streams(server.protocol, event, body))
    if asks:
        if talk is not None:
            return talk.ask(event, asks[-1])
        from qs_mcp.askable import cannot_ask

        return cannot_ask(event)
    if _may_open_a_session(body):
        from qs_mcp.askable import with_session

        return with_session(answer, body)
    return answer


def _run(
    protocol: Server[Any],
    event: Mapping[str, Any],
    who: Caller,
    body: bytes,
    streams: bool = False,
) -> tuple[dict[str, Any], list[Any]]:
    exchange = Exchange(body)
    with calling_as(who), noticing(protocol) as asks:
        asyncio.run(_exchange(protocol, event, exchange, streams))
    return exchange.answer(), asks


def _conversation(server: Served, event: Mapping[str, Any], who: Caller) -> "Conversation | None":
    if not header_of(event, "mcp-session-id"):
        return None
    from qs_mcp.asking import Conversation

    return Conversation.of(event, server.entry.name, who)


def _response_in(body: bytes) -> dict[str, Any] | None:
    """Find a client's response in a body: whatever else it sends names a method."""
    try:
        message = from_json(body)
    except ValueError:
        return None
    return message if isinstance(message, dict) and "method" not in message else None


def _may_open_a_session(body: bytes) -> bool:
    return (
        len(body) <= _MAX_OPENING_BYTES
        and b'"initialize"' in body
        and any(one in body for one in (b'"elicitation"', b'"roots"', b'"sampling"'))
    )


def _foreign(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Refuse what the SDK would refuse of a page from elsewhere, where it is not asked."""
    from starlette.requests import Request

    guard = TransportSecurityMiddleware(_security(event))
    exchange = Exchange(b"")
    request = Request(scope_of(event))

    async def look() -> None:
        refused = await guard.validate_request(request)
        if refused is not None:
            await refused(request.scope, exchange.receive, exchange.send)

    exchange.status = HTTPStatus.OK
    asyncio.run(look())
    return None if exchange.status == HTTPStatus.OK else exchange.answer()


async def _exchange(
    protocol: Server[Any], event: Mapping[str, Any], exchange: Exchange, streams: bool
) -> None:
    manager = StreamableHTTPSessionManager(
        protocol,
        json_response=not streams,
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
