"""``limit`` and ``next_token``: a page's end as an opaque token."""

import base64
import binascii
import json
from collections.abc import Mapping

from qs_api.call import Call
from qs_api.problems import bad_parameter

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
_MAX_DIGITS = 4


def read_limit(call: Call) -> int:
    """Read the size of a page.

    Args:
        call: The request.

    Returns:
        Number of items, 1 to 100; 20 if none is given.

    Raises:
        ProblemAnswer: 400 if it is no such number.
    """
    text = call.query.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not (_is_number(text) and 1 <= int(text) <= MAX_LIMIT):
        raise bad_parameter(
            "limit",
            f"It must be a whole number from 1 to {MAX_LIMIT}.",
            f"Send a limit from 1 to {MAX_LIMIT}, or none.",
        )
    return int(text)


def write_token(key: Mapping[str, str] | None) -> str | None:
    """Write the key at which a page ended as a token.

    Args:
        key: The key; None at the end of the list.

    Returns:
        The token, or None.
    """
    if key is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(dict(key), sort_keys=True).encode()).decode()


def read_token(call: Call, names: frozenset[str]) -> dict[str, str] | None:
    """Read the token of an earlier page.

    Args:
        call: The request.
        names: Attributes that the key consists of, ``owner`` among them.

    Returns:
        The key after which the page begins; None for the first page.

    Raises:
        ProblemAnswer: 400 if it is not a token that this caller got from this list.
    """
    token = call.query.get("next_token")
    if token is None:
        return None
    try:
        key = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if (
        not isinstance(key, dict)
        or set(key) != names
        or not all(isinstance(value, str) and value for value in key.values())
        or key["owner"] != call.user.sub
    ):
        raise bad_parameter(
            "next_token",
            "It is not a token that an earlier page of this list gave you.",
            "Send next_token as the last page gave it, or none to begin anew.",
        )
    return key


def write_name(owner: str, name: str | None) -> str | None:
    """Write the id at which a page of a user's documents ended as a token.

    Args:
        owner: ``sub`` of the user.
        name: The id; None at the end of the list.

    Returns:
        The token, or None.
    """
    return None if name is None else write_token({"owner": owner, "name": name})


def read_name(call: Call) -> str | None:
    """Read the token of an earlier page of documents.

    Args:
        call: The request.

    Returns:
        The id after which the page begins; None for the first page.

    Raises:
        ProblemAnswer: 400 if it is not a token that this caller got from such a list.
    """
    key = read_token(call, frozenset({"owner", "name"}))
    return None if key is None else key["name"]


def write_place(owner: str, place: int | None) -> str | None:
    """Write the place at which a page of a job's items ended as a token.

    Args:
        owner: ``sub`` of the caller.
        place: The place of the next item; None at the end.

    Returns:
        The token, or None.
    """
    return None if place is None else write_token({"owner": owner, "place": str(place)})


def read_place(call: Call) -> int:
    """Read the token of an earlier page of items.

    Args:
        call: The request.

    Returns:
        Place of the first item of the page.

    Raises:
        ProblemAnswer: 400 if it is not a token that this caller got from such a list.
    """
    key = read_token(call, frozenset({"owner", "place"}))
    if key is None:
        return 0
    text = key["place"]
    if not _is_number(text):
        raise bad_parameter(
            "next_token",
            "It is not a token that an earlier page of this list gave you.",
            "Send next_token as the last page gave it, or none to begin anew.",
        )
    return int(text)


def _is_number(text: str) -> bool:
    # Python turns no more than some thousand digits into a number, and raises beyond.
    return len(text) <= _MAX_DIGITS and text.isascii() and text.isdecimal()
