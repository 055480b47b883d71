"""Chooses the device of a run."""

from datetime import UTC, datetime

from qops.errors import PrerequisiteError
from qscreen.api.client import ApiClient
from qscreen.wire import Device, DeviceStatus

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def active_devices(api: ApiClient) -> tuple[Device, ...]:
    """The caller's active devices, the one seen last first."""
    found: list[Device] = []
    token: str | None = None
    while True:
        page = api.list_devices(limit=100, next_token=token)
        found.extend(device for device in page.items if device.status is DeviceStatus.ACTIVE)
        token = page.next_token
        if token is None:
            break
    return tuple(
        sorted(found, key=lambda d: d.last_seen_at or d.enrolled_at or _LONG_AGO, reverse=True)
    )


def unknown_device(api: ApiClient, wanted: str) -> PrerequisiteError:
    """The error for ``--device`` with an id that the API does not know.

    Args:
        api: The API.
        wanted: The id.
    """
    known = ", ".join(device.device_id for device in active_devices(api))
    return PrerequisiteError(
        f"There is no device {wanted!r} that belongs to you.",
        why=f"Your active devices: {known or 'none'}.",
        next_step="Leave --device out to take the one seen last, or give one of these."
        if known
        else "Run qops demo: it enrols one. Or enrol this computer: qagent enrol.",
    )


def choose_device(api: ApiClient, wanted: str | None) -> str:
    """The device a run goes to.

    Args:
        api: The API.
        wanted: ``--device``; taken as it is, the API judges it.

    Returns:
        The device's id: the wanted one, or the caller's active device that was seen last.

    Raises:
        PrerequisiteError: The caller has no active device.
    """
    if wanted:
        return wanted
    devices = active_devices(api)
    if not devices:
        raise PrerequisiteError(
            "You have no enrolled device.",
            why="A run needs a device whose agent carries it out.",
            next_step="Run qops demo: it enrols one. Or enrol this computer: qagent enrol.",
        )
    return devices[0].device_id
