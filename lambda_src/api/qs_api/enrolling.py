"""``enrolDevice``: an accepted request becomes exactly one device.

The device's id is made from its owner and the ``Idempotency-Key``, so the repeat of a request
whose answer was lost finds the device, or completes it. SQS refuses for a minute to make a queue
anew that was deleted (``QueueDeletedRecently``); an enrolment that failed has deleted its own. So
a key stands for a few ids, one after the other, and all of them are asked for first.
"""

import hashlib

from qs_api.call import Call
from qs_api.keys import read_key
from qs_api.problems import conflict
from qs_api.queues import create_queue
from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.calls import refused
from qs_cloud.device_queue import delete_queue, deleted_recently
from qs_cloud.device_record import device_values
from qs_cloud.errors import CloudCallError
from qs_cloud.telemetry import count, logger
from qscreen.wire import Device, DeviceStatus, EnrolRequest

IDS_OF_KEY = 3
"""How many devices a key can stand for, of which one is enrolled at most."""


def device_ids_of(owner: str, key: str) -> tuple[str, ...]:
    """Name the devices that a request can enrol.

    Args:
        owner: Cognito ``sub`` of the user who asks.
        key: The user's key of the request.

    Returns:
        The same ids for the same owner and key, in the order in which they are tried.
    """
    names = (f"{owner}\n{key}\n{turn}" for turn in range(IDS_OF_KEY))
    return tuple(f"dev-{hashlib.sha256(name.encode()).hexdigest()[:20]}" for name in names)


def enrol_device(call: Call, services: Services) -> Device:
    """Enrol a device: its queue first, then its item.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The device, new or the one that the same request enrolled before.

    Raises:
        ProblemAnswer: 400 without a usable key, 409 for a key that was used for another device,
            or whose device was revoked.
        CloudCallError: If a service cannot be reached; repeating the request is safe. Where it
            refused, nothing of the device remains.
    """
    request = call.body_as(EnrolRequest)
    ids = device_ids_of(call.user.sub, read_key(call))
    found = services.devices.get_many(ids)
    for device_id in ids:
        if device_id in found:
            return _same(found[device_id], request)
    device_id, queue_url = _with_queue(services, ids)
    device = Device(
        device_id=device_id,
        owner=call.user.sub,
        name=request.name,
        platform=request.platform,
        agent_version=request.agent_version,
        screenshots_allowed=request.screenshots_allowed,
        status=DeviceStatus.ACTIVE,
        queue_url=queue_url,
        region=clients.region(),
        enrolled_at=call.now,
    )
    if not _stored(services, device):
        # The same request at the same moment was faster.
        other = services.devices.get(device_id)
        if other is not None:
            return _same(other, request)
        raise CloudCallError("store the device", "deleted meanwhile", passing=True)
    logger().info("Device enrolled", extra={"device_id": device_id})
    count("DevicesEnrolled", dimensions={"platform": request.platform.value})
    return device


def _with_queue(services: Services, ids: tuple[str, ...]) -> tuple[str, str]:
    """Make the queue of the first id that can have one."""
    for device_id in ids[:-1]:
        try:
            return device_id, create_queue(services, device_id)
        except CloudCallError as error:
            if not deleted_recently(error):
                raise
    return ids[-1], create_queue(services, ids[-1])


def _stored(services: Services, device: Device) -> bool:
    try:
        return services.devices.create(device_values(device))
    except CloudCallError as error:
        # A refusal says that no item was written by this request, and none by another at the
        # same moment if there is none: then the queue is nobody's. After a time-out the item may
        # be there, and repeating the request completes the device.
        if refused(error.__cause__) and services.devices.get(device.device_id) is None:
            delete_queue(device.queue_url)
        raise


def _same(device: Device, request: EnrolRequest) -> Device:
    if device.status is DeviceStatus.REVOKED:
        raise conflict(
            f"The device {device.device_id} of this Idempotency-Key was revoked.",
            "Send a new Idempotency-Key to enrol a new device.",
        )
    asked = (
        *(request.name, request.platform),
        *(request.agent_version, request.screenshots_allowed),
    )
    if asked != (
        *(device.name, device.platform),
        *(device.agent_version, device.screenshots_allowed),
    ):
        raise conflict(
            f"This Idempotency-Key was used before, for the device {device.device_id}.",
            "Send a new Idempotency-Key with a new device; repeat the exact request to get its "
            "device.",
        )
    return device
