"""Refusals: a request that cannot be carried out as it stands, whoever took it.

The API turns them into problem documents, the MCP servers into results that say so.
"""

from collections.abc import Sequence
from enum import StrEnum

from qscreen.wire import ProblemError


class Why(StrEnum):
    """Kinds of refusals."""

    WRONG = "wrong"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    STALE = "stale"


class RefusedError(Exception):
    """The request was refused; repeating it changes nothing.

    Attributes:
        why: Kind of the refusal.
        detail: What happened and why.
        next_step: What the caller can do.
        faults: Single faults with their places.
    """

    def __init__(
        self, why: Why, detail: str, next_step: str, faults: Sequence[ProblemError] = ()
    ) -> None:
        """Say why.

        Args:
            why: Kind of the refusal.
            detail: What happened and why; ids only, never a value of the user's.
            next_step: What the caller can do.
            faults: Single faults with their places.
        """
        super().__init__(f"{detail} {next_step}")
        self.why = why
        self.detail = detail
        self.next_step = next_step
        self.faults = tuple(faults)


class Refusal(StrEnum):
    """Why no run was started."""

    DEVICE_UNKNOWN = "device_unknown"
    DEVICE_REVOKED = "device_revoked"
    KEY_REUSED = "key_reused"


class RunRefusedError(Exception):
    """The request cannot become a run; repeating it changes nothing.

    Attributes:
        refusal: Why.
    """

    def __init__(self, refusal: Refusal, message: str) -> None:
        """Say why.

        Args:
            refusal: Why, for the caller.
            message: Why, and what to do, for a person.
        """
        super().__init__(message)
        self.refusal = refusal


def missing(what: str, identifier: str) -> RefusedError:
    """Say that something does not exist, or is not the caller's: the two look the same.

    Args:
        what: What was asked for, e.g. ``template``.
        identifier: Its id as the caller gave it.

    Returns:
        The refusal to raise.
    """
    return RefusedError(
        Why.NOT_FOUND,
        f"There is no {what} {identifier!r} that belongs to you.",
        f"Check the id; list the {what}s to see yours.",
    )


def stale(what: str, identifier: str) -> RefusedError:
    """Say that something was changed since the caller looked at it.

    Args:
        what: What was to be changed.
        identifier: Its id.

    Returns:
        The refusal to raise.
    """
    return RefusedError(
        Why.STALE,
        f"The {what} {identifier!r} was changed or deleted since you looked at it.",
        f"Read the {what} again, apply your change to what it is now, and send its new etag.",
    )
