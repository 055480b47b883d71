"""Rendered screens of 1440x900 with the place of every word: windows, web pages, sheets.

::

    for screen in screens("tuning"):
        screen.image, screen.words
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import corpus_texts
from PIL import Image, ImageDraw, ImageFont

SIZE = (1440, 900)
HALVES = ("tuning", "held-out")
_FONTS = {
    "ko": ("NanumGothic.ttf", "NanumBarunGothic.ttf", "NanumSquareR.ttf"),
    "en": ("DejaVuSans.ttf", "NanumGothic.ttf", "DejaVuSans.ttf"),
}
_POINTS = (10, 11, 12, 13, 14)


@dataclass(frozen=True)
class Theme:
    """Colours."""

    back: str
    panel: str
    text: str
    faint: str
    line: str
    accent: str


LIGHT = Theme("#ffffff", "#f2f2f2", "#1e1e1e", "#5a5a5a", "#c8c8c8", "#1a66c2")
DARK = Theme("#1f1f1f", "#2c2c2c", "#ececec", "#b4b4b4", "#4a4a4a", "#3a7bd5")


@dataclass(frozen=True)
class TrueWord:
    """A word on a screen: left, top, right, bottom in pixels."""

    text: str
    language: str
    box: tuple[float, float, float, float]


@dataclass
class Screen:
    """A rendered screen and what it says."""

    name: str
    look: str
    theme: Theme
    points: int
    image: Image.Image
    words: list[TrueWord] = field(default_factory=list)


@cache
def font(name: str, points: float) -> ImageFont.FreeTypeFont:
    """A font at 96 dots per inch."""
    return ImageFont.truetype(name, round(points * 96 / 72))


def language(word: str) -> str:
    """``ko`` for a word with Hangul, else ``en``."""
    return "ko" if any("가" <= letter <= "힣" for letter in word) else "en"


class Pen:
    """Draws texts word by word and keeps where they are."""

    def __init__(self, screen: Screen, face: str, source: random.Random, texts: list[str]) -> None:
        self.screen = screen
        self.theme = screen.theme
        self.face = face
        self.random = source
        self._texts = texts
        self.draw = ImageDraw.Draw(screen.image)

    @property
    def height(self) -> int:
        """Height of a line."""
        return round(self.screen.points * 96 / 72)

    def phrase(self, longest: int = 99) -> str:
        """A phrase."""
        fitting = [text for text in self._texts if len(text) <= longest]
        return self.random.choice(fitting)

    def number(self) -> str:
        """A number as it stands in tables."""
        kind = self.random.randrange(4)
        value = self.random.randrange(10, 10_000_000)
        if kind == 0:
            return f"{value:,}"
        if kind == 1:
            return f"{self.random.randrange(1, 100)}.{self.random.randrange(10)}%"
        if kind == 2:
            return f"2026-{self.random.randrange(1, 13):02}-{self.random.randrange(1, 29):02}"
        return str(value)

    def width(self, text: str, scale: float = 1.0) -> float:
        """Width of a text."""
        return font(self.face, self.screen.points * scale).getlength(text)

    def text(
        self, x: float, y: float, text: str, color: str | None = None, scale: float = 1.0
    ) -> float:
        """Writes a text; where it ends."""
        used = font(self.face, self.screen.points * scale)
        space = used.getlength(" ")
        for word in text.split():
            at = (round(x), round(y))
            self.draw.text(at, word, font=used, fill=color or self.theme.text)
            left, top, right, bottom = self.draw.textbbox(at, word, font=used)
            self.screen.words.append(TrueWord(word, language(word), (left, top, right, bottom)))
            x += used.getlength(word) + space
        return x - space

    def box(
        self, place: tuple[float, float, float, float], fill: str | None = None, round_: int = 0
    ) -> None:
        """A frame."""
        self.draw.rounded_rectangle(place, round_, fill=fill, outline=self.theme.line)


def form(pen: Pen) -> None:
    """A window of a GTK program: menu, labels with entries, buttons."""
    theme, height = pen.theme, pen.height
    pen.box((140, 60, 1300, 840), theme.panel, 8)
    pen.draw.rectangle((141, 66, 1299, 66 + height * 2), fill=theme.line)
    pen.text(640, 64 + height // 2, pen.phrase(12))
    x = 160.0
    for _ in range(7):
        x = pen.text(x, 66 + height * 2.5, pen.phrase(6)) + 28
    y = 66 + height * 5
    while y < 740:
        for left in (180, 740):
            pen.text(left, y, pen.phrase(10))
            pen.box((left + 180, y - 6, left + 500, y + height + 8), theme.back, 5)
            pen.text(left + 190, y, pen.phrase(14) if pen.random.random() < 0.6 else pen.number())
        y += height * 2.6
    for left in (900, 1040, 1180):
        pen.box((left, 780, left + 110, 780 + height + 16), theme.back, 6)
        pen.text(left + 16, 787, pen.phrase(5))


def web(pen: Pen) -> None:
    """A web page: navigation, headings, paragraphs, links."""
    theme, height = pen.theme, pen.height
    pen.draw.rectangle((0, 0, 1440, 64), fill=theme.accent)
    x = 60.0
    for _ in range(8):
        x = pen.text(x, 22, pen.phrase(8), "#ffffff") + 36
    y = 96.0
    while y < 820:
        pen.text(60, y, pen.phrase(24), scale=1.5)
        y += height * 2.4
        for _ in range(3):
            x = 60.0
            while x < 760:
                color = theme.accent if pen.random.random() < 0.15 else theme.text
                x = pen.text(x, y, pen.phrase(22), color) + pen.width(" ")
            y += height * 1.7
        y += height
    y = 110.0
    while y < 840:
        pen.text(1120, y, pen.phrase(16), theme.faint)
        y += height * 2


def sheet(pen: Pen) -> None:
    """A spreadsheet: column letters, row numbers, cells with texts and numbers."""
    theme, height = pen.theme, pen.height
    row, column = round(height * 1.7), 168
    pen.draw.rectangle((0, 0, 1440, 40), fill=theme.panel)
    x = 20.0
    for _ in range(9):
        x = pen.text(x, 10, pen.phrase(6)) + 26
    top = 56
    pen.draw.rectangle((0, top, 1440, top + row), fill=theme.panel)
    for index in range(8):
        left = 48 + index * column
        pen.draw.line((left, top, left, 900), fill=theme.line)
        pen.text(left + column / 2 - 5, top + row * 0.18, "ABCDEFGH"[index], theme.faint)
    number = 1
    y = top + row
    while y + row < 900:
        pen.draw.line((0, y, 1440, y), fill=theme.line)
        pen.text(14, y + row * 0.18, str(number), theme.faint)
        for index in range(8):
            if pen.random.random() < 0.8:
                value = pen.number() if pen.random.random() < 0.5 else pen.phrase(8)
                pen.text(48 + index * column + 6, y + row * 0.18, value)
        number += 1
        y += row


def mail(pen: Pen) -> None:
    """A list of messages: folders, senders, subjects, dates."""
    theme, height = pen.theme, pen.height
    pen.draw.rectangle((0, 0, 240, 900), fill=theme.panel)
    y = 30.0
    while y < 860:
        pen.text(28, y, pen.phrase(10))
        y += height * 2.2
    y = 24.0
    while y < 850:
        pen.text(270, y, pen.phrase(14))
        x = pen.text(500, y, pen.phrase(24))
        pen.text(x + 24, y, pen.phrase(16), theme.faint)
        pen.text(1290, y, pen.number(), theme.faint)
        y += height * 2.3
        pen.draw.line((250, y - height * 0.6, 1440, y - height * 0.6), fill=theme.line)


def settings(pen: Pen) -> None:
    """A page of settings: cards with a heading, a description and a switch."""
    theme, height = pen.theme, pen.height
    pen.text(80, 30, pen.phrase(20), scale=1.6)
    y = 96.0
    while y < 800:
        bottom = y + height * 4.4
        pen.box((80, y, 1360, bottom), theme.panel, 10)
        pen.text(110, y + height * 0.7, pen.phrase(18), scale=1.15)
        x = pen.text(110, y + height * 2.5, pen.phrase(30), theme.faint) + pen.width(" ")
        pen.text(x, y + height * 2.5, pen.phrase(30), theme.faint)
        pen.box((1180, y + height, 1310, y + height * 2.9), theme.accent, 8)
        pen.text(1200, y + height * 1.35, pen.phrase(6), "#ffffff")
        y = bottom + 16


def columns(pen: Pen) -> None:
    """A list with columns: headings with a background of their own, striped rows."""
    theme, height = pen.theme, pen.height
    lefts = (60, 260, 560, 800, 980, 1180)
    pen.draw.rectangle((40, 40, 1400, 40 + height * 2), fill=theme.accent)
    for left in lefts:
        pen.text(left, 40 + height * 0.45, pen.phrase(8), "#ffffff")
    y = 40 + height * 2.0
    striped = False
    while y < 840:
        if striped:
            pen.draw.rectangle((40, y, 1400, y + height * 1.9), fill=theme.panel)
        striped = not striped
        for index, left in enumerate(lefts):
            pen.text(left, y + height * 0.4, pen.number() if index in (0, 3, 5) else pen.phrase(9))
        y += height * 1.9


LOOKS: dict[str, Callable[[Pen], None]] = {
    "gtk form": form,
    "web page": web,
    "spreadsheet": sheet,
    "mail list": mail,
    "settings": settings,
    "columns": columns,
}


def screens(half: str, limit: int | None = None) -> Iterator[Screen]:
    """The screens of a half: every look in both languages, light and dark.

    Args:
        half: ``tuning`` or ``held-out``.
        limit: How many, evenly taken from all.
    """
    plan = [
        (look, tongue, theme)
        for look in LOOKS
        for tongue in ("ko", "en")
        for theme in (LIGHT, DARK)
    ]
    step = 1 if limit is None else max(1, len(plan) // limit)
    for index, (look, tongue, theme) in list(enumerate(plan))[::step]:
        source = random.Random(f"{half}/{look}/{tongue}/{theme.back}")  # noqa: S311
        offset = index + (2 if half == "held-out" else 0)
        points = _POINTS[offset % len(_POINTS)]
        face = _FONTS[tongue][(offset // 2) % 3]
        shade = "light" if theme is LIGHT else "dark"
        name = f"{half} {look} {tongue} {shade} {points} pt {face}"
        screen = Screen(name, look, theme, points, Image.new("RGB", SIZE, theme.back))
        texts = corpus_texts.phrases(
            corpus_texts.KOREAN if tongue == "ko" else corpus_texts.ENGLISH, half
        )
        if tongue == "ko":
            # Korean screens hold English words too
            texts = texts * 4 + corpus_texts.phrases(corpus_texts.ENGLISH, half)[::3]
        LOOKS[look](Pen(screen, face, source, texts))
        yield screen
