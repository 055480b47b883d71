"""English forms that scroll, mark, drag, sort and resize."""

import re
from collections.abc import Sequence

from qscreen.grammar.lexicon_en import NUMBERS
from qscreen.orders.clauses import Masked
from qscreen.orders.english_nouns import ALL, nth_of, which
from qscreen.orders.model import (
    DragAway,
    Highlight,
    MoveOnto,
    MoveTo,
    Order,
    Resize,
    ScrollTo,
    Sort,
)

_ROWS = {"top": -1, "upper": -1, "middle": 0, "center": 0, "bottom": 1, "lower": 1}
_COLUMNS = {"left": -1, "middle": 0, "center": 0, "right": 1}
_WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def scroll(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *scroll the list to the bottom*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    wanted = which(found["what"], masked)
    return None if wanted is None else (ScrollTo(wanted, found["end"].lower() == "bottom"),)


def resize(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *resize the note so that its width is larger*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    wanted = which(found["what"], masked)
    if wanted is None:
        return None
    size = found["size"].lower()
    larger = size in {"larger", "bigger", "wider", "taller", "greater"}
    return (Resize(wanted, found["side"].lower() == "width", larger),)


def highlight(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *highlight the text in the 2nd paragraph*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    wanted = which(found["what"], masked)
    return None if wanted is None else (Highlight(wanted),)


def drag(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *drag A onto B*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    if ALL.match(found["what"]):
        return None
    wanted, onto = which(found["what"], masked), which(found["onto"], masked)
    return None if wanted is None or onto is None else (MoveOnto(wanted, onto),)


def move_to_place(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *drag A to the 3rd position*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    wanted, nth = which(found["what"], masked), nth_of(found["nth"])
    return None if wanted is None or nth is None else (MoveTo(wanted, nth=nth),)


def move_to_side(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *drag A to the top left*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    wanted = which(found["what"], masked)
    row, column = found["row"].lower(), (found["column"] or "center").lower()
    side = _ROWS.get(row, 0), _COLUMNS[column if row in _ROWS else row]
    return None if wanted is None else (MoveTo(wanted, side=side),)


def move_by(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *drag A up by two*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    wanted, count = which(found["what"], masked), found["count"].lower()
    right, down = _WAYS[found["way"].lower()]
    steps = NUMBERS.get(count) or (int(count) if count.isdigit() else 0)
    return (MoveTo(wanted, by=(down * steps, right * steps)),) if wanted and steps else None


def sort(found: re.Match[str], _: Masked) -> Sequence[Order]:
    """Read *sort the numbers in increasing order*.

    Args:
        found: The form.

    Returns:
        The order.
    """
    return (Sort(found["way"].lower() in {"decreasing", "descending"}),)


def drag_away(found: re.Match[str], masked: Masked) -> Sequence[Order] | None:
    """Read *drag the circle left*.

    Args:
        found: The form.
        masked: The goal.

    Returns:
        The order; None when it names nothing.
    """
    wanted = which(found["what"], masked)
    right, down = _WAYS[found["way"].lower()]
    return None if wanted is None else (DragAway(wanted, right, down),)
