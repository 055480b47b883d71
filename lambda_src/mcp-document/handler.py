"""Entry point of the function ``mcp-document``."""

from qs_mcp_document.server import server

from qs_mcp import lambda_handler

handler = lambda_handler(server)
