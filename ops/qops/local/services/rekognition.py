"""Rekognition: Custom Labels projects, which moto lacks (declared only)."""

from __future__ import annotations

import datetime
import time
from typing import Any

from qops.local.router.registry import Answer, Call, Fault, operation

_SERVICE = "rekognition"


@operation(_SERVICE, "CreateProject")
async def create_project(call: Call) -> Answer:
    """Makes a project."""
    name = call.params["ProjectName"]
    if any(project["name"] == name for project in call.records("projects").values()):
        raise Fault("ResourceInUseException", f"A project named {name} exists already.")
    arn = call.arn(f"project/{name}/{int(time.time() * 1000)}")
    feature = call.params.get("Feature") or "CUSTOM_LABELS"
    described: dict[str, Any] = {
        "ProjectArn": arn,
        "CreationTimestamp": datetime.datetime.now(datetime.UTC).replace(microsecond=0),
        "Status": "CREATED",
        "Datasets": [],
        "Feature": feature,
    }
    if feature == "CONTENT_MODERATION":
        described["AutoUpdate"] = call.params.get("AutoUpdate") or "DISABLED"
    call.records("projects")[arn] = {"name": name, "described": described}
    call.records("tags")[arn] = dict(call.params.get("Tags") or {})
    return {"ProjectArn": arn}


@operation(_SERVICE, "DescribeProjects")
async def describe_projects(call: Call) -> Answer:
    """Describes projects."""
    names = call.params.get("ProjectNames")
    features = call.params.get("Features")
    found = [
        project["described"]
        for project in call.records("projects").values()
        if (not names or project["name"] in names)
        and (not features or project["described"]["Feature"] in features)
    ]
    return {"ProjectDescriptions": found}


@operation(_SERVICE, "DeleteProject")
async def delete_project(call: Call) -> Answer:
    """Deletes a project."""
    arn = call.params["ProjectArn"]
    if call.records("projects").pop(arn, None) is None:
        raise Fault("ResourceNotFoundException", f"Project {arn} does not exist.")
    call.records("tags").pop(arn, None)
    return {"Status": "DELETING"}


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"Tags": dict(_tags(call))}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags."""
    _tags(call).update(call.params["Tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags."""
    tags = _tags(call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return {}


def _tags(call: Call) -> dict[str, Any]:
    tags: dict[str, Any] = call.records("tags").setdefault(call.params["ResourceArn"], {})
    return tags
