"""The typed route table of the API.

Every other description of the API (the OpenAPI document, API Gateway's methods, the
authorizer's scopes, the client, the documentation) is made from this table, and from the one of
the MCP servers (``qscreen.api.mcp``).
"""

from dataclasses import dataclass, field
from typing import Literal

from qscreen import wire
from qscreen.api.scopes import SCOPES_OF_GROUP, Group, Scope
from qscreen.wire import WireModel

__all__ = ["ROUTES", "SCOPES_OF_GROUP", "Group", "Route", "Scope"]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API.

    Attributes:
        method: HTTP method, upper case.
        path: Path template, e.g. ``/v1/runs/{run_id}``.
        operation_id: lowerCamelCase name, unique.
        summary: One line.
        scope: Scope that the caller needs; None for a public operation.
        request: Model of the JSON body, if there is one.
        response: Model of the successful answer.
        status: Status code of the successful answer.
        idempotency_key: Whether the ``Idempotency-Key`` header is required.
        paginated: Whether ``limit`` (1-100) and ``next_token`` query parameters are taken.
        etag: Whether the answer carries an entity tag as ``ETag``: ``etag`` of the model, which a
            change can be bound to, or else a digest of the body; a GET then honours
            ``If-None-Match`` with 304.
        if_match: Whether the ``If-Match`` header is taken; None if not.
        problems: Status codes of the documented problem answers, beside 400, 401, 403, 429, 500,
            502, 503 and 504, which every protected operation documents.
        function: Function that answers, by the name of its folder.
        audit: What the audit calls the operation once it is done, e.g. ``Run Created``: first the
            kind of what it is done to; None if the audit does not keep it.
    """

    method: str
    path: str
    operation_id: str
    summary: str
    scope: Scope | None
    response: type[WireModel]
    status: int = 200
    request: type[WireModel] | None = None
    idempotency_key: bool = False
    paginated: bool = False
    etag: bool = False
    if_match: Literal["required", "optional"] | None = None
    problems: tuple[int, ...] = field(default=())
    function: str = "api"
    audit: str | None = None

    @property
    def called_by_device(self) -> bool:
        """Whether a device calls for itself: only while it is its caller's and not revoked."""
        return self.scope is Scope.COMMANDS_WRITE and "{device_id}" in self.path

    @property
    def decided_anew(self) -> bool:
        """Whether the authorizer decides on each request by itself: its answer is not kept.

        A kept answer would outlive the revocation of a device, and a refusal that is read off it
        would never reach the audit.
        """
        return self.called_by_device or self.audit is not None


ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/health", "getHealth", "Shallow health of the API", None, wire.Health),
    Route(
        "GET",
        "/v1/health/deep",
        "getDeepHealth",
        "Ask everything that the API depends on, each for a few seconds at most",
        Scope.HEALTH_READ,
        wire.DeepHealth,
    ),
    Route(
        "POST",
        "/v1/runs",
        "createRun",
        "Start a run: one goal on one device",
        Scope.RUNS_WRITE,
        wire.Run,
        status=202,
        request=wire.RunRequest,
        idempotency_key=True,
        problems=(404, 409),
        audit="Run Created",
    ),
    Route(
        "GET",
        "/v1/runs",
        "listRuns",
        "List the caller's runs, newest first",
        Scope.RUNS_READ,
        wire.RunList,
        paginated=True,
        etag=True,
    ),
    Route(
        "GET",
        "/v1/runs/{run_id}",
        "getRun",
        "Show a run",
        Scope.RUNS_READ,
        wire.Run,
        etag=True,
        problems=(404,),
    ),
    Route(
        "POST",
        "/v1/runs/{run_id}/cancel",
        "cancelRun",
        "Cancel a run; a finished run stays as it is",
        Scope.RUNS_WRITE,
        wire.Run,
        status=202,
        problems=(404,),
        audit="Run Cancelled",
    ),
    Route(
        "POST",
        "/v1/runs/{run_id}/confirm",
        "confirmRun",
        "Let the plan that a run waits with go on; to reject it, cancel the run",
        Scope.RUNS_WRITE,
        wire.Run,
        status=202,
        request=wire.RunConfirmation,
        problems=(404, 409),
        audit="Run Confirmed",
    ),
    Route(
        "GET",
        "/v1/runs/{run_id}/report",
        "getRunReport",
        "Show a run with links to its pictures and its place in the audit chain",
        Scope.RUNS_READ,
        wire.RunReport,
        problems=(404,),
    ),
    Route(
        "POST",
        "/v1/jobs",
        "createJob",
        "Ask for up to 1,000 runs at once",
        Scope.RUNS_WRITE,
        wire.Job,
        status=202,
        request=wire.JobRequest,
        idempotency_key=True,
        problems=(409,),
        audit="Job Accepted",
    ),
    Route(
        "GET",
        "/v1/jobs/{job_id}",
        "getJob",
        "Show a job and what became of its items",
        Scope.RUNS_READ,
        wire.Job,
        paginated=True,
        etag=True,
        problems=(404,),
    ),
    Route(
        "POST",
        "/v1/templates",
        "createTemplate",
        "Make a template: a goal with inputs",
        Scope.TEMPLATES_WRITE,
        wire.Template,
        status=201,
        request=wire.TemplateRequest,
        idempotency_key=True,
        etag=True,
        problems=(409,),
        audit="Template Created",
    ),
    Route(
        "GET",
        "/v1/templates",
        "listTemplates",
        "List the caller's templates",
        Scope.TEMPLATES_READ,
        wire.TemplateList,
        paginated=True,
        etag=True,
    ),
    Route(
        "GET",
        "/v1/templates/{template_id}",
        "getTemplate",
        "Show a template in its newest version",
        Scope.TEMPLATES_READ,
        wire.Template,
        etag=True,
        problems=(404,),
    ),
    Route(
        "PUT",
        "/v1/templates/{template_id}",
        "updateTemplate",
        "Make a new version of a template",
        Scope.TEMPLATES_WRITE,
        wire.Template,
        request=wire.TemplateRequest,
        etag=True,
        if_match="required",
        problems=(404, 412, 428),
        audit="Template Changed",
    ),
    Route(
        "DELETE",
        "/v1/templates/{template_id}",
        "deleteTemplate",
        "Delete a template with all its versions",
        Scope.TEMPLATES_WRITE,
        wire.Template,
        if_match="optional",
        problems=(404, 409, 412),
        audit="Template Deleted",
    ),
    Route(
        "GET",
        "/v1/templates/{template_id}/versions",
        "listTemplateVersions",
        "List the versions of a template that are kept, newest first",
        Scope.TEMPLATES_READ,
        wire.TemplateVersionList,
        etag=True,
        problems=(404,),
    ),
    Route(
        "GET",
        "/v1/templates/{template_id}/versions/{version}",
        "getTemplateVersion",
        "Show one version of a template",
        Scope.TEMPLATES_READ,
        wire.Template,
        etag=True,
        problems=(404,),
    ),
    Route(
        "POST",
        "/v1/schedules",
        "createSchedule",
        "Let a template run by the clock",
        Scope.SCHEDULES_WRITE,
        wire.Schedule,
        status=201,
        request=wire.ScheduleRequest,
        idempotency_key=True,
        problems=(404, 409),
        audit="Schedule Created",
    ),
    Route(
        "GET",
        "/v1/schedules",
        "listSchedules",
        "List the caller's schedules",
        Scope.SCHEDULES_READ,
        wire.ScheduleList,
        paginated=True,
        etag=True,
    ),
    Route(
        "GET",
        "/v1/schedules/{schedule_id}",
        "getSchedule",
        "Show a schedule",
        Scope.SCHEDULES_READ,
        wire.Schedule,
        etag=True,
        problems=(404,),
    ),
    Route(
        "DELETE",
        "/v1/schedules/{schedule_id}",
        "deleteSchedule",
        "Delete a schedule; runs that it started go on",
        Scope.SCHEDULES_WRITE,
        wire.Schedule,
        problems=(404,),
        audit="Schedule Deleted",
    ),
    Route(
        "POST",
        "/v1/uploads",
        "createUpload",
        "Get a form upload for one file of one size and type, below the caller's own prefix",
        Scope.UPLOADS_WRITE,
        wire.Upload,
        status=201,
        request=wire.UploadRequest,
        audit="Upload Granted",
    ),
    Route(
        "GET",
        "/v1/settings",
        "listSettings",
        "List the caller's settings, by name",
        Scope.ACCOUNT_READ,
        wire.SettingList,
        paginated=True,
        etag=True,
    ),
    Route(
        "GET",
        "/v1/settings/{setting_name}",
        "getSetting",
        "Show a setting",
        Scope.ACCOUNT_READ,
        wire.Setting,
        etag=True,
        problems=(404,),
    ),
    Route(
        "PUT",
        "/v1/settings/{setting_name}",
        "putSetting",
        "Keep a setting; with If-Match only if nobody changed it meanwhile",
        Scope.ACCOUNT_WRITE,
        wire.Setting,
        request=wire.SettingRequest,
        etag=True,
        if_match="optional",
        problems=(404, 412),
        audit="Setting Changed",
    ),
    Route(
        "DELETE",
        "/v1/settings/{setting_name}",
        "deleteSetting",
        "Forget a setting",
        Scope.ACCOUNT_WRITE,
        wire.Setting,
        if_match="optional",
        problems=(404, 412),
        audit="Setting Deleted",
    ),
    Route(
        "GET",
        "/v1/sessions",
        "listSessions",
        "List where the caller is signed in, newest first",
        Scope.ACCOUNT_READ,
        wire.SessionList,
        paginated=True,
        etag=True,
    ),
    Route(
        "DELETE",
        "/v1/sessions/{session_id}",
        "endSession",
        "End a session of the caller: its tokens are refused within a minute",
        Scope.ACCOUNT_WRITE,
        wire.Session,
        problems=(404,),
        audit="Session Ended",
    ),
    Route(
        "POST",
        "/v1/devices",
        "enrolDevice",
        "Enrol a device: creates its queue",
        Scope.DEVICES_WRITE,
        wire.Device,
        status=201,
        request=wire.EnrolRequest,
        idempotency_key=True,
        problems=(409,),
        audit="Device Enrolled",
    ),
    Route(
        "GET",
        "/v1/devices",
        "listDevices",
        "List the caller's devices",
        Scope.DEVICES_READ,
        wire.DeviceList,
        paginated=True,
        etag=True,
    ),
    Route(
        "GET",
        "/v1/devices/{device_id}",
        "getDevice",
        "Show a device",
        Scope.DEVICES_READ,
        wire.Device,
        etag=True,
        problems=(404,),
    ),
    Route(
        "DELETE",
        "/v1/devices/{device_id}",
        "revokeDevice",
        "Revoke a device: its credentials and its queue end",
        Scope.DEVICES_WRITE,
        wire.Device,
        problems=(404,),
        audit="Device Revoked",
    ),
    Route(
        "POST",
        "/v1/devices/{device_id}/credentials",
        "createDeviceCredentials",
        "Issue temporary AWS credentials limited to the device's own queue",
        Scope.COMMANDS_WRITE,
        wire.DeviceCredentials,
        status=201,
        problems=(404, 409),
        audit="Device Credentials Issued",
    ),
    Route(
        "POST",
        "/v1/devices/{device_id}/heartbeat",
        "heartbeatDevice",
        "Say that the device is alive",
        Scope.COMMANDS_WRITE,
        wire.Device,
        problems=(404, 409),
    ),
    Route(
        "POST",
        "/v1/devices/{device_id}/runs",
        "reportRun",
        "Keep what a device planned and did by itself",
        Scope.COMMANDS_WRITE,
        wire.Run,
        status=202,
        request=wire.DeviceRun,
        idempotency_key=True,
        problems=(404, 409),
        audit="Run Reported",
    ),
    Route(
        "POST",
        "/v1/commands/{command_id}/result",
        "postCommandResult",
        "Report the result of a command",
        Scope.COMMANDS_WRITE,
        wire.CommandAck,
        request=wire.CommandResult,
        problems=(404, 409),
    ),
    Route(
        "POST",
        "/v1/commands/{command_id}/heartbeat",
        "heartbeatCommand",
        "Keep a command alive and ask whether it was cancelled",
        Scope.COMMANDS_WRITE,
        wire.HeartbeatReply,
        problems=(404, 409),
    ),
)
"""All operations, in the order in which the documentation shows them."""
