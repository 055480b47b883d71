"""API Gateway: tags of APIs, stages, keys, usage plans and domain names.

MiniStack answers those that they were made with, whatever was changed since.
"""

from __future__ import annotations

from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, after

_SERVICE = "apigateway"
_KINDS = (
    ("RestApi", "restapis", "id", "restApiId"),
    ("ApiKey", "apikeys", "id", "apiKey"),
    ("UsagePlan", "usageplans", "id", "usagePlanId"),
    ("DomainName", "domainnames", "domainName", "domainName"),
)


def _keep(kind: str, collection: str, name: str, parameter: str) -> None:
    """Registers what keeps and answers the tags of one kind."""

    @after(_SERVICE, f"Create{kind}")
    async def remember(call: Call, answer: Answer) -> None:
        owner = _arn(call, collection, answer[name])
        tags.put(call, owner, call.params.get("tags"))
        answer["tags"] = tags.mapping(call, owner)

    @after(_SERVICE, f"Get{kind}", f"Get{kind}s", f"Update{kind}")
    async def complete(call: Call, answer: Answer) -> None:
        found: list[dict[str, Any]] = answer.get("items") or [answer]
        for one in found:
            owner = _arn(call, collection, one.get(name, ""))
            if tags.known(call, owner):
                one["tags"] = tags.mapping(call, owner)

    @after(_SERVICE, f"Delete{kind}")
    async def forget(call: Call, _answer: Answer) -> None:
        tags.forget(call, _arn(call, collection, call.params[parameter]))


for _kind in _KINDS:
    _keep(*_kind)


@after(_SERVICE, "CreateStage")
async def remember_stage(call: Call, answer: Answer) -> None:
    """Keeps the tags of a stage."""
    owner = _stage(call, call.params["stageName"])
    tags.put(call, owner, call.params.get("tags"))
    answer["tags"] = tags.mapping(call, owner)


@after(_SERVICE, "GetStage", "GetStages", "UpdateStage")
async def complete_stage(call: Call, answer: Answer) -> None:
    """Answers the tags of stages."""
    for stage in answer.get("item") or [answer]:
        owner = _stage(call, stage.get("stageName", ""))
        if tags.known(call, owner):
            stage["tags"] = tags.mapping(call, owner)


@after(_SERVICE, "DeleteStage")
async def forget_stage(call: Call, _answer: Answer) -> None:
    """Forgets the tags of a stage."""
    tags.forget(call, _stage(call, call.params["stageName"]))


@after(_SERVICE, "TagResource")
async def add(call: Call, _answer: Answer) -> None:
    """Adds tags."""
    if tags.known(call, call.params["resourceArn"]):
        tags.put(call, call.params["resourceArn"], call.params["tags"])


@after(_SERVICE, "UntagResource")
async def remove(call: Call, _answer: Answer) -> None:
    """Removes tags."""
    tags.remove(call, call.params["resourceArn"], call.params["tagKeys"])


def _arn(call: Call, collection: str, identifier: str) -> str:
    return f"arn:aws:apigateway:{call.region}::/{collection}/{identifier}"


def _stage(call: Call, name: str) -> str:
    return _arn(call, "restapis", f"{call.params['restApiId']}/stages/{name}")
