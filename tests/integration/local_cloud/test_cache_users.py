"""Users of ElastiCache hold on the real Redis server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis

FIRST, SECOND, THIRD = (f"a-password-number-{number}" for number in (1, 2, 3))


@pytest.fixture
def group(client: Any) -> Iterator[dict[str, Any]]:
    """A replication group with a switched-off default user and an application user."""
    cache = client("elasticache")
    cache.create_user(
        UserId="u-default",
        UserName="default",
        Engine="redis",
        AccessString="off ~* -@all",
        NoPasswordRequired=True,
    )
    cache.create_user(
        UserId="u-app",
        UserName="app",
        Engine="redis",
        AccessString="on ~qs:* +@all -@dangerous",
        AuthenticationMode={"Type": "password", "Passwords": [FIRST]},
    )
    cache.create_user_group(UserGroupId="u", Engine="redis", UserIds=["u-default", "u-app"])
    made = cache.create_replication_group(
        ReplicationGroupId="users",
        ReplicationGroupDescription="users",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=1,
        TransitEncryptionEnabled=True,
        UserGroupIds=["u"],
    )
    yield made["ReplicationGroup"]["NodeGroups"][0]["PrimaryEndpoint"]
    cache.delete_replication_group(ReplicationGroupId="users")
    cache.delete_user_group(UserGroupId="u")
    for user in ("u-app", "u-default"):
        cache.delete_user(UserId=user)


def signed_in(endpoint: dict[str, Any], password: str | None, name: str | None = "app") -> bool:
    """Whether a user may read one of its keys."""
    with redis.Redis(
        host=endpoint["Address"], port=endpoint["Port"], username=name, password=password
    ) as connection:
        try:
            connection.get("qs:key")
        except redis.AuthenticationError:
            return False
        return True


def test_users_are_enforced(group: dict[str, Any]) -> None:
    assert signed_in(group, FIRST)
    assert not signed_in(group, SECOND)
    assert not signed_in(group, None, None)
    with redis.Redis(
        host=group["Address"], port=group["Port"], username="app", password=FIRST
    ) as connection:
        connection.set("qs:key", "1")
        with pytest.raises(redis.exceptions.NoPermissionError):
            connection.get("other")
        with pytest.raises(redis.exceptions.NoPermissionError):
            connection.flushall()


def test_a_change_of_passwords_holds_at_once(client: Any, group: dict[str, Any]) -> None:
    cache = client("elasticache")
    both = {"Type": "password", "Passwords": [FIRST, SECOND]}
    changed = cache.modify_user(UserId="u-app", AuthenticationMode=both)
    assert changed["Authentication"] == {"Type": "password", "PasswordCount": 2}
    assert signed_in(group, FIRST)
    assert signed_in(group, SECOND)
    cache.modify_user(UserId="u-app", Passwords=[THIRD])
    assert [signed_in(group, one) for one in (FIRST, SECOND, THIRD)] == [False, False, True]
    cache.modify_user(UserId="u-app", AccessString="off ~qs:* +@all")
    assert not signed_in(group, THIRD)


def test_rules_that_the_server_refuses_change_nothing(client: Any, group: dict[str, Any]) -> None:
    cache = client("elasticache")
    with pytest.raises(cache.exceptions.ClientError, match="nosuchcommand"):
        cache.modify_user(UserId="u-app", AccessString="on ~* +nosuchcommand")
    assert signed_in(group, FIRST)
    described = cache.describe_users(UserId="u-app")["Users"][0]
    assert described["AccessString"] == "on ~qs:* +@all -@dangerous"


def test_members_of_a_group_come_and_go(client: Any, group: dict[str, Any]) -> None:
    cache = client("elasticache")
    cache.create_user(
        UserId="u-more",
        UserName="more",
        Engine="redis",
        AccessString="on ~qs:* +@read",
        Passwords=[SECOND],
    )
    assert not signed_in(group, SECOND, "more")
    cache.modify_user_group(UserGroupId="u", UserIdsToAdd=["u-more"])
    assert signed_in(group, SECOND, "more")
    cache.delete_user(UserId="u-more")
    assert not signed_in(group, SECOND, "more")
    assert cache.describe_user_groups(UserGroupId="u")["UserGroups"][0]["UserIds"] == [
        "u-default",
        "u-app",
    ]
    with pytest.raises(cache.exceptions.InvalidUserGroupStateFault):
        cache.delete_user_group(UserGroupId="u")
