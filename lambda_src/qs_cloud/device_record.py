"""A device as its item holds it."""

from collections.abc import Mapping
from typing import Any

from qs_cloud.clock import stamp
from qs_cloud.items import Value
from qscreen.wire import Device

QUEUE_DELETED_AT = "queue_deleted_at"
"""Attribute beside the device's own: when the queue of a revoked device was seen to be gone."""


def device_values(device: Device) -> dict[str, Value | None]:
    """Make the item of a device.

    Args:
        device: The device.

    Returns:
        Plain values by attribute name.
    """
    seen = device.last_seen_at
    return {
        "device_id": device.device_id,
        "owner": device.owner,
        "name": device.name,
        "platform": device.platform.value,
        "agent_version": device.agent_version,
        "screenshots_allowed": device.screenshots_allowed,
        "status": device.status.value,
        "queue_url": device.queue_url,
        "region": device.region,
        "enrolled_at": stamp(device.enrolled_at),
        "last_seen_at": stamp(seen) if seen else None,
    }


def device_record(values: Mapping[str, Any]) -> Device:
    """Read an item of the devices table.

    Args:
        values: Plain values by attribute name.

    Returns:
        The device.

    Raises:
        pydantic.ValidationError: If the item is not what the functions write.
    """
    return Device.model_validate({n: v for n, v in values.items() if n in Device.model_fields})
