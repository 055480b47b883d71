"""The official inspector, as a person would use it: it lists and calls the tools of each server."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from qscreen.api.mcp import MCP_SERVERS, McpServer

PROCESSES = 3
TOOL_IS_ERROR = 5
"""The inspector's exit code where a tool's result is marked as an error."""


def inspect(url: str, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        ["mcp-inspector", "--cli", url, "--transport", "http", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
    )
    output = f"{arguments}: {done.stdout[-1000:]} {done.stderr[-2000:]}"
    assert done.returncode in (0, TOOL_IS_ERROR), output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def example(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    """Some value that a schema might take; the tool itself says what is wrong with it."""
    if "$ref" in schema:
        return example(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(schema[key][0], whole)
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "array":
            return [example(schema.get("items", {}), whole)] * schema.get("minItems", 0)
        case "object":
            fields = schema.get("properties", {})
            return {name: example(fields[name], whole) for name in schema.get("required", ())}
        case _:
            return "a" * max(1, schema.get("minLength", 1))


def arguments_for(tool: dict[str, Any]) -> list[str]:
    schema = tool["inputSchema"]
    given = example({**schema, "type": "object"}, schema)
    found = []
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value)
        found += ["--tool-arg", f"{name}={text}"]
    return found


@pytest.mark.parametrize("server", MCP_SERVERS, ids=lambda server: server.name)
def test_the_inspector_lists_and_calls_every_tool(
    server: McpServer, servers: str, node_environment: dict[str, str]
) -> None:
    url = servers + server.path
    listed = inspect(url, node_environment, "--method", "tools/list")["tools"]
    assert listed
    for tool in listed:
        assert tool["title"]
        assert tool["inputSchema"]["type"] == tool["outputSchema"]["type"] == "object"
        assert tool["_meta"]["qscreen/risk"]
        assert len([hint for hint in tool["annotations"] if hint.endswith("Hint")]) == 4

    def call(tool: dict[str, Any]) -> dict[str, Any]:
        named = ["--method", "tools/call", "--tool-name", tool["name"]]
        return inspect(url, node_environment, *named, *arguments_for(tool))

    with ThreadPoolExecutor(PROCESSES) as pool:
        answers = dict(zip([tool["name"] for tool in listed], pool.map(call, listed), strict=True))
    for name, answer in answers.items():
        # Nothing of AWS is there: a tool answers, or says what is missing. It never crashes.
        said = answer["content"][0]["text"]
        assert "internal error" not in said, f"{name}: {said}"
        assert answer.get("isError") or answer["structuredContent"] is not None
