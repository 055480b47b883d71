"""Answers that broke off, or are none of the service's: botocore would read them as empty ones.

botocore does not compare an answer with its length (``enforce_content_length=False`` in its
``httpsession``), and takes a body that is no JSON for a document without members (``parsers``). An
item that was cut off on the way would then be an item that does not exist.
"""

from typing import Any

_JSON_PROTOCOLS = frozenset({"json", "rest-json"})
_ERRORS = 300


def demand_whole(response_dict: dict[str, Any], operation_model: Any, **_: Any) -> None:
    """Refuse an answer that is not whole; a handler of botocore's event ``before-parse``.

    Args:
        response_dict: Status, headers and body of the answer.
        operation_model: Model of the operation.
        **_: What else the event carries.

    Raises:
        ResponseStreamingError: If it is not; one of botocore's own, so callers know it.
    """
    from botocore.exceptions import ResponseStreamingError

    body = response_dict["body"]
    if response_dict["status_code"] >= _ERRORS or not isinstance(body, bytes):
        # Errors have their status; what is streamed is compared as it is read.
        return
    length = response_dict["headers"].get("content-length")
    asked_for_body = operation_model.http.get("method") != "HEAD"
    if length is not None and asked_for_body and len(body) != int(length):
        raise ResponseStreamingError(error=f"{len(body)} of {length} bytes came")
    protocol = operation_model.service_model.resolved_protocol
    if protocol in _JSON_PROTOCOLS and body and not body.lstrip().startswith(b"{"):
        raise ResponseStreamingError(error="the answer is no JSON document")
