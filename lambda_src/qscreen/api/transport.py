"""The seam between the client and the network, and the errors that cross it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from qscreen.wire.problem import Problem


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer.

    Attributes:
        status: Status code.
        headers: Header fields; names in any case.
        body: The body as it came.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str | None:
        """Look up a header field by name, ignoring case.

        Args:
            name: The field's name.

        Returns:
            Its value, or None when it is absent.
        """
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)


class Transport(Protocol):
    """Sends one request and returns its answer, whatever its status."""

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        """Send a request.

        Args:
            method: HTTP method, upper case.
            path: Path below the API's address, already quoted, e.g. ``/v1/runs``.
            query: Query parameters, not quoted.
            headers: Header fields beside the access token.
            body: The body, or None.

        Returns:
            The answer.

        Raises:
            ApiUnreachable: No answer came.
        """
        ...


class ApiError(Exception):
    """Base of all errors of a call to the API."""


class ApiProblem(ApiError):  # noqa: N818 - the name that RFC 9457 uses
    """The API answered with a problem.

    Attributes:
        problem: The problem document.
        status: HTTP status of the answer.
    """

    def __init__(self, problem: Problem, status: int) -> None:
        text = f"{problem.title} ({status}): {problem.detail}"
        super().__init__(f"{text} {problem.next_step}" if problem.next_step else text)
        self.problem = problem
        self.status = status


class ApiUnreachable(ApiError):  # noqa: N818 - says what is so
    """No answer came: no connection, a broken connection, or no answer in time."""


class ApiContractError(ApiError):
    """The API answered success with a body that its contract does not allow."""
