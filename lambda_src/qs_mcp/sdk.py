"""What the rest of this package uses of the ``mcp`` SDK."""

import logging

# What `anyio` finds by name with the first task; here it belongs to the start.
import anyio._backends._asyncio  # noqa: F401
import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.shared.jsonrpc_dispatcher import progress_token_from_params

# It tells of every session that begins and ends, and each of ours is one request.
logging.getLogger("mcp").setLevel(logging.WARNING)

__all__ = [
    "CacheHint",
    "MCPError",
    "Server",
    "ServerRequestContext",
    "StreamableHTTPSessionManager",
    "TransportSecuritySettings",
    "progress_token_from_params",
    "types",
]
