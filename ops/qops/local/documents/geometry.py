"""Places as shares of the width and height of a page, as AWS answers them."""

from __future__ import annotations

from typing import Any

from qops.reading.result import Box, Page


def bounding_box(box: Box, page: Page) -> dict[str, float]:
    """A box."""
    return {
        "Width": box.width / page.width,
        "Height": box.height / page.height,
        "Left": box.left / page.width,
        "Top": box.top / page.height,
    }


def geometry(box: Box, page: Page) -> dict[str, Any]:
    """A box and the polygon around it, from its upper left corner clockwise."""
    left, right = box.left / page.width, box.right / page.width
    top, bottom = box.top / page.height, box.bottom / page.height
    return {
        "BoundingBox": bounding_box(box, page),
        "Polygon": [
            {"X": x, "Y": y}
            for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
        ],
    }


def whole(page: Page) -> Box:
    """The page itself."""
    return Box(0.0, 0.0, float(page.width), float(page.height))
