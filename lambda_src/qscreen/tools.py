"""What the tools of all MCP servers have in common, the remote ones and those of a device.

What lives here: the categories of risk, and what a client can call a tool. What does not: how a
tool is made of a function (``qs_mcp.tools``, ``qagent.mcp.tools``), which differs.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

RISK_META = "qscreen/risk"
"""Key of the risk category in a tool's ``_meta``."""
MAX_NAME = 64
MAX_DESCRIPTION = 1_000

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_SHOWN_FAULTS = 5


class Risk(StrEnum):
    """Category of a tool; decides who may call it and whether a person is asked first."""

    READ = "read"
    """Reads; nothing changes anywhere."""
    WRITE = "write"
    """Makes or changes what can be made or changed again."""
    DESTRUCTIVE = "destructive"
    """Deletes, overwrites or ends something for good."""
    EXTERNAL = "external"
    """May reach people or systems outside: of the platform, or by a button or a key of a device."""


class ToolDefinitionError(Exception):
    """A tool is declared in a way that clients could not use or people could not judge."""


def naming_fault(name: str, title: str, description: str) -> str | None:
    """Find why clients could not show or call a tool.

    Args:
        name: Name that clients call it by.
        title: Name for people.
        description: What the model reads.

    Returns:
        The fault, a sentence; None without one.
    """
    if not _NAME.match(name) or len(name) > MAX_NAME or "___" in name:
        return f"its name must match {_NAME.pattern}, at most {MAX_NAME} long, without '___'."
    if not 0 < len(description) <= MAX_DESCRIPTION:
        return f"its description must have 1 to {MAX_DESCRIPTION} characters."
    if not title.strip():
        return "its title is empty."
    return None


def shown_faults(faults: Iterable[Mapping[str, Any]]) -> str:
    """Say which arguments of a call do not fit; values are not repeated.

    Args:
        faults: Faults as pydantic lists them, without input and context.

    Returns:
        The first of them, in one line.
    """
    shown = [
        f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}" for fault in faults
    ]
    return "; ".join(shown[:_SHOWN_FAULTS])
