"""The suite's tools that ask their client something, in the way of each era.

From 2026-07-28 on a tool answers that it needs input and is called again; before, the server asks
in the middle of the call and waits.
"""

import hashlib
import hmac
import json
import secrets
import warnings
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

Context = ServerRequestContext[Any]
Called = types.CallToolResult | types.InputRequiredResult
_KEY = secrets.token_bytes(32)


def text(value: str) -> types.TextContent:
    return types.TextContent(text=value)


def elicit(message: str, name: str, kind: str = "string") -> types.ElicitRequest:
    schema: Any = {"type": "object", "properties": {name: {"type": kind}}, "required": [name]}
    params = types.ElicitRequestFormParams(message=message, requested_schema=schema)
    return types.ElicitRequest(params=params)


def sample(prompt: str) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=text(prompt))
    params = types.CreateMessageRequestParams(messages=[message], max_tokens=50)
    return types.CreateMessageRequest(params=params)


def seal(value: str) -> str:
    """State that only this server can have written."""
    return f"{value}.{hmac.new(_KEY, value.encode(), hashlib.sha256).hexdigest()}"


def unseal(state: str | None) -> str:
    value = (state or "").rpartition(".")[0]
    if state is None or not hmac.compare_digest(seal(value), state):
        raise MCPError(types.INVALID_PARAMS, "The request state fails its check. Start again.")
    return value


def ask(state: str | None = None, **requests: Any) -> types.InputRequiredResult:
    return types.InputRequiredResult(
        input_requests=requests, request_state=None if state is None else seal(state)
    )


def answered(
    params: types.CallToolRequestParams | types.GetPromptRequestParams, *names: str
) -> bool:
    return params.input_responses is not None and set(names) <= set(params.input_responses)


def said(params: types.CallToolRequestParams, name: str, field: str) -> str | None:
    answer = (params.input_responses or {}).get(name)
    content = answer.content if isinstance(answer, types.ElicitResult) else None
    value = (content or {}).get(field)
    return value if isinstance(value, str) else None


def done(value: str) -> types.CallToolResult:
    return types.CallToolResult(content=[text(value)])


def rounds(name: str, params: types.CallToolRequestParams, context: Context) -> Called | None:
    """The tools that ask their client something (2026-07-28)."""
    kind = name.removeprefix("test_input_required_result_")
    if kind == "elicitation":
        who = said(params, "user_name", "name")
        return (
            done(f"Hello, {who}!") if who else ask(user_name=elicit("What is your name?", "name"))
        )
    if kind == "sampling":
        if answered(params, "capital_question"):
            return done("The client's model answered.")
        return ask(capital_question=sample("What is the capital of France?"))
    if kind == "list_roots":
        if answered(params, "client_roots"):
            return done("The client's roots came.")
        return ask(client_roots=types.ListRootsRequest())
    if kind in {"request_state", "tampered_state"}:
        if not answered(params, "confirm"):
            return ask("confirming", confirm=elicit("Please confirm", "ok", "boolean"))
        unseal(params.request_state)
        return done("state-ok")
    if kind == "multiple_inputs":
        wanted = ("user_name", "greeting", "client_roots")
        if answered(params, *wanted):
            unseal(params.request_state)
            return done("Everything came.")
        return ask(
            "asking",
            user_name=elicit("What is your name?", "name"),
            greeting=sample("Generate a greeting"),
            client_roots=types.ListRootsRequest(),
        )
    if kind == "multi_round":
        if params.request_state is None:
            return ask("one", step1=elicit("Step 1: What is your name?", "name"))
        if unseal(params.request_state) == "one":
            return ask("two", step2=elicit("Step 2: What is your favorite color?", "color"))
        return done("Both steps are done.")
    if kind == "capabilities":
        declared = context.session.client_capabilities
        requests: dict[str, Any] = {}
        if declared and declared.sampling:
            requests["greeting"] = sample("Generate a greeting")
        if declared and declared.elicitation:
            requests["user_name"] = elicit("What is your name?", "name")
        return ask("asking", **requests)
    return None


MIDWAY = (
    "test_sampling",
    "test_elicitation",
    "test_elicitation_sep1034_defaults",
    "test_elicitation_sep1330_enums",
)
"""Tools that ask in the middle of a call (up to 2025-11-25)."""

_ONE, _TWO = ["option1", "option2"], ["value1", "value2"]
_TITLED = [{"const": value, "title": f"Choice {value}"} for value in _TWO]
FORMS: dict[str, dict[str, Any]] = {
    "test_elicitation": {"username": {"type": "string"}, "email": {"type": "string"}},
    "test_elicitation_sep1034_defaults": {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {
            "type": "string",
            "enum": ["active", "inactive", "pending"],
            "default": "active",
        },
        "verified": {"type": "boolean", "default": True},
    },
    "test_elicitation_sep1330_enums": {
        "untitledSingle": {"type": "string", "enum": _ONE},
        "titledSingle": {"type": "string", "oneOf": _TITLED},
        "legacyEnum": {"type": "string", "enum": _ONE, "enumNames": ["Option One", "Option Two"]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": _ONE}},
        "titledMulti": {"type": "array", "items": {"anyOf": _TITLED}},
    },
}


async def midway(params: types.CallToolRequestParams, context: Context) -> types.CallToolResult:
    """Ask the client, wait for its answer, and tell it."""
    given = params.arguments or {}
    if params.name == "test_sampling":
        message = types.SamplingMessage(role="user", content=text(str(given.get("prompt"))))
        with warnings.catch_warnings():
            # Sampling is deprecated, and required of the older revision.
            warnings.simplefilter("ignore")
            model = await context.session.create_message(
                [message], max_tokens=100, related_request_id=context.request_id
            )
        said = model.content.text if isinstance(model.content, types.TextContent) else ""
        return done(f"LLM response: {said}")
    schema: Any = {"type": "object", "properties": FORMS[params.name]}
    answer = await context.session.elicit_form(
        str(given.get("message", "Please fill in")), schema, context.request_id
    )
    content = json.dumps(answer.content)
    return done(f"Elicitation completed: action={answer.action}, content={content}")
