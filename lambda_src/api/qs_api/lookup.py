"""Finding runs, devices and commands for a caller; what is not theirs is not there."""

from qs_api.call import Identity
from qs_api.problems import not_found, revoked
from qs_api.services import Services
from qs_cloud.command_record import CommandRecord
from qs_cloud.run_record import RunRecord
from qscreen.wire import Device, DeviceStatus


def find_run(services: Services, run_id: str, caller: Identity) -> RunRecord:
    """Find a run that the caller may see.

    Args:
        services: Tables.
        run_id: Id of the run.
        caller: Who asks.

    Returns:
        The run.

    Raises:
        ProblemAnswer: 404 if there is none.
    """
    record = services.runs.get(run_id)
    if record is None or not caller.may_see(record.run.owner):
        raise not_found("run", run_id)
    return record


def find_device(services: Services, device_id: str, caller: Identity) -> Device:
    """Find a device that the caller may see.

    Args:
        services: Tables.
        device_id: Id of the device.
        caller: Who asks.

    Returns:
        The device.

    Raises:
        ProblemAnswer: 404 if there is none.
    """
    device = services.devices.get(device_id)
    if device is None or not caller.may_see(device.owner):
        raise not_found("device", device_id)
    return device


def find_own_device(services: Services, device_id: str, caller: Identity) -> Device:
    """Find an active device that is the caller's own: nobody acts as another's device.

    Args:
        services: Tables.
        device_id: Id of the device.
        caller: Who acts as the device.

    Returns:
        The device.

    Raises:
        ProblemAnswer: 404 if there is none, 409 if it was revoked.
    """
    device = services.devices.get(device_id)
    if device is None or device.owner != caller.sub:
        raise not_found("device", device_id)
    refuse_revoked(device)
    return device


def refuse_revoked(device: Device) -> None:
    """Refuse to work with a revoked device.

    Args:
        device: The device.

    Raises:
        ProblemAnswer: 409 if it was revoked.
    """
    if device.status is DeviceStatus.REVOKED:
        raise revoked(device.device_id)


def find_command(services: Services, command_id: str, caller: Identity) -> CommandRecord:
    """Find a command of one of the caller's own devices.

    Args:
        services: Tables.
        command_id: Id of the command.
        caller: Who acts as the device.

    Returns:
        The command.

    Raises:
        ProblemAnswer: 404 if there is none.
    """
    record = services.commands.get(command_id)
    if record is None or record.owner != caller.sub:
        raise not_found("command", command_id)
    return record
