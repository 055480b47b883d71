"""The remote MCP servers and their routes.

They speak JSON-RPC over one path each, so they have no wire models and no methods of the client;
their tools describe themselves (``tools/list``).
"""

from dataclasses import dataclass

from qscreen.api.scopes import Scope

PREFIX = "/v1/mcp/"
METADATA_PREFIX = "/.well-known/oauth-protected-resource"
"""Where the metadata of a protected resource lies (RFC 9728); the resource's path follows."""


@dataclass(frozen=True, slots=True)
class McpServer:
    """One server.

    Attributes:
        name: Its name in the path.
        title: Its name for people.
        summary: What it does, one line.
        scope: Scope that its callers need.
    """

    name: str
    title: str
    summary: str
    scope: Scope

    @property
    def path(self) -> str:
        """Its path."""
        return PREFIX + self.name

    @property
    def metadata_path(self) -> str:
        """Path of its metadata as a protected resource."""
        return METADATA_PREFIX + self.path

    @property
    def function(self) -> str:
        """Function that answers, by the name of its folder."""
        return f"mcp-{self.name}"


@dataclass(frozen=True, slots=True)
class McpRoute:
    """One method of a server's path, or of its metadata's.

    Attributes:
        method: HTTP method, upper case.
        path: The path.
        operation_id: lowerCamelCase name, unique.
        summary: One line.
        scope: Scope that the caller needs; None for a public operation.
        server: The server.
    """

    method: str
    path: str
    operation_id: str
    summary: str
    scope: Scope | None
    server: McpServer

    @property
    def function(self) -> str:
        """Function that answers, by the name of its folder."""
        return self.server.function


MCP_SERVERS: tuple[McpServer, ...] = (
    McpServer(
        "vision",
        "Vision",
        "Reads text, elements and labels off pictures of screens",
        Scope.MCP_VISION,
    ),
    McpServer(
        "document",
        "Documents",
        "Reads text, tables and forms out of documents",
        Scope.MCP_DOCUMENT,
    ),
    McpServer(
        "language",
        "Language",
        "Says what a text is about, how it is meant, and what it gives away",
        Scope.MCP_LANGUAGE,
    ),
    McpServer(
        "planner",
        "Planner",
        "Makes a validated plan from a goal and a snapshot",
        Scope.MCP_PLANNER,
    ),
    McpServer(
        "workflow",
        "Workflows",
        "Keeps templates, runs and schedules",
        Scope.MCP_WORKFLOW,
    ),
)
"""All servers, in the order in which the documentation shows them."""


def mcp_server(name: str) -> McpServer:
    """Find a server.

    Args:
        name: Its name in the path.

    Returns:
        The server.

    Raises:
        KeyError: If there is none of this name.
    """
    return {server.name: server for server in MCP_SERVERS}[name]


def _routes(server: McpServer) -> tuple[McpRoute, ...]:
    name = server.name.capitalize()
    return (
        McpRoute(
            "POST", server.path, f"callMcp{name}", f"{server.summary} (MCP)", server.scope, server
        ),
        McpRoute(
            "GET",
            server.path,
            f"streamMcp{name}",
            "Goes on with a stream that ended before its response (MCP)",
            server.scope,
            server,
        ),
        McpRoute(
            "DELETE",
            server.path,
            f"endMcp{name}",
            "Refused: there is no session to end",
            server.scope,
            server,
        ),
        McpRoute(
            "GET",
            server.metadata_path,
            f"getMcp{name}Metadata",
            "Metadata of the protected resource (RFC 9728)",
            None,
            server,
        ),
    )


MCP_ROUTES: tuple[McpRoute, ...] = tuple(
    route for server in MCP_SERVERS for route in _routes(server)
)
"""All routes of all servers."""
