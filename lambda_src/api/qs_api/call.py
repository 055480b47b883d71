"""One request, as the operations see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext

from qs_api.problems import ProblemAnswer
from qscreen.api.routes import SCOPES_OF_GROUP, Group, Scope
from qscreen.wire import WireModel

ModelT = TypeVar("ModelT", bound=WireModel)

_SEES_ALL = frozenset({Group.OPERATOR, Group.ADMIN})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, as the authorizer found.

    Attributes:
        sub: Cognito ``sub`` of the user.
        username: Name of the user.
        scopes: Effective scopes.
        groups: Groups of the user.
    """

    sub: str
    username: str
    scopes: frozenset[str]
    groups: frozenset[str]

    @property
    def sees_all(self) -> bool:
        """Whether the caller may look at what belongs to others."""
        return bool(self.groups & _SEES_ALL)

    @property
    def known_groups(self) -> frozenset[str]:
        """The groups that the platform knows."""
        return self.groups & {group.value for group in Group}

    def may_see(self, owner: str) -> bool:
        """Decide whether the caller may see something.

        Args:
            owner: ``sub`` of its owner.

        Returns:
            Whether it is the caller's own, or the caller is operator or admin.
        """
        return owner == self.sub or self.sees_all


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        caller: Who calls; None for a public operation.
        path: Path parameters by name.
        query: Query parameters by name.
        headers: Headers by lower-case name.
        body: The validated body; None where the operation takes none.
        request_id: API Gateway's id of the request.
        now: When the request arrived.
        context: Lambda's context.
    """

    caller: Identity | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: WireModel | None
    request_id: str
    now: datetime
    context: LambdaContext

    @property
    def user(self) -> Identity:
        """Who calls.

        Raises:
            ProblemAnswer: 401 if the request came without an authorizer's context.
        """
        if self.caller is None:
            raise ProblemAnswer(
                HTTPStatus.UNAUTHORIZED,
                "The request carries no identity.",
                "Sign in and send `Authorization: Bearer <access token>`.",
            )
        return self.caller

    def demand(self, scope: Scope | None) -> None:
        """Refuse a caller without a scope.

        The authorizer has decided already, by API Gateway's idea of the route; this holds for
        the route that is carried out.

        Args:
            scope: The route's scope; None for a public one.

        Raises:
            ProblemAnswer: 401 without an identity, 403 without the scope, or if none of the
                caller's groups has it.
        """
        if scope is None:
            return
        if scope.value not in self.user.scopes:
            raise ProblemAnswer(
                HTTPStatus.FORBIDDEN,
                f"The token does not carry the scope {scope.value}.",
                "Ask an administrator for the role, or sign in with this scope.",
            )
        groups = self.user.known_groups
        if groups and not any(scope in SCOPES_OF_GROUP[Group(name)] for name in groups):
            # The browser's sign-in gives whatever scope was asked for; it is no role.
            raise ProblemAnswer(
                HTTPStatus.FORBIDDEN,
                f"None of your groups has the scope {scope.value}: {', '.join(sorted(groups))}.",
                "Ask an administrator for the role.",
            )

    def body_as(self, model: type[ModelT]) -> ModelT:
        """Give the validated body its type.

        Args:
            model: The operation's request model.

        Returns:
            The body.

        Raises:
            TypeError: If the route table names another model for the operation.
        """
        if not isinstance(self.body, model):
            raise TypeError(f"The route table promises another body than {model.__name__}.")
        return self.body


def identity_of(event: Mapping[str, Any]) -> Identity | None:
    """Read the authorizer's context of a proxy event.

    Args:
        event: The proxy event.

    Returns:
        Who calls, or None if there was no authorizer.
    """
    found = event.get("requestContext", {}).get("authorizer") or {}
    if not found.get("sub"):
        return None
    return Identity(
        sub=str(found["sub"]),
        username=str(found.get("username", "")),
        scopes=frozenset(str(found.get("scopes", "")).split()),
        groups=frozenset(str(found.get("groups", "")).split(",")) - {""},
    )
