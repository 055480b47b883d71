"""Which use case carries out which operation of the route table."""

from collections.abc import Callable

from qs_api.call import Call
from qs_api.cancel_run import cancel_run
from qs_api.command_heartbeat import heartbeat_command
from qs_api.command_result import post_command_result
from qs_api.create_run import create_run
from qs_api.devices import (
    create_device_credentials,
    enrol_device,
    get_device,
    heartbeat_device,
    list_devices,
    revoke_device,
)
from qs_api.health import get_health
from qs_api.runs import get_run, get_run_report, list_runs
from qs_api.services import Services
from qscreen.wire import WireModel

Operation = Callable[[Call, Services], WireModel]

OPERATIONS: dict[str, Operation] = {
    "getHealth": get_health,
    "createRun": create_run,
    "listRuns": list_runs,
    "getRun": get_run,
    "cancelRun": cancel_run,
    "getRunReport": get_run_report,
    "enrolDevice": enrol_device,
    "listDevices": list_devices,
    "getDevice": get_device,
    "revokeDevice": revoke_device,
    "createDeviceCredentials": create_device_credentials,
    "heartbeatDevice": heartbeat_device,
    "postCommandResult": post_command_result,
    "heartbeatCommand": heartbeat_command,
}
"""By operation id; a test holds it against ``qscreen.api.routes``."""
