"""Cognito identity pools: tags, of which MiniStack answers those that a pool was made with."""

from __future__ import annotations

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "cognito-identity"


@after(_SERVICE, "CreateIdentityPool")
async def remember(call: Call, answer: Answer) -> None:
    """Keeps the tags."""
    tags.put(call, _arn(call, answer["IdentityPoolId"]), call.params.get("IdentityPoolTags"))


@after(_SERVICE, "DescribeIdentityPool", "UpdateIdentityPool")
async def complete(call: Call, answer: Answer) -> None:
    """Answers the tags."""
    answer["IdentityPoolTags"] = tags.mapping(call, _arn(call, answer["IdentityPoolId"]))


@after(_SERVICE, "DeleteIdentityPool")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the tags with the pool."""
    tags.forget(call, _arn(call, call.params["IdentityPoolId"]))


@operation(_SERVICE, "ListTagsForResource")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    return {"Tags": tags.mapping(call, call.params["ResourceArn"])}


@operation(_SERVICE, "TagResource")
async def tag_resource(call: Call) -> Answer:
    """Adds tags."""
    tags.put(call, call.params["ResourceArn"], call.params["Tags"])
    return {}


@operation(_SERVICE, "UntagResource")
async def untag_resource(call: Call) -> Answer:
    """Removes tags."""
    tags.remove(call, call.params["ResourceArn"], call.params["TagKeys"])
    return {}


def _arn(call: Call, pool: str) -> str:
    return call.arn(f"identitypool/{pool}")
