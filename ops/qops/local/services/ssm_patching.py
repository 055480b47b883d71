"""Systems Manager: patch baselines and groups, which moto forgets half of (declared only)."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, Fault, PassOn, operation

_SERVICE = "ssm"
_DEFAULTS: dict[str, Any] = {
    "OperatingSystem": "WINDOWS",
    "GlobalFilters": {"PatchFilters": []},
    "ApprovalRules": {"PatchRules": []},
    "ApprovedPatches": [],
    "ApprovedPatchesComplianceLevel": "UNSPECIFIED",
    "ApprovedPatchesEnableNonSecurity": False,
    "RejectedPatches": [],
    "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY",
    "Sources": [],
}
_TAGGED = ("PatchBaseline", "MaintenanceWindow")


@operation(_SERVICE, "CreatePatchBaseline")
async def create_baseline(call: Call) -> Answer:
    """Makes a baseline."""
    identifier = f"pb-{secrets.token_hex(9)[:17]}"
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    content = {
        key: value for key, value in call.params.items() if key not in ("Tags", "ClientToken")
    }
    call.records("baselines")[identifier] = {
        **_DEFAULTS,
        **content,
        "BaselineId": identifier,
        "CreatedDate": now,
        "ModifiedDate": now,
    }
    tags.put(call, identifier, call.params.get("Tags"))
    return {"BaselineId": identifier}


@operation(_SERVICE, "GetPatchBaseline")
async def get_baseline(call: Call) -> Answer:
    """Describes a baseline."""
    return _described(call, _baseline(call))


@operation(_SERVICE, "UpdatePatchBaseline")
async def update_baseline(call: Call) -> Answer:
    """Changes a baseline."""
    baseline = _baseline(call)
    skipped = ("BaselineId", "Replace")
    baseline.update({key: value for key, value in call.params.items() if key not in skipped})
    baseline["ModifiedDate"] = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return _described(call, baseline)


@operation(_SERVICE, "DeletePatchBaseline")
async def delete_baseline(call: Call) -> Answer:
    """Deletes a baseline that no group uses."""
    identifier = _identifier(call)
    if identifier in call.records("patch-groups").values():
        raise Fault("ResourceInUseException", "A patch group uses the baseline.")
    call.records("baselines").pop(identifier, None)
    tags.forget(call, identifier)
    return {"BaselineId": call.params["BaselineId"]}


@operation(_SERVICE, "RegisterPatchBaselineForPatchGroup")
async def register_group(call: Call) -> Answer:
    """Gives a group a baseline."""
    group, baseline = call.params["PatchGroup"], _baseline(call)
    if call.records("patch-groups").get(group) == baseline["BaselineId"]:
        raise Fault("AlreadyExistsException", f"Patch Group {group} is already registered.")
    call.records("patch-groups")[group] = baseline["BaselineId"]
    return {"BaselineId": baseline["BaselineId"], "PatchGroup": group}


@operation(_SERVICE, "DeregisterPatchBaselineForPatchGroup")
async def deregister_group(call: Call) -> Answer:
    """Takes a group's baseline away."""
    call.records("patch-groups").pop(call.params["PatchGroup"], None)
    return {"BaselineId": call.params["BaselineId"], "PatchGroup": call.params["PatchGroup"]}


@operation(_SERVICE, "DescribePatchGroups")
async def describe_groups(call: Call) -> Answer:
    """Lists groups with their baselines."""
    baselines = call.records("baselines")
    mappings = [
        {"PatchGroup": group, "BaselineIdentity": _identity(baselines[identifier])}
        for group, identifier in call.records("patch-groups").items()
        if identifier in baselines
    ]
    return {"Mappings": mappings}


@operation(_SERVICE, "DescribePatchBaselines")
async def describe_baselines(call: Call) -> Answer:
    """Lists baselines; AWS' own ones are not there."""
    return {"BaselineIdentities": [_identity(one) for one in call.records("baselines").values()]}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags of baselines and windows; others are moto's."""
    return {"TagList": tags.pairs(call, _tagged(call))}


@operation(_SERVICE, "AddTagsToResource")
async def add_tags(call: Call) -> Answer:
    """Adds tags to baselines and windows."""
    tags.put(call, _tagged(call), call.params["Tags"])
    return {}


@operation(_SERVICE, "RemoveTagsFromResource")
async def remove_tags(call: Call) -> Answer:
    """Removes tags of baselines and windows."""
    tags.remove(call, _tagged(call), call.params["TagKeys"])
    return {}


def _identifier(call: Call) -> str:
    return str(call.params["BaselineId"]).rpartition("/")[2]


def _baseline(call: Call) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("baselines").get(_identifier(call))
    if found is None:
        message = f"Patch baseline {_identifier(call)} does not exist."
        raise Fault("DoesNotExistException", message)
    return found


def _described(call: Call, baseline: dict[str, Any]) -> dict[str, Any]:
    groups = call.records("patch-groups").items()
    mine = [group for group, identifier in groups if identifier == baseline["BaselineId"]]
    return {**baseline, "PatchGroups": mine}


def _identity(baseline: dict[str, Any]) -> dict[str, Any]:
    return {
        "BaselineId": baseline["BaselineId"],
        "BaselineName": baseline["Name"],
        "BaselineDescription": baseline.get("Description", ""),
        "OperatingSystem": baseline["OperatingSystem"],
        "DefaultBaseline": False,
    }


def _tagged(call: Call) -> str:
    if call.params["ResourceType"] not in _TAGGED:
        raise PassOn
    return str(call.params["ResourceId"])
