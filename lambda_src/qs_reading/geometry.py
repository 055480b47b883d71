"""Rectangles in the one space of all answers: pixels of the picture, from its top left corner."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from qscreen.wire import Rect, Screen


class Size(BaseModel):
    """Size of a picture."""

    model_config = ConfigDict(frozen=True)

    width: int = Field(gt=0, description="Pixels.")
    height: int = Field(gt=0, description="Pixels.")


class Region(BaseModel):
    """A rectangle in pixels of the picture; the origin is the picture's top left corner."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: int = Field(ge=0)
    y: int = Field(ge=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)


def area(rect: Rect) -> int:
    """Measure a rectangle.

    Args:
        rect: The rectangle.

    Returns:
        Its area, square pixels.
    """
    return rect.width * rect.height


def shared(one: Rect, other: Rect) -> int:
    """Measure what two rectangles have in common.

    Args:
        one: A rectangle.
        other: Another one.

    Returns:
        Area of their intersection, square pixels.
    """
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(width, 0) * max(height, 0)


def inside(inner: Rect, outer: Rect) -> float:
    """Say how much of a rectangle lies inside of another one.

    Args:
        inner: The rectangle that is asked about.
        outer: The one that may hold it.

    Returns:
        Share of its area, from 0 to 1; 0 for one without an area.
    """
    whole = area(inner)
    return shared(inner, outer) / whole if whole else 0.0


def bounded(region: Region, size: Size) -> Rect | None:
    """Cut a region to what of it lies in the picture.

    Args:
        region: The region.
        size: Size of the picture.

    Returns:
        What is left, or None if nothing is.
    """
    width = min(region.x + region.width, size.width) - region.x
    height = min(region.y + region.height, size.height) - region.y
    if width <= 0 or height <= 0:
        return None
    return Rect(x=region.x, y=region.y, width=width, height=height)


def whole(size: Size) -> Rect:
    """Take the whole picture as a rectangle.

    Args:
        size: Size of the picture.

    Returns:
        The rectangle.
    """
    return Rect(x=0, y=0, width=size.width, height=size.height)


def from_ratios(box: Mapping[str, Any], size: Size) -> Rect:
    """Turn Rekognition's bounding box, ratios of the picture, into pixels.

    Args:
        box: ``Left``, ``Top``, ``Width`` and ``Height``; may reach beyond the picture.
        size: Size of the picture.

    Returns:
        The pixels that it touches, inside the picture.
    """
    left, top = float(box.get("Left", 0)), float(box.get("Top", 0))
    right, bottom = left + float(box.get("Width", 0)), top + float(box.get("Height", 0))
    x, y = (round(_clamp(left) * size.width), round(_clamp(top) * size.height))
    return Rect(
        x=x,
        y=y,
        width=max(round(_clamp(right) * size.width) - x, 0),
        height=max(round(_clamp(bottom) * size.height) - y, 0),
    )


def to_ratios(rect: Rect, size: Size) -> dict[str, float]:
    """Turn pixels into Rekognition's bounding box.

    Args:
        rect: A rectangle inside the picture.
        size: Size of the picture.

    Returns:
        ``Left``, ``Top``, ``Width`` and ``Height`` as ratios.
    """
    return {
        "Left": rect.x / size.width,
        "Top": rect.y / size.height,
        "Width": rect.width / size.width,
        "Height": rect.height / size.height,
    }


def on_picture(rect: Rect, screen: Screen, size: Size | None) -> Rect:
    """Turn a snapshot's rectangle into pixels of the picture.

    Args:
        rect: Pixels of the screen.
        screen: Size of the screen as the snapshot saw it.
        size: Size of the picture; None where there is none, and the screen's pixels are the space.

    Returns:
        Pixels of the picture.
    """
    if size is None or (size.width, size.height) == (screen.width, screen.height):
        return rect
    across, down = size.width / screen.width, size.height / screen.height
    x, y = round(rect.x * across), round(rect.y * down)
    return Rect(
        x=x,
        y=y,
        width=max(round((rect.x + rect.width) * across) - x, 0),
        height=max(round((rect.y + rect.height) * down) - y, 0),
    )


def _clamp(ratio: float) -> float:
    return min(max(ratio, 0.0), 1.0)
