"""Schedules: ``createSchedule``, ``listSchedules``, ``getSchedule``, ``deleteSchedule``."""

from qs_api.call import Call
from qs_api.keys import read_key
from qs_api.lookup import find_own_device
from qs_api.paging import read_limit, read_name, write_name
from qs_api.services import Services
from qscreen.wire import Schedule, ScheduleList, ScheduleRequest


def create_schedule(call: Call, services: Services) -> Schedule:
    """Let a template run by the clock.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The schedule.

    Raises:
        ProblemAnswer: 400 without a usable key, 404 for an unknown device, 409 for a revoked one.
        RefusedError: If there is no such template, the inputs or the expression do not fit, or
            the key was used for another schedule.
    """
    request = call.body_as(ScheduleRequest)
    find_own_device(services, request.device_id, call.user)
    return services.schedules.create(
        call.user.sub, call.user.known_groups, read_key(call), request, call.now
    )


def list_schedules(call: Call, services: Services) -> ScheduleList:
    """List the caller's schedules.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        A page of schedules.

    Raises:
        ProblemAnswer: 400 for a wrong limit or token.
    """
    sub = call.user.sub
    page, last = services.schedules.page(sub, read_limit(call), read_name(call))
    return page.model_copy(update={"next_token": write_name(sub, last)})


def get_schedule(call: Call, services: Services) -> Schedule:
    """Show a schedule.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The schedule.

    Raises:
        RefusedError: If there is none for the caller.
    """
    return services.schedules.get(call.user.sub, call.path["schedule_id"])


def delete_schedule(call: Call, services: Services) -> Schedule:
    """Delete a schedule; runs that it started go on.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The schedule as it was.

    Raises:
        RefusedError: If there is none for the caller.
    """
    return services.schedules.delete(call.user.sub, call.path["schedule_id"])
