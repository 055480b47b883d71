"""IAM: tags of identity providers, which MiniStack cannot change, and service-linked roles.

It makes up a description for those.
"""

from __future__ import annotations

from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "iam"
_PATH = "/aws-service-role/"
_MADE_UP = "Service-linked role for "


@after(_SERVICE, "CreateServiceLinkedRole", "GetRole")
async def drop_description(_call: Call, answer: Answer) -> None:
    """A role that was made without a description has none."""
    role: dict[str, Any] = answer.get("Role") or {}
    if role.get("Path", "").startswith(_PATH) and role.get("Description", "").startswith(_MADE_UP):
        role.pop("Description")


@after(_SERVICE, "CreateOpenIDConnectProvider")
async def remember_tags(call: Call, answer: Answer) -> None:
    """Keeps the tags."""
    tags.put(call, answer["OpenIDConnectProviderArn"], call.params.get("Tags"))


@after(_SERVICE, "GetOpenIDConnectProvider")
async def answer_tags(call: Call, answer: Answer) -> None:
    """Answers the tags."""
    answer["Tags"] = tags.pairs(call, call.params["OpenIDConnectProviderArn"])


@after(_SERVICE, "DeleteOpenIDConnectProvider")
async def forget_tags(call: Call, _answer: Answer) -> None:
    """Forgets the tags with the provider."""
    tags.forget(call, call.params["OpenIDConnectProviderArn"])


@operation(_SERVICE, "ListOpenIDConnectProviderTags")
async def list_tags(call: Call) -> Answer:
    """Lists tags."""
    found = tags.pairs(call, call.params["OpenIDConnectProviderArn"])
    return {"Tags": found, "IsTruncated": False}


@operation(_SERVICE, "TagOpenIDConnectProvider")
async def tag_provider(call: Call) -> Answer:
    """Adds tags."""
    tags.put(call, call.params["OpenIDConnectProviderArn"], call.params["Tags"])
    return {}


@operation(_SERVICE, "UntagOpenIDConnectProvider")
async def untag_provider(call: Call) -> Answer:
    """Removes tags."""
    tags.remove(call, call.params["OpenIDConnectProviderArn"], call.params["TagKeys"])
    return {}
