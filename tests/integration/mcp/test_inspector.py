"""The official inspector before the remote servers: it lists and calls the tools of each."""

import pytest
from inspecting import Inspector

from qscreen.api.mcp import MCP_SERVERS, McpServer


@pytest.mark.parametrize("server", MCP_SERVERS, ids=lambda server: server.name)
def test_the_inspector_lists_and_calls_every_tool(
    server: McpServer, servers: str, node_environment: dict[str, str]
) -> None:
    # Nothing of AWS is there: a tool answers, or says what is missing.
    Inspector([servers + server.path, "--transport", "http"], node_environment).call_all()
