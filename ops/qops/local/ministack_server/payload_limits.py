"""Lambda and API Gateway: how large a request may be, which MiniStack does not ask.

A REST API refuses a body of more than 10 MB, and an event that is larger than what Lambda takes,
both with the gateway response ``REQUEST_TOO_LARGE``; Lambda's own answer to Invoke is
``RequestEntityTooLargeException``. Sources: the quotas of API Gateway (payload size of a REST API,
10 MB) and of Lambda (invocation payload, 6 MB each for request and response).
"""

from __future__ import annotations

import functools
import json
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import apigateway_v1, lambda_svc

MOST_OF_GATEWAY = 10 * 1024 * 1024
MOST_OF_LAMBDA = 6 * 1024 * 1024 + 100
"""Bytes; Lambda's own messages name 6291556."""
_TOO_LARGE = "REQUEST_TOO_LARGE"


class TooLargeError(Exception):
    """The event of a request is larger than Lambda takes."""


def install() -> None:
    """Wraps the data plane of REST APIs, its call of functions, and Lambda's Invoke."""
    execute = apigateway_v1._execute_in_scope
    call = apigateway_v1._call_lambda_raw
    invoke = lambda_svc._invoke

    @functools.wraps(execute)
    async def executed(request: dict[str, Any], api_id: str, stage_name: str, *rest: Any) -> Any:
        _method, _path, _headers, body, *_ = rest
        stage = apigateway_v1._stages_v1.get(api_id, {}).get(stage_name)
        if stage is not None and len(body or b"") > MOST_OF_GATEWAY:
            request["stage"] = stage
            return apigateway_v1._gw_error(_TOO_LARGE, "Request Too Long")
        try:
            return await execute(request, api_id, stage_name, *rest)
        except TooLargeError:
            return apigateway_v1._gw_error(_TOO_LARGE, "Request Too Long")

    @functools.wraps(call)
    async def called(function_ref: Any, event: Any, **scope: Any) -> Any:
        if size_of(event) > MOST_OF_LAMBDA:
            raise TooLargeError
        return await call(function_ref, event, **scope)

    @functools.wraps(invoke)
    async def invoked(name: str, event: Any, *rest: Any, **more: Any) -> Any:
        if size_of(event) > MOST_OF_LAMBDA:
            message = f"Request must be smaller than {MOST_OF_LAMBDA} bytes for the InvokeFunction"
            return error_response_json(
                "RequestEntityTooLargeException", f"{message} operation", 413
            )
        return await invoke(name, event, *rest, **more)

    apigateway_v1._execute_in_scope = executed
    apigateway_v1._call_lambda_raw = called
    lambda_svc._invoke = invoked


def size_of(event: Any) -> int:
    """How large an event is as JSON.

    Args:
        event: The event.

    Returns:
        Bytes of it in UTF-8.
    """
    return len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())
