"""CodeBuild: moto wants a location of sources that have none (declared only)."""

from __future__ import annotations

import copy

from qops.local.router.registry import Answer, Call, PassOn, after, operation

_SERVICE = "codebuild"
_WITHOUT = ("NO_SOURCE", "CODEPIPELINE")
_NOWHERE = "none"


@operation(_SERVICE, "CreateProject")
async def create_project(call: Call) -> Answer:
    """Makes a project; a location that was not given is not answered either."""
    params = copy.deepcopy(call.params)
    pieces = [params.get(part) or {} for part in ("source", "artifacts")]
    lacking = [one for one in pieces if one.get("type") in _WITHOUT and not one.get("location")]
    if not lacking:
        raise PassOn
    for piece in lacking:
        piece["location"] = _NOWHERE
    return await call.aws(_SERVICE, "CreateProject", **params)


@after(_SERVICE, "CreateProject", "BatchGetProjects", "UpdateProject")
async def drop_location(_call: Call, answer: Answer) -> None:
    """Takes the made-up location out again."""
    for project in answer.get("projects") or [answer.get("project") or {}]:
        for part in ("source", "artifacts"):
            if (project.get(part) or {}).get("location") == _NOWHERE:
                project[part].pop("location")
