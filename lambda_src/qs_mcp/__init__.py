"""What the remote MCP servers share: tools with their risk, callers, and the way through Lambda.

It travels in the shared layer; the ``mcp`` SDK under it is in the archives of the servers that
use it. What lives here: the declaration of tools, role checks by risk, progress, the transport
from an event of API Gateway to the SDK and back, the metadata of the protected resource. What
does not: any tool.
"""

from qs_mcp.caller import Caller, caller
from qs_mcp.faults import ToolFault
from qs_mcp.handling import lambda_handler
from qs_mcp.progressing import progress
from qs_mcp.server import ToolServer
from qscreen.tools import Risk, ToolDefinitionError

__all__ = [
    "Caller",
    "Risk",
    "ToolDefinitionError",
    "ToolFault",
    "ToolServer",
    "caller",
    "lambda_handler",
    "progress",
]
