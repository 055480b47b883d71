"""Lambda: errors named after the exception's class, as the Python runtime names them.

MiniStack calls each of them ``Runtime.HandlerError``, which no ``Catch`` or ``Retry`` expects.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from ministack.services import lambda_svc

_UNNAMED = "Runtime.HandlerError"
_HEADER = "Traceback (most recent call last):"
_LAST = re.compile(r"^(?P<name>[A-Za-z_][\w.]*)(?::|$)")


def install() -> None:
    """Wraps the function that runs Python functions."""
    execute = lambda_svc._execute_function_warm

    @functools.wraps(execute)
    def named(func: dict[str, Any], event: Any, request_id: str) -> Any:
        result = execute(func, event, request_id)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == _UNNAMED:
            name = class_name(str(result.get("log", "")))
            if name is not None:
                body["errorType"] = name
        return result

    lambda_svc._execute_function_warm = named


def class_name(log: str) -> str | None:
    """The class of the exception in the last traceback of a log.

    Args:
        log: Log that ends with a traceback.

    Returns:
        The name without its module, or ``None`` when the log holds no traceback.
    """
    _, header, traceback = log.rpartition(_HEADER)
    if not header:
        return None
    for line in traceback.splitlines():
        found = _LAST.match(line)
        if found:
            return found.group("name").rpartition(".")[2]
    return None
