"""Who calls, as the authorizer of API Gateway found."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from qscreen.api.scopes import Group
from qscreen.tools import Risk

_CHANGING = frozenset({Group.USER, Group.OPERATOR, Group.ADMIN})


@dataclass(frozen=True, slots=True)
class Caller:
    """The user of one call.

    Attributes:
        user_id: Cognito ``sub`` of the user.
        groups: Groups of the user.
        scopes: Effective scopes.
        request_id: API Gateway's id of the request.
    """

    user_id: str
    groups: frozenset[str]
    scopes: frozenset[str]
    request_id: str

    def may(self, risk: Risk) -> bool:
        """Decide by role whether a tool of a category may be called.

        Args:
            risk: The tool's category.

        Returns:
            Whether it only reads, or the user is more than a viewer.
        """
        return risk is Risk.READ or bool(self.groups & _CHANGING)


_caller: ContextVar[Caller] = ContextVar("caller")


def caller() -> Caller:
    """Say who makes the call that is being carried out.

    Returns:
        The caller.

    Raises:
        RuntimeError: If no call is being carried out.
    """
    try:
        return _caller.get()
    except LookupError:
        raise RuntimeError("caller() has an answer during a call of a tool only.") from None


@contextmanager
def calling_as(who: Caller) -> Iterator[None]:
    """Carry out what follows as the call of a user.

    Args:
        who: The user.

    Yields:
        Nothing.
    """
    token = _caller.set(who)
    try:
        yield
    finally:
        _caller.reset(token)


def caller_of(event: Mapping[str, Any]) -> Caller | None:
    """Read the authorizer's context of a proxy event.

    Args:
        event: The proxy event.

    Returns:
        Who calls, or None if there was no authorizer.
    """
    context = event.get("requestContext") or {}
    found = context.get("authorizer") or {}
    if not found.get("sub"):
        return None
    return Caller(
        user_id=str(found["sub"]),
        groups=frozenset(str(found.get("groups", "")).split(",")) - {""},
        scopes=frozenset(str(found.get("scopes", "")).split()),
        request_id=str(context.get("requestId", "")),
    )
