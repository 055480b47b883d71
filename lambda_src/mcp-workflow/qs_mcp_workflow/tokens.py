"""The place at which a page of runs ended, as a text for the model to hand back."""

import base64
import binascii
import json
from collections.abc import Mapping

from qs_mcp import ToolFault

_NAMES = frozenset({"run_id", "created_at"})


def write_token(key: Mapping[str, str] | None) -> str | None:
    """Write the place as a token.

    Args:
        key: Key at which the page ended; None at the end of the list.

    Returns:
        The token, or None.
    """
    if key is None:
        return None
    place = {name: key[name] for name in sorted(_NAMES)}
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def read_token(token: str | None, owner: str) -> dict[str, str] | None:
    """Read the token of the page before.

    Args:
        token: The token; None for the first page.
        owner: Cognito ``sub`` of the user who asks: a token leads into no other user's list.

    Returns:
        Key after which the page begins.

    Raises:
        ToolFault: If it is no such token.
    """
    if token is None:
        return None
    try:
        place = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        place = None
    if (
        not isinstance(place, dict)
        or set(place) != _NAMES
        or not all(isinstance(value, str) and value for value in place.values())
    ):
        raise ToolFault(
            "No runs were listed.",
            "next_token is not one that the page before gave.",
            "Give it back as it was, or null to begin anew.",
        )
    return {**place, "owner": owner}
