"""From a proxy event of API Gateway (REST) to an ASGI request, and from its answer back.

An answer is collected whole: a Lambda proxy integration of a REST API sends nothing before the
function has returned. A stream of events therefore arrives at once, in its order.
"""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from anyio import sleep_forever

from qs_mcp.sdk import types

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Application = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


def headers_of(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the header fields of an event.

    Args:
        event: The proxy event.

    Returns:
        Pairs with lower-case names; a field that came twice is there twice.
    """
    many: Mapping[str, Iterable[str]] = event.get("multiValueHeaders") or {
        name: [value] for name, value in (event.get("headers") or {}).items()
    }
    return [(name.lower(), str(value)) for name, values in many.items() for value in values]


def header_of(event: Mapping[str, Any], name: str) -> str:
    """Find one header field of an event.

    Args:
        event: The proxy event.
        name: Lower-case name.

    Returns:
        Its first value; empty if it is absent.
    """
    return next((value for key, value in headers_of(event) if key == name), "")


def body_of(event: Mapping[str, Any]) -> bytes:
    """Take the body out of an event.

    Args:
        event: The proxy event.

    Returns:
        The body as it was sent; empty where it is not what the event says.
    """
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(text).encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def scope_of(event: Mapping[str, Any]) -> Scope:
    """Describe an event as an ASGI request.

    Args:
        event: The proxy event.

    Returns:
        The scope of type ``http``.
    """
    path = str(event.get("path", "/"))
    query = event.get("multiValueQueryStringParameters") or {}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": str(event.get("httpMethod", "GET")),
        "scheme": "https",
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": urlencode(query, doseq=True).encode(),
        "headers": [
            (name.encode(), value.encode("latin-1", "replace")) for name, value in headers_of(event)
        ],
        "client": None,
        "server": None,
    }


@dataclass(slots=True)
class Exchange:
    """One request to an ASGI application, and what it answers.

    Attributes:
        body: Body of the request.
        status: Status of the answer.
        headers: Header fields of the answer.
    """

    body: bytes
    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    headers: dict[str, list[str]] = field(default_factory=dict)
    _sent: list[bytes] = field(default_factory=list)
    _read: bool = False

    async def receive(self) -> Message:
        """Hand the request to the application; the client never hangs up."""
        if self._read:
            await sleep_forever()
        self._read = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Take what the application answers.

        Args:
            message: A message of ASGI.
        """
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            for name, value in message.get("headers", ()):
                self.headers.setdefault(name.decode().lower(), []).append(value.decode("latin-1"))
        elif message["type"] == "http.response.body":
            self._sent.append(message.get("body", b""))

    def answer(self) -> dict[str, Any]:
        """Put the answer into the form of a proxy integration.

        Returns:
            Status, header fields and body.
        """
        if self.status >= HTTPStatus.BAD_REQUEST and "content-type" not in self.headers:
            # A sentence of the SDK's, of its guard against pages from elsewhere.
            said = b"".join(self._sent).decode()
            return refusal(HTTPStatus(self.status), types.INVALID_REQUEST, said)
        # The gateway counts the bytes itself, and keeps its own connections.
        kept = {k: v for k, v in self.headers.items() if k not in {"content-length", "connection"}}
        return {
            "statusCode": self.status,
            "multiValueHeaders": kept,
            "body": b"".join(self._sent).decode(),
            "isBase64Encoded": False,
        }


def json_answer(
    status: HTTPStatus, body: object, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Answer with a JSON document.

    Args:
        status: HTTP status.
        body: JSON data.
        headers: More header fields.

    Returns:
        The proxy answer.
    """
    fields = {"content-type": "application/json", **(headers or {})}
    return {
        "statusCode": status.value,
        "multiValueHeaders": {name: [value] for name, value in fields.items()},
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "isBase64Encoded": False,
    }


def refusal(
    status: HTTPStatus,
    code: int,
    text: str,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Refuse a request before it reaches the protocol, in the protocol's own form.

    Args:
        status: HTTP status.
        code: JSON-RPC error code.
        text: What happened, why, and what to do.
        headers: More header fields.

    Returns:
        The proxy answer.
    """
    error = {"code": code, "message": text}
    return json_answer(status, {"jsonrpc": "2.0", "id": None, "error": error}, headers)
