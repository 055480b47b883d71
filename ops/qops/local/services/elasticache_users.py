"""ElastiCache: users and user groups, which hold on the running Redis servers at once.

Passwords are kept as the digests that Redis itself compares. A user with IAM authentication exists,
but nobody can sign in as it: its tokens cannot be checked by a server on its own.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from qops.local.engines.pool import EngineError
from qops.local.engines.redis import Redis, password_rule
from qops.local.router.registry import Answer, Call, Fault, operation
from qops.local.services.elasticache_settings import tag

_SERVICE = "elasticache"
_DEFAULT = "default"
_ENGINES = ("redis", "valkey")
_MOST_PASSWORDS = 2
_PASSWORD_LENGTHS = range(16, 129)
_KINDS = {"password": "password", "no-password-required": "no-password", "iam": "iam"}
_RULE = re.compile(
    r"on|off|nocommands|allcommands|allkeys|resetkeys|allchannels|resetchannels"
    r"|[~&][^\s]+|[+-]@?[a-z][a-z0-9|_-]*"
)


@operation(_SERVICE, "CreateUser")
async def create_user(call: Call) -> Answer:
    """Makes a user; it can sign in wherever it is in the group of a replication group."""
    params = call.params
    identifier = params["UserId"].lower()
    if identifier in _users(call):
        raise Fault("UserAlreadyExists", f"User {identifier} already exists.")
    user = {
        "UserId": identifier,
        "UserName": params["UserName"],
        "Engine": _engine(params.get("Engine")),
        "AccessString": _access(params["AccessString"]),
        "ARN": call.arn(f"user:{identifier}"),
        **_authentication(params, required=True),
    }
    _users(call)[identifier] = user
    tag(call, user["ARN"], params.get("Tags"))
    return _described_user(call, user)


@operation(_SERVICE, "DescribeUsers")
async def describe_users(call: Call) -> Answer:
    """Describes users."""
    if call.params.get("UserId"):
        return {"Users": [_described_user(call, _user(call, call.params["UserId"]))]}
    return {"Users": [_described_user(call, user) for user in _users(call).values()]}


@operation(_SERVICE, "ModifyUser")
async def modify_user(call: Call) -> Answer:
    """Changes a user; the servers know it before the answer."""
    params = call.params
    user = _user(call, params["UserId"])
    before = dict(user)
    if params.get("AccessString"):
        user["AccessString"] = _access(params["AccessString"])
    if params.get("AppendAccessString"):
        user["AccessString"] = _access(f"{user['AccessString']} {params['AppendAccessString']}")
    if params.get("Engine"):
        user["Engine"] = _engine(params["Engine"])
    user.update(_authentication(params, required=False))
    try:
        for group in _groups_of(call, user["UserId"]):
            await _apply(call, group["UserGroupId"])
    except Fault:
        user.update(before)
        raise
    return _described_user(call, user)


@operation(_SERVICE, "DeleteUser")
async def delete_user(call: Call) -> Answer:
    """Deletes a user, and takes it out of its groups."""
    user = _user(call, call.params["UserId"])
    identifier = user["UserId"]
    groups = _groups_of(call, identifier)
    if identifier == _DEFAULT or (user["UserName"] == _DEFAULT and groups):
        raise Fault("DefaultUserAssociatedToUserGroup", "The default user cannot be deleted.")
    described = _described_user(call, user)
    del _users(call)[identifier]
    call.records("tags").pop(user["ARN"], None)
    for group in groups:
        group["UserIds"].remove(identifier)
        await _apply(call, group["UserGroupId"])
    return {**described, "Status": "deleting"}


@operation(_SERVICE, "CreateUserGroup")
async def create_user_group(call: Call) -> Answer:
    """Makes a group of users; one of them is named ``default``."""
    identifier = call.params["UserGroupId"].lower()
    if identifier in call.records("user-groups"):
        raise Fault("UserGroupAlreadyExists", f"User group {identifier} already exists.")
    engine = _engine(call.params.get("Engine"))
    group = {
        "UserGroupId": identifier,
        "Engine": engine,
        "UserIds": _members(call, engine, call.params.get("UserIds") or []),
        "ARN": call.arn(f"usergroup:{identifier}"),
    }
    call.records("user-groups")[identifier] = group
    tag(call, group["ARN"], call.params.get("Tags"))
    return _described_group(call, group)


@operation(_SERVICE, "DescribeUserGroups")
async def describe_user_groups(call: Call) -> Answer:
    """Describes groups of users."""
    if call.params.get("UserGroupId"):
        return {"UserGroups": [_described_group(call, _group(call, call.params["UserGroupId"]))]}
    groups = call.records("user-groups").values()
    return {"UserGroups": [_described_group(call, group) for group in groups]}


@operation(_SERVICE, "ModifyUserGroup")
async def modify_user_group(call: Call) -> Answer:
    """Adds and removes users; the servers know it before the answer."""
    group = _group(call, call.params["UserGroupId"])
    before = group["UserIds"]
    removed = {name.lower() for name in call.params.get("UserIdsToRemove") or []}
    wanted = [name for name in before if name not in removed]
    wanted += [name.lower() for name in call.params.get("UserIdsToAdd") or []]
    engine = call.params.get("Engine") or group["Engine"]
    group["UserIds"] = _members(call, engine, list(dict.fromkeys(wanted)))
    try:
        await _apply(call, group["UserGroupId"])
    except Fault:
        group["UserIds"] = before
        raise
    return _described_group(call, group)


@operation(_SERVICE, "DeleteUserGroup")
async def delete_user_group(call: Call) -> Answer:
    """Deletes a group that no replication group uses."""
    group = _group(call, call.params["UserGroupId"])
    described = _described_group(call, group)
    if described["ReplicationGroups"]:
        raise Fault("InvalidUserGroupState", "The user group is in use by a replication group.")
    del call.records("user-groups")[group["UserGroupId"]]
    call.records("tags").pop(group["ARN"], None)
    return {**described, "Status": "deleting"}


def server_users(call: Call, replication_group: dict[str, Any]) -> dict[str, list[str]]:
    """The users of a server with their rules.

    Args:
        call: The call.
        replication_group: Record of the group: ``UserGroupIds`` and ``TokenRules``.

    Raises:
        Fault: A user group does not exist.
    """
    identifiers = replication_group.get("UserGroupIds") or []
    if not identifiers:
        let_in = replication_group.get("TokenRules") or ["nopass"]
        return {_DEFAULT: ["on", *let_in, "~*", "&*", "+@all"]}
    rules = {}
    for identifier in identifiers:
        for name in _group(call, identifier)["UserIds"]:
            user = _user(call, name)
            # AWS turns a channel-less access string into one; the rules come in the same order
            rules[user["UserName"]] = [*user["AccessString"].split(), *user["Rules"]]
    return rules


def _users(call: Call) -> dict[str, Any]:
    """Users by identifier; one called ``default`` is there from the beginning."""
    users = call.records("users")
    if _DEFAULT not in users:
        users[_DEFAULT] = {
            "UserId": _DEFAULT,
            "UserName": _DEFAULT,
            "Engine": "redis",
            "AccessString": "on ~* &* +@all",
            "ARN": call.arn(f"user:{_DEFAULT}"),
            "Kind": "no-password",
            "Rules": ["nopass"],
        }
        tag(call, users[_DEFAULT]["ARN"], None)
    return users


def _user(call: Call, identifier: str) -> dict[str, Any]:
    found: dict[str, Any] | None = _users(call).get(identifier.lower())
    if found is None:
        raise Fault("UserNotFound", f"User {identifier} not found.", 404)
    return found


def _group(call: Call, identifier: str) -> dict[str, Any]:
    found: dict[str, Any] | None = call.records("user-groups").get(identifier.lower())
    if found is None:
        raise Fault("UserGroupNotFound", f"UserGroup {identifier} not found.", 404)
    return found


def _groups_of(call: Call, user: str) -> list[dict[str, Any]]:
    return [group for group in call.records("user-groups").values() if user in group["UserIds"]]


def _members(call: Call, engine: str, identifiers: list[str]) -> list[str]:
    """Checked identifiers of the users of a group."""
    users = [_user(call, identifier) for identifier in identifiers]
    names = [user["UserName"] for user in users]
    if len(set(names)) != len(names):
        raise Fault("DuplicateUserName", "Two users of a group have the same name.")
    if _DEFAULT not in names and engine == "redis":
        raise Fault("DefaultUserRequired", "You must include a user that is named default.")
    return [user["UserId"] for user in users]


async def _apply(call: Call, user_group: str) -> None:
    """Gives the users to the servers of a group."""
    for group in call.records("groups").values():
        if user_group not in (group.get("UserGroupIds") or []):
            continue
        engine = call.context.engines.find("redis", group["ReplicationGroupId"])
        if isinstance(engine, Redis):
            try:
                await asyncio.to_thread(engine.set_users, server_users(call, group))
            except EngineError as error:
                raise Fault("InvalidParameterValue", str(error)) from error


def _engine(name: str | None) -> str:
    engine = (name or "redis").lower()
    if engine not in _ENGINES:
        raise Fault("InvalidParameterValue", f"Engine {name} is none of {', '.join(_ENGINES)}.")
    return engine


def _access(text: str) -> str:
    for rule in text.split():
        if not _RULE.fullmatch(rule):
            raise Fault("InvalidParameterValue", f"Access string: {rule} is no rule.")
    return text


def _authentication(params: dict[str, Any], *, required: bool) -> dict[str, Any]:
    """How a user signs in: ``Kind`` as it is described and the ``Rules`` of the server."""
    mode = params.get("AuthenticationMode") or {}
    passwords = mode.get("Passwords") or params.get("Passwords") or []
    kind = _KINDS.get(mode.get("Type", ""))
    if kind is None and params.get("NoPasswordRequired"):
        kind = "no-password"
    if kind is None and passwords:
        kind = "password"
    if kind is None:
        if required:
            raise Fault("InvalidParameterValue", "Passwords or no-password-required is needed.")
        return {}
    if kind != "password":
        return {"Kind": kind, "Rules": ["nopass"] if kind == "no-password" else []}
    if not passwords or len(passwords) > _MOST_PASSWORDS:
        raise Fault("InvalidParameterValue", "A user has one password or two.")
    if any(len(password) not in _PASSWORD_LENGTHS for password in passwords):
        raise Fault("InvalidParameterValue", "A password has 16 to 128 characters.")
    return {"Kind": kind, "Rules": [password_rule(password) for password in passwords]}


def _described_user(call: Call, user: dict[str, Any]) -> dict[str, Any]:
    authentication = {"Type": user["Kind"]}
    if user["Kind"] == "password":
        authentication["PasswordCount"] = len(user["Rules"])
    copied = ("UserId", "UserName", "Engine", "AccessString", "ARN")
    return {
        **{key: user[key] for key in copied},
        "Status": "active",
        "MinimumEngineVersion": "7.0" if user["Kind"] == "iam" else "6.0",
        "UserGroupIds": [group["UserGroupId"] for group in _groups_of(call, user["UserId"])],
        "Authentication": authentication,
    }


def _described_group(call: Call, group: dict[str, Any]) -> dict[str, Any]:
    identifier = group["UserGroupId"]
    return {
        **group,
        "UserIds": list(group["UserIds"]),
        "Status": "active",
        "MinimumEngineVersion": "6.0",
        "ReplicationGroups": [
            name
            for name, one in call.records("groups").items()
            if identifier in (one.get("UserGroupIds") or [])
        ],
    }
