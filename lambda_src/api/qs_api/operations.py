"""Which use case carries out which operation of the route table."""

from collections.abc import Callable

from qs_api.call import Call
from qs_api.command_heartbeat import heartbeat_command
from qs_api.command_result import post_command_result
from qs_api.create_run import create_run
from qs_api.decide_run import cancel_run, confirm_run
from qs_api.devices import (
    create_device_credentials,
    get_device,
    heartbeat_device,
    list_devices,
    revoke_device,
)
from qs_api.enrolling import enrol_device
from qs_api.health import get_deep_health, get_health
from qs_api.jobs import create_job, get_job
from qs_api.report_run import report_run
from qs_api.runs import get_run, get_run_report, list_runs
from qs_api.schedules import create_schedule, delete_schedule, get_schedule, list_schedules
from qs_api.services import Services
from qs_api.sessions import end_session, list_sessions
from qs_api.settings import delete_setting, get_setting, list_settings, put_setting
from qs_api.templates import (
    create_template,
    delete_template,
    get_template,
    get_template_version,
    list_template_versions,
    list_templates,
    update_template,
)
from qs_api.uploads import create_upload
from qscreen.wire import WireModel

Operation = Callable[[Call, Services], WireModel]

OPERATIONS: dict[str, Operation] = {
    "getHealth": get_health,
    "getDeepHealth": get_deep_health,
    "createRun": create_run,
    "listRuns": list_runs,
    "getRun": get_run,
    "cancelRun": cancel_run,
    "confirmRun": confirm_run,
    "getRunReport": get_run_report,
    "createJob": create_job,
    "getJob": get_job,
    "createTemplate": create_template,
    "listTemplates": list_templates,
    "getTemplate": get_template,
    "updateTemplate": update_template,
    "deleteTemplate": delete_template,
    "listTemplateVersions": list_template_versions,
    "getTemplateVersion": get_template_version,
    "createSchedule": create_schedule,
    "listSchedules": list_schedules,
    "getSchedule": get_schedule,
    "deleteSchedule": delete_schedule,
    "createUpload": create_upload,
    "listSettings": list_settings,
    "getSetting": get_setting,
    "putSetting": put_setting,
    "deleteSetting": delete_setting,
    "listSessions": list_sessions,
    "endSession": end_session,
    "enrolDevice": enrol_device,
    "listDevices": list_devices,
    "getDevice": get_device,
    "revokeDevice": revoke_device,
    "createDeviceCredentials": create_device_credentials,
    "heartbeatDevice": heartbeat_device,
    "reportRun": report_run,
    "postCommandResult": post_command_result,
    "heartbeatCommand": heartbeat_command,
}
"""By operation id; a test holds it against ``qscreen.api.routes``."""
