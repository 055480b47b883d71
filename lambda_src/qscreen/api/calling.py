"""How the generated client makes one call: body and query out, model or error in."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from qscreen.api.transport import ApiContractError, ApiProblem, Response, Transport
from qscreen.wire import Problem, WireModel

_Model = TypeVar("_Model", bound=WireModel)

_SHOWN_BODY = 200  # characters of a body that is no problem document shown in the error


def segment(value: str) -> str:
    """Quote a value as one segment of a path.

    Args:
        value: An id.

    Returns:
        The quoted segment.

    Raises:
        ValueError: The value is empty or a dot segment, which would name another path.
    """
    if value in {"", ".", ".."}:
        raise ValueError(f"{value!r} is not an id")
    return quote(value, safe="")


def call(
    transport: Transport,
    model: type[_Model],
    method: str,
    path: str,
    *,
    request: WireModel | None = None,
    query: Mapping[str, str | int | None] | None = None,
    headers: Mapping[str, str] | None = None,
) -> _Model:
    """Make one call.

    Args:
        transport: What sends the request.
        model: Model of the successful answer.
        method: HTTP method.
        path: Quoted path below the API's address.
        request: The body.
        query: Query parameters; those that are None are left out.
        headers: More header fields.

    Returns:
        The answer.

    Raises:
        ApiProblem: The API answered with a problem.
        ApiUnreachable: No answer came.
        ApiContractError: The answer is not what the API promises.
    """
    fields = {"Accept": "application/json, application/problem+json", **(headers or {})}
    body = None
    if request is not None:
        fields["Content-Type"] = "application/json"
        # API Gateway ignores `nullable`: a field that is null must be left out.
        body = request.model_dump_json(exclude_none=True).encode()
    sent = {name: str(value) for name, value in (query or {}).items() if value is not None}
    response = transport.send(method, path, sent, fields, body)
    if not 200 <= response.status < 300:
        raise ApiProblem(_problem(response), response.status)
    try:
        return model.model_validate_json(response.body)
    except ValidationError as error:
        raise ApiContractError(
            f"{method} {path} answered {response.status}, but not with a {model.__name__}: "
            f"{_first_fault(error)}. The API and this client may be of different versions: "
            "update the older one."
        ) from error


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    place = "/".join(str(part) for part in fault["loc"])
    return f"{place or 'body'}: {fault['msg']}"


def _problem(response: Response) -> Problem:
    """Read a problem, or describe an answer that is none (a proxy's page, a gateway's own)."""
    try:
        return Problem.model_validate_json(response.body)
    except ValidationError:
        pass
    text = response.body.decode(errors="replace").strip()
    try:
        title = HTTPStatus(response.status).phrase
    except ValueError:
        title = "Unexpected answer"
    return Problem(
        title=title,
        status=min(max(response.status, 400), 599),
        detail=text[:_SHOWN_BODY] or f"The answer had status {response.status} and no body.",
        next_step="The answer is not of this API: check the API's address.",
        request_id=response.header("x-amzn-requestid"),
    )
