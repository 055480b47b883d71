"""The typed route table of the API.

Every other description of the API (the OpenAPI document, API Gateway's methods, the
authorizer's scopes, the client, the documentation) is made from this table.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from qscreen import wire
from qscreen.wire import WireModel


class Scope(StrEnum):
    """OAuth scopes of the resource server ``qscreen``."""

    RUNS_READ = "qscreen/runs.read"
    RUNS_WRITE = "qscreen/runs.write"
    DEVICES_READ = "qscreen/devices.read"
    DEVICES_WRITE = "qscreen/devices.write"
    COMMANDS_WRITE = "qscreen/commands.write"


class Group(StrEnum):
    """Cognito groups; a user's roles."""

    VIEWER = "viewer"
    USER = "user"
    OPERATOR = "operator"
    ADMIN = "admin"


SCOPES_OF_GROUP: dict[Group, frozenset[Scope]] = {
    Group.VIEWER: frozenset({Scope.RUNS_READ, Scope.DEVICES_READ}),
    Group.USER: frozenset(Scope),
    Group.OPERATOR: frozenset(Scope),
    Group.ADMIN: frozenset(Scope),
}
"""Scopes that a group's members have when their token carries none of ours.

Tokens of the password and SRP sign-in carry only ``aws.cognito.signin.user.admin``; tokens
of the authorization code flow carry the scopes asked for, and these then bind.
"""


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
        problems: Status codes of the documented problem answers, beside 400, 401, 403,
            429 and 500, which every protected operation documents.
        function: Function that answers, by the name of its folder.
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
    problems: tuple[int, ...] = field(default=())
    function: str = "api"

    @property
    def called_by_device(self) -> bool:
        """Whether a device calls for itself: only while it is its caller's and not revoked."""
        return self.scope is Scope.COMMANDS_WRITE and "{device_id}" in self.path


ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/health", "getHealth", "Shallow health of the API", None, wire.Health),
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
    ),
    Route(
        "GET",
        "/v1/runs",
        "listRuns",
        "List the caller's runs, newest first",
        Scope.RUNS_READ,
        wire.RunList,
        paginated=True,
    ),
    Route(
        "GET",
        "/v1/runs/{run_id}",
        "getRun",
        "Show a run",
        Scope.RUNS_READ,
        wire.Run,
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
        "/v1/devices",
        "enrolDevice",
        "Enrol a device: creates its queue",
        Scope.DEVICES_WRITE,
        wire.Device,
        status=201,
        request=wire.EnrolRequest,
    ),
    Route(
        "GET",
        "/v1/devices",
        "listDevices",
        "List the caller's devices",
        Scope.DEVICES_READ,
        wire.DeviceList,
        paginated=True,
    ),
    Route(
        "GET",
        "/v1/devices/{device_id}",
        "getDevice",
        "Show a device",
        Scope.DEVICES_READ,
        wire.Device,
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
