"""Tools for schedules."""

from typing import Annotated

from pydantic import Field, ValidationError

from qs_cloud.clock import utc_now
from qs_cloud.refusal import Refusal, RunRefusedError
from qs_mcp import Risk, ToolFault, caller
from qs_mcp_workflow.declaring import (
    DeviceId,
    Limit,
    NextToken,
    RequestKey,
    ScheduleId,
    TemplateId,
    key_of,
    server,
)
from qs_mcp_workflow.models import SchedulesFound
from qs_mcp_workflow.services import answering, services
from qscreen.api.scopes import Group
from qscreen.wire import DeviceStatus, RunMode, Schedule, ScheduleRequest


@server.tool(
    title="List schedules",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def list_schedules(limit: Limit = 20, next_token: NextToken = None) -> SchedulesFound:
    """List the user's schedules by id: what runs by the clock, and when."""
    page, last = services().schedules.page(caller().user_id, limit, next_token)
    return SchedulesFound(schedules=list(page.items), next_token=last)


@server.tool(
    title="Show a schedule",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def get_schedule(schedule_id: ScheduleId) -> Schedule:
    """Show a schedule."""
    with answering("The schedule was not found."):
        return services().schedules.get(caller().user_id, schedule_id)


@server.tool(
    title="Make a schedule",
    risk=Risk.EXTERNAL,
    read_only=False,
    destructive=True,
    idempotent=False,
    open_world=True,
    audit="Schedule Created",
)
def create_schedule(
    name: Annotated[str, Field(description="Name for people.", min_length=1, max_length=100)],
    expression: Annotated[
        str,
        Field(
            description="When: rate(1 hour), cron(0 9 ? * MON-FRI *) or at(2026-11-23T09:00:00).",
            max_length=200,
        ),
    ],
    template_id: TemplateId,
    device_id: DeviceId,
    timezone: Annotated[
        str, Field(description="IANA time zone, e.g. Asia/Seoul.", max_length=50)
    ] = "UTC",
    inputs: Annotated[
        dict[str, str] | None, Field(description="Values of the template's inputs, as text.")
    ] = None,
    mode: Annotated[
        RunMode, Field(description="As of start_run; confirm waits for a person each time.")
    ] = RunMode.CONFIRM,
    request_key: RequestKey = None,
) -> Schedule:
    """Let a template run by the clock on a device, until the schedule is deleted.

    In mode auto each run acts on a real screen with nobody looking.
    """
    try:
        request = ScheduleRequest(
            name=name,
            expression=expression,
            timezone=timezone,
            template_id=template_id,
            inputs=inputs or {},
            device_id=device_id,
            mode=mode,
        )
    except ValidationError as error:
        places = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise ToolFault(
            "The schedule was not made.",
            f"These arguments do not fit: {places}.",
            "Write rate(1 hour), cron(0 9 ? * MON-FRI *) or at(2026-11-23T09:00:00).",
        ) from None
    who = caller()
    known = frozenset(who.groups & {group.value for group in Group})
    with answering("The schedule was not made."):
        _demand_device(who.user_id, device_id)
        return services().schedules.create(
            who.user_id, known, key_of(request_key), request, utc_now()
        )


@server.tool(
    title="Delete a schedule",
    risk=Risk.DESTRUCTIVE,
    read_only=False,
    destructive=True,
    idempotent=True,
    open_world=False,
    audit="Schedule Deleted",
)
def delete_schedule(schedule_id: ScheduleId) -> Schedule:
    """Delete a schedule, for good. Runs that it started go on."""
    with answering("The schedule was not deleted."):
        return services().schedules.delete(caller().user_id, schedule_id)


def _demand_device(owner: str, device_id: str) -> None:
    device = services().devices.get(device_id)
    if device is None or device.owner != owner or device.status is not DeviceStatus.ACTIVE:
        raise RunRefusedError(
            Refusal.DEVICE_UNKNOWN,
            f"The user has no active device {device_id}. Choose one of list_devices.",
        )
