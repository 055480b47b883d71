"""Turns everything that can go wrong into one kind of error, and shows it in one way."""

import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING

from qops.errors import QopsError, RefusedError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError
    from rich.console import Console

    from qops.settings import Settings


_BAD_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""What AWS's services answer to credentials that are wrong or no longer valid."""

_DETAIL_LINES, _LONGEST_LINE = 30, 400
"""So many lines of an error's details are shown, each of so many characters at most: Terraform has
some for each of hundreds of resources. ``--json`` has them all."""


class InternalError(QopsError):
    """A bug: nobody foresaw this."""

    code = "internal"


class CloudError(QopsError):
    """The cloud refused or did not answer."""

    code = "cloud"


class FileError(QopsError):
    """A file or folder cannot be read or written."""

    code = "file"


class ApiProblemError(QopsError):
    """The platform's API answered with a problem."""

    code = "api"


class NotSignedInError(QopsError):
    """There is no sign-in, or it has expired."""

    code = "not_signed_in"


class ForbiddenError(RefusedError):
    """Whoever is signed in may not do it."""

    code = "forbidden"


class ThrottledError(QopsError):
    """Too many requests in too short a time."""

    code = "throttled"


_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
)
_THROTTLED = frozenset(
    {
        "RequestLimitExceeded", "RequestThrottled", "SlowDown", "Throttling",
        "ThrottlingException", "TooManyRequestsException",
    }
)  # fmt: skip
_KIND_OF_STATUS: "dict[int, type[QopsError]]" = {
    401: NotSignedInError,
    403: ForbiddenError,
    429: ThrottledError,
}
# Whoever works with qops sends no headers: its own words instead of the API's.
_NEXT_OF_STATUS = {
    401: "Sign in again and set QOPS_ACCESS_TOKEN; on the local cloud: qops up",
    403: "Ask an administrator for a group that may: qops users groups",
    429: "Wait some seconds, then start it again.",
}


_LOOK = "Start it again; if it stays so, look: qops health"


def as_qops_error(error: Exception, *, settings: "Settings | None" = None) -> QopsError:
    """The error as qops shows it.

    Args:
        error: Any exception.
        settings: Of the command that met it, where they could be read: which cloud did not answer,
            and in whose folder the traceback of an unforeseen error is kept.

    Returns:
        The error itself if it is one of ours, otherwise a translation.
    """
    if isinstance(error, QopsError):
        return error
    known = _from_boto(error, settings)
    for translate in (_from_packages, _from_api, _from_files):
        known = known or translate(error)
    if known is not None:
        return known
    kept = ""
    if settings is not None:
        file = settings.home / "logs" / "qops-error.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        kept = f" The traceback is in {file}."
    return InternalError(
        f"qops met an error that it does not know: {type(error).__name__}.",
        why=str(error),
        next_step=f"Please report it.{kept}",
    )


def show_error(error: QopsError, console: "Console") -> None:
    """Print what happened, why, and what to do next."""
    from qops.terminal import write_line

    console.print(f"✗ {error.what}", style="bold red", markup=False)
    for number, line in enumerate(_lines([error.why])):
        write_line(console, "        " if number else "  why:  ", line)
    details = _lines(error.details)
    for line in details[:_DETAIL_LINES]:
        shown = line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"
        write_line(console, "        ", shown, style="dim")
    if len(details) > _DETAIL_LINES:
        left = f"and {len(details) - _DETAIL_LINES} more lines: --json has them all"
        write_line(console, "        ", left, style="dim")
    if error.next_step:
        write_line(console, "  next: ", error.next_step)


def _lines(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in text.splitlines() if line.strip()]


def _from_packages(error: Exception) -> QopsError | None:
    """Errors of qops' own packages that speak for themselves.

    Their messages say what happened and what to do; only the exit code is added.
    """
    module = type(error).__module__
    if module.startswith("qops."):
        lines = str(error).splitlines() or [type(error).__name__]
        return QopsError(lines[0], details=lines[1:])
    return None


def _from_boto(error: Exception, settings: "Settings | None") -> QopsError | None:
    if not type(error).__module__.startswith(("botocore", "boto3")):
        return None
    from botocore.exceptions import (
        ClientError,
        ConnectionError,
        HTTPClientError,
        NoCredentialsError,
        PartialCredentialsError,
    )

    if isinstance(error, ClientError):
        detail = error.response.get("Error", {})
        if detail.get("Code") in _BAD_CREDENTIALS:
            return CloudError(
                f"The cloud does not accept the credentials: {detail['Code']}.",
                why=str(detail.get("Message", error)),
                next_step="Sign in anew (aws sso login), or look which identity is set: "
                "AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN. Nothing was changed.",
            )
        known = _from_code(error)
        if known is not None:
            return known
        return CloudError(
            f"{error.operation_name} was refused: {detail.get('Code', 'unknown')}.",
            why=str(detail.get("Message", error)),
            next_step="Run qops status: it shows what runs and whether the platform is applied.",
        )
    if isinstance(error, ConnectionError | HTTPClientError):
        if settings is not None and settings.local:
            return _from_silence(error, settings)
        return CloudError(
            "The cloud does not answer.",
            why=str(error),
            next_step="Check the network, the proxy and the region"
            + (" (the local cloud: qops status)." if settings is None else "."),
        )
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return CloudError(
            "There are no AWS credentials.",
            why=f"{error}.",
            next_step="Sign in to AWS (aws sso login) or set AWS_PROFILE; "
            "the local cloud (--env local) needs none.",
        )
    return CloudError(
        "A call to the cloud failed.",
        why=str(error),
        next_step="Run qops doctor and qops status: they show what is missing or down.",
    )


def _from_silence(error: "BotoCoreError", settings: "Settings") -> QopsError:
    """Why the local cloud did not answer, by what is known of its processes."""
    from botocore.exceptions import EndpointConnectionError

    from qops.processes import group_status

    state = group_status(settings.home / "local")
    phase = state.phase if state is not None else "stopped"
    port = state.details.get("port") if state is not None and phase == "ready" else None
    if port is not None and port != settings.port:
        return CloudError(
            f"No local cloud runs on port {settings.port}.",
            why=f"That of {settings.home} runs on port {port}.",
            next_step=f"Unset QOPS_PORT, or set it to {port}.",
        )
    if phase == "ready" or not isinstance(error, EndpointConnectionError):
        return CloudError(
            "The local cloud does not answer.",
            why=str(error),
            next_step="Look: qops status. If it stays so: qops down, then qops up.",
        )
    if phase in {"starting", "stopping"}:
        return CloudError(
            f"The local cloud is {phase}.",
            why=f"Nothing listens on {settings.endpoint_url} yet, or any more.",
            next_step="Wait until qops status says that it runs, or start it with qops up.",
        )
    return CloudError(
        "The local cloud does not run.",
        why=(state.reason if state is not None else None)
        or f"Nothing listens on {settings.endpoint_url}.",
        next_step="Start it with qops up.",
    )


def _from_code(error: "ClientError") -> QopsError | None:
    """Refusals that every service of AWS makes, by their code."""
    told = error.response.get("Error", {})
    code = told.get("Code", "")
    why = told.get("Message") or code
    if code in _DENIED:
        return ForbiddenError(
            f"{error.operation_name} was refused: your AWS role may not do it.",
            why=why,
            next_step="Take a role that may: docs/qops names what each command needs.",
        )
    if code in _THROTTLED:
        return ThrottledError(
            f"{error.operation_name} was refused: too many requests.",
            why=why,
            next_step="Wait some seconds, then start it again.",
        )
    return None


def _from_files(error: Exception) -> QopsError | None:
    if not isinstance(error, OSError) or error.filename is None:
        return None
    return FileError(
        f"A file could not be used: {error.filename}.",
        why=f"{error.strerror}.",
        next_step="Check the path, its permissions and the free space, then try again.",
    )


def _from_api(error: Exception) -> QopsError | None:
    problem = getattr(error, "problem", None)
    if problem is not None and hasattr(problem, "title"):
        faults = [f"{fault.path}: {fault.detail}" for fault in getattr(problem, "errors", ())]
        kind = _KIND_OF_STATUS.get(problem.status, ApiProblemError)
        look = _LOOK if problem.status >= 500 else ""
        return kind(
            f"{problem.title} ({problem.status}).",
            why=problem.detail,
            next_step=_NEXT_OF_STATUS.get(problem.status) or problem.next_step or look,
            details=faults,
        )
    module = type(error).__module__
    if module.split(".")[0] in {"httpx", "httpcore"} or type(error).__name__ == "ApiUnreachable":
        return CloudError(
            "The platform's API does not answer.",
            why=f"{type(error).__name__}: {error}",
            next_step="Run qops status; start what is down with qops up.",
        )
    if module == "qscreen.api.transport":
        return ApiProblemError(
            "The platform's API answered something that its contract does not allow.",
            why=str(error),
            next_step="The platform may be of another version: qops up brings it to this one.",
        )
    return None
