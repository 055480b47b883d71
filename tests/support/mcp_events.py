"""Events as API Gateway hands them to a remote MCP server, and its answers read again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MODERN = "2026-07-28"
HANDSHAKE = "2025-11-25"
ACCEPT = "application/json, text/event-stream"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
}


def event(
    path: str,
    body: str | None = None,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    *,
    groups: str = "user",
    scopes: str = "",
    sub: str = "user-1",
) -> dict[str, Any]:
    """A proxy event; without `sub` as if no authorizer had been asked."""
    fields = {
        "Host": "api.example.com",
        "Content-Type": "application/json",
        "Accept": ACCEPT,
        "X-Forwarded-Proto": "https",
        **(headers or {}),
    }
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": fields,
        "multiValueHeaders": {name: [value] for name, value in fields.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "requestContext": {
            "requestId": "req-1",
            "domainName": "api.example.com",
            "path": f"/test{path}",
            "stage": "test",
            **(
                {"authorizer": {"sub": sub, "username": sub, "groups": groups, "scopes": scopes}}
                if sub
                else {}
            ),
        },
        "body": body,
        "isBase64Encoded": False,
    }


@dataclass
class McpAnswer:
    """An answer of a server."""

    status: int
    headers: dict[str, str]
    text: str
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def result(self) -> dict[str, Any]:
        """The result of the last message."""
        found: dict[str, Any] = self.messages[-1]["result"]
        return found

    @property
    def said(self) -> str:
        """The text of a tool's result."""
        return str(self.result["content"][0]["text"])


def read(answer: Mapping[str, Any]) -> McpAnswer:
    """Read a proxy answer."""
    headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    text = answer["body"]
    if headers.get("content-type") == "text/event-stream":
        lines = [line.removeprefix("data: ") for line in text.splitlines() if line[:6] == "data: "]
        messages = [json.loads(line) for line in lines if line]
    else:
        messages = [json.loads(text)] if text.startswith("{") else []
    return McpAnswer(answer["statusCode"], headers, text, messages)


class McpClient:
    """Sends messages to a handler, in the form of one revision of the protocol."""

    def __init__(
        self,
        handler: Callable[[dict[str, Any], object], dict[str, Any]],
        path: str,
        scopes: str,
        revision: str = HANDSHAKE,
        groups: str = "user",
    ) -> None:
        self._handler = handler
        self._path = path
        self._scopes = scopes
        self._groups = groups
        self.revision = revision

    def send(
        self, method: str, params: Mapping[str, Any] | None = None, **headers: str
    ) -> McpAnswer:
        """Send a request."""
        given = dict(params or {})
        fields = {"MCP-Protocol-Version": self.revision, **headers}
        if self.revision == MODERN:
            given["_meta"] = {**META, **given.get("_meta", {})}
            fields["Mcp-Method"] = method
            if "name" in given:
                fields["Mcp-Name"] = given["name"]
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": given})
        sent = event(self._path, body, headers=fields, scopes=self._scopes, groups=self._groups)
        return read(self._handler(sent, None))

    def call(self, tool: str, arguments: Mapping[str, Any] | None = None, **meta: Any) -> McpAnswer:
        """Call a tool."""
        params: dict[str, Any] = {"name": tool, "arguments": dict(arguments or {})}
        if meta:
            params["_meta"] = meta
        return self.send("tools/call", params)
