"""A server whose tools ask their client, and a client that is asked (revision 2025-11-25)."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from mcp_events import HANDSHAKE, McpAnswer, event, read

from qs_mcp.sdk import Server, types
from qscreen.api.mcp import McpServer, mcp_server

SECRET = "Rosebud of Xanadu"
EVERYTHING = {"elicitation": {"form": {}, "url": {}}, "sampling": {"tools": {}}, "roots": {}}
ACCEPTED = {"action": "accept", "content": {"value": SECRET}}


def form(message: str, **more: Any) -> types.ElicitRequest:
    schema: Any = {"type": "object", "properties": {"value": {"type": "string"}}}
    params = types.ElicitRequestFormParams(message=message, requested_schema=schema, **more)
    return types.ElicitRequest(params=params)


def sample(**more: Any) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=types.TextContent(text="Say something"))
    params = types.CreateMessageRequestParams(messages=[message], max_tokens=9, **more)
    return types.CreateMessageRequest(params=params)


def link() -> types.ElicitRequest:
    params = types.ElicitRequestURLParams(
        message="Sign", url="https://sign.example/", elicitation_id="1"
    )
    return types.ElicitRequest(params=params)


class AskingServer:
    """Tools by what they ask; keeps what it was called with once it had all answers."""

    def __init__(self, name: str = "language") -> None:
        self.entry: McpServer = mcp_server(name)
        self.protocol: Server[Any] = Server("asking", version="1", on_call_tool=self._call)
        self.carried_out: list[dict[str, Any]] = []

    async def _call(self, context: Any, params: types.CallToolRequestParams) -> Any:
        answers = params.input_responses or {}
        given = params.arguments or {}
        if params.name == "forever":
            state = str(int(params.request_state or "0") + 1)
            return types.InputRequiredResult(
                input_requests={"more": form(state)}, request_state=state
            )
        wanted: dict[str, Any] = {
            "one": {"name": form(f"Name, {given.get('text', '')}?")},
            "model": {"said": sample()},
            "tools": {"said": sample(tools=[])},
            "link": {"signed": link()},
            "large": {"name": form("?")},
            "two": {"name": form("Name?"), "roots": types.ListRootsRequest()},
            "none": {},
            "many": {f"q{number}": form("?") for number in range(9)},
        }[params.name]
        if not wanted or set(wanted) - set(answers):
            return types.InputRequiredResult(input_requests=wanted, request_state="sealed")
        self.carried_out.append(
            {name: answer.model_dump(exclude_none=True) for name, answer in answers.items()}
        )
        assert params.request_state == "sealed"
        words = "x" * 400_000 if params.name == "large" else f"You said {SECRET}."
        return types.CallToolResult(content=[types.TextContent(text=words)])


@dataclass(frozen=True)
class Client:
    """One client with one session; everything it sends is an event of its own."""

    handler: Callable[[dict[str, Any], object], dict[str, Any]]
    path: str = "/v1/mcp/language"
    sub: str = "user-1"
    fields: dict[str, str] = field(default_factory=dict)

    def _send(self, body: object, method: str = "POST", **fields: str) -> McpAnswer:
        server = self.path.rsplit("/", 1)[-1]
        headers = {"MCP-Protocol-Version": HANDSHAKE, **self.fields, **fields}
        text = None if body is None else json.dumps(body)
        sent = event(self.path, text, method, headers, scopes=f"qscreen/mcp.{server}", sub=self.sub)
        return read(self.handler(sent, None))

    def opened(self, revision: str = HANDSHAKE, **capabilities: Any) -> "Client":
        """The same client with the session it is given."""
        params = {
            "protocolVersion": revision,
            "capabilities": capabilities,
            "clientInfo": {"name": "tests", "version": "1"},
        }
        answer = self._send({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
        given = answer.headers.get("mcp-session-id")
        named = {} if given is None else {"Mcp-Session-Id": given}
        return replace(self, fields={"MCP-Protocol-Version": revision, **named})

    def call(self, tool: str, **arguments: Any) -> McpAnswer:
        params = {"name": tool, "arguments": arguments}
        return self._send({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params})

    def respond(self, question: object, result: object = ACCEPTED, **fields: str) -> McpAnswer:
        return self._send({"jsonrpc": "2.0", "id": question, "result": result}, **fields)

    def refuse(self, question: object, error: object) -> McpAnswer:
        return self._send({"jsonrpc": "2.0", "id": question, "error": error})

    def resume(self, after: str, **fields: str) -> McpAnswer:
        return self._send(None, "GET", **{"Last-Event-ID": after, **fields})
