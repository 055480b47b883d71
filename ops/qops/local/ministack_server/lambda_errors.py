"""Lambda: an exception ends its invocation alone, and is named after its class, as on AWS.

MiniStack ends the process of a Python function whose handler raised, and unpacks function and
layers anew for the next event: seconds for a function with our layer. Lambda's runtime for Python
reports an exception and asks for the next event (awslambdaric, ``bootstrap.handle_event_request``).
MiniStack also calls each exception ``Runtime.HandlerError``, which no ``Catch`` or ``Retry``
expects.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_RAISED = "qops.raised"
"""What the process answers with when its handler raised; to MiniStack it is an answer as any."""
_MINISTACK = (
    '{"status": "error", "error": str(e), "trace": traceback.format_exc()}',
    f'{{"status": "ok", "result": {{"{_RAISED}": '
    '{"error": str(e), "type": type(e).__name__, "trace": traceback.format_exc()}}}',
)

_UNNAMED = "Runtime.HandlerError"
_HEADER = "Traceback (most recent call last):"
_LAST = re.compile(r"^(?P<name>[A-Za-z_][\w.]*)(?::|$)")


def install() -> None:
    """Changes the program of the processes, and wraps what runs them.

    Raises:
        RuntimeError: The program is not the one of the pinned release.
    """
    lambda_runtime._PYTHON_WORKER_SCRIPT = that_goes_on(lambda_runtime._PYTHON_WORKER_SCRIPT)
    execute = lambda_svc._execute_function_warm

    @functools.wraps(execute)
    def named(func: dict[str, Any], event: Any, request_id: str) -> Any:
        return as_error(execute(func, event, request_id))

    lambda_svc._execute_function_warm = named


def that_goes_on(program: str) -> str:
    """The program of a function's process that goes on after an exception.

    Args:
        program: MiniStack's.

    Raises:
        RuntimeError: It is another than that of the pinned release.
    """
    old, new = _MINISTACK
    if program.count(old) != 1:
        raise RuntimeError(
            "The program of MiniStack's Lambda processes does not answer an exception as the "
            "pinned release does. Compare qops.local.ministack_server.lambda_errors with it."
        )
    return program.replace(old, new)


def as_error(result: dict[str, Any]) -> dict[str, Any]:
    """The result of an invocation, with exceptions told as Lambda tells them.

    Args:
        result: MiniStack's result; its ``body`` is what the process answered.
    """
    body = result.get("body")
    if isinstance(body, dict) and body.keys() == {_RAISED}:
        raised = body[_RAISED]
        return {
            "body": {"errorMessage": raised["error"], "errorType": raised["type"]},
            "error": True,
            "log": "\n".join(filter(None, [result.get("log", ""), raised["trace"]])),
        }
    if result.get("error") and isinstance(body, dict) and body.get("errorType") == _UNNAMED:
        name = class_name(str(result.get("log", "")))
        if name is not None:
            body["errorType"] = name
    return result


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
