"""Notices that a handler asks its client something, in a revision that has no answer of that kind.

From 2026-07-28 on ``InputRequiredResult`` is an answer like others, and goes out as it is. Before,
a server asked by a request of its own; `qs_mcp.asking` makes one of what was noticed here.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from qs_mcp.sdk import MODERN_PROTOCOL_VERSIONS, MCPError, Server, ServerRequestContext, types

ASKING = ("prompts/get", "resources/read", "tools/call")
"""Methods whose handlers may ask."""

_INPUT_REQUIRED = "input_required"

_noticed: ContextVar[list[Any]] = ContextVar("noticed")


@dataclass(frozen=True, slots=True)
class _Noticing:
    handler: Callable[[ServerRequestContext[Any], Any], Awaitable[Any]]

    async def __call__(self, context: ServerRequestContext[Any], params: Any) -> Any:
        result = await self.handler(context, params)
        if context.protocol_version in MODERN_PROTOCOL_VERSIONS or not _asks(result):
            return result
        _noticed.get().append(result)
        # Ends the request inside the SDK; what it answers is not sent.
        raise MCPError(types.INTERNAL_ERROR, "The call waits for its client.")


@contextmanager
def noticing(protocol: Server[Any]) -> Iterator[list[Any]]:
    """Notice what the handlers of a server ask in the requests that follow.

    Args:
        protocol: The server; its handlers are wrapped, once.

    Yields:
        The list into which an ``InputRequiredResult`` is put; then the SDK's answer is void.
    """
    for method in ASKING:
        entry = protocol.get_request_handler(method)
        if entry is not None and not isinstance(entry.handler, _Noticing):
            protocol.add_request_handler(method, entry.params_type, _Noticing(entry.handler))
    found: list[Any] = []
    token = _noticed.set(found)
    try:
        yield found
    finally:
        _noticed.reset(token)


def _asks(result: object) -> bool:
    # By its tag: naming the model would build it for every call.
    if isinstance(result, dict):
        return result.get("resultType") == _INPUT_REQUIRED
    return getattr(result, "result_type", None) == _INPUT_REQUIRED
