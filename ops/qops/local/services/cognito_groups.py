"""Cognito: changes of groups, which MiniStack lacks.

Made anew, a group would lose its members; so what was changed is kept beside it.
"""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "cognito-idp"
_CHANGEABLE = ("Description", "Precedence", "RoleArn")


@operation(_SERVICE, "UpdateGroup")
async def update_group(call: Call) -> Answer:
    """Changes a group that exists."""
    pool, name = call.params["UserPoolId"], call.params["GroupName"]
    answer = await call.aws(_SERVICE, "GetGroup", UserPoolId=pool, GroupName=name)
    kept = call.records("groups").setdefault(_key(pool, name), {})
    kept.update({key: call.params[key] for key in _CHANGEABLE if key in call.params})
    _complete(call, pool, answer["Group"])
    return answer


@after(_SERVICE, "GetGroup")
async def answer_group(call: Call, answer: Answer) -> None:
    """Answers what was changed."""
    _complete(call, call.params["UserPoolId"], answer["Group"])


@after(_SERVICE, "ListGroups", "AdminListGroupsForUser")
async def answer_groups(call: Call, answer: Answer) -> None:
    """Answers what was changed."""
    for group in answer.get("Groups") or []:
        _complete(call, call.params["UserPoolId"], group)


@after(_SERVICE, "DeleteGroup")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the changes with the group."""
    key = _key(call.params["UserPoolId"], call.params["GroupName"])
    call.records("groups").pop(key, None)


def _complete(call: Call, pool: str, group: dict[str, Any]) -> None:
    group.update(call.records("groups").get(_key(pool, group["GroupName"]), {}))


def _key(pool: str, name: str) -> str:
    return f"{pool}/{name}"
