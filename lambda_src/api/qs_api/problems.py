"""Problem answers: what happened, why, what to do next."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from qs_cloud.refusal import RefusedError, Why
from qscreen.wire import Problem, ProblemError

CONTENT_TYPE = "application/problem+json"


class ProblemAnswer(Exception):  # noqa: N818 - it is an answer, not a fault of ours
    """Ends an operation with a problem document.

    Attributes:
        problem: The document, without the request's id.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        next_step: str,
        errors: Sequence[ProblemError] = (),
        title: str | None = None,
    ) -> None:
        """Describe the problem.

        Args:
            status: HTTP status.
            detail: What happened and why.
            next_step: What the caller can do.
            errors: Single faults with their places.
            title: Short title; the status's phrase by default.
        """
        super().__init__(detail)
        self.problem = Problem(
            title=title or status.phrase,
            status=status.value,
            detail=detail,
            next_step=next_step,
            errors=tuple(errors),
        )


def not_found(what: str, identifier: str) -> ProblemAnswer:
    """Say that something does not exist, or is not the caller's: the two look the same.

    Args:
        what: What was asked for, e.g. ``device``.
        identifier: Its id as the caller gave it.

    Returns:
        The problem to raise.
    """
    return ProblemAnswer(
        HTTPStatus.NOT_FOUND,
        f"There is no {what} {identifier!r} that belongs to you.",
        f"List your {what}s (GET /v1/{what}s) and use one of their ids."
        if what in {"run", "device"}
        else f"Check the id of the {what}; it is known for a day after it expires.",
    )


def conflict(detail: str, next_step: str) -> ProblemAnswer:
    """Say that the present state does not allow what was asked.

    Args:
        detail: What happened and why.
        next_step: What the caller can do.

    Returns:
        The problem to raise.
    """
    return ProblemAnswer(HTTPStatus.CONFLICT, detail, next_step)


def revoked(device_id: str) -> ProblemAnswer:
    """Say that a device was revoked.

    Args:
        device_id: Id of the device.

    Returns:
        The problem to raise.
    """
    return conflict(
        f"The device {device_id} was revoked, so nothing can run on it.",
        "Enrol the device again (POST /v1/devices) and use its new id.",
    )


def bad_parameter(name: str, detail: str, next_step: str) -> ProblemAnswer:
    """Say that a header or query parameter is missing or wrong.

    Args:
        name: Name of the parameter.
        detail: What is wrong with it.
        next_step: What the caller can do.

    Returns:
        The problem to raise.
    """
    return ProblemAnswer(
        HTTPStatus.BAD_REQUEST,
        f"The parameter {name} is missing or wrong: {detail}",
        next_step,
        (ProblemError(path=name, detail=detail),),
    )


_STATUS = {
    Why.WRONG: HTTPStatus.BAD_REQUEST,
    Why.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Why.CONFLICT: HTTPStatus.CONFLICT,
    Why.STALE: HTTPStatus.PRECONDITION_FAILED,
}


def refusal(refused: RefusedError) -> ProblemAnswer:
    """Turn a refusal of a use case into an answer.

    Args:
        refused: The refusal.

    Returns:
        The problem to raise.
    """
    return ProblemAnswer(_STATUS[refused.why], refused.detail, refused.next_step, refused.faults)


def bad_body(error: ValidationError, body: Any) -> ProblemAnswer:
    """Say which places of a body break its schema; values are not repeated.

    Args:
        error: The faults that pydantic found.
        body: The parsed body.

    Returns:
        The problem to raise.
    """
    faults = [
        ProblemError(path=json_pointer(fault["loc"], body), detail=fault["msg"])
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    places = ", ".join(fault.path or "the whole body" for fault in faults[:5])
    return ProblemAnswer(
        HTTPStatus.BAD_REQUEST,
        f"The body does not fit its schema at {places}.",
        "Correct these places; the API's documentation has the schema.",
        faults,
    )


def json_pointer(location: Sequence[str | int], body: Any) -> str:
    """Write pydantic's location of a fault as a JSON Pointer (RFC 6901) into the body.

    pydantic names union tags inside a location; the pointer keeps only what stands in the
    body, and the last name, which may be a missing member.

    Args:
        location: Location as pydantic gives it.
        body: The parsed body.

    Returns:
        The pointer; empty for the whole body.
    """
    tokens: list[str] = []
    here = body
    for place, part in enumerate(location):
        found, inner = _member(here, part)
        if found:
            here = inner
        elif place < len(location) - 1:
            continue
        tokens.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{token}" for token in tokens)


def _member(value: Any, part: str | int) -> tuple[bool, Any]:
    if isinstance(value, dict) and part in value:
        return True, value[part]
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return True, value[part]
    return False, value
