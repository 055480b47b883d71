"""From which width on a gap between syllables is a space: one answer for all lines of a size.

Tesseract guesses spaces between Korean words, often wrongly, and one line has too few gaps to tell.
All lines of a screen whose letters have the same size do: between the gaps inside of words and
the spaces hardly any gap lies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

from qops.reading.gaps import Run, empty, holds_hangul

USUAL = 0.22
"""Width of the border in heights of the line, where nothing else is known."""
_PARTS = 100
"""Widths are told apart to this share of the height of the line."""
_LEAST, _MOST = 8, 60
"""Where the border is looked for, in such shares."""
_BLUR = 2.0
_AWAY = 0.1
"""What a border twice as wide as usual costs, beside one on which the engine's guesses all fail."""
_NEAR = 0.35


@dataclass(frozen=True)
class Measured:
    """A line that has been read.

    Attributes:
        size: Height of its row in pixels of the picture.
        height: The same in columns of ``columns``.
        columns: For each column of its picture whether there is ink in it.
        letters: What the engine read, from the left.
    """

    size: int
    height: float
    columns: Sequence[bool]
    letters: Sequence[Run]


def borders(lines: Sequence[Measured]) -> dict[int, float]:
    """The border for each size of line, in heights of the line.

    Args:
        lines: All lines of a picture.
    """
    gaps: dict[int, list[tuple[float, bool]]] = {}
    for line in lines:
        gaps.setdefault(line.size, []).extend(_gaps(line))
    return {
        size: _border([gap for near in (-1, 0, 1) for gap in gaps.get(size + near, [])])
        for size in gaps
    }


def _border(gaps: Sequence[tuple[float, bool]]) -> float:
    """Where few gaps lie, few guesses of the engine are wrong, and not far from the usual."""
    if not gaps:
        return USUAL
    widths = Counter((round(width * _PARTS), space) for width, space in gaps)

    def cost(border: int) -> float:
        crowd = sum(
            count * exp(-(((width - border) / _BLUR) ** 2) / 2)
            for (width, _), count in widths.items()
        )
        wrong = sum(count for (width, space), count in widths.items() if (width >= border) != space)
        return (crowd + wrong) / len(gaps) + _AWAY * abs(log(border / _PARTS / USUAL))

    return min(range(_LEAST, _MOST), key=cost) / _PARTS


def _gaps(line: Measured) -> list[tuple[float, bool]]:
    """Gaps between syllables in heights of the line, with whether the engine saw a space there."""
    between = [
        ((before.right + after.left) / 2, after.begins)
        for before, after in pairwise(line.letters)
        if holds_hangul(before.text) and holds_hangul(after.text)
    ]
    found = []
    for left, right in empty(line.columns)[1:-1]:
        middle = (left + right) / 2
        near = [space for at, space in between if abs(at - middle) <= _NEAR * line.height]
        if near:
            found.append(((right - left) / line.height, any(near)))
    return found
