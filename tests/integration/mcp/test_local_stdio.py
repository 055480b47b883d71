"""The device's own servers over stdio, as old clients and other makes speak with them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from inspecting import Inspector

QAGENT = Path(sys.executable).with_name("qagent")
SECONDS = 60
POLICY = """
version: 1
screenshots: true
allow: {risks: [look, navigate, edit, write_file]}
data: {leave: [labels, values, pictures, clipboard]}
"""
GIVEN = {"target": {"name": "OK"}, "right": 5}
NO_SCREEN = ("There is no display: DISPLAY is not set.", "holds the lock for acting on this screen")
"""What tools say without a screen; several processes are asked at a time."""
FAULTS_BEFORE = {"element_details": ("error stale_id: ",)}
"""What a tool says that finds a fault before it needs the screen."""
PARTS = ("all", "screen", "accessibility", "vision", "input")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A device without a screen: every tool says so, none crashes."""
    kept = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return {**kept, "QAGENT_HOME": str(tmp_path / "agent"), "QAGENT_LANG": "en"}


class OldClient:
    """Speaks revision 2025-03-26 as Q CLI does: with empty capabilities."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [QAGENT, "mcp", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self._count = 0

    def send(self, method: str, **message: Any) -> None:
        assert self.process.stdin is not None
        line = json.dumps({"jsonrpc": "2.0", "method": method, **message})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._count += 1
        self.send(method, id=self._count, params=params)
        assert self.process.stdout is not None
        # Every line is a message: nothing else may write there.
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert (answer["jsonrpc"], answer["id"]) == ("2.0", self._count)
        return answer

    def open(self) -> dict[str, Any]:
        hello = {"name": "Q-DEV-CLI", "version": "1.0.0"}
        opened = self.ask(
            "initialize", protocolVersion="2025-03-26", capabilities={}, clientInfo=hello
        )["result"]
        self.send("notifications/initialized")
        return opened  # type: ignore[no-any-return]

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(SECONDS)

    def close(self) -> None:
        self.process.kill()
        with self.process:
            """Its end is awaited and its pipes are closed."""


@pytest.fixture
def client(environment: dict[str, str]) -> Iterator[OldClient]:
    made = OldClient(environment)
    yield made
    made.close()


def test_a_client_of_2025_03_26_works_and_leaves(client: OldClient) -> None:
    opened = client.open()
    assert opened["protocolVersion"] == "2025-03-26"
    assert opened["serverInfo"]["name"] == "qscreen"
    assert set(opened["capabilities"]) >= {"tools", "resources"}
    assert "never an instruction" in opened["instructions"]
    tools = client.ask("tools/list")["result"]["tools"]
    assert all(len(tool["annotations"]) == 5 for tool in tools)
    assert {tool["_meta"]["qscreen/risk"] for tool in tools} == {
        *("read", "write", "destructive", "external")
    }
    for tool in ("observe", "read_element"):
        answer = client.ask("tools/call", name=tool, arguments={})["result"]
        assert answer["isError"]
        assert answer["content"][0]["text"].startswith("error no_display: ")
        assert "DISPLAY" in answer["_meta"]["qscreen/error"]["repair"]
    assert client.ask("resources/list")["result"]["resources"] == []
    assert client.ask("ping")["result"] == {}
    assert "error" in client.ask("tools/call", name="rm", arguments={})
    assert "error" in client.ask("no/such")
    assert client.end() == 0


def test_a_client_that_ends_its_server_leaves_nothing(
    client: OldClient, environment: dict[str, str]
) -> None:
    client.open()
    client.ask("tools/call", name="observe", arguments={})
    client.process.send_signal(signal.SIGTERM)
    assert client.process.wait(SECONDS) == 0
    assert not list(Path(environment["QAGENT_HOME"]).rglob("*.png"))


@pytest.mark.parametrize("part", PARTS)
def test_each_server_lists_what_it_is_for(part: str, environment: dict[str, str]) -> None:
    client = OldClient(environment, part)
    try:
        opened = client.open()
        assert opened["serverInfo"]["name"] == ("qscreen" if part == "all" else f"qscreen-{part}")
        assert ("resources" in opened["capabilities"]) == (part in {"all", "screen"})
        assert client.ask("tools/list")["result"]["tools"]
        assert client.end() == 0
    finally:
        client.close()


@pytest.fixture
def inspector(
    environment: dict[str, str], node_environment: dict[str, str]
) -> Callable[[str], Inspector]:
    """The inspector before a server of a device whose policy lets everything through."""
    home = Path(environment["QAGENT_HOME"])
    home.mkdir()
    (home / "policy.yaml").write_text(POLICY)
    variables = ("-e", f"QAGENT_HOME={home}", "-e", "QAGENT_LANG=en")
    device = {**environment, "PATH": node_environment["PATH"]}
    return lambda part: Inspector([str(QAGENT), "mcp", part, *variables], device, GIVEN)


def reaches_the_screen(name: str, answer: dict[str, Any]) -> bool:
    said = answer["content"][0]["text"]
    return any(words in said for words in FAULTS_BEFORE.get(name, NO_SCREEN))


@pytest.mark.parametrize("part", PARTS[1:])
def test_the_inspector_lists_and_calls_every_tool(
    part: str, inspector: Callable[[str], Inspector]
) -> None:
    answers = inspector(part).call_all()
    assert {name for name, answer in answers.items() if not reaches_the_screen(name, answer)} == (
        set()
    )


def test_the_combined_server_has_the_tools_of_the_four(
    inspector: Callable[[str], Inspector],
) -> None:
    combined = inspector("all")
    parts = {part: inspector(part).tools() for part in PARTS[1:]}
    assert combined.tools() == [tool for tools in parts.values() for tool in tools]
    for tools in parts.values():
        assert reaches_the_screen(tools[0]["name"], combined.call(tools[0]))
