"""Whose an object is: the key says it, and the tables are asked."""

import re
from dataclasses import dataclass, field

from qs_cloud.table import devices_table, runs_table
from qs_mcp import Caller, ToolFault

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_RUN = re.compile(rf"runs/(?P<run>{_PART})/{_PART}/{_PART}")
_DEVICE = re.compile(rf"devices/(?P<device>{_PART})(/{_PART})+")
_UPLOAD = re.compile(r"uploads/(?P<owner>[^/]+)(/[^/]+)+")


@dataclass(frozen=True, slots=True)
class Handles:
    """Checks of ownership within one call; a run is looked up once.

    Attributes:
        runs: Name of the runs table.
        devices: Name of the devices table.
    """

    runs: str
    devices: str
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
        elif found := _DEVICE.fullmatch(key):
            device = devices_table(self.devices).get(found["device"])
            if device is None or device.owner != who.user_id:
                raise _unknown()
        elif not ((found := _UPLOAD.fullmatch(key)) and found["owner"] == who.user_id):
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
        record = runs_table(self.runs).get(run_id)
        if record is None or record.run.owner != who.user_id:
            raise _unknown()
        self._checked.add((run_id, who.user_id))


def _unknown() -> ToolFault:
    return ToolFault(
        "Nothing was read.",
        "You have no object with this key: it does not exist, or it is not of your own devices.",
        "Pass a key as a run's effects (before_key, after_key) or an upload name it.",
    )
