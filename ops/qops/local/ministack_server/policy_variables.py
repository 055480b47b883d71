"""IAM: policy variables, such as ``${aws:PrincipalTag/device_id}`` in a resource.

MiniStack's evaluator compares them as they are written, so that a policy which names the caller's
own queue allows nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator

_VARIABLE = re.compile(r"\$\{(?P<key>[^},]+)(?:,\s*'(?P<default>[^']*)')?\}")
_ESCAPES = {"*": "*", "?": "?", "$": "$"}
_NOTHING = "\0"
"""Matches no ARN and no value: what stands for a variable that has no value."""


def install() -> None:
    """Wraps the function that looks for the first matching statement."""
    first_match = iam_evaluator._first_match

    @functools.wraps(first_match)
    def substituted(ctx: Any, statements: list[Any], *rest: Any, **named: Any) -> Any:
        def value(key: str) -> Any:
            return iam_evaluator._resolve_condition_key(key, ctx)

        return first_match(ctx, [_statement(one, value) for one in statements], *rest, **named)

    iam_evaluator._first_match = substituted


def substitute(text: str, value: Callable[[str], Any]) -> str:
    """A text with its policy variables replaced.

    Args:
        text: Resource or condition value.
        value: Value of a condition key, ``None`` when the request has none.

    Returns:
        The text; a variable without a value, or whose value holds a wildcard, makes it match
        nothing.
    """

    def replace(found: re.Match[str]) -> str:
        key = found.group("key").strip()
        if key in _ESCAPES:
            return _ESCAPES[key]
        known = value(key)
        if isinstance(known, list | tuple) and len(known) == 1:
            known = known[0]
        if known is None:
            known = found.group("default")
        if not isinstance(known, str) or "*" in known or "?" in known:
            return _NOTHING
        return known

    return _VARIABLE.sub(replace, text)


def _statement(statement: Any, value: Callable[[str], Any]) -> Any:
    changed = {
        name: [substitute(text, value) for text in getattr(statement, name)]
        for name in ("resources", "not_resources")
        if any("${" in text for text in getattr(statement, name))
    }
    conditions = _conditions(statement.conditions, value)
    if conditions != statement.conditions:
        changed["conditions"] = conditions
    return dataclasses.replace(statement, **changed) if changed else statement


def _conditions(conditions: Any, value: Callable[[str], Any]) -> Any:
    if isinstance(conditions, dict):
        return {key: _conditions(item, value) for key, item in conditions.items()}
    if isinstance(conditions, list):
        return [_conditions(item, value) for item in conditions]
    if isinstance(conditions, str) and "${" in conditions:
        return substitute(conditions, value)
    return conditions
