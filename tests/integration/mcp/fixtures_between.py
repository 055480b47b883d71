"""The suite's tools of 2025-11-25 that ask their client, for a transport that lets none wait.

They ask as tools of 2026-07-28 do, and the transport makes it what the older revision knows.
"""

import json
from typing import Any

import mcp_types as types
from fixtures_asking import FORMS, Called, ask, done, sample


def between_calls(params: types.CallToolRequestParams) -> Called:
    """Ask the client, or tell what it answered."""
    given = params.arguments or {}
    match (params.input_responses or {}).get("answer"):
        case types.CreateMessageResult(content=types.TextContent(text=said)):
            return done(f"LLM response: {said}")
        case types.ElicitResult(action=action, content=content):
            return done(f"Elicitation completed: action={action}, content={json.dumps(content)}")
        case _ if params.name in FORMS:
            schema: Any = {"type": "object", "properties": FORMS[params.name]}
            form = types.ElicitRequestFormParams(
                message=str(given.get("message", "Please fill in")), requested_schema=schema
            )
            return ask(answer=types.ElicitRequest(params=form))
        case _:
            return ask(answer=sample(str(given.get("prompt"))))
