"""CodeBuild: moto wants a location of sources that have none, and forgets settings.

Declared only: nothing is built.
"""

from __future__ import annotations

import copy
from typing import Any

from qops.local.router.codec import outgoing
from qops.local.router.registry import Answer, Call, Fault, PassOn, after, operation

_SERVICE = "codebuild"
_WITHOUT = ("NO_SOURCE", "CODEPIPELINE")
_NOWHERE = "none"
_KEPT = ("encryptionKey", "concurrentBuildLimit", "queuedTimeoutInMinutes")


@operation(_SERVICE, "CreateProject")
async def create_project(call: Call) -> Answer:
    """Makes a project; a location that was not given is not answered either."""
    params = copy.deepcopy(call.params)
    if not _locate(params):
        raise PassOn
    return await call.aws(_SERVICE, "CreateProject", **params)


@operation(_SERVICE, "UpdateProject")
async def update_project(call: Call) -> Answer:
    """Changes a project: moto, which cannot, gets it anew."""
    name = call.params["name"]
    found = (await call.aws(_SERVICE, "BatchGetProjects", names=[name])).get("projects") or []
    if not found:
        raise Fault("ResourceNotFoundException", f"Project cannot be found: {name}")
    members = outgoing(_SERVICE, "CreateProject", {}).model.input_shape.members
    params = {key: value for key, value in found[0].items() if key in members}
    params.update(copy.deepcopy(call.params))
    _locate(params)
    await call.aws(_SERVICE, "DeleteProject", name=name)
    made = await call.aws(_SERVICE, "CreateProject", **params)
    return {"project": {**made["project"], "created": found[0].get("created")}}


@after(_SERVICE, "CreateProject", "UpdateProject")
async def remember(call: Call, _answer: Answer) -> None:
    """Keeps settings."""
    kept = call.records("settings").setdefault(call.params["name"], {})
    kept.update({key: call.params[key] for key in _KEPT if key in call.params})


@operation(_SERVICE, "DeleteProject")
async def delete_project(call: Call) -> Answer:
    """Removes a project and its settings; given its ARN, moto removes nothing and says nothing."""
    name = call.params["name"].rpartition(":project/")[2]
    call.records("settings").pop(name, None)
    return await call.aws(_SERVICE, "DeleteProject", name=name)


@after(_SERVICE, "CreateProject", "BatchGetProjects", "UpdateProject")
async def complete(call: Call, answer: Answer) -> None:
    """Takes the made-up location out again, and answers what was forgotten."""
    for project in answer.get("projects") or [answer.get("project") or {}]:
        for key, value in call.records("settings").get(project.get("name", ""), {}).items():
            project[key] = value
        for part in ("source", "artifacts"):
            if (project.get(part) or {}).get("location") == _NOWHERE:
                project[part].pop("location")


def _locate(params: dict[str, Any]) -> bool:
    """Gives a location to what has none; whether there was any such piece."""
    pieces = [params.get(part) or {} for part in ("source", "artifacts")]
    lacking = [one for one in pieces if one.get("type") in _WITHOUT and not one.get("location")]
    for piece in lacking:
        piece["location"] = _NOWHERE
    return bool(lacking)
