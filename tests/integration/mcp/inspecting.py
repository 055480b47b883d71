"""The official inspector's command line, as a person would use it."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

PROCESSES = 3
PATIENCE = ("--connect-timeout", "90000")
"""Milliseconds: on a busy machine a server that starts is no server that is missing."""

TOOL_IS_ERROR = 5
"""The inspector's exit code where a tool's result is marked as an error."""


@dataclass(frozen=True)
class Inspector:
    """The inspector before one server.

    Attributes:
        server: Its arguments that name the server.
        environment: Variables of the inspector, which hands few of them on to a server.
        given: Arguments by their names, where an example made of the schema would not do.
    """

    server: Sequence[str]
    environment: dict[str, str]
    given: Mapping[str, Any] = field(default_factory=dict)

    def ask(self, *arguments: str) -> dict[str, Any]:
        """What the server answers to one method."""
        done = subprocess.run(
            ["mcp-inspector", "--cli", *self.server, *PATIENCE, *arguments],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=self.environment,
        )
        output = f"{arguments}: {done.stdout[-1000:]} {done.stderr[-2000:]}"
        assert done.returncode in (0, TOOL_IS_ERROR), output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def tools(self) -> list[dict[str, Any]]:
        """The server's tools; each says all that people and models must know of it."""
        listed: list[dict[str, Any]] = self.ask("--method", "tools/list")["tools"]
        assert listed
        for tool in listed:
            assert tool["title"]
            assert tool["inputSchema"]["type"] == tool["outputSchema"]["type"] == "object"
            assert tool["_meta"]["qscreen/risk"]
            assert len([hint for hint in tool["annotations"] if hint.endswith("Hint")]) == 4
        return listed

    def call(self, tool: dict[str, Any]) -> dict[str, Any]:
        """What a tool answers to arguments that fit its schema."""
        named = ["--method", "tools/call", "--tool-name", tool["name"]]
        return self.ask(*named, *self._arguments_for(tool))

    def call_all(self) -> dict[str, dict[str, Any]]:
        """What each tool answers, by name. None crashes, whatever is missing around it."""
        listed = self.tools()
        with ThreadPoolExecutor(PROCESSES) as pool:
            answers = list(pool.map(self.call, listed))
        found = {tool["name"]: answer for tool, answer in zip(listed, answers, strict=True)}
        for name, answer in found.items():
            said = answer["content"][0]["text"]
            assert "internal" not in said, f"{name}: {said}"
            assert answer.get("isError") or answer["structuredContent"] is not None
        return found

    def _arguments_for(self, tool: dict[str, Any]) -> list[str]:
        schema = tool["inputSchema"]
        made = example({**schema, "type": "object"}, schema)
        made |= {name: self.given[name] for name in schema["properties"] if name in self.given}
        options = []
        for name, value in made.items():
            text = value if isinstance(value, str) else json.dumps(value)
            options += ["--tool-arg", f"{name}={text}"]
        return options


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
