"""Which screens there are and what they say. The halves share no phrase and no sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import corpus_texts
from corpus_screens import HALVES

LAYOUTS = {
    "gtk": ("form", "list", "settings", "mail", "editor"),
    "web": ("article", "shop", "inbox", "account"),
    "spreadsheet": ("orders", "figures", "notes"),
}
_FONTS = {
    "ko": ("Noto Sans CJK KR", "NanumGothic", "NanumBarunGothic"),
    "en": ("DejaVu Sans", "Liberation Sans", "Noto Sans CJK KR"),
}
_TONGUES = ("ko", "en", "ko", "mixed")
_POINTS = (10, 11, 12, 13, 14)


@dataclass(frozen=True)
class Plan:
    """A screen that is to be rendered.

    Attributes:
        name: Its name, of all that follows.
        half: ``tuning`` or ``held-out``.
        kind: Which program shows it.
        layout: What the program shows.
        tongue: ``ko``, ``en`` or ``mixed``.
        dark: Whether texts are light on dark.
        points: Size of most texts, at 96 dots per inch.
        font: Family of the letters.
    """

    name: str
    half: str
    kind: str
    layout: str
    tongue: str
    dark: bool
    points: int
    font: str


def plans() -> Iterator[Plan]:
    """Every screen: each layout of each program twice per half."""
    number = 0
    for kind, layouts in LAYOUTS.items():
        for place, layout in enumerate(layouts):
            for half in HALVES:
                for dark in (False, True):
                    # both shades, all sizes and all languages meet every layout sooner or later
                    shift = place + 2 * (half == "held-out") + 3 * dark
                    tongue = _TONGUES[shift % len(_TONGUES)]
                    fonts = _FONTS["en" if tongue == "en" else "ko"]
                    points = _POINTS[number % len(_POINTS)]
                    number += 1
                    shade = "dark" if dark else "light"
                    name = f"{kind}-{layout}-{tongue}-{shade}-{points}pt"
                    font = fonts[(shift + number) % len(fonts)]
                    yield Plan(name, half, kind, layout, tongue, dark, points, font)


class Content:
    """What a screen says, the same on every machine."""

    def __init__(self, plan: Plan) -> None:
        self._random = random.Random(f"{plan.half}/{plan.name}")  # noqa: S311
        korean = corpus_texts.phrases(corpus_texts.KOREAN, plan.half)
        english = corpus_texts.phrases(corpus_texts.ENGLISH, plan.half)
        korean_prose = corpus_texts.sentences(corpus_texts.KOREAN_PROSE, plan.half)
        english_prose = corpus_texts.sentences(corpus_texts.ENGLISH_PROSE, plan.half)
        self._phrases = {"ko": korean * 4 + english, "en": english, "mixed": korean + english}
        self._prose = {
            "ko": korean_prose,
            "en": english_prose,
            "mixed": korean_prose + english_prose,
        }
        self._tongue = plan.tongue

    def phrase(self, longest: int = 99) -> str:
        """A label, a name, a command."""
        return self._random.choice(
            [text for text in self._phrases[self._tongue] if len(text) <= longest]
        )

    def sentence(self) -> str:
        """A sentence or two."""
        return self._random.choice(self._prose[self._tongue])

    def number(self) -> str:
        """An amount, a share, a date, a time, an address or a code."""
        pick = self._random.randrange
        return self._random.choice(
            (
                f"{pick(1000, 9_999_999):,}",
                f"{pick(1, 100)}.{pick(10)}%",
                f"2026-{pick(1, 13):02}-{pick(1, 29):02}",
                f"{pick(24):02}:{pick(60):02}",
                f"010-{pick(1000, 9999)}-{pick(1000, 9999)}",
                f"user{pick(10, 99)}@example.com",
                f"A-{pick(1000, 9999)}",
                str(pick(10, 9999)),
            )
        )

    def amount(self) -> int:
        """A whole number."""
        return self._random.randrange(10, 9_999_999)

    def chance(self, share: float) -> bool:
        """True as often as the share says."""
        return self._random.random() < share
