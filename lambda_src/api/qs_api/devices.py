"""Devices: looking, revoking, and their signs of life."""

from qs_api.call import Call
from qs_api.lookup import find_device, find_own_device
from qs_api.paging import read_limit, read_token, write_token
from qs_api.problems import conflict, not_found
from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.change import Change
from qs_cloud.clock import stamp
from qs_cloud.device_queue import delete_queue
from qs_cloud.telemetry import logger
from qscreen.wire import Device, DeviceCredentials, DeviceList, DeviceStatus

CREDENTIALS_SECONDS = 3600
"""Longest life of credentials from a role that was assumed from another role (STS)."""

_PAGE_KEY = frozenset({"device_id", "owner", "enrolled_at"})


def list_devices(call: Call, services: Services) -> DeviceList:
    """List the caller's own devices, newest first.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        A page of devices.

    Raises:
        ProblemAnswer: 400 for a wrong limit or token.
    """
    limit, start = read_limit(call), read_token(call, _PAGE_KEY)
    devices, last = services.devices.page("by_owner", ("owner", call.user.sub), limit, start)
    return DeviceList(items=devices, next_token=write_token(last))


def get_device(call: Call, services: Services) -> Device:
    """Show a device.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The device.

    Raises:
        ProblemAnswer: 404 if there is none for the caller.
    """
    return find_device(services, call.path["device_id"], call.user)


def revoke_device(call: Call, services: Services) -> Device:
    """Revoke a device: first its status, so that nothing new is sent, then its queue.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The revoked device.

    Raises:
        ProblemAnswer: 404 if there is none for the caller.
        CloudCallError: If a service cannot be reached; repeating the request is safe.
    """
    device = find_device(services, call.path["device_id"], call.user)
    revoked = services.devices.change(
        device.device_id, Change(set={"status": DeviceStatus.REVOKED.value})
    )
    delete_queue(device.queue_url)
    logger().info("Device revoked", extra={"device_id": device.device_id})
    if revoked is None:
        raise not_found("device", device.device_id)
    return revoked


def create_device_credentials(call: Call, services: Services) -> DeviceCredentials:
    """Issue temporary credentials that reach the device's own queue only.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        Credentials for one hour; they are neither stored nor logged.

    Raises:
        ProblemAnswer: 404 if the device is not the caller's, 409 if it was revoked.
        CloudCallError: If STS refuses or cannot be reached.
    """
    device = find_own_device(services, call.path["device_id"], call.user)
    with calling("issue credentials for the device"):
        answer = clients.sts().assume_role(
            RoleArn=services.device_role_arn,
            RoleSessionName=device.device_id,
            DurationSeconds=CREDENTIALS_SECONDS,
            Tags=[{"Key": "device_id", "Value": device.device_id}],
        )
    found = answer["Credentials"]
    logger().info("Device credentials issued", extra={"device_id": device.device_id})
    return DeviceCredentials(
        access_key_id=found["AccessKeyId"],
        secret_access_key=found["SecretAccessKey"],
        session_token=found["SessionToken"],
        expires_at=found["Expiration"],
    )


def heartbeat_device(call: Call, services: Services) -> Device:
    """Note that a device is alive.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The device.

    Raises:
        ProblemAnswer: 404 if the device is not the caller's, 409 if it was revoked.
    """
    device = find_own_device(services, call.path["device_id"], call.user)
    alive = services.devices.change(
        device.device_id,
        Change(
            set={"last_seen_at": stamp(call.now)},
            equals={"status": DeviceStatus.ACTIVE.value},
        ),
    )
    if alive is None:
        raise conflict(
            f"The device {device.device_id} was revoked at this moment.",
            "Stop the agent, or enrol the device again.",
        )
    return alive
