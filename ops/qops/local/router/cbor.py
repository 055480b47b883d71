"""Requests in Smithy's RPC v2 (CBOR): newer SDKs speak it to services that others ask in JSON.

They are read as the JSON requests that the backends and our operations know, and the answers are
written back as CBOR. botocore does both; only its use from the other side is ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import DenormalizedStructureBuilder
from botocore.parsers import BaseCBORParser
from botocore.serialize import CBORSerializer

from qops.local.router import codec
from qops.local.router.codec import HttpAnswer, HttpRequest, Outgoing
from qops.local.router.registry import Fault

_PATH = re.compile(r"^/service/([^/]+)/operation/([^/]+)$")
_HEADERS = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
_EMPTY = b"\xa0"
_ERROR = DenormalizedStructureBuilder().with_members(
    {"__type": {"type": "string"}, "message": {"type": "string"}}
)
_OF_THE_BODY = {"accept", "content-length", "content-type", "smithy-protocol"}


def spoken(headers: Mapping[str, str]) -> bool:
    """Whether a request is in CBOR."""
    return headers.get("smithy-protocol") == "rpc-v2-cbor"


@dataclass(frozen=True)
class Translation:
    """A request in JSON, and the way back.

    Attributes:
        request: The request.
        outgoing: The call it stands for.
    """

    request: HttpRequest
    outgoing: Outgoing

    def answer(self, answer: HttpAnswer) -> HttpAnswer:
        """The answer in CBOR."""
        status = answer.status
        try:
            value: Any = self.outgoing.parse(answer)
        except Fault as fault:
            error = {"__type": fault.code, "message": fault.message}
            body = _encoded(error, _ERROR.build_model())
            return HttpAnswer(status, {**_HEADERS, "x-amzn-errortype": fault.code}, body)
        return HttpAnswer(status, dict(_HEADERS), _encoded(value, self.outgoing.model.output_shape))


def translate(models: tuple[str, ...], request: HttpRequest) -> Translation | None:
    """Reads a request in CBOR as one in JSON.

    Args:
        models: botocore names of the services that share the signing name.
        request: The request with its body.

    Returns:
        The translation, or ``None`` when no model knows the request.
    """
    found = _PATH.match(request.path)
    if found is None:
        return None
    prefix, operation = found.groups()
    for name in models:
        if codec.target_prefix(name) != prefix:
            continue
        params = _decoded(request.body) if request.body else {}
        outgoing = codec.outgoing(name, operation, params)
        document = outgoing.document
        headers = {k: v for k, v in request.headers.items() if k not in _OF_THE_BODY}
        headers |= {key.lower(): str(value) for key, value in document["headers"].items()}
        body = document["body"]
        data = body.encode() if isinstance(body, str) else bytes(body)
        return Translation(HttpRequest("POST", "/", "", headers, data), outgoing)
    return None


class _Parser(BaseCBORParser):
    """botocore's decoder alone."""

    def decode(self, data: bytes) -> Any:
        """The value of an encoded item."""
        return self.parse_data_item(self.get_peekable_stream_from_bytes(data))


def _decoded(data: bytes) -> dict[str, Any]:
    return dict(_Parser().decode(data))


def _encoded(value: Any, shape: Any) -> bytes:
    if shape is None:
        return _EMPTY
    # the stubs hide the method that encodes one value by its shape
    serializer: Any = CBORSerializer()
    data = bytearray()
    serializer._serialize_data_item(data, value, shape)
    return bytes(data)
