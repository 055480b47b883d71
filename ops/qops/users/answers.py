"""Answers of ``qops users``."""

from datetime import datetime

from pydantic import Field

from qops.answer import Answer
from qops.users.changing import Ended
from qops.users.pool import Person, Role


class UserShown(Answer):
    """A user of the pool."""

    username: str
    sub: str = Field(description="Id that everything of the user's bears.")
    email: str
    status: str = Field(description="Cognito's word: CONFIRMED, FORCE_CHANGE_PASSWORD, ...")
    enabled: bool
    created_at: datetime
    groups: list[str]
    totp: bool | None = Field(
        description="Whether an authenticator is enrolled; null where it was not asked."
    )

    @classmethod
    def of(cls, person: Person) -> "UserShown":
        """From what Cognito tells."""
        return cls(
            username=person.username,
            sub=person.sub,
            email=person.email,
            status=person.status,
            enabled=person.enabled,
            created_at=person.created_at,
            groups=list(person.groups),
            totp=person.totp,
        )


class UsersAnswer(Answer):
    """Answer of ``qops users list``."""

    users: list[UserShown]

    @property
    def essentials(self) -> list[str]:
        """Addresses."""
        return [one.email or one.username for one in self.users]


class UserAnswer(Answer):
    """Answer of ``qops users add``, ``qops users enable`` and ``qops users groups NAME``."""

    user: UserShown
    did: str = Field(description="What was done, one sentence.")

    @property
    def essentials(self) -> list[str]:
        """The name by which Cognito knows the user."""
        return [self.user.username]


class UserDisabledAnswer(Answer):
    """Answer of ``qops users disable``."""

    user: UserShown
    ended_sessions: int = Field(description="Sessions of the platform that were ended.")

    @classmethod
    def of(cls, done: Ended) -> "UserDisabledAnswer":
        """From what was done."""
        return cls(user=UserShown.of(done.person), ended_sessions=done.sessions)


class UserResetAnswer(Answer):
    """Answer of ``qops users reset-totp``."""

    user: UserShown
    ended_sessions: int = Field(description="Sessions of the platform that were ended.")

    @classmethod
    def of(cls, done: Ended) -> "UserResetAnswer":
        """From what was done."""
        return cls(user=UserShown.of(done.person), ended_sessions=done.sessions)


class GroupShown(Answer):
    """A group and what it carries."""

    name: str
    description: str
    members: int
    scopes: list[str]

    @classmethod
    def of(cls, role: Role) -> "GroupShown":
        """From what Cognito and the platform tell."""
        return cls(
            name=role.name,
            description=role.description,
            members=role.members,
            scopes=list(role.scopes),
        )


class GroupsAnswer(Answer):
    """Answer of ``qops users groups``: the groups, or those of one user."""

    groups: list[GroupShown]
    user: UserShown | None = Field(description="The user, where one was named.")
    did: str = Field(description="What was done, one sentence; empty for nothing.")

    @property
    def essentials(self) -> list[str]:
        """The user's groups, or all there are."""
        return self.user.groups if self.user else [one.name for one in self.groups]
