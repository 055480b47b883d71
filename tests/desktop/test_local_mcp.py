"""The local servers as a client has them: a process over stdio, on real programs.

The oracle is the program's own: the editor's text as the accessibility service has it, the bytes of
the file it saved, whether the other program still waits.
"""

import asyncio
import base64
import io
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from desktop_programs import PATIENCE_SECONDS, PATIENT
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from PIL import Image

from qagent.desktop.backend import DesktopBackend
from qagent.home import AgentHome
from qscreen.wire import Role

QAGENT = Path(sys.executable).with_name("qagent")
Zenity = Callable[..., "subprocess.Popen[str]"]
Talk = Callable[..., None]


@pytest.fixture
def talk(home: Path, desktop: dict[str, str]) -> Talk:
    """Starts the server as clients do, and speaks with it; as old clients do in `legacy`."""

    def run(conversation: Callable[[Client], Awaitable[None]], era: str = "auto") -> None:
        async def speak() -> None:
            started = StdioServerParameters(
                command=str(QAGENT), args=["mcp", "all"], env=dict(os.environ)
            )
            async with Client(stdio_client(started), mode=era) as client:
                await client.list_tools()
                await conversation(client)

        asyncio.run(asyncio.wait_for(speak(), 5 * PATIENCE_SECONDS))

    return run


async def done(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    """The structure of a call that must be done."""
    answer = await client.call_tool(name, arguments)
    assert not answer.is_error, answer.content[0].text
    found: dict[str, Any] = answer.structured_content
    return found


async def refused(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    """The typed error of a call that must not be done."""
    answer = await client.call_tool(name, arguments)
    assert answer.is_error, answer.content[0].text
    found: dict[str, Any] = answer.meta["qscreen/error"]
    assert found["message"]
    assert found["repair"]
    return found


def also(home: Path, line: str) -> None:
    """Add a line to the policy."""
    with (home / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def text_of_editor(backend: DesktopBackend) -> str:
    """What the editor holds, read by other eyes than the server's."""
    areas = [one for one in backend.look(PATIENT).nodes if one.role is Role.TEXT_AREA]
    assert len(areas) == 1
    return backend.text_state(areas[0]).text


@pytest.mark.parametrize("era", ["legacy", "auto"])
def test_observe_type_verify_and_save(
    talk: Talk, backend: DesktopBackend, documents: Path, era: str
) -> None:
    typed = "회의록 3시\nRoom 204"

    async def conversation(client: Client) -> None:
        await done(client, "open_app", app="메모장", new_document=True)
        seen = await done(client, "observe", roles=["text_area"])
        area = seen["elements"][0]["id"]
        effect = await done(
            client, "type_text", text=typed, target={"element": area}, look_after=True
        )
        assert effect["outcome"] == "confirmed"
        assert effect["changes"]["since"] == seen["snapshot"]
        assert text_of_editor(backend) == typed
        await done(client, "undo")
        assert text_of_editor(backend) == ""
        await done(client, "set_value", target={"element": area}, value=typed)
        saved = await done(client, "save_as", filename="mcp.txt")
        assert saved["outcome"] == "confirmed"

    talk(conversation, era)
    assert (documents / "mcp.txt").read_text(encoding="utf-8") == typed


def test_ids_tell_two_fields_of_one_name_apart(talk: Talk, zenity: Zenity) -> None:
    process = zenity("--forms", "--text=x", "--add-entry=Name", "--add-entry=Name")

    async def conversation(client: Client) -> None:
        found = await done(client, "observe", roles=["text_field"], window="zenity")
        # From the top: programs list their fields in any order.
        shown = sorted(found["elements"], key=lambda one: one["rect"][1])
        fields = [one["id"] for one in shown]
        assert len(fields) == 2
        error = await refused(client, "set_value", target={"name": "Name"}, value="x")
        assert error["code"] == "ambiguous_target"
        for element, value in zip(fields, ("first", "둘째"), strict=True):
            await done(client, "set_value", target={"element": element}, value=value)
        await done(client, "press_element", target={"name": "OK", "role": "button"})

    talk(conversation)
    assert process.communicate(timeout=PATIENCE_SECONDS)[0] == "first|둘째\n"


def test_the_text_in_a_picture_is_read_by_the_devices_own_program(
    talk: Talk, zenity: Zenity
) -> None:
    words = '<span font="18">회의실 예약 Meeting Room 204</span>'
    zenity("--info", f"--text={words}", "--title=Reading", "--width=700")

    async def conversation(client: Client) -> None:
        found = await done(client, "observe", window="Reading", roles=["label"])
        label = next(one for one in found["elements"] if "204" in one.get("name", ""))
        read = await done(client, "read_screen_text", element=label["id"])
        together = "".join(line["text"] for line in read["lines"]).replace(" ", "")
        assert "MeetingRoom204" in together, read
        assert "회의실" in together, read
        x, y, width, height = label["rect"]
        for line in read["lines"]:
            left, top, _, _ = line["rect"]
            assert x - 5 <= left <= x + width
            assert y - 5 <= top <= y + height

    talk(conversation)


def test_a_program_that_the_policy_does_not_allow(talk: Talk, home: Path, zenity: Zenity) -> None:
    also(home, "deny: {apps: [zenity]}")
    process = zenity("--question", "--text=Three files.", "--ok-label=Next")

    async def conversation(client: Client) -> None:
        error = await refused(client, "press_element", target={"name": "Next"})
        assert error["code"] in {"denied_by_policy", "target_not_found"}
        seen = await done(client, "observe")
        assert not any("zenity" in one.get("name", "") for one in seen["elements"])

    talk(conversation)
    assert process.poll() is None


def test_a_risky_step_asks_and_no_answer_in_time_is_a_no(
    talk: Talk, home: Path, zenity: Zenity, backend: DesktopBackend
) -> None:
    also(home, "consent: {timeout_seconds: 5}")
    process = zenity(
        "--question", "--text=Three files.", "--ok-label=Delete", "--cancel-label=Keep"
    )
    titles: list[str] = []

    async def conversation(client: Client) -> None:
        call = asyncio.create_task(refused(client, "press_element", target={"name": "Delete"}))
        while not call.done():
            titles.extend(one.app for one in backend.windows())
            await asyncio.sleep(0.1)
        assert (await call)["code"] == "not_agreed"

    talk(conversation)
    assert any(one.startswith("qagent-consent") for one in titles)
    assert process.poll() is None


def test_while_stopped_it_neither_looks_nor_acts(talk: Talk, home: Path, zenity: Zenity) -> None:
    process = zenity("--entry", "--text=Name")
    AgentHome(home).stop_file.set()

    async def conversation(client: Client) -> None:
        for name, arguments in (
            ("observe", {}),
            ("press_keys", {"keys": ["enter"]}),
            ("capture_screen", {}),
        ):
            assert (await refused(client, name, **arguments))["code"] == "stopped"
        resume = [QAGENT, "resume"]
        subprocess.run(resume, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        assert (await done(client, "observe"))["elements"]

    talk(conversation)
    assert process.poll() is None


def test_a_stop_ends_a_call_that_waits(talk: Talk, home: Path, backend: DesktopBackend) -> None:
    async def conversation(client: Client) -> None:
        await done(client, "idle_time")
        never = {"target": {"name": "Never"}, "timeout_ms": 60000}
        call = asyncio.create_task(refused(client, "wait_for", **never))
        await asyncio.sleep(1)
        AgentHome(home).stop_file.set()
        assert (await asyncio.wait_for(call, PATIENCE_SECONDS / 2))["code"] == "stopped"

    talk(conversation)


def test_a_marked_picture_covers_the_password(talk: Talk, home: Path, zenity: Zenity) -> None:
    zenity("--forms", "--text=x", "--add-entry=Name", "--add-password=Secret")

    async def conversation(client: Client) -> None:
        picture = await done(client, "mark_elements")
        secret = next(one for one in picture["marks"] if one["role"] == "password_field")
        contents = (await client.read_resource(picture["uri"])).contents[0]
        whole = base64.b64decode(contents.blob)
        assert Path(picture["path"]).read_bytes() == whole
        x, y, width, height = secret["rect"]
        image = Image.open(io.BytesIO(whole)).convert("RGB")
        inside = image.crop((x + 1, y + 1, x + width - 2, y + height - 2))
        black = inside.convert("L").histogram()[0]
        # The mark stands on a part of the box.
        assert black > 0.5 * inside.width * inside.height
        await done(client, "element_details", element=secret["id"])

    talk(conversation)
    assert not list((home / "pictures").rglob("*.png"))
