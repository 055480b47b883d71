"""Which client can be asked what: its session id says so, and a call that asks more is refused.

The requests after ``initialize`` do not repeat what a client declared, and nothing is kept of it
here: the id of its session is all of it.
"""

import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from qs_mcp import streams
from qs_mcp.events import body_of, header_of, json_answer
from qs_mcp.sdk import types

if TYPE_CHECKING:
    from qs_mcp.pending import Question

REVISION = "2025-11-25"
"""The first in which a client comes back to a stream that its server has closed, and the last in
which a server sends requests."""
SESSION = "mcp-session-id"

_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{22}\.(?P<can>[erstu]{1,5})")

_CAPABILITIES: Mapping[str, dict[str, Any]] = {
    "e": {"elicitation": {"form": {}}},
    "r": {"roots": {}},
    "s": {"sampling": {}},
    "t": {"sampling": {"tools": {}}},
    "u": {"elicitation": {"url": {}}},
}
"""What a session id says of its client, a letter each."""


class CannotAskError(Exception):
    """A call asks what its client cannot be asked.

    Attributes:
        code: Code of the JSON-RPC error.
        data: Its data, if there are any.
    """

    def __init__(self, code: int, text: str, data: dict[str, Any] | None = None) -> None:
        """Say what cannot be asked.

        Args:
            code: Code of the JSON-RPC error.
            text: What happened and what to do; nothing of the user's.
            data: More for the client.
        """
        super().__init__(text)
        self.code = code
        self.data = data


def with_session(answer: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Name a session to a client that can be asked.

    Args:
        answer: The proxy answer to its request.
        body: Body of the request.

    Returns:
        The answer, with the id of a session if it answers ``initialize``.
    """
    try:
        asked, answered = from_json(body), from_json(answer["body"])
    except ValueError:
        return answer
    match asked, answered:
        case (
            {"method": "initialize", "params": {"capabilities": dict(declared)}},
            {"result": {"protocolVersion": revision}},
        ) if revision == REVISION:
            can = _letters(declared)
            if can:
                session = f"{secrets.token_urlsafe(16)}.{can}"
                fields = {**answer["multiValueHeaders"], SESSION: [session]}
                return {**answer, "multiValueHeaders": fields}
    return answer


def session_of(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """Find the session of a request.

    Args:
        event: The proxy event.

    Returns:
        Its id, and a letter for each thing that its client can be asked; None if it can be asked
        nothing.
    """
    found = _SESSION_ID.fullmatch(header_of(event, SESSION))
    if found is None or header_of(event, "mcp-protocol-version") != REVISION:
        return None
    return found[0], found["can"]


def cannot_ask(event: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a call whose handler asks a client that cannot be asked.

    Args:
        event: The call.

    Returns:
        The proxy answer, a JSON-RPC error.
    """
    request = from_json(body_of(event))
    error = CannotAskError(
        types.MISSING_REQUIRED_CLIENT_CAPABILITY,
        "The call asks its client something, and this one cannot be asked. Use a client of "
        f"revision {REVISION} that declares what it can be asked and sends its session id, or "
        "one of 2026-07-28.",
    )
    return json_answer(HTTPStatus.OK, error_response(request["id"], error))


def refuse_beyond(can: str, question: "Question") -> None:
    """Refuse a question that a client cannot be asked.

    Args:
        can: Letters of what it can be asked.
        question: The question.

    Raises:
        CannotAskError: If it did not declare that.
    """
    need = _needed(question)
    if not set(need) <= set(can):
        raise _cannot(need)


def error_response(request_id: str | int, error: Exception) -> dict[str, Any]:
    """Write the error that ends a call.

    Args:
        request_id: The client's id of the call.
        error: What ends it; its text goes to the client.

    Returns:
        The JSON-RPC response.
    """
    code, data = types.INVALID_PARAMS, None
    if isinstance(error, CannotAskError):
        code, data = error.code, error.data
    told = {"code": code, "message": str(error), **({} if data is None else {"data": data})}
    return {"jsonrpc": "2.0", "id": request_id, "error": told}


def error_text(request_id: str | int, text: str) -> str:
    """Write the error that ends a call, as it is kept.

    Args:
        request_id: The client's id of the call.
        text: What happened and what to do.

    Returns:
        The JSON-RPC response, JSON.
    """
    return streams.json_of(error_response(request_id, CannotAskError(types.INTERNAL_ERROR, text)))


def _letters(declared: Mapping[str, Any]) -> str:
    can = set()
    match declared.get("elicitation"):
        case dict(modes):
            can |= {"u"} if "url" in modes else set()
            can |= {"e"} if "form" in modes or "url" not in modes else set()
    match declared.get("sampling"):
        case dict(more):
            can |= {"s", "t"} if "tools" in more else {"s"}
    if isinstance(declared.get("roots"), dict):
        can.add("r")
    return "".join(sorted(can))


def _needed(question: "Question") -> str:
    match question.method:
        case "elicitation/create":
            return "u" if question.params.get("mode") == "url" else "e"
        case "sampling/createMessage":
            return "st" if "tools" in question.params else "s"
        case _:
            return "r"


def _cannot(need: str) -> CannotAskError:
    wanted = _CAPABILITIES[need[-1]]
    return CannotAskError(
        types.MISSING_REQUIRED_CLIENT_CAPABILITY,
        f"The call asks its client, which did not declare {'/'.join(wanted)}. "
        "Use a client that can be asked.",
        {"requiredCapabilities": wanted},
    )
