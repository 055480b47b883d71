"""``If-Match`` and ``If-None-Match`` (RFC 9110, 13.1)."""

import hashlib
import re
from http import HTTPStatus

from qs_api.call import Call
from qs_api.problems import ProblemAnswer, bad_parameter
from qscreen.wire import ProblemError

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_LIST = re.compile(rf"\s*{_TAG.pattern}(?:\s*,\s*{_TAG.pattern})*\s*")


def digest_of(body: str) -> str:
    """A strong entity tag of a body that has no tag of its own.

    Args:
        body: The body as it is sent.

    Returns:
        The tag, quotes included: 96 bits of SHA-256, hexadecimal.
    """
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'


def matches(header: str | None, etag: str) -> bool:
    """Decide whether the caller of a GET knows a state already; compares weakly.

    Args:
        header: ``If-None-Match``; None without it. One that is no list of tags matches nothing.
        etag: The present entity tag.

    Returns:
        Whether it is among those that the caller knows.
    """
    if header is None or not _LIST.fullmatch(header):
        return header is not None and header.strip() == "*"
    return etag in {tag.removeprefix("W/") for tag in _TAG.findall(header)}


def demanded(call: Call, *, required: bool) -> str | None:
    """Read which state the caller wants to change.

    Args:
        call: The request.
        required: Whether it must say.

    Returns:
        The entity tag; None for any state.

    Raises:
        ProblemAnswer: 428 if it does not say and must, 400 if the header is no single tag.
    """
    header = call.headers.get("if-match")
    if header is None:
        if required:
            raise ProblemAnswer(
                HTTPStatus.PRECONDITION_REQUIRED,
                "The request does not say which state it changes.",
                "Read what you want to change, and send its etag as If-Match.",
                (ProblemError(path="If-Match", detail="The header is missing."),),
            )
        return None
    if header.strip() == "*":
        return None
    if not _TAG.fullmatch(header.strip()):
        raise bad_parameter(
            "If-Match",
            "It must be one entity tag in quotes, or `*`.",
            "Send the etag as the API gave it, quotes included.",
        )
    return header.strip()
