"""Words of a line from the gaps in its picture: an engine's spaces are guesses, gaps are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

_SPACE = 0.26
"""A gap of this share of the height of the text is a space between Korean words."""
_SPACE_RANGE = (0.75, 1.4)
"""Where the border between gaps and spaces is looked for in a line, as shares of that width."""
_EMPTY_COST = 1.0
_AWAY = 0.4
_MUCH = 2.0
_HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")


@dataclass(frozen=True)
class Run:
    """A text from one column of a line's picture to another.

    Attributes:
        text: What it says.
        confidence: How sure the engine is, 0 to 100.
        left: First column.
        right: Column after the last one.
        begins: Whether the engine began a word with it.
    """

    text: str
    confidence: float
    left: float
    right: float
    begins: bool = True


def words(
    symbols: Sequence[Run], columns: Sequence[bool], height: int, softness: float = 0.0
) -> list[Run]:
    """Puts letters together to words.

    Beside Hangul the gaps of the picture part words, since an engine breaks words between
    syllables; between other letters the engine does, since the gaps around a 1 are as wide as
    spaces.

    Args:
        symbols: Letters of the engine, from the left.
        columns: For each column of the picture whether there is ink in it.
        height: Height of the ink.
        softness: By how many columns soft edges narrow a gap.
    """
    if not symbols:
        return []
    segments = _segments(columns, max(1.0, _SPACE * height - softness))
    owners = _owners(symbols, segments, height)
    groups: list[list[int]] = []
    for index, symbol in enumerate(symbols):
        if groups:
            before = symbols[index - 1]
            parted = symbol.begins
            if _HANGUL.search(before.text) or _HANGUL.search(symbol.text):
                parted = owners[index] != owners[index - 1]
            if not parted:
                groups[-1].append(index)
                continue
        groups.append([index])
    out = []
    for number, group in enumerate(groups):
        first, last = group[0], group[-1]
        left, right = symbols[first].left, symbols[last].right
        if number == 0 or owners[first] != owners[groups[number - 1][-1]]:
            left = segments[owners[first]][0]
        if number + 1 == len(groups) or owners[last] != owners[groups[number + 1][0]]:
            right = segments[owners[last]][1]
        confidence = sum(symbols[index].confidence for index in group) / len(group)
        text = "".join(symbols[index].text for index in group)
        out.append(Run(text, confidence, left, max(right, left + 1)))
    return out


def places(parts: Sequence[str], columns: Sequence[bool], height: int) -> list[tuple[int, int]]:
    """Where words are whose texts are known but not their places.

    The widest gaps of the line are taken for the spaces. Where there are fewer gaps than spaces,
    the width is shared by the number of letters.

    Args:
        parts: The words, from the left.
        columns: For each column of the picture whether there is ink in it.
        height: Height of the ink.
    """
    inked = [index for index, ink in enumerate(columns) if ink]
    if not inked:
        return [(0, len(columns))] * len(parts)
    first, last = inked[0], inked[-1] + 1
    inner = [(a, b) for a, b in _empty(columns) if a > first and b < last]
    widest = sorted(inner, key=lambda gap: gap[0] - gap[1])[: len(parts) - 1]
    if len(widest) == len(parts) - 1 and all(b - a >= 0.12 * height for a, b in widest):
        edges = sorted(widest)
        starts = [first, *(b for _, b in edges)]
        ends = [*(a for a, _ in edges), last]
        return list(zip(starts, ends, strict=True))
    letters = sum(map(len, parts)) + len(parts) - 1
    unit = (last - first) / letters
    found = []
    at = float(first)
    for part in parts:
        found.append((round(at), round(at + unit * len(part))))
        at += unit * (len(part) + 1)
    return found


def latin_stretches(runs: Sequence[Run]) -> list[tuple[int, int]]:
    """Stretches of words without Hangul, as first and last (exclusive) place."""
    stretches: list[tuple[int, int]] = []
    for index, run in enumerate(runs):
        if _HANGUL.search(run.text):
            continue
        if stretches and stretches[-1][1] == index:
            stretches[-1] = (stretches[-1][0], index + 1)
        else:
            stretches.append((index, index + 1))
    return stretches


def _segments(columns: Sequence[bool], space: float) -> list[tuple[int, int]]:
    """Stretches of ink between gaps of about the width of a space."""
    inked = [index for index, ink in enumerate(columns) if ink]
    if not inked:
        return [(0, len(columns))]
    first, last = inked[0], inked[-1] + 1
    gaps = [(a, b) for a, b in _empty(columns) if a > first and b < last]
    border = _border([b - a for a, b in gaps], space)
    spaces = [(a, b) for a, b in gaps if b - a >= border]
    starts = [first, *(b for _, b in spaces)]
    ends = [*(a for a, _ in spaces), last]
    return list(zip(starts, ends, strict=True))


def _border(gaps: Sequence[int], space: float) -> float:
    """From which width a gap is a space: the middle of the widest step near the usual width."""
    low, high = _SPACE_RANGE[0] * space, _SPACE_RANGE[1] * space
    near = sorted({low, high, *(float(gap) for gap in gaps if low <= gap <= high)})
    steps = [(after - before, (before + after) / 2) for before, after in pairwise(near)]
    widest = max(step for step, _ in steps)
    return min(
        (middle for step, middle in steps if step >= 0.8 * widest),
        key=lambda middle: abs(middle - space),
    )


def _owners(symbols: Sequence[Run], segments: Sequence[tuple[int, int]], height: int) -> list[int]:
    """The stretch of ink that each letter belongs to.

    Letters stay in order. What fits best has stretches as wide as their letters are together, and
    letters near the place that the engine names, which is a guess.
    """
    units = [_width(symbol.text) for symbol in symbols]
    ends = [0.0, *accumulate(units)]
    unit = sum(right - left for left, right in segments) / max(ends[-1], 0.1)
    count = len(symbols)
    endless = float("inf")
    best = [0.0] + [endless] * count
    choices: list[list[int]] = []
    for left, right in segments:
        away = [0.0]
        for symbol in symbols:
            middle = (symbol.left + symbol.right) / 2
            away.append(away[-1] + max(left - middle, middle - right, 0.0) / height)
        row, choice = [endless] * (count + 1), [0] * (count + 1)
        for end in range(count + 1):
            for start in range(end, -1, -1):
                cost = best[start]
                if start == end:
                    cost += _EMPTY_COST
                else:
                    misfit = unit * (ends[end] - ends[start]) - (right - left)
                    cost += abs(misfit) / height + _AWAY * (away[end] - away[start])
                    if misfit > _MUCH * height and cost > row[end]:
                        break
                if cost < row[end]:
                    row[end], choice[end] = cost, start
        best = row
        choices.append(choice)
    owners = [0] * count
    end = count
    for number in range(len(segments) - 1, -1, -1):
        start = choices[number][end]
        owners[start:end] = [number] * (end - start)
        end = start
    return owners


def _width(text: str) -> float:
    """How wide a letter is beside a syllable."""
    if _HANGUL.search(text):
        return 1.0
    return 0.6 if text.isalnum() else 0.35


def _empty(columns: Sequence[bool]) -> list[tuple[int, int]]:
    """Stretches without ink."""
    stretches = []
    start = None
    for index, ink in enumerate(columns):
        if not ink and start is None:
            start = index
        elif ink and start is not None:
            stretches.append((start, index))
            start = None
    if start is not None:
        stretches.append((start, len(columns)))
    return stretches
