"""Screens of 1440x900 that real programs show, with the place of every word; see ``rendering``.

::

    for screen in screens("tuning"):
        screen.image, screen.words
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image

HALVES = ("tuning", "held-out")
_FOLDER = Path(__file__).parent / "screens"


@dataclass(frozen=True)
class TrueWord:
    """A word on a screen: left, top, right, bottom in pixels."""

    text: str
    language: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Screen:
    """A screen and what it says.

    Attributes:
        name: Program, layout, language, shade and size of the letters.
        kind: ``gtk``, ``web`` or ``spreadsheet``.
        dark: Whether texts are light on dark.
        file: The picture.
        words: Its words; those of menus and toolbars of Mousepad and Calc are not among them.
    """

    name: str
    kind: str
    dark: bool
    file: Path
    words: tuple[TrueWord, ...]

    @cached_property
    def image(self) -> Image.Image:
        """The picture."""
        with Image.open(self.file) as opened:
            return opened.convert("RGB")


def language(word: str) -> str:
    """``ko`` for a word with Hangul, else ``en``."""
    return "ko" if any("가" <= letter <= "힣" for letter in word) else "en"


def screens(half: str, limit: int | None = None) -> Iterator[Screen]:
    """The screens of a half.

    Args:
        half: ``tuning`` or ``held-out``.
        limit: How many, evenly taken from all.
    """
    truth = json.loads((_FOLDER / f"{half}.json").read_text(encoding="utf-8"))
    step = 1 if limit is None else max(1, len(truth) // limit)
    for name, said in list(truth.items())[::step]:
        words = tuple(TrueWord(text, language(text), tuple(box)) for text, *box in said["words"])
        yield Screen(name, said["kind"], said["dark"], _FOLDER / half / f"{name}.png", words)
