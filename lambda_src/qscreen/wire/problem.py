"""Errors of the API: RFC 9457 problem details."""

from pydantic import Field

from qscreen.wire.base import WireModel


class ProblemError(WireModel):
    """One fault in a request."""

    path: str = Field(description="JSON Pointer (RFC 6901) into the body, or a parameter's name.")
    detail: str


class Problem(WireModel):
    """`application/problem+json`: what happened, why, what to do next."""

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    next_step: str | None = Field(default=None, description="What the caller can do about it.")
    errors: tuple[ProblemError, ...] = ()
    request_id: str | None = None
