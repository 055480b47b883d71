"""Clients of other ages and makes against a server of the platform."""

import subprocess
import sys
from typing import Any

import httpx
import pytest

PATH = "/v1/mcp/language"
CLIENT = """
import asyncio, json, sys
from mcp import Client

async def main(url):
    async with Client(url) as client:
        tools = (await client.list_tools()).tools
        answer = await client.call_tool("find_intent", {"text": "Open the text editor"})
        print(json.dumps([[tool.name for tool in tools], answer.structured_content]))

asyncio.run(main(sys.argv[1]))
"""


def message(method: str, number: int | None = None, **params: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    return sent if number is None else {**sent, "id": number}


@pytest.fixture
def old_client(servers: str) -> httpx.Client:
    # Revision 2025-03-26 sends no MCP-Protocol-Version, and takes what comes.
    headers = {"Accept": "application/json, text/event-stream"}
    return httpx.Client(base_url=servers, headers=headers, timeout=60, trust_env=False)


def test_a_client_of_2025_03_26_works(old_client: httpx.Client) -> None:
    with old_client as client:
        hello = {
            "protocolVersion": "2025-03-26",
            "capabilities": {},
            "clientInfo": {"name": "Q-DEV-CLI", "version": "1.0.0"},
        }
        opened = client.post(PATH, json=message("initialize", 0, **hello))
        assert opened.json()["result"]["protocolVersion"] == "2025-03-26"
        assert "mcp-session-id" not in opened.headers
        assert client.post(PATH, json=message("notifications/initialized")).status_code == 202
        assert client.get(PATH).status_code == 405

        tools = client.post(PATH, json=message("tools/list", 1)).json()["result"]["tools"]
        assert {"detect_language", "find_intent"} <= {tool["name"] for tool in tools}
        assert all(tool["annotations"]["readOnlyHint"] for tool in tools)

        call = message("tools/call", 2, name="find_intent", arguments={"text": "메모장을 열어 줘"})
        answer = client.post(PATH, json=call).json()["result"]
        assert answer["structuredContent"]["label"] == "command"
        assert '"label":"command"' in answer["content"][0]["text"]

        assert client.post(PATH, json=message("ping", 3)).json()["result"] == {}
        assert client.delete(PATH).status_code == 405


def test_the_sdks_own_client_works(servers: str) -> None:
    # A process of its own: there the SDK is imported whole.
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, servers + PATH],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert '"label": "command"' in done.stdout
    assert "detect_sentiment" in done.stdout
