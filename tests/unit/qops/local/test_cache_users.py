"""Users of ElastiCache: what is refused, and the rules that the servers get."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from qops.local.router.registry import Fault
from qops.local.services.elasticache_users import server_users

WORD = "a-password-of-some-length"


def user(desk: Any, name: str, **settings: Any) -> dict[str, Any]:
    """Makes a user whose id is its name."""
    wanted = {"AccessString": "on ~* +@read", "Passwords": [WORD], **settings}
    made: dict[str, Any] = desk.operate(
        "elasticache",
        "CreateUser",
        **{"UserId": name, "UserName": name, "Engine": "redis", **wanted},
    )
    return made


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"Passwords": []}, "is needed"),
        ({"Passwords": ["short"]}, "16 to 128"),
        ({"Passwords": [WORD + str(number) for number in range(3)]}, "one password or two"),
        ({"AccessString": "on ~* >secret"}, ">secret is no rule"),
        ({"AccessString": "on ~* nopass"}, "nopass is no rule"),
        ({"Engine": "memcached"}, "is none of"),
    ],
)
def test_a_wrong_user_is_refused(desk: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(Fault, match=message):
        user(desk, "u", **settings)


def test_a_group_needs_a_default_user_and_different_names(desk: Any) -> None:
    user(desk, "app")
    user(desk, "other", UserName="app")
    with pytest.raises(Fault, match="named default"):
        desk.operate("elasticache", "CreateUserGroup", UserGroupId="g", UserIds=["app"])
    with pytest.raises(Fault, match="same name"):
        desk.operate(
            "elasticache",
            "CreateUserGroup",
            UserGroupId="g",
            UserIds=["default", "app", "other"],
        )
    with pytest.raises(Fault, match="not found"):
        desk.operate("elasticache", "CreateUserGroup", UserGroupId="g", UserIds=["none"])


def test_a_server_gets_digests_and_never_a_password(desk: Any) -> None:
    user(desk, "off", UserName="default", AccessString="off ~* -@all", NoPasswordRequired=True)
    user(desk, "app")
    user(desk, "iam", AuthenticationMode={"Type": "iam"}, Passwords=[])
    desk.operate("elasticache", "CreateUserGroup", UserGroupId="g", UserIds=["off", "app", "iam"])
    rules = server_users(desk.call("elasticache", "x"), {"UserGroupIds": ["g"]})
    digest = hashlib.sha256(WORD.encode()).hexdigest()
    assert rules == {
        "default": ["off", "~*", "-@all", "nopass"],
        "app": ["on", "~*", "+@read", f"#{digest}"],
        "iam": ["on", "~*", "+@read"],
    }
    assert WORD not in str(desk.context.store.__dict__)


def test_without_users_a_token_or_nothing_lets_in(desk: Any) -> None:
    call = desk.call("elasticache", "x")
    assert server_users(call, {})["default"][:2] == ["on", "nopass"]
    assert server_users(call, {"TokenRules": ["#1", "#2"]})["default"][:3] == ["on", "#1", "#2"]


def test_a_user_that_is_deleted_leaves_its_groups(desk: Any) -> None:
    user(desk, "app")
    desk.operate("elasticache", "CreateUserGroup", UserGroupId="g", UserIds=["default", "app"])
    found = desk.operate("elasticache", "DescribeUsers", UserId="app")["Users"][0]
    assert found["UserGroupIds"] == ["g"]
    assert found["Authentication"] == {"Type": "password", "PasswordCount": 1}
    desk.operate("elasticache", "DeleteUser", UserId="app")
    groups = desk.operate("elasticache", "DescribeUserGroups", UserGroupId="g")["UserGroups"]
    assert groups[0]["UserIds"] == ["default"]
    with pytest.raises(Fault, match="cannot be deleted"):
        desk.operate("elasticache", "DeleteUser", UserId="default")
