"""English forms that depend on a number on the screen."""

import re
from collections.abc import Sequence

from qscreen.orders.clauses import Masked
from qscreen.orders.english_nouns import which
from qscreen.orders.model import AwaitNumber, Compared, Condition, Order, Press, PressUntil

SIZE = r"(?P<size>less|lower|smaller|greater|higher|larger|more) than [$€£₩]?"
NUMBER = rf"(?:an? )?(?:(?P<parity>odd|even) )?number(?: {SIZE}(?P<number>-?\d+(?:\.\d+)?))?"


def _condition(found: re.Match[str]) -> Condition | None:
    """Read *less than 5* and *an even number*."""
    if found["parity"]:
        return Condition(Compared(found["parity"].lower())) if not found["size"] else None
    if not found["size"]:
        return None
    less = found["size"].lower() in {"less", "lower", "smaller"}
    return Condition(Compared.LESS if less else Compared.GREATER, float(found["number"]))


def press_until(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *press 'Roll' until an even number shows* and *generate a number less than 5*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it says no condition.
    """
    condition, wanted = _condition(found), which(found["what"], masked)
    return None if condition is None or wanted is None else (PressUntil(wanted, condition),)


def press_when(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *press 'Buy' when the price is less than 49.60*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The waiting and the press; None when it names nothing to press.
    """
    wanted = which(found["what"], masked)
    less = found["size"].lower() in {"less", "lower", "smaller"}
    condition = Condition(Compared.LESS if less else Compared.GREATER, float(found["number"]))
    if wanted is None:
        return None
    return (AwaitNumber(masked.reveal(found["label"]), condition), Press(wanted))
