"""What the tools are declared as: complete, within the clients' limits, and as they are listed."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from qagent.mcp.bench import all_tools, definitions
from qagent.mcp.clients import SERVERS
from qagent.mcp.faults import repair_of
from qagent.mcp.server import ALL, PARTS, TOOL_LIST
from qagent.mcp.tools import (
    POLICY_META,
    Given,
    Part,
    Tool,
)
from qscreen.tools import RISK_META, Risk, ToolDefinitionError
from qscreen.wire import ActionKind, EffectError, RiskCategory, UndoWay
from qscreen.wire.action import RISK_OF_KIND, UNDO_OF_KIND

TOOLS = all_tools()
LISTED: dict[str, list[dict[str, Any]]] = json.loads(TOOL_LIST.read_bytes())


def test_the_list_is_what_the_code_says() -> None:
    assert definitions() == LISTED, "run `.venv/bin/python scripts/tool-lists`"
    assert list(LISTED) == [str(part) for part in Part] == list(PARTS)
    assert {*PARTS, ALL} == set(SERVERS.values())


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_is_complete_and_within_the_clients_limits(tool: Tool) -> None:
    shown = tool.definition()
    # As Q CLI names it for its model, with the server's name in front.
    assert re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]*", tool.name)
    assert all(len(f"{name}___{tool.name}") <= 64 for name in SERVERS)
    assert len(tool.description) <= 1_000
    hints = {key: value for key, value in shown["annotations"].items() if key.endswith("Hint")}
    assert set(hints) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
    assert all(isinstance(value, bool) for value in hints.values())
    assert not (hints["readOnlyHint"] and hints["destructiveHint"])
    assert Risk(shown["_meta"][RISK_META])
    assert RiskCategory(shown["_meta"][POLICY_META])
    for key in ("inputSchema", "outputSchema"):
        Draft202012Validator.check_schema(shown[key])
        assert shown[key]["type"] == "object"
    for name, field in shown["inputSchema"]["properties"].items():
        assert field.get("description") or "$ref" in str(field) or "type" in field, name


def test_names_are_unique_over_all_servers() -> None:
    names = [tool.name for tool in TOOLS]
    assert len(names) == len(set(names))
    assert all(any(tool.part is part for tool in TOOLS) for part in Part)


def test_every_action_has_a_tool_with_the_policys_risk() -> None:
    found = {}
    for tool in TOOLS:
        make = getattr(tool.run, "args", (None,))[0]
        if make is not None:
            kind = make.model_fields["kind"].default
            found[kind] = tool.policy_risk
            looks = RISK_OF_KIND[kind] is RiskCategory.LOOK
            assert (tool.risk is Risk.READ) == looks
            final = UNDO_OF_KIND[kind] is UndoWay.CANNOT and kind is not ActionKind.UNDO
            assert ("cannot undo" in tool.description) == final
    assert found == RISK_OF_KIND
    assert set(found) == set(ActionKind)


@pytest.mark.parametrize("error", list(EffectError))
def test_every_error_of_a_step_has_a_repair(error: EffectError) -> None:
    assert repair_of(str(error))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "Press"}, "name"),
        ({"name": "a___b"}, "name"),
        ({"description": ""}, "description"),
        ({"title": " "}, "title"),
        ({"risk": Risk.WRITE}, "READ"),
        ({"policy_risk": RiskCategory.EDIT}, "READ"),
    ],
)
def test_a_tool_that_people_cannot_judge_is_refused(change: dict[str, Any], words: str) -> None:
    known = TOOLS[0]
    values = {
        "part": Part.SCREEN,
        "name": "x",
        "title": "X",
        "description": "X.",
        "given": Given,
        "answer": known.answer,
        "run": known.run,
        "risk": Risk.READ,
    }
    with pytest.raises(ToolDefinitionError, match=words):
        Tool(**{**values, **change})
