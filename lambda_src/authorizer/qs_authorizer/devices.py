"""Whether a device may still act for its user: looked up, and kept for a few seconds.

boto3 comes with the first look-up, so that requests of people do not pay for it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from qs_cloud import clients
from qs_cloud.calls import calling
from qscreen.wire import DeviceStatus

MAX_AGE_SECONDS = 5
"""How long a revocation may go unnoticed by a process that has just looked."""
MAX_KEPT = 1024
"""So many devices are kept at most; callers choose the ids that are asked for."""
MAX_ID = 64
"""Characters of an id; DynamoDB refuses a key of some thousand as a mistake of ours."""


class Refusal(StrEnum):
    """Why a device may not act; for the log, the caller is not told which."""

    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the devices table says of one device.

    Attributes:
        owner: ``sub`` of its owner.
        status: Its status.
    """

    owner: str
    status: str


def look_up(table: str, device_id: str) -> Standing | None:
    """Read a device's standing, consistently.

    Args:
        table: Name of the devices table.
        device_id: Id of the device.

    Returns:
        Its standing, or None if there is no such device.

    Raises:
        CloudCallError: If the call fails.
    """
    with calling("read the device"):
        answer = clients.dynamodb().get_item(
            TableName=table,
            Key={"device_id": {"S": device_id}},
            ConsistentRead=True,
            ProjectionExpression="#owner, #status",
            ExpressionAttributeNames={"#owner": "owner", "#status": "status"},
        )
    item = answer.get("Item")
    return Standing(item["owner"]["S"], item["status"]["S"]) if item else None


@dataclass(slots=True)
class Devices:
    """The devices of all users.

    Attributes:
        table: Name of the devices table.
        load: How to read a device's standing.
        clock: Monotonic clock, seconds.
    """

    table: str
    load: Callable[[str, str], Standing | None] = look_up
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, Standing | None]] = field(default_factory=dict)

    def refusal(self, device_id: str, sub: str) -> Refusal | None:
        """Say why a device may not act for a user.

        Args:
            device_id: Id of the device.
            sub: Who calls.

        Returns:
            The reason, or None if it may.

        Raises:
            CloudCallError: If the device cannot be looked up.
        """
        standing = self._standing(device_id) if len(device_id) <= MAX_ID else None
        if standing is None:
            return Refusal.UNKNOWN
        if standing.owner != sub:
            return Refusal.FOREIGN
        return None if standing.status == DeviceStatus.ACTIVE else Refusal.REVOKED

    def _standing(self, device_id: str) -> Standing | None:
        now = self.clock()
        kept = self._kept.pop(device_id, None)
        if kept is None or now - kept[0] > MAX_AGE_SECONDS:
            kept = (now, self.load(self.table, device_id))
        while len(self._kept) >= MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[device_id] = kept
        return kept[1]
