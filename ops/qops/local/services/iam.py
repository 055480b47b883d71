"""IAM: tags of identity providers, which MiniStack cannot change, and service-linked roles.

It describes those in words of its own.
"""

from __future__ import annotations

from typing import Any

from qops.local.router import tags
from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "iam"
_PATH = "/aws-service-role/"


@after(_SERVICE, "CreateServiceLinkedRole", "GetRole", "UpdateRole", "UpdateRoleDescription")
async def describe_service_role(call: Call, answer: Answer) -> None:
    """A service-linked role has the description it was given, or none."""
    described = call.records("descriptions")
    role: dict[str, Any] = answer.get("Role") or {}
    name = str(role.get("RoleName") or call.params.get("RoleName"))
    if call.operation == "CreateServiceLinkedRole" or (
        name in described and call.params.get("Description") is not None
    ):
        described[name] = call.params.get("Description")
    if not role.get("Path", "").startswith(_PATH):
        return
    role.pop("Description", None)
    if described.get(name):
        role["Description"] = described[name]


@after(_SERVICE, "DeleteServiceLinkedRole")
async def forget_description(call: Call, _answer: Answer) -> None:
    """Forgets the description with the role."""
    call.records("descriptions").pop(call.params["RoleName"], None)


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
