"""Words of a line from the gaps in its picture: an engine's spaces are guesses, gaps are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

_EMPTY_COST = 1.0
_AWAY = 0.4
_TOO_MUCH = 6.0
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
    symbols: Sequence[Run], columns: Sequence[bool], height: float, space: float
) -> list[Run]:
    """Puts letters together to words.

    Beside Hangul the gaps of the picture part words, since an engine breaks words between
    syllables; between other letters the engine does, since the gaps around a 1 are as wide as
    spaces.

    Args:
        symbols: Letters of the engine, from the left.
        columns: For each column of the picture whether there is ink in it.
        height: Height of the ink.
        space: From how many columns on a gap is a space.
    """
    if not symbols:
        return []
    segments = _segments(columns, space)
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


def places(parts: Sequence[str], columns: Sequence[bool], height: float) -> list[tuple[int, int]]:
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
    inner = [(a, b) for a, b in empty(columns) if a > first and b < last]
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


def holds_hangul(text: str) -> bool:
    """Whether there is a Korean letter in a text."""
    return bool(_HANGUL.search(text))


def _segments(columns: Sequence[bool], space: float) -> list[tuple[int, int]]:
    """Stretches of ink between spaces."""
    inked = [index for index, ink in enumerate(columns) if ink]
    if not inked:
        return [(0, len(columns))]
    first, last = inked[0], inked[-1] + 1
    spaces = [(a, b) for a, b in empty(columns) if a > first and b < last and b - a >= space]
    starts = [first, *(b for _, b in spaces)]
    ends = [*(a for a, _ in spaces), last]
    return list(zip(starts, ends, strict=True))


def _owners(
    symbols: Sequence[Run], segments: Sequence[tuple[int, int]], height: float
) -> list[int]:
    """The stretch of ink that each letter belongs to.

    Letters stay in order. What fits best has stretches as wide as their letters are together, and
    letters near the place that the engine names, which is a guess.
    """
    # all in heights of the line; this is the one place where Python's own pace is felt
    ends = [0.0, *accumulate(_width(symbol.text) for symbol in symbols)]
    unit = sum(right - left for left, right in segments) / max(ends[-1], 0.1) / height
    ends = [unit * end for end in ends]
    middles = [(symbol.left + symbol.right) / 2 for symbol in symbols]
    count = len(symbols)
    endless = float("inf")
    best = [0.0] + [endless] * count
    reached = 0
    choices: list[list[int]] = []
    for left, right in segments:
        away, so_far = [0.0], 0.0
        for middle in middles:
            so_far += _AWAY * max(left - middle, middle - right, 0.0) / height
            away.append(so_far)
        width = (right - left) / height
        lowest = list(accumulate(best, min))
        row, choice = [endless] * (count + 1), [0] * (count + 1)
        farthest = 0
        for end in range(count + 1):
            least, chosen = best[end] + _EMPTY_COST, end
            long, far = ends[end] - width, away[end]
            for start in range(min(end - 1, reached), -1, -1):
                misfit = long - ends[start]
                if misfit > 0:
                    # with still more letters neither becomes less
                    more = misfit + far - away[start]
                    if misfit > _TOO_MUCH or lowest[start] + more > least:
                        break
                    cost = best[start] + more
                else:
                    cost = best[start] - misfit + far - away[start]
                if cost < least:
                    least, chosen = cost, start
            if least == endless:
                if end > reached:
                    break
                continue
            row[end], choice[end], farthest = least, chosen, end
        best, reached = row, farthest
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


def empty(columns: Sequence[bool]) -> list[tuple[int, int]]:
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
