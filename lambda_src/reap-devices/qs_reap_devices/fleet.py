"""The fleet of devices: how many are there, and what revoked ones left behind."""

from datetime import datetime, timedelta

from qs_cloud.change import Change
from qs_cloud.clock import stamp
from qs_cloud.device_queue import delete_queue
from qs_cloud.device_record import QUEUE_DELETED_AT
from qs_cloud.table import Table
from qs_cloud.telemetry import count, logger
from qs_reap_devices.items import readable
from qs_reap_devices.time_left import TimeLeft
from qscreen.wire import Device, DeviceStatus


def measure_fleet(devices: Table[Device], now: datetime, silent_after: timedelta) -> None:
    """Report how many devices show signs of life, and how many do not.

    Args:
        devices: The devices table.
        now: Present time.
        silent_after: A device that was not seen for so long is silent.

    Raises:
        CloudCallError: If the table cannot be read.
    """
    alive = silent = 0
    items = devices.scan({"status": DeviceStatus.ACTIVE.value})
    for device in readable(devices, items):
        seen = device.last_seen_at or device.enrolled_at
        if now - seen <= silent_after:
            alive += 1
        else:
            silent += 1
    count("DevicesActive", alive)
    count("DevicesSilent", silent)


def delete_left_queues(devices: Table[Device], now: datetime, left: TimeLeft) -> int:
    """Delete the queues of revoked devices that outlived their revoking, once each.

    Args:
        devices: The devices table.
        now: Present time.
        left: The time that there still is.

    Returns:
        How many there were.

    Raises:
        CloudCallError: If a service cannot be reached; the next pass goes on.
        OutOfTimeError: If time runs out; the next pass goes on.
    """
    deleted = 0
    items = devices.scan({"status": DeviceStatus.REVOKED.value}, missing=(QUEUE_DELETED_AT,))
    for device in readable(devices, items):
        left.demand()
        if delete_queue(device.queue_url):
            deleted += 1
            logger().info("Left queue deleted", extra={"device_id": device.device_id})
        devices.change(
            device.device_id,
            Change(
                set={QUEUE_DELETED_AT: stamp(now)}, equals={"status": DeviceStatus.REVOKED.value}
            ),
        )
    count("LeftQueuesDeleted", deleted)
    return deleted
