"""Ranges of cells, and what is read of them."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qs_mcp import ToolFault
from qs_mcp_document.cells import Value
from qs_mcp_document.models import CellType
from qs_mcp_document.parts import FAILED

MOST_COLUMNS = 200

_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})(:\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6}))?")

Cell = tuple[Value, CellType]
EMPTY: Cell = (None, "empty")


@dataclass(frozen=True, slots=True)
class Area:
    """A range of cells, both ends included, from 1.

    Attributes:
        left: First column.
        top: First row.
        right: Last column that is read.
        bottom: Last row that is read.
        asked_right: Last column that was asked for.
        asked_bottom: Last row that was asked for.
    """

    left: int
    top: int
    right: int
    bottom: int
    asked_right: int = sys.maxsize
    asked_bottom: int = sys.maxsize

    @property
    def width(self) -> int:
        """Columns that are read."""
        return self.right - self.left + 1


class Row(NamedTuple):
    """What a row has within a range.

    Attributes:
        number: Its number, from 1.
        cells: Its cells from the range's first column on, as far as they are read.
        wider: Whether it has more of what was asked for.
    """

    number: int
    cells: Sequence[Cell]
    wider: bool

    @property
    def filled(self) -> int:
        """Columns up to the last cell that is not empty."""
        return max(
            (place for place, (_, kind) in enumerate(self.cells, 1) if kind != "empty"), default=0
        )


def area_of(text: str | None, max_rows: int) -> Area:
    """Read a range.

    Args:
        text: E.g. ``A1:D20`` or ``B2``; None for the whole sheet.
        max_rows: Most rows.

    Returns:
        The range, no larger than may be read.

    Raises:
        ToolFault: If it is none.
    """
    if text is None:
        return Area(1, 1, MOST_COLUMNS, max_rows)
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise _bad_range("It must look like A1:D20.")
    left, top = number_of(found[1]), int(found[2])
    right, bottom = (number_of(found[4]), int(found[5])) if found[3] else (left, top)
    if right < left or bottom < top:
        raise _bad_range("Its end lies before its beginning.")
    return Area(
        left,
        top,
        min(right, left + MOST_COLUMNS - 1),
        min(bottom, top + max_rows - 1),
        right,
        bottom,
    )


def number_of(letters: str) -> int:
    """Number of a column.

    Args:
        letters: E.g. ``AB``.

    Returns:
        Its number, from 1.
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters_of(number: int) -> str:
    """Letters of a column.

    Args:
        number: Its number, from 1.

    Returns:
        E.g. ``AB``.
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _bad_range(why: str) -> ToolFault:
    return ToolFault(FAILED, f"The range cannot be used. {why}", "Correct the range.")
