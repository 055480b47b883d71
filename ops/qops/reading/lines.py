"""Where lines of text are in a picture, and their letters as dark on white.

PP-OCR's detector says where text is, on half of the picture's size: that takes a fifth of the time
and finds the same lines. Their exact edges come from the ink of the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from qops.reading.result import Box

_SCALE = 0.5
_MULTIPLE = 32
"""The detector halves the picture five times."""
_TEXT, _TEXT_MEAN = 0.3, 0.5
_FLAT_RULING, _UPRIGHT_RULING = 96, 48
"""Thin strokes of this length, in pixels, belong to frames and tables; the flat strokes of Korean
letters beside each other, as in 로그, come to half of it."""
_THICKEST = 5
_CROSSING = 3
"""A line that is no thicker than two pixels interrupts another one where they cross."""
_CONTRAST = 12
_STROKE = 15
"""Letters are thinner than this, in pixels, but for those of headings."""
_FAINTEST = 24
_INK = 0.35
"""Share of the strongest contrast of a line from which a pixel is ink."""
_APART = 1.6
"""A gap of this many heights of a line parts it in two."""
_HEIGHT = 48
"""Tesseract's networks see 36 rows, PP-OCR's 48: more cost time to find the layout of a line, and
find no other letters."""
_MARGIN = 0.3
_SIDE = 5
Picture = Any
"""An array of height, width and three channels (red, green, blue), 8 bit each."""


@dataclass(frozen=True)
class TextLine:
    """A line, dark on white, enlarged and with a margin.

    Attributes:
        grey: Its pixels.
        ink: Which of them are ink.
        height: Height of the ink of the whole row that it is from, in pixels of ``grey``.
        left: Where ``grey`` begins in the picture.
        top: Where ``grey`` begins in the picture.
        scale: By how much it is enlarged.
        limits: What words may cover of the picture.
    """

    grey: Any
    ink: Any
    height: float
    left: float
    top: float
    scale: float
    limits: Box

    @property
    def columns(self) -> list[bool]:
        """For each column whether there is ink in it."""
        return list(map(bool, self.ink.any(0)))

    def place(self, left: float, right: float) -> Box:
        """Where columns of the line are in the picture, around their ink."""
        first = max(0, int(left))
        end = max(int(right), first + 1)
        rows = np.flatnonzero(self.ink[:, first:end].any(1))
        top, bottom = (rows[0], rows[-1] + 1) if rows.size else (0, self.ink.shape[0])
        return Box(
            max(self.limits.left, self.left + first / self.scale),
            max(self.limits.top, self.top + float(top) / self.scale),
            min(self.limits.right, self.left + end / self.scale),
            min(self.limits.bottom, self.top + float(bottom) / self.scale),
        )


@dataclass(frozen=True)
class _Ink:
    """How much each pixel stands out: dark on light, and light on dark."""

    dark: Any
    light: Any


@dataclass(frozen=True)
class _Surroundings:
    """A text in the picture: ``label`` in ``owner``, which tells whose core a pixel belongs to."""

    grey: Any
    ink: _Ink
    uprights: Any
    owner: Any
    label: int

    def others(self, left: int, right: int, top: int, bottom: int) -> list[bool]:
        """For each row between ``top`` and ``bottom`` whether another text's core is in it."""
        part = self.owner[top:bottom, left:right]
        found: list[bool] = ((part != 0) & (part != self.label)).any(1).tolist()
        return found


class LineFinder:
    """The loaded detector."""

    def __init__(self, detect: Callable[[Any], Any]) -> None:
        """Keeps the model.

        Args:
            detect: PP-OCR's detector: how likely each pixel of a batch of pictures is text.
        """
        self._detect = detect

    def find(self, picture: Picture) -> Iterator[TextLine]:
        """The lines of a picture, each as soon as it is known, wide texts first.

        Who reads them side by side is left with no long one at the end.

        Args:
            picture: The picture.
        """
        grey, uprights = _without_rulings(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
        ink = _ink(grey, _STROKE)
        likely = self._text(picture)
        count, owner, stats, _ = cv2.connectedComponentsWithStats(
            (likely > _TEXT).astype(np.uint8), connectivity=8
        )
        texts = owner > 0
        sums = np.bincount(owner[texts], likely[texts], count)
        # the first is what is no text
        for label in 1 + np.argsort(-stats[1:, cv2.CC_STAT_WIDTH], kind="stable"):
            left, top, width, height, area = stats[label].tolist()
            if sums[label] >= _TEXT_MEAN * area and width >= 4 and height >= 3:
                core = (left, top, left + width, top + height)
                yield from _lines(_Surroundings(grey, ink, uprights, owner, int(label)), core)

    def _text(self, picture: Picture) -> Any:
        """How likely each pixel is text."""
        height, width = picture.shape[:2]
        size = tuple(
            max(1, round(side * _SCALE / _MULTIPLE)) * _MULTIPLE for side in (width, height)
        )
        small = cv2.resize(picture[:, :, ::-1], size, interpolation=cv2.INTER_AREA)
        values = (small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
        answer = self._detect(np.ascontiguousarray(values))[0, 0]
        return cv2.resize(answer, (width, height), interpolation=cv2.INTER_LINEAR)


def _without_rulings(grey: Any) -> tuple[Any, Any]:
    """The picture without thin long lines, which readers take for letters; where upright ones were.

    Args:
        grey: The picture.
    """
    out = grey
    lines = np.zeros_like(grey)
    # lines from left to right first: where they cross them, upright ones seem short
    for flat in (True, False):
        now = out
        out = now.copy()
        lines = np.zeros_like(grey)
        across, along, bridge = (_THICKEST + 2, 1), (1, _UPRIGHT_RULING), (1, _CROSSING)
        if flat:
            across, along, bridge = across[::-1], (_FLAT_RULING, 1), bridge[::-1]
        element = cv2.getStructuringElement(cv2.MORPH_RECT, across)
        closed = cv2.morphologyEx(now, cv2.MORPH_CLOSE, element)
        opened = cv2.morphologyEx(now, cv2.MORPH_OPEN, element)
        for behind, contrast in (
            (closed, cv2.subtract(closed, now)),
            (opened, cv2.subtract(now, opened)),
        ):
            marked = (contrast > _CONTRAST).astype(np.uint8)
            for step, size in ((cv2.MORPH_CLOSE, bridge), (cv2.MORPH_OPEN, along)):
                marked = cv2.morphologyEx(
                    marked, step, cv2.getStructuringElement(cv2.MORPH_RECT, size)
                )
            np.copyto(out, behind, where=marked.astype(bool))
            lines |= marked
    return out, lines


def _ink(grey: Any, stroke: int) -> _Ink:
    element = cv2.getStructuringElement(cv2.MORPH_RECT, (stroke, stroke))
    return _Ink(
        cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, element),
        cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, element),
    )


def _lines(around: _Surroundings, core: tuple[int, int, int, int]) -> Iterator[TextLine]:
    """The lines around the core of a text, as the detector draws it: thinner than the letters."""
    grey, ink = around.grey, around.ink
    left, top, right, bottom = core
    high, wide = grey.shape
    height = bottom - top
    beside, above = round(0.8 * height) + 2, round(0.6 * height) + 2
    x, y = max(0, left - beside), max(0, top - above)
    x_end, y_end = min(wide, right + beside), min(high, bottom + above)
    if height > 2 * _STROKE:
        # strokes of headings are wider
        parts = _ink(grey[y:y_end, x:x_end], height | 1)
        ink = _Ink(np.zeros_like(grey), np.zeros_like(grey))
        ink.dark[y:y_end, x:x_end], ink.light[y:y_end, x:x_end] = parts.dark, parts.light
    inside = grey[top:bottom, left:right]
    background = int(np.bincount(inside.ravel(), minlength=256).argmax())
    shown = ink.dark if inside.mean() < background else ink.light
    strongest = float(np.percentile(shown[top:bottom, left:right], 97))
    threshold = max(_FAINTEST, int(strongest * _INK))
    marks = shown[y:y_end, x:x_end] > threshold
    _keep_to_itself(marks, around.others(left, right, y, y_end), top - y, bottom - y)
    rows = marks[:, left - x : right - x].any(1).tolist()
    first = _reach(rows, top - y, -1, 2)
    last = _reach(rows, bottom - y - 1, 1, 2) + 1
    columns = marks[first:last].any(0).tolist()
    gap = round(0.35 * height) + 1
    start = _reach(columns, left - x, -1, gap)
    end = _reach(columns, right - x - 1, 1, gap) + 1
    row_height = last - first
    borders = around.uprights[y + first : y + last, x + start : x + end].all(0).tolist()
    for begin, stop in _stretches(columns[start:end], borders, _APART * row_height):
        inked = np.flatnonzero(marks[first:last, start + begin : start + stop].any(1))
        if inked.size == 0 or inked[-1] - inked[0] < 4 or stop - begin < 3:
            continue
        yield _text_line(
            shown,
            Box(
                x + start + begin,
                y + first + int(inked[0]),
                x + start + stop,
                y + first + int(inked[-1]) + 1,
            ),
            row_height,
            threshold,
        )


def _keep_to_itself(marks: Any, others: Sequence[bool], top: int, bottom: int) -> None:
    """Clears the ink of the lines above and below: the emptiest row parts them from this one.

    Args:
        marks: Where ink is; changed.
        others: For each row whether the core of another text is in it.
        top: First row of this text's core.
        bottom: Row after its last one.
    """
    counts = marks.sum(1)
    above = [row for row in range(top) if others[row]]
    if above and above[-1] + 1 < top:
        marks[: _emptiest(counts, above[-1] + 1, top)] = False
    below = [row for row in range(bottom, len(others)) if others[row]]
    if below and bottom < below[0]:
        marks[_emptiest(counts, bottom, below[0]) :] = False


def _emptiest(counts: Any, start: int, end: int) -> int:
    """The row with the least ink; of several the one in the middle."""
    rows = np.flatnonzero(counts[start:end] == counts[start:end].min())
    return start + int(rows[len(rows) // 2])


def _text_line(shown: Any, box: Box, row_height: int, threshold: int) -> TextLine:
    """Cuts a line out, dark on white whatever it stands on."""
    high, wide = shown.shape
    # a pixel more than the ink for its soft edge, and nothing of the lines above and below
    x, y = max(0, int(box.left) - 1), max(0, int(box.top) - 1)
    part = shown[y : min(high, int(box.bottom) + 1), x : min(wide, int(box.right) + 1)]
    margin = max(2, round(_MARGIN * row_height))
    side = margin + _SIDE
    part = cv2.copyMakeBorder(part, margin, margin, side, side, cv2.BORDER_CONSTANT, value=0)
    strongest = max(2 * _FAINTEST, int(part.max()))
    scale = _HEIGHT / part.shape[0]
    size = (max(1, round(part.shape[1] * scale)), _HEIGHT)
    large = cv2.resize(part, size, interpolation=cv2.INTER_CUBIC)
    return TextLine(
        grey=255 - cv2.convertScaleAbs(large, alpha=255 / strongest),
        ink=large > threshold,
        height=row_height * scale,
        left=float(x - side),
        top=float(y - margin),
        scale=scale,
        limits=box,
    )


def _reach(marks: Sequence[bool], start: int, step: int, gap: int) -> int:
    """The last mark from a place on, with gaps of at most ``gap`` before it."""
    last, missed = start, 0
    at = start
    while 0 <= at < len(marks) and missed <= gap:
        if marks[at]:
            last, missed = at, 0
        else:
            missed += 1
        at += step
    return last


def _stretches(marks: Sequence[bool], borders: Sequence[bool], gap: float) -> list[tuple[int, int]]:
    """Stretches of marks that borders, or gaps wider than ``gap``, part."""
    found: list[tuple[int, int]] = []
    parted = True
    for at, (mark, border) in enumerate(zip(marks, borders, strict=True)):
        if border:
            parted = True
        elif mark:
            if parted or at - found[-1][1] > gap:
                found.append((at, at + 1))
            else:
                found[-1] = (found[-1][0], at + 1)
            parted = False
    return found
