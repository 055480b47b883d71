"""Whose an object is: the key says it, and for runs and devices the tables are asked."""

import re
from dataclasses import dataclass, field

from qs_mcp.caller import Caller
from qs_mcp.faults import ToolFault

MADE = "documents"
"""Prefix of what the tools make for a caller."""

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_RUN = re.compile(rf"runs/(?P<run>{_PART})/{_PART}/{_PART}")
_DEVICE = re.compile(rf"devices/(?P<device>{_PART})(/{_PART})+")
_OWN = re.compile(r"(?P<kind>[a-z]+)/(?P<owner>[^/]+)(/[^/]+)+")


@dataclass(frozen=True, slots=True)
class Handles:
    """Checks of ownership within one call; a run is looked up once.

    Attributes:
        runs: Name of the runs table.
        devices: Name of the devices table; None where no tool takes a device's pictures.
        own: Prefixes below which a user's own id says whose an object is.
    """

    runs: str
    devices: str | None = None
    own: tuple[str, ...] = ("uploads",)
    _checked: set[tuple[str, str]] = field(default_factory=set)

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
            self.check_run(found["run"], who)
        elif self.devices is not None and (found := _DEVICE.fullmatch(key)):
            from qs_cloud.table import devices_table

            device = devices_table(self.devices).get(found["device"])
            if device is None or device.owner != who.user_id:
                raise _unknown()
        elif not (
            (found := _OWN.fullmatch(key))
            and found["kind"] in self.own
            and found["owner"] == who.user_id
        ):
            raise _unknown()

    def check_run(self, run_id: str, who: Caller) -> None:
        """Let nobody reach what belongs to somebody else's run.

        Args:
            run_id: Id of the run.
            who: Who calls.

        Raises:
            ToolFault: If it is not the caller's own; the same as if it did not exist.
        """
        if (run_id, who.user_id) in self._checked:
            return
        # The tables bring all wire types; many calls are about uploads and need none.
        from qs_cloud.table import runs_table

        # DynamoDB refuses an empty key as a mistake of ours.
        record = runs_table(self.runs).get(run_id) if run_id else None
        if record is None or record.run.owner != who.user_id:
            raise _unknown()
        self._checked.add((run_id, who.user_id))


def made_key(who: Caller, *parts: str) -> str:
    """Name an object that is made for a caller.

    Args:
        who: Who calls.
        *parts: The rest of the key.

    Returns:
        A key below the caller's own prefix.
    """
    return "/".join((MADE, who.user_id, *parts))


def _unknown() -> ToolFault:
    return ToolFault(
        "Nothing was read.",
        "You have no object with this key: it does not exist, or it is not your own.",
        "Pass the key of an upload, of a picture of a run (before_key, after_key), or of a file "
        "that a tool made.",
    )
