"""The protocol in front of the tools, through the SDK's own client of each era, in one process."""

import asyncio
import base64
import io
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from mcp import Client, MCPError
from PIL import Image

from qagent.home import AgentHome
from qagent.mcp.desk import Desk
from qagent.mcp.server import ERROR_META, PARTS, LocalServer

ERAS = ("legacy", "auto")
"""The handshake of the revisions up to 2025-11-25, and the stateless revision after it."""


@pytest.fixture
def server(desk: Desk, home: AgentHome) -> Iterator[LocalServer]:
    made = LocalServer("all", lambda: desk, home)
    yield made
    made.close()


@pytest.fixture
def talk(server: LocalServer) -> Callable[..., Any]:
    """Runs a conversation with the server."""

    def run(conversation: Callable[[Client], Awaitable[Any]], era: str = "auto") -> Any:
        async def speak() -> Any:
            async with Client(server.protocol, mode=era) as client:
                return await conversation(client)

        return asyncio.run(speak())

    return run


@pytest.mark.parametrize("era", ERAS)
def test_a_client_of_each_era_gets_text_and_structure(talk: Any, form: Any, era: str) -> None:
    async def conversation(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {"observe", "press_element", "capture_screen", "read_screen_text"} <= {
            tool.name for tool in tools
        }
        # The client checks each result against its tool's output schema.
        seen = await client.call_tool("observe", {})
        assert not seen.is_error
        assert seen.structured_content["snapshot"] == "s1"
        assert seen.content[0].text.startswith("s1: ")
        for name, arguments in (
            ("changes", {}),
            ("list_windows", {}),
            ("screen_info", {}),
            ("idle_time", {}),
            ("mark_elements", {}),
            ("element_details", {"element": "s1e3"}),
            ("type_text", {"text": "회의", "look_after": True}),
        ):
            answer = await client.call_tool(name, arguments)
            assert not answer.is_error, (name, answer.content[0].text)
            assert answer.structured_content is not None

    talk(conversation, era)
    assert form.text == "회의"


@pytest.mark.parametrize("era", ERAS)
def test_an_error_is_typed_and_says_what_to_do(talk: Any, era: str) -> None:
    async def conversation(client: Client) -> None:
        answer = await client.call_tool("press_element", {"target": {"name": "Next"}})
        assert answer.is_error
        assert answer.structured_content is None
        error = answer.meta[ERROR_META]
        assert error["code"] == "ambiguous_target"
        assert error["message"]
        assert error["repair"]
        assert len(error["candidates"]) == 2
        assert answer.content[0].text.startswith("error ambiguous_target: ")
        with pytest.raises(MCPError, match="no tool"):
            await client.call_tool("rm", {})

    talk(conversation, era)


@pytest.mark.parametrize("era", ERAS)
def test_a_picture_is_a_handle_that_can_be_read(talk: Any, era: str) -> None:
    async def conversation(client: Client) -> None:
        answer = await client.call_tool(
            "capture_screen", {"region": {"x": 70, "y": 40, "width": 40, "height": 30}}
        )
        text, link = answer.content
        assert link.type == "resource_link"
        assert answer.structured_content["rect"] == [70, 40, 30, 30]
        assert len(text.text) < 1_000
        listed = (await client.list_resources()).resources
        assert [str(one.uri) for one in listed] == [link.uri]
        contents = (await client.read_resource(link.uri)).contents[0]
        assert contents.mime_type == "image/png"
        image = Image.open(io.BytesIO(base64.b64decode(contents.blob)))
        assert image.size == (30, 30)
        # The password field at 80,50 is covered; what is beside it is white paper.
        assert image.getpixel((15, 15)) == (0, 0, 0)
        assert image.getpixel((1, 1)) == (255, 255, 255)
        for uri in ("qscreen://pictures/0123456789abcdef.png", "file:///etc/passwd"):
            with pytest.raises(MCPError, match="not kept"):
                await client.read_resource(uri)

    talk(conversation, era)


@pytest.mark.parametrize("era", ERAS)
def test_a_call_that_the_client_gives_up_ends(talk: Any, form: Any, era: str) -> None:
    waiting = threading.Event()
    look = form.look

    def seen(*arguments: Any, **named: Any) -> Any:
        waiting.set()
        return look(*arguments, **named)

    form.look = seen

    async def conversation(client: Client) -> None:
        never = {"target": {"name": "Never"}, "timeout_ms": 60_000}
        call = asyncio.create_task(client.call_tool("wait_for", never))
        await asyncio.to_thread(waiting.wait, 60)
        call.cancel()
        # One thread works: this is answered only when the call before it has ended.
        answer = await asyncio.wait_for(client.call_tool("idle_time", {}), 50)
        assert not answer.is_error

    talk(conversation, era)


def test_a_call_that_takes_too_long_ends_by_itself(
    talk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qagent.mcp.server.CALL_SECONDS", 0.2)

    async def conversation(client: Client) -> None:
        never = {"target": {"name": "Never"}, "timeout_ms": 60_000}
        answer = await asyncio.wait_for(client.call_tool("wait_for", never), 50)
        assert answer.meta[ERROR_META]["code"] == "cancelled"

    talk(conversation)


@pytest.mark.parametrize("part", PARTS)
def test_each_server_has_its_own_tools_only(part: str, home: AgentHome) -> None:
    server = LocalServer(part, home=home)

    async def conversation() -> set[str]:
        async with Client(server.protocol, mode="legacy") as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    try:
        found = asyncio.run(conversation())
    finally:
        server.close()
    telling = {
        "screen": "capture_screen",
        "accessibility": "observe",
        "vision": "read_screen_text",
        "input": "type_text",
    }
    assert {telling[part]} == found & set(telling.values())


def test_closing_ends_what_runs_and_deletes_the_pictures(
    talk: Any, server: LocalServer, home: AgentHome
) -> None:
    async def conversation(client: Client) -> None:
        await client.call_tool("capture_screen", {})

    talk(conversation)
    assert list((home.root / "pictures").rglob("*.png"))
    server.close()
    assert not list((home.root / "pictures").rglob("*.png"))
