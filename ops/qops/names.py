"""Names that a person gave and that nothing has: the nearest ones are told."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from http import HTTPStatus
from typing import TypeVar

from qops.errors import QopsError
from qscreen.api.transport import ApiProblem

T = TypeVar("T")

_MOST = 3
_ALIKE = 0.5
"""Likeness (0 to 1) from which a name is worth telling: `work-job` and `work-jobs` have 0.94."""


class NotFoundError(QopsError):
    """There is nothing of that name."""

    code = "not_found"


def near(wanted: str, known: Iterable[str]) -> list[str]:
    """The names that somebody may have meant, the likeliest first.

    Args:
        wanted: What was given.
        known: What there is.

    Returns:
        Three at most.
    """
    names = list(dict.fromkeys(known))
    holding = [name for name in names if wanted and wanted.lower() in name.lower()]
    alike = get_close_matches(wanted, names, n=_MOST, cutoff=_ALIKE)
    return list(dict.fromkeys([*holding, *alike]))[:_MOST]


def not_found(
    kind: str, wanted: str, known: Iterable[str], *, next_step: str, why: str = ""
) -> NotFoundError:
    """The error for a name that nothing has.

    Args:
        kind: What it should have named, e.g. ``run``.
        wanted: What was given.
        known: What there is, as far as it may be told.
        next_step: How to see all that there is.
        why: What else is known; may be empty.
    """
    meant = near(wanted, known)
    told = f"The nearest: {', '.join(meant)}." if meant else ""
    return NotFoundError(
        f"There is no {kind} {wanted!r}.",
        why=" ".join(part for part in (why, told) if part),
        next_step=next_step,
    )


def or_nearest(
    kind: str,
    wanted: str,
    ask: Callable[[], T],
    known: Callable[[], Iterable[str]],
    *,
    why: str,
    next_step: str,
) -> T:
    """What the API answers; where it knows no such thing, the error that tells the nearest.

    Args:
        kind: What it should name, e.g. ``run``.
        wanted: What was given.
        ask: Asks the API.
        known: What there is; asked only when it is needed.
        why: What else is known.
        next_step: How to see all that there is.

    Raises:
        NotFoundError: There is none for the caller.
        ApiError: The API refused for another reason, or does not answer.
    """
    try:
        return ask()
    except ApiProblem as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        raise not_found(kind, wanted, known(), why=why, next_step=next_step) from error
