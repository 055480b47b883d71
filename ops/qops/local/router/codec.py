"""Operations on the wire and as parsed values, by botocore's models.

Routing, parsing of requests and serialising of answers are moto's (they follow the service
models); parsing of answers and serialising of requests are botocore's.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from qops.local.router.registry import Answer, Fault

_JSON = "application/x-amz-json-1.1"
_PROTOCOLS = ("json", "rest-json", "rest-xml", "query", "ec2")


@dataclass(frozen=True)
class HttpRequest:
    """A request with its whole body."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def url(self) -> str:
        """The address as moto's routers want it."""
        query = f"?{self.query}" if self.query else ""
        return f"http://{self.headers.get('host', '127.0.0.1')}{self.path}{query}"


@dataclass(frozen=True)
class HttpAnswer:
    """An answer with its whole body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class StreamedAnswer(HttpAnswer):
    """An answer whose body comes in pieces.

    Attributes:
        pieces: The pieces; ``body`` is empty.
    """

    pieces: AsyncIterator[bytes]


@dataclass(frozen=True)
class Operation:
    """A request understood as an operation.

    Attributes:
        service: botocore name of the service.
        name: Name of the operation.
        model: Its model.
        protocol: Protocol the request speaks.
        request: The request as moto reads it.
        uri_params: Parameters in the path.
    """

    service: str
    name: str
    model: OperationModel
    protocol: str
    request: Request
    uri_params: dict[str, Any]

    def parse(self) -> dict[str, Any]:
        """The parameters of the operation."""
        parser = PROTOCOL_PARSERS[self.protocol](self.model, map_type=dict)
        return dict(
            parser.parse(
                {
                    "method": self.request.method,
                    "values": self.request.values,
                    "headers": self.request.headers,
                    "body": self.request.get_data(),
                    "url_path": self.request.path,
                    "url_params": self.uri_params,
                }
            )
            or {}
        )

    def serialise(self, answer: Answer | Fault) -> HttpAnswer:
        """The answer or the error in the protocol of the request."""
        value: object = answer
        if isinstance(answer, Fault):
            value = _ModelError(answer.code, answer.message)
        serializer = get_serializer_class(self.model.service_model.service_name, self.protocol)
        out = serializer(operation_model=self.model).serialize(value)
        body = out["body"]
        status = int(out["status_code"])
        if isinstance(answer, Fault) and answer.status != 400:
            status = answer.status
        return HttpAnswer(
            status,
            {key: str(text) for key, text in out["headers"].items()},
            body if isinstance(body, bytes) else body.encode(),
        )

    def parse_answer(self, answer: HttpAnswer) -> Answer:
        """The parsed values of an answer of a backend.

        Raises:
            Fault: The answer is an error.
        """
        return _parse_answer(self.model, self.protocol, answer)


class _ModelError(ServiceException):
    """An error of ours; moto looks at the module of the class to find the service."""


def identify(models: tuple[str, ...], request: HttpRequest) -> Operation | None:
    """Finds the operation of a request among the services that share a signing name.

    Args:
        models: botocore names of the candidates.
        request: The request; its body is needed for forms only.

    Returns:
        The operation, or ``None`` when no model knows the request.
    """
    parsed = Request.from_primitives(
        request.method, request.url, dict(request.headers), request.body
    )
    parsed.environ["RAW_URI"] = request.path
    for name in models:
        model = _model(name)
        if model is None:
            continue
        _settle_target(parsed, model)
        try:
            protocol = determine_request_protocol(model, parsed.content_type)
            found, uri_params = get_service_router(name).match(parsed)
        except (HTTPException, NotImplementedError, KeyError):
            continue
        return Operation(name, str(found.name), found, protocol, parsed, dict(uri_params))
    return None


def _settle_target(parsed: Request, model: Any) -> None:
    """Writes the target as the model does: SDKs differ in what they put before the last name."""
    prefix, _, name = parsed.headers.get("X-Amz-Target", "").rpartition(".")
    wanted = model.metadata.get("targetPrefix") or ""
    if prefix and prefix != wanted and prefix.rpartition(".")[2] == wanted.rpartition(".")[2]:
        parsed.environ["HTTP_X_AMZ_TARGET"] = f"{wanted}.{name}"


def not_implemented(request: HttpRequest, what: str) -> HttpAnswer:
    """The answer for an operation that nothing here implements: an error no client retries."""
    message = f"The local cloud does not implement {what}."
    if what.startswith("ec2 "):
        body = (
            "<Response><Errors><Error><Code>NotImplementedByEmulator</Code>"
            f"<Message>{message}</Message></Error></Errors><RequestID>local</RequestID></Response>"
        )
        headers = {"Content-Type": "text/xml"}
    elif request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = (
            "<ErrorResponse><Error><Type>Sender</Type><Code>NotImplementedByEmulator</Code>"
            f"<Message>{message}</Message></Error><RequestId>local</RequestId></ErrorResponse>"
        )
        headers = {"Content-Type": "text/xml"}
    else:
        body = f'{{"__type": "NotImplementedByEmulator", "message": "{message}"}}'
        headers = {"Content-Type": _JSON, "x-amzn-errortype": "NotImplementedByEmulator"}
    return HttpAnswer(400, headers, body.encode())


@dataclass(frozen=True)
class Outgoing:
    """A call of our own.

    Attributes:
        model: Model of the operation.
        protocol: Protocol it speaks.
        document: botocore's request dictionary (method, url_path, query_string, headers, body).
    """

    model: Any
    protocol: str
    document: dict[str, Any]

    @property
    def signing_name(self) -> str:
        """Name of the service in SigV4."""
        metadata = self.model.service_model.metadata
        return str(metadata.get("signingName") or metadata["endpointPrefix"])

    def parse(self, answer: HttpAnswer) -> Answer:
        """The parsed answer.

        Raises:
            Fault: The answer is an error.
        """
        return _parse_answer(self.model, self.protocol, answer)


def outgoing(service: str, operation: str, params: Mapping[str, Any]) -> Outgoing:
    """Serialises a call of our own.

    Raises:
        Fault: No such operation.
    """
    model = _model(service)
    if model is None or operation not in model.operation_names:
        raise Fault("UnknownOperation", f"{service} has no operation {operation}")
    operation_model = model.operation_model(operation)
    spoken = model.metadata.get("protocols") or [model.metadata["protocol"]]
    protocol = next(name for name in _PROTOCOLS if name in spoken)
    serializer = create_serializer(protocol, include_validation=False)
    document = serializer.serialize_to_request(dict(params), operation_model)
    return Outgoing(operation_model, protocol, document)


def target_prefix(service: str) -> str | None:
    """What stands before the operation in the targets of a service, if it has targets."""
    model = _model(service)
    return None if model is None else model.metadata.get("targetPrefix")


def _parse_answer(model: Any, protocol: str, answer: HttpAnswer) -> Answer:
    parsed = create_parser(protocol).parse(
        {
            "status_code": answer.status,
            # read in lower case by some parsers, and as the model spells them by others
            "headers": HeadersDict(answer.headers),
            "body": answer.body,
            "context": {"operation_name": model.name},
        },
        model.output_shape,
    )
    metadata = parsed.pop("ResponseMetadata", {})
    error = parsed.pop("Error", None)
    if error is not None and answer.status >= 300:
        raise Fault(
            error.get("Code") or "InternalError",
            error.get("Message") or answer.body.decode("utf-8", "replace"),
            metadata.get("HTTPStatusCode", answer.status),
        )
    return dict(parsed)


@functools.cache
def _model(name: str) -> Any:
    try:
        return get_service_model(name)
    except (UnknownServiceError, DataNotFoundError):
        return None
