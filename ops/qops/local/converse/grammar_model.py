"""The local model: the command grammar behind the interface of a model.

It reads the goal in the last user message that has one (between ``<goal>`` tags, or the whole text)
and answers with the tools of the request: one tool that takes a whole plan, or one tool for each
kind of action. It never guesses: what the grammar does not understand is said.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from qops.local.converse.reply import Block, Reply

NAME = "qscreen-command-grammar"
_PLAN_TOOL = "submit_plan"
_DONE = re.compile(r"<done>\n(.*?)\n</done>\s*$", re.DOTALL)
_OPEN, _CLOSE = "<goal>", "</goal>"


def reply(params: dict[str, Any]) -> Reply:
    """Answers a checked request of Converse."""
    from qscreen.grammar import understand
    from qscreen.wire.plan import NotUnderstood

    goal, done = _goal_of(params["messages"])
    tools = _tools_of(params)
    plan = understand(goal)
    if isinstance(plan, NotUnderstood):
        return _cannot(_reason(plan), tools)
    if _was_refused(params["messages"]):
        return _cannot(
            "The command grammar has only one reading of the goal, and that was refused.",
            tools,
        )
    steps = [step.model_dump(mode="json", exclude_none=True) for step in plan.steps]
    steps = _without_done(steps, done)
    if _PLAN_TOOL in tools:
        fitting = [_fitted(step, tools[_PLAN_TOOL]) for step in steps]
        return _uses([(_PLAN_TOOL, {"steps": fitting})])
    if not tools:
        return _says(json.dumps({"steps": steps}, ensure_ascii=False))
    missing = sorted({step["action"]["kind"] for step in steps} - set(tools))
    if missing:
        return _says(f"The goal needs tools that the request does not offer: {', '.join(missing)}.")
    return _uses(
        [
            (
                step["action"]["kind"],
                {key: value for key, value in step["action"].items() if key != "kind"},
            )
            for step in steps
        ]
    )


def _goal_of(messages: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The goal, and the actions before it that are done."""
    for message in reversed(messages):
        texts = [str(one["text"]) for one in message.get("content") or [] if "text" in one]
        if message.get("role") != "user" or not texts:
            continue
        text = "\n\n".join(texts)
        start = text.rfind(_OPEN)
        if start < 0:
            return text.strip(), []
        # what follows the last opening tag is the goal alone: no text of a screen stands behind it
        goal = text[start + len(_OPEN) :].rpartition(_CLOSE)[0] or text[start + len(_OPEN) :]
        return goal.strip(), _done_before(text[:start])
    return "", []


def _done_before(text: str) -> list[dict[str, Any]]:
    found = _DONE.search(text[text.rfind("<done>") :]) if "<done>" in text else None
    actions = []
    for line in found[1].splitlines() if found else []:
        try:
            actions.append(dict(json.loads(line)["action"]))
        except (ValueError, KeyError, TypeError):
            return []
    return [{key: value for key, value in one.items() if value is not None} for one in actions]


def _without_done(steps: list[dict[str, Any]], done: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps behind those that are done, where these are the first ones of the plan."""
    if [step["action"] for step in steps[: len(done)]] == done:
        return steps[len(done) :]
    return steps


def _was_refused(messages: list[dict[str, Any]]) -> bool:
    """Whether the last message says that the answer before it was wrong."""
    results = [one["toolResult"] for one in messages[-1]["content"] if "toolResult" in one]
    return any(one.get("status") == "error" for one in results)


def _tools_of(params: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Input schemas by the name of the tool."""
    tools = (params.get("toolConfig") or {}).get("tools") or []
    specs = [one["toolSpec"] for one in tools if "toolSpec" in one]
    return {spec["name"]: spec["inputSchema"]["json"] for spec in specs}


def _fitted(step: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A step with the keys that the tool's schema names."""
    steps = (schema.get("properties") or {}).get("steps") or {}
    item = steps.get("items") or {}
    name = str(item.get("$ref") or "").rpartition("/")[2]
    if name:
        item = (schema.get("$defs") or {}).get(name) or {}
    known = item.get("properties")
    return {key: value for key, value in step.items() if known is None or key in known}


def _cannot(why: str, tools: dict[str, dict[str, Any]]) -> Reply:
    """Says why there is no plan: by the tool where its schema has a place for it."""
    schema = tools.get(_PLAN_TOOL) or {}
    if "cannot" in (schema.get("properties") or {}):
        return _uses([(_PLAN_TOOL, {"steps": [], "cannot": why[:600]})])
    return _says(why)


def _reason(answer: Any) -> str:
    examples = ", ".join(one.example for one in answer.suggestions)
    part = f" “{answer.part}”" if answer.part.strip() else ""
    return f"{answer.because}{part}" + (f" ({examples})" if examples else "")


def _uses(calls: list[tuple[str, dict[str, Any]]]) -> Reply:
    blocks: list[Block] = [
        {
            "toolUse": {
                "toolUseId": f"tooluse_{secrets.token_urlsafe(16)}",
                "name": name,
                "input": given,
            }
        }
        for name, given in calls
    ]
    return Reply(blocks, "tool_use" if blocks else "end_turn", NAME)


def _says(text: str) -> Reply:
    return Reply([{"text": text}], "end_turn", NAME)
