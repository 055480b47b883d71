"""A server: its tools, and how one call of a tool goes."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from anyio import to_thread
from pydantic import BaseModel
from pydantic_core import from_json

from qs_cloud.errors import CloudCallError
from qs_cloud.telemetry import count, fault, logger, milliseconds
from qs_mcp.auditing import carry_out, denied
from qs_mcp.caller import Caller, caller
from qs_mcp.faults import ToolFault
from qs_mcp.progressing import reporting
from qs_mcp.sdk import (
    CacheHint,
    MCPError,
    Server,
    ServerRequestContext,
    progress_token_from_params,
    types,
)
from qs_mcp.tools import Tool
from qscreen import __version__
from qscreen.api.mcp import McpServer, mcp_server
from qscreen.api.scopes import Scope
from qscreen.tools import Risk, ToolDefinitionError

_Function = TypeVar("_Function", bound=Callable[..., BaseModel])

_LIST_AGE_MS = 300_000
"""How long a client may keep the list of tools: it changes with a deployment only."""


class ToolServer:
    """One remote MCP server.

    Attributes:
        name: Its name in the path, e.g. ``language``.
        title: Its name for people.
        instructions: What it is for; clients show this to the model.
    """

    def __init__(
        self, name: str, *, title: str, instructions: str, listed: Path | None = None
    ) -> None:
        """Make a server without tools.

        Args:
            name: Its name in the path; one of ``qscreen.api.mcp.MCP_SERVERS``.
            title: Its name for people.
            instructions: What it is for, in a few sentences.
            listed: File with the `definitions` of its tools, written from them beforehand: making
                them builds every model of the server. A test compares it with the code.

        Raises:
            KeyError: If no route leads to a server of this name.
        """
        self.entry: McpServer = mcp_server(name)
        self.name = name
        self.title = title
        self.instructions = instructions
        self._listed = listed
        self._tools: dict[str, Tool] = {}

    @property
    def scope(self) -> Scope:
        """Scope that its callers need."""
        return self.entry.scope

    @property
    def tools(self) -> Mapping[str, Tool]:
        """Its tools by name, in the order in which they were declared."""
        return MappingProxyType(self._tools)

    def tool(
        self,
        *,
        title: str,
        risk: Risk,
        read_only: bool,
        destructive: bool,
        idempotent: bool,
        open_world: bool,
        audit: str | None = None,
    ) -> Callable[[_Function], _Function]:
        """Declare a function as a tool; its name, docstring and types become the definition.

        Args:
            title: Name for people.
            risk: What it may do to the world.
            read_only: Whether it changes nothing.
            destructive: Whether what it does can be lost for good.
            idempotent: Whether a second call with the same arguments changes nothing more.
            open_world: Whether it reaches beyond the platform.
            audit: What the audit calls it once it is done, e.g. ``Run Created``: first the kind
                of what it is done to; None for a tool that only reads.

        Returns:
            A decorator that leaves the function as it is.

        Raises:
            ToolDefinitionError: If clients could not use it or people could not judge it.
        """

        def declare(function: _Function) -> _Function:
            tool = Tool(
                function, title, risk, read_only, destructive, idempotent, open_world, audit
            )
            if tool.name in self._tools:
                raise ToolDefinitionError(f"The server {self.name} has two tools {tool.name!r}.")
            self._tools[tool.name] = tool
            return function

        return declare

    @cached_property
    def protocol(self) -> Server[Any]:
        """The SDK's server over these tools; made once, it keeps nothing of a call."""
        hint = CacheHint(ttl_ms=_LIST_AGE_MS, scope="public")
        server: Server[Any] = Server(
            f"qscreen-{self.name}",
            version=__version__,
            title=self.title,
            instructions=self.instructions,
            cache_hints={"tools/list": hint, "server/discover": hint},
            get_tool_input_schema=self._input_schema,
            on_call_tool=self._call_tool,
        )
        # Not by the constructor, which wants models: the list is JSON already.
        server.add_request_handler("tools/list", types.PaginatedRequestParams, self._list_tools)
        return server

    def definitions(self) -> list[dict[str, Any]]:
        """Make the definitions of its tools as ``tools/list`` answers them.

        Returns:
            JSON objects, in the order in which the tools were declared.
        """
        return [
            tool.definition.model_dump(mode="json", by_alias=True, exclude_none=True)
            for tool in self._tools.values()
        ]

    @cached_property
    def _shown(self) -> list[dict[str, Any]]:
        if self._listed is None:
            return self.definitions()
        found: list[dict[str, Any]] = from_json(self._listed.read_bytes())
        return found

    def _input_schema(self, name: str) -> dict[str, Any] | None:
        return next((one["inputSchema"] for one in self._shown if one["name"] == name), None)

    async def _list_tools(
        self, context: ServerRequestContext[Any], params: types.PaginatedRequestParams
    ) -> dict[str, Any]:
        del context, params
        return {"resultType": "complete", "tools": self._shown}

    async def _call_tool(
        self, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = self._tools.get(params.name)
        if tool is None:
            raise MCPError(
                types.INVALID_PARAMS,
                f"The server {self.name} has no tool of this name. List its tools (tools/list).",
            )
        asked = progress_token_from_params(context.params) is not None
        with reporting(context.session.report_progress if asked else None):
            # A tool blocks, on AWS or on a library: the loop stays free for its notifications.
            return await to_thread.run_sync(
                partial(self._carry_out, tool, params.arguments or {}, caller())
            )

    def _carry_out(
        self, tool: Tool, arguments: Mapping[str, Any], who: Caller
    ) -> types.CallToolResult:
        began = time.perf_counter()
        outcome = "ok"
        try:
            if not who.may(tool.risk):
                outcome = "refused"
                denied(tool, arguments, who)
                return _error(_not_for_viewers(tool))
            return carry_out(tool, arguments, who)
        except ToolFault as answer:
            outcome = "fault"
            return _error(str(answer))
        except CloudCallError as error:
            outcome = "cloud"
            logger().error("Tool failed", extra={"tool": tool.name, **fault(error)})
            return _error(str(error))
        except Exception as error:
            outcome = "internal"
            logger().error("Tool failed", extra={"tool": tool.name, **fault(error)})
            return _error(
                "The tool could not be carried out: internal error. Call it again; if it stays, "
                f"report the request id {who.request_id} to the operator."
            )
        finally:
            took = (time.perf_counter() - began) * 1000
            dimensions = {"tool": tool.name, "outcome": outcome}
            logger().info("Tool called", extra={**dimensions, "ms": round(took, 1)})
            count("ToolCalls", dimensions=dimensions)
            milliseconds("ToolTime", took, dimensions={"tool": tool.name})


def _not_for_viewers(tool: Tool) -> str:
    return (
        f"The tool {tool.name} was not called. It is of the category {tool.risk.value}, and a "
        "viewer may only read. Ask an administrator for the role user."
    )


def _error(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)
