"""How tools are declared: what a person or a client must know of each, on every server."""

import importlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from qs_mcp import Risk, ToolDefinitionError, ToolServer
from qs_mcp.tools import Tool
from qscreen.api.mcp import MCP_SERVERS
from qscreen.tools import RISK_META

SOURCES = Path(__file__).resolve().parents[4] / "lambda_src"
FOLDERS = sorted(path.parent.name for path in SOURCES.glob("mcp-*/handler.py"))
READING: dict[str, Any] = {
    "title": "T",
    "risk": Risk.READ,
    "read_only": True,
    "destructive": False,
    "idempotent": True,
    "open_world": False,
}


class Answer(BaseModel):
    """An answer."""

    text: str


def server_of(folder: str) -> ToolServer:
    found = importlib.import_module(f"qs_{folder.replace('-', '_')}.server").server
    assert isinstance(found, ToolServer)
    return found


def tools() -> list[Any]:
    return [
        pytest.param(tool, id=f"{folder}.{tool.name}")
        for folder in FOLDERS
        for tool in server_of(folder).tools.values()
    ]


def test_each_route_leads_to_a_server_and_back() -> None:
    assert sorted(server.function for server in MCP_SERVERS) == FOLDERS
    for folder in FOLDERS:
        server = server_of(folder)
        assert server.entry.function == folder
        assert server.tools
        assert server.title
        assert 20 <= len(server.instructions) <= 1_000


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_list_that_a_server_answers_is_what_its_code_says(folder: str) -> None:
    path = SOURCES / folder / f"qs_{folder.replace('-', '_')}" / "tools.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    assert listed == server_of(folder).definitions(), (
        f"{path.relative_to(SOURCES)} is stale: run `.venv/bin/python scripts/tool-lists`"
    )


@pytest.mark.parametrize("tool", tools())
def test_a_tool_says_everything_that_people_and_clients_must_know(tool: Tool) -> None:
    shown = tool.definition.model_dump(by_alias=True, mode="json")
    assert shown["title"]
    assert shown["description"]
    assert shown["_meta"][RISK_META] in set(Risk)
    hints = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
    assert {name for name in hints if isinstance(shown["annotations"][name], bool)} == hints
    for schema in (shown["inputSchema"], shown["outputSchema"]):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
    assert shown["inputSchema"]["additionalProperties"] is False
    undescribed = [
        name
        for name, field in shown["inputSchema"].get("properties", {}).items()
        if not field.get("description")
    ]
    assert undescribed == []


def good(text: str) -> Answer:
    """Answer."""
    return Answer(text=text)


def Shouting(text: str) -> Answer:  # noqa: N802 - a name that is refused
    """Answer."""
    return Answer(text=text)


def a___b(text: str) -> Answer:
    """Answer."""
    return Answer(text=text)


def silent(text: str) -> Answer:
    return Answer(text=text)


async def waiting(text: str) -> Answer:
    """Answer."""
    return Answer(text=text)


def wordy(text: str) -> Answer:
    return Answer(text=text)


wordy.__doc__ = "x" * 1_001


@pytest.mark.parametrize("function", [Shouting, a___b, silent, waiting, wordy])
def test_a_function_that_cannot_be_a_tool_is_refused(function: Any) -> None:
    server = ToolServer("vision", title="T", instructions="I")
    with pytest.raises(ToolDefinitionError):
        server.tool(**READING)(function)


@pytest.mark.parametrize(
    "changes",
    [
        {"read_only": False},
        {"destructive": True},
        {"risk": Risk.WRITE},
        {"risk": Risk.WRITE, "read_only": False, "destructive": True},
        {"risk": Risk.DESTRUCTIVE, "read_only": False},
        {"title": " "},
    ],
)
def test_annotations_that_contradict_the_risk_are_refused(changes: dict[str, Any]) -> None:
    server = ToolServer("vision", title="T", instructions="I")
    with pytest.raises(ToolDefinitionError):
        server.tool(**{**READING, **changes})(good)


@pytest.mark.parametrize("missing", sorted(READING))
def test_nothing_about_a_tool_has_a_default(missing: str) -> None:
    server = ToolServer("vision", title="T", instructions="I")
    with pytest.raises(TypeError):
        server.tool(**{name: value for name, value in READING.items() if name != missing})


def test_two_tools_of_one_name_are_refused() -> None:
    server = ToolServer("vision", title="T", instructions="I")
    server.tool(**READING)(good)
    with pytest.raises(ToolDefinitionError, match="two tools"):
        server.tool(**READING)(good)


def untyped(text) -> Answer:  # type: ignore[no-untyped-def]
    """Answer."""
    return Answer(text=text)


def unstructured(text: str) -> str:
    """Answer."""
    return text


def several(*texts: str) -> Answer:
    """Answer."""
    return Answer(text="".join(texts))


@pytest.mark.parametrize("function", [untyped, unstructured, several])
def test_a_tool_without_types_has_no_definition(function: Any) -> None:
    server = ToolServer("vision", title="T", instructions="I")
    server.tool(**READING)(function)
    with pytest.raises(ToolDefinitionError):
        _ = next(iter(server.tools.values())).definition


def test_a_server_without_a_route_is_refused() -> None:
    with pytest.raises(KeyError):
        ToolServer("nobody", title="T", instructions="I")
