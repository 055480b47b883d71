"""Systems Manager: maintenance windows, of which moto lacks half (declared only: none opens)."""

from __future__ import annotations

import datetime
import secrets
import uuid
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "ssm"
_SKIPPED = ("ClientToken", "Tags", "Replace")
Record = dict[str, Any]


@operation(_SERVICE, "CreateMaintenanceWindow")
async def create_window(call: Call) -> Answer:
    """Makes a window."""
    identifier = f"mw-{secrets.token_hex(9)[:17]}"
    now = _now()
    call.records("windows")[identifier] = {
        **_content(call),
        "WindowId": identifier,
        "Enabled": True,
        "CreatedDate": now,
        "ModifiedDate": now,
        "targets": {},
        "tasks": {},
    }
    tags.put(call, identifier, call.params.get("Tags"))
    return {"WindowId": identifier}


@operation(_SERVICE, "GetMaintenanceWindow")
async def get_window(call: Call) -> Answer:
    """Describes a window."""
    return _described(_window(call))


@operation(_SERVICE, "UpdateMaintenanceWindow")
async def update_window(call: Call) -> Answer:
    """Changes a window; with ``Replace``, what is not given is taken away."""
    window = _window(call)
    if call.params.get("Replace"):
        for key in ("Description", "StartDate", "EndDate", "ScheduleTimezone", "ScheduleOffset"):
            window.pop(key, None)
    window.update(_content(call), ModifiedDate=_now())
    return _described(window)


@operation(_SERVICE, "DescribeMaintenanceWindows")
async def describe_windows(call: Call) -> Answer:
    """Lists windows."""
    filters = {one["Key"]: one["Values"] for one in call.params.get("Filters") or []}
    names = filters.get("Name")
    found = [one for one in call.records("windows").values() if not names or one["Name"] in names]
    return {"WindowIdentities": [_described(one) for one in found]}


@operation(_SERVICE, "DeleteMaintenanceWindow")
async def delete_window(call: Call) -> Answer:
    """Deletes a window with its targets and tasks."""
    call.records("windows").pop(call.params["WindowId"], None)
    tags.forget(call, call.params["WindowId"])
    return {"WindowId": call.params["WindowId"]}


@operation(_SERVICE, "RegisterTargetWithMaintenanceWindow")
async def register_target(call: Call) -> Answer:
    """Adds a target."""
    identifier = str(uuid.uuid4())
    target = {**_content(call), "WindowTargetId": identifier}
    _window(call)["targets"][identifier] = target
    return {"WindowTargetId": identifier}


@operation(_SERVICE, "UpdateMaintenanceWindowTarget")
async def update_target(call: Call) -> Answer:
    """Changes a target."""
    target = _part(call, "targets", "WindowTargetId")
    target.update(_content(call))
    return target


@operation(_SERVICE, "DescribeMaintenanceWindowTargets")
async def describe_targets(call: Call) -> Answer:
    """Lists targets."""
    return {"Targets": _filtered(call, "targets", "WindowTargetId")}


@operation(_SERVICE, "DeregisterTargetFromMaintenanceWindow")
async def deregister_target(call: Call) -> Answer:
    """Removes a target."""
    target = _part(call, "targets", "WindowTargetId")
    del _window(call)["targets"][target["WindowTargetId"]]
    return {"WindowId": call.params["WindowId"], "WindowTargetId": target["WindowTargetId"]}


@operation(_SERVICE, "RegisterTaskWithMaintenanceWindow")
async def register_task(call: Call) -> Answer:
    """Adds a task."""
    identifier = str(uuid.uuid4())
    _window(call)["tasks"][identifier] = {
        "Priority": 1,
        **_content(call),
        "WindowTaskId": identifier,
    }
    return {"WindowTaskId": identifier}


@operation(_SERVICE, "GetMaintenanceWindowTask")
async def get_task(call: Call) -> Answer:
    """Describes a task."""
    return _part(call, "tasks", "WindowTaskId")


@operation(_SERVICE, "UpdateMaintenanceWindowTask")
async def update_task(call: Call) -> Answer:
    """Changes a task; with ``Replace``, what is not given is taken away."""
    task = _part(call, "tasks", "WindowTaskId")
    if call.params.get("Replace"):
        kept = ("WindowId", "WindowTaskId", "TaskType", "Priority")
        for key in [key for key in task if key not in kept]:
            del task[key]
    task.update(_content(call))
    return task


@operation(_SERVICE, "DescribeMaintenanceWindowTasks")
async def describe_tasks(call: Call) -> Answer:
    """Lists tasks."""
    listed = [
        {**task, "Type": task["TaskType"]} for task in _filtered(call, "tasks", "WindowTaskId")
    ]
    return {"Tasks": listed}


@operation(_SERVICE, "DeregisterTaskFromMaintenanceWindow")
async def deregister_task(call: Call) -> Answer:
    """Removes a task."""
    task = _part(call, "tasks", "WindowTaskId")
    del _window(call)["tasks"][task["WindowTaskId"]]
    return {"WindowId": call.params["WindowId"], "WindowTaskId": task["WindowTaskId"]}


def _content(call: Call) -> Record:
    return {key: value for key, value in call.params.items() if key not in _SKIPPED}


def _window(call: Call) -> Record:
    found: Record | None = call.records("windows").get(call.params["WindowId"])
    if found is None:
        message = f"Maintenance window {call.params['WindowId']} does not exist"
        raise Fault("DoesNotExistException", message)
    return found


def _described(window: Record) -> Record:
    return {key: value for key, value in window.items() if key not in ("targets", "tasks")}


def _part(call: Call, kind: str, key: str) -> Record:
    found: Record | None = _window(call)[kind].get(call.params[key])
    if found is None:
        raise Fault("DoesNotExistException", f"{call.params[key]} does not exist")
    return found


def _filtered(call: Call, kind: str, key: str) -> list[Record]:
    wanted: set[str] = set()
    for one in call.params.get("Filters") or []:
        if one["Key"] == key:
            wanted |= set(one["Values"])
    parts: dict[str, Record] = _window(call)[kind]
    return [part for name, part in parts.items() if not wanted or name in wanted]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
