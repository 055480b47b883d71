"""Entry point of the function ``mcp-language``."""

from qs_cloud.starting import MCP, starting

with starting(MCP):
    from qs_mcp_language.server import server

    from qs_mcp import lambda_handler

handler = lambda_handler(server)
