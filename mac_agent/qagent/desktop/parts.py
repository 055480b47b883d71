"""Parts of pictures."""

from qagent.desktop.base import Picture
from qscreen.wire import Rect


def cut(picture: Picture, rect: Rect) -> Picture | None:
    """The part of a picture inside a rectangle; None when they have nothing in common.

    Args:
        picture: Raw pixels.
        rect: Pixels of the screen.
    """
    left, top = max(0, rect.x), max(0, rect.y)
    right = min(picture.width, rect.x + rect.width)
    bottom = min(picture.height, rect.y + rect.height)
    if left >= right or top >= bottom:
        return None
    width = 4 * picture.width
    rows = (picture.bgra[y * width + 4 * left : y * width + 4 * right] for y in range(top, bottom))
    return Picture(right - left, bottom - top, b"".join(rows))
