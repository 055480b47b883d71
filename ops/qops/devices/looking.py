"""What the API, the queue and CloudWatch tell of devices."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from qops.names import or_nearest
from qops.platform.aws import Aws
from qops.queues.depths import Queue, look_at, oldest_seconds
from qops.settings import Settings
from qscreen.api.client import ApiClient
from qscreen.wire import Device, DeviceStatus

SILENT_AFTER = timedelta(minutes=3)
"""An agent tells that it is alive once a minute (docs/runbooks/devices.md); two may get lost."""

_AT_ONCE = 8
_PAGE = 100


class State(StrEnum):
    """Whether a device would carry out a run now."""

    ALIVE = "alive"
    SILENT = "silent"
    NEVER_HEARD = "never heard"
    REVOKED = "revoked"


def state_of(device: Device, now: datetime) -> State:
    """Whether a device would carry out a run now."""
    if device.status is DeviceStatus.REVOKED:
        return State.REVOKED
    if device.last_seen_at is None:
        return State.NEVER_HEARD
    return State.ALIVE if now - device.last_seen_at <= SILENT_AFTER else State.SILENT


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What waits for a device.

    Attributes:
        queue: Its queue; None when it is gone or could not be looked at.
        oldest_seconds: Age of the oldest command; None where it is not measured.
        problem: Why the queue could not be looked at; empty otherwise.
    """

    queue: Queue | None = None
    oldest_seconds: float | None = None
    problem: str = ""

    @property
    def gone(self) -> bool:
        """Whether there is no such queue."""
        return self.queue is None and not self.problem


def all_devices(api: ApiClient) -> tuple[Device, ...]:
    """The caller's devices, newest first."""
    found: list[Device] = []
    token: str | None = None
    while True:
        page = api.list_devices(limit=_PAGE, next_token=token)
        found += page.items
        token = page.next_token
        if token is None:
            return tuple(found)


def find_device(api: ApiClient, device_id: str) -> Device:
    """Show a device.

    Args:
        api: The API.
        device_id: Its id.

    Raises:
        NotFoundError: The caller has no such device; the nearest of his own are told.
        ApiError: The API refused, or does not answer.
    """
    return or_nearest(
        "device",
        device_id,
        lambda: api.get_device(device_id),
        lambda: (one.device_id for one in all_devices(api)),
        why="None of yours has this id; another's is shown to operators only.",
        next_step="Look: qops devices list --status all",
    )


def queue_facts(settings: Settings, aws: Aws, device: Device) -> QueueFacts:
    """Look at the queue of a device; whoever may not, or has no AWS credentials, is told so.

    Args:
        settings: Which environment.
        aws: Its clients.
        device: The device.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        queue = look_at(settings, aws, device.queue_url)
        age = oldest_seconds(aws, queue.name) if queue and queue.total else None
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        return QueueFacts(problem=f"{error.operation_name} was refused: {code}")
    except BotoCoreError as error:
        return QueueFacts(problem=str(error).strip().rstrip("."))
    return QueueFacts(queue, age)


def queues_of(settings: Settings, aws: Aws, devices: Iterable[Device]) -> dict[str, QueueFacts]:
    """Look at the queues of devices, several at a time.

    Returns:
        What was seen, by the devices' ids.
    """
    wanted = list(devices)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        facts = pool.map(lambda device: queue_facts(settings, aws, device), wanted)
        return {device.device_id: seen for device, seen in zip(wanted, facts, strict=True)}
