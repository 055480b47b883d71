"""The people of a user pool, as Cognito tells of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qops.names import not_found
from qops.platform.aws import Aws
from qops.platform.client_settings import read_client_settings
from qops.settings import Settings
from qscreen.api.scopes import SCOPES_OF_GROUP, Group

TOTP = "SOFTWARE_TOKEN_MFA"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Person:
    """A user.

    Attributes:
        username: Name for the sign-in.
        sub: Id that everything of the user's bears.
        email: Address; empty without one.
        status: Cognito's word, e.g. ``CONFIRMED`` or ``FORCE_CHANGE_PASSWORD``.
        enabled: Whether the user may sign in.
        created_at: When the user was made.
        groups: The user's groups.
        totp: Whether an authenticator is enrolled; None where it was not asked.
    """

    username: str
    sub: str
    email: str
    status: str
    enabled: bool
    created_at: datetime
    groups: tuple[str, ...]
    totp: bool | None = None

    @property
    def is_admin(self) -> bool:
        """Whether the user administrates now."""
        return self.enabled and Group.ADMIN.value in self.groups


@dataclass(frozen=True, slots=True)
class Role:
    """A group of the pool.

    Attributes:
        name: Its name.
        description: What it says of itself.
        members: How many are in it.
        scopes: Scopes of the API that it carries; none for a group that the platform does not know.
    """

    name: str
    description: str
    members: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """The user pool of an environment.

    Attributes:
        cognito: boto3 client of ``cognito-idp``.
        id: Id of the pool.
    """

    cognito: Any
    id: str

    @classmethod
    def of(cls, settings: Settings, aws: Aws) -> "Pool":
        """The pool that the platform's parameter names.

        Raises:
            PrerequisiteError: The platform is not applied.
        """
        return cls(aws.client("cognito-idp"), read_client_settings(settings, aws).user_pool_id)

    def people(self, *, totp: bool = False) -> tuple[Person, ...]:
        """All users by their names.

        Args:
            totp: Whether to ask for each whether an authenticator is enrolled: a call each.
        """
        members = {name: set(self._members(name)) for name in self._group_names()}
        users = [
            user
            for page in self.cognito.get_paginator("list_users").paginate(UserPoolId=self.id)
            for user in page["Users"]
        ]
        enrolled: dict[str, bool | None] = {}
        if totp:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                names = [str(user["Username"]) for user in users]
                enrolled = dict(zip(names, pool.map(self._has_totp, names), strict=True))
        found = [
            _person(
                user,
                tuple(name for name, who in members.items() if user["Username"] in who),
                enrolled.get(user["Username"]),
            )
            for user in users
        ]
        return tuple(sorted(found, key=lambda one: one.email or one.username))

    def person(self, name: str) -> Person:
        """One user.

        Args:
            name: Name for the sign-in, or the id (``sub``).

        Raises:
            NotFoundError: There is none; the nearest are told.
        """
        try:
            user = self.cognito.admin_get_user(UserPoolId=self.id, Username=name)
        except self.cognito.exceptions.UserNotFoundException as error:
            raise not_found(
                "user",
                name,
                (one.email or one.username for one in self.people()),
                next_step="Look: qops users list",
            ) from error
        groups = self.cognito.get_paginator("admin_list_groups_for_user").paginate(
            UserPoolId=self.id, Username=user["Username"]
        )
        names = tuple(group["GroupName"] for page in groups for group in page["Groups"])
        return _person({**user, "Attributes": user["UserAttributes"]}, names, _enrolled(user))

    def roles(self) -> tuple[Role, ...]:
        """The groups with what they carry, in the pool's order of precedence."""
        pages = self.cognito.get_paginator("list_groups").paginate(UserPoolId=self.id)
        groups = sorted(
            (group for page in pages for group in page["Groups"]),
            key=lambda group: (group.get("Precedence", 0), group["GroupName"]),
        )
        return tuple(
            Role(
                name=group["GroupName"],
                description=group.get("Description", ""),
                members=sum(1 for _ in self._members(group["GroupName"])),
                scopes=_scopes(group["GroupName"]),
            )
            for group in groups
        )

    def _group_names(self) -> list[str]:
        pages = self.cognito.get_paginator("list_groups").paginate(UserPoolId=self.id)
        return [str(group["GroupName"]) for page in pages for group in page["Groups"]]

    def _members(self, group: str) -> Iterator[str]:
        pages = self.cognito.get_paginator("list_users_in_group").paginate(
            UserPoolId=self.id, GroupName=group
        )
        return (str(user["Username"]) for page in pages for user in page["Users"])

    def _has_totp(self, username: str) -> bool | None:
        try:
            user = self.cognito.admin_get_user(UserPoolId=self.id, Username=username)
        except self.cognito.exceptions.UserNotFoundException:
            return None  # gone since the list was made
        return _enrolled(user)


def _enrolled(user: dict[str, Any]) -> bool:
    return TOTP in user.get("UserMFASettingList", ())


def _person(user: dict[str, Any], groups: tuple[str, ...], totp: bool | None) -> Person:
    told = {one["Name"]: one.get("Value", "") for one in user["Attributes"]}
    return Person(
        username=str(user["Username"]),
        sub=told.get("sub", ""),
        email=told.get("email", ""),
        status=str(user["UserStatus"]),
        enabled=bool(user["Enabled"]),
        created_at=user["UserCreateDate"],
        groups=groups,
        totp=totp,
    )


def _scopes(group: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(scope.value for scope in SCOPES_OF_GROUP[Group(group)]))
    except ValueError:
        return ()
