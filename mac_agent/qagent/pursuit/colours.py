"""Which elements have a colour, judged by the picture of the screen."""

import colorsys
from collections.abc import Sequence

from PIL import ImageColor

from qagent.act.context import RefusedError
from qagent.consent import Guard
from qagent.desktop.base import Node, Picture
from qagent.policy import DataClass, Policy
from qagent.pursuit.desk import Desk
from qscreen.orders.model import COLOURS
from qscreen.wire import EffectError

_SAME = {"gray": "grey", "fuchsia": "magenta", "aqua": "cyan"}
_HUES = {"red": 0, "yellow": 60, "green": 120, "cyan": 180, "blue": 240, "magenta": 300}
_GREYISH = 0.08  # saturation below which a colour has no hue to a reader


def of_colour(desk: Desk, nodes: Sequence[Node], colour: str, *, shade: bool = False) -> list[Node]:
    """Those of some elements that have a colour in their middle.

    Args:
        desk: Takes the picture.
        nodes: The elements.
        colour: Name of the colour.
        shade: Whether every lighter and darker shade of it counts.

    Raises:
        RefusedError: The policy lets no plan read pictures.
    """

    def take(guard: Guard, policy: Policy) -> Picture:
        if not policy.may_read(DataClass.PICTURES):
            message = policy.denies_data(DataClass.PICTURES).message
            raise RefusedError(EffectError.DENIED_BY_POLICY, message)
        return guard.capture()

    picture = desk.looked(take)
    judge = shade_of if shade else name_of
    wanted = _SAME.get(colour, colour)
    found = []
    for node in nodes:
        pixel = _middle(picture, node)
        if pixel is not None and judge(pixel) == wanted:
            found.append(node)
    return found


def name_of(pixel: tuple[int, int, int]) -> str:
    """The name of the nearest colour that has one.

    Args:
        pixel: Red, green and blue, 0 to 255.
    """

    def away(name: str) -> int:
        named = ImageColor.getrgb(name)[:3]
        return sum((one - other) ** 2 for one, other in zip(named, pixel, strict=True))

    nearest = min(COLOURS, key=away)
    return _SAME.get(nearest, nearest)


def shade_of(pixel: tuple[int, int, int]) -> str:
    """The name of the nearest pure hue; grey where there is none.

    Args:
        pixel: Red, green and blue, 0 to 255.
    """
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in pixel))
    if saturation < _GREYISH:
        return "grey"

    def away(name: str) -> float:
        degrees = abs(hue * 360 - _HUES[name])
        return min(degrees, 360 - degrees)

    return min(_HUES, key=away)


def _middle(picture: Picture, node: Node) -> tuple[int, int, int] | None:
    if node.rect is None:
        return None
    x, y = node.rect.x + node.rect.width // 2, node.rect.y + node.rect.height // 2
    if not (0 <= x < picture.width and 0 <= y < picture.height):
        return None
    place = 4 * (y * picture.width + x)
    blue, green, red = picture.bgra[place : place + 3]
    return red, green, blue
