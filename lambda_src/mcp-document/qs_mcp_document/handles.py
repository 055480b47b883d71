"""Whose an object is: the key says it, and for pictures of runs the table is asked."""

import re
from dataclasses import dataclass

from qs_mcp import Caller, ToolFault

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_RUN = re.compile(rf"runs/(?P<run>{_PART})/{_PART}/{_PART}")
_OWN = re.compile(r"(uploads|documents)/(?P<owner>[^/]+)(/[^/]+)+")
_MADE = "documents"


@dataclass(frozen=True, slots=True)
class Handles:
    """Checks of ownership.

    Attributes:
        runs: Name of the runs table.
    """

    runs: str

    def check(self, key: str, who: Caller) -> None:
        """Let nobody reach what belongs to somebody else.

        Args:
            key: Key of the object.
            who: Who calls.

        Raises:
            ToolFault: If it is not the caller's own; the same as if it did not exist.
        """
        if ".." in key.split("/"):
            raise _unknown()
        if found := _RUN.fullmatch(key):
            # The tables bring all wire types; most calls are about uploads and need none.
            from qs_cloud.table import runs_table

            record = runs_table(self.runs).get(found["run"])
            if record is None or record.run.owner != who.user_id:
                raise _unknown()
        elif not ((found := _OWN.fullmatch(key)) and found["owner"] == who.user_id):
            raise _unknown()


def made_key(who: Caller, *parts: str) -> str:
    """Name an object that is made for a caller.

    Args:
        who: Who calls.
        *parts: The rest of the key.

    Returns:
        A key below the caller's own prefix.
    """
    return "/".join((_MADE, who.user_id, *parts))


def _unknown() -> ToolFault:
    return ToolFault(
        "Nothing was read.",
        "You have no object with this key: it does not exist, or it is not your own.",
        "Pass the key of an upload, of a picture of a run, or of a file that a tool made.",
    )
