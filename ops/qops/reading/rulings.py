"""Ruling lines of a picture, light on dark or dark on light."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from qops.reading.grid import Segment

_CONTRAST = 10
_THICKEST = 5


def segments(picture: Any) -> tuple[list[Segment], list[Segment]]:
    """The horizontal and the vertical lines.

    Args:
        picture: An array of height, width and three channels.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    flat = _lines(grey, (1, _THICKEST + 2), (max(24, width // 40), 1))
    upright = _lines(grey, (_THICKEST + 2, 1), (1, max(14, height // 60)))
    return (
        [Segment(y + h / 2, x, x + w) for x, y, w, h in flat if h <= _THICKEST],
        [Segment(x + w / 2, y, y + h) for x, y, w, h in upright if w <= _THICKEST],
    )


def _lines(grey: Any, across: tuple[int, int], along: tuple[int, int]) -> list[list[float]]:
    """Boxes of thin lines: what a closing or an opening across removes and one along keeps."""
    element = cv2.getStructuringElement(cv2.MORPH_RECT, across)
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, element)
    light = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, element)
    found: list[list[float]] = []
    for contrast in (dark, light):
        mask = (contrast > _CONTRAST).astype(np.uint8)
        kept = cv2.morphologyEx(
            mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, along)
        )
        count, _, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
        found += [[float(value) for value in stats[index][:4]] for index in range(1, count)]
    return found
