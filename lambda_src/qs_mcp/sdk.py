"""What the rest of this package uses of the ``mcp`` SDK."""

import logging

# What `anyio` finds by name with the first task; here it belongs to the start.
import anyio._backends._asyncio  # noqa: F401
import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.shared.jsonrpc_dispatcher import progress_token_from_params
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

# It tells of every session that begins and ends, and each of ours is one request.
logging.getLogger("mcp").setLevel(logging.WARNING)

__all__ = [
    "MODERN_PROTOCOL_VERSIONS",
    "CacheHint",
    "MCPError",
    "Server",
    "ServerRequestContext",
    "StreamableHTTPSessionManager",
    "TransportSecurityMiddleware",
    "TransportSecuritySettings",
    "progress_token_from_params",
    "types",
]
