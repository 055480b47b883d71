"""What an audit event says of a request and of what came of it: ids and states, by a list."""

import hashlib
import re
from collections.abc import Mapping
from enum import Enum

from qscreen.audit import Scalar

FACTS = (
    "attempts",
    "client_id",
    "content_type",
    "device_id",
    "mode",
    "owner",
    "platform",
    "screenshots_allowed",
    "size_bytes",
    "state",
    "status",
    "template_id",
    "template_version",
    "total",
    "version",
)
"""Values that are ids, states or sizes wherever they occur; every other may be a text."""

_ID = re.compile(r"(dev|job|run|sch|ses|tpl|upl)(-[a-z0-9]{1,64}){1,4}")


def facts_of(result: Mapping[str, object]) -> dict[str, Scalar]:
    """Say what came of a request.

    Args:
        result: Its answer's values by name.

    Returns:
        Its ids and states.
    """
    found: dict[str, Scalar] = {}
    for name in FACTS:
        value = result.get(name)
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str | bool | int):
            found[name] = value
    return found


def subject_of(name: str, owner: str, values: Mapping[str, object]) -> str | None:
    """Say what an act is done to.

    Args:
        name: What it is called, e.g. ``Run Created``: its first word says of what kind it is.
        owner: Cognito ``sub`` of whoever acts.
        values: Arguments or attributes by name.

    Returns:
        The id; None if there is none, or if it is none that the platform made.
    """
    kind = name.split()[0].lower()
    if kind == "setting":
        setting = values.get("setting_name", values.get("name"))
        return None if setting is None else setting_id_of(owner, str(setting))
    found = values.get(f"{kind}_id")
    # Whatever a caller writes into a path is no id before it looks like one.
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def setting_id_of(owner: str, name: str) -> str:
    """Name a setting without showing its name, which its user has chosen.

    Args:
        owner: Cognito ``sub`` of the user; random, so that nobody can try names without it.
        name: Name of the setting.

    Returns:
        The same id for the same owner and name.
    """
    digest = hashlib.sha256(f"{owner}\n{name}".encode()).hexdigest()
    return f"set-{digest[:20]}"
