"""A rendered screen: its picture, and its words with tight boxes."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageChops

from rendering.plan import Plan

SIZE = (1440, 900)
_COLOURS = 64
_INK = 48
"""How far from the background, of 255 in one channel, a pixel belongs to a letter."""


@dataclass(frozen=True)
class Place:
    """A word where its program says that it is, in pixels of the screen."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Shot:
    """A screen.

    Attributes:
        plan: What it was to be.
        png: The picture.
        places: Its words.
    """

    plan: Plan
    png: bytes
    places: list[Place]


def picture(shot: Shot) -> Image.Image:
    """The picture with few colours, so that it is small."""
    image = Image.open(io.BytesIO(shot.png)).convert("RGB")
    if image.size != SIZE:
        raise ValueError(f"{shot.plan.name}: the picture is {image.size}")
    return image.quantize(_COLOURS, dither=Image.Dither.NONE)


def tight(shot: Shot) -> list[Place]:
    """The words with boxes around their ink: programs name the place of the line.

    Raises:
        ValueError: There is no ink where a word is said to be.
    """
    image = Image.open(io.BytesIO(shot.png)).convert("RGB")
    found = []
    for place in shot.places:
        area = (round(place.left), round(place.top), round(place.right), round(place.bottom))
        part = image.crop(area)
        _, background = max(part.getcolors(part.width * part.height) or [(0, (0, 0, 0))])
        apart = ImageChops.difference(part, Image.new("RGB", part.size, background))
        red, green, blue = apart.split()
        strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        ink = strongest.point(lambda value: 255 if value > _INK else 0).getbbox()
        if ink is None:
            raise ValueError(f"{shot.plan.name}: no ink for {place}")
        left, top = area[:2]
        found.append(Place(place.text, left + ink[0], top + ink[1], left + ink[2], top + ink[3]))
    return found
