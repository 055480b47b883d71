"""Parts of a picture that are read by themselves where the whole holds more than one answer."""

from qscreen.wire import Rect

BANDS = 6
"""Bands of a picture: so many calls a picture with much text costs, beside the first. Their answers
must fit into one execution of Step Functions (256 KB)."""
_OVERLAP = 24
"""Pixels above and below: a line of text of twice that height is whole in one of two bands."""


def bands(part: Rect) -> list[Rect]:
    """Cut a part of a picture into overlapping bands, top to bottom.

    Lines run from the left to the right, so no band cuts one in its length.

    Args:
        part: The part.

    Returns:
        At most `BANDS` rectangles that cover it.
    """
    step = part.height / BANDS
    found: list[Rect] = []
    for band in range(BANDS):
        top = part.y + max(round(step * band) - _OVERLAP, 0)
        bottom = part.y + min(round(step * (band + 1)) + _OVERLAP, part.height)
        if bottom > top and not (found and bottom <= found[-1].y + found[-1].height):
            found.append(Rect(x=part.x, y=top, width=part.width, height=bottom - top))
    return found
