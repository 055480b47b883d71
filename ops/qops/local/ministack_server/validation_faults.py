"""API Gateway: ``$context.error.validationErrorString`` in gateway responses.

MiniStack refuses a body that is against the schema, but does not say why. The text here is like
AWS's, with the place of each fault (a JSON pointer) in front of it, which AWS leaves out.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import jsonschema
from ministack.services import apigateway_v1

_VARIABLE = b"$context.error.validationErrorString"
_BRACED = b"${context.error.validationErrorString}"
_BODY = "BAD_REQUEST_BODY"
_JSON_TYPE = "application/json"
_MOST_FAULTS = 10


def install() -> None:
    """Wraps validation and the rendering of gateway responses."""
    check = apigateway_v1._check_request_validation
    render = apigateway_v1._gateway_error_response

    @functools.wraps(check)
    def checked(
        method_obj: dict[str, Any],
        api_id: str,
        request: Any,
        headers: dict[str, str],
        body: Any,
        query_params: Any,
    ) -> Any:
        error = check(method_obj, api_id, request, headers, body, query_params)
        if getattr(error, "response_type", None) == _BODY:
            models = method_obj.get("requestModels") or {}
            content_type = (headers.get("content-type") or _JSON_TYPE).split(";", 1)[0].strip()
            name = models.get(content_type) or models.get(_JSON_TYPE)
            error.faults = faults(apigateway_v1._model_schema(api_id, name), body)
        return error

    @functools.wraps(render)
    def rendered(error: Any, request: Any) -> Any:
        status, headers, body = render(error, request)
        text = getattr(error, "faults", None) or error.message or ""
        # inside a JSON string of the template
        escaped = json.dumps(text, ensure_ascii=False)[1:-1].encode()
        for variable in (_VARIABLE, _BRACED):
            body = body.replace(variable, escaped)
        return status, headers, body

    apigateway_v1._check_request_validation = checked
    apigateway_v1._gateway_error_response = rendered


def faults(schema: Any, body: bytes | str) -> str:
    """Why a body is against a schema.

    Args:
        schema: Schema of draft 4.
        body: The body.

    Returns:
        ``[/place: reason, ...]``, the places as JSON pointers; at most ten.
    """
    try:
        document = json.loads(body)
    except ValueError:
        return "[body is not valid JSON]"
    found = jsonschema.Draft4Validator(schema).iter_errors(document)
    texts = []
    for fault in found:
        place = "".join(f"/{part}" for part in fault.absolute_path)
        texts.append(f"{place or '/'}: {_reason(fault)}")
    return "[" + ", ".join(sorted(texts)[:_MOST_FAULTS]) + "]"


def _reason(fault: jsonschema.ValidationError) -> str:
    if fault.validator == "required" and isinstance(fault.instance, dict):
        wanted: Any = fault.validator_value
        missing = [name for name in wanted if name not in fault.instance]
        return f"object has missing required properties ({json.dumps(missing)})"
    if fault.validator == "additionalProperties" and isinstance(fault.instance, dict):
        known = fault.schema.get("properties", {}) if isinstance(fault.schema, dict) else {}
        extra = sorted(name for name in fault.instance if name not in known)
        return (
            "object instance has properties which are not allowed by the schema: "
            f"{json.dumps(extra)}"
        )
    return str(fault.message)
