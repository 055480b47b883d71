"""A place in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Found:
    """Something found in a text.

    Attributes:
        kind: What it is, in Comprehend's words; empty for a phrase.
        start: Offset, characters.
        end: Offset behind it.
        score: How certain it is, 0 to 1.
    """

    kind: str
    start: int
    end: int
    score: float

    def as_json(self, text: str) -> dict[str, Any]:
        """With its text."""
        return {
            "kind": self.kind,
            "text": text[self.start : self.end],
            "start": self.start,
            "end": self.end,
            "score": self.score,
        }


def without_overlaps(found: Iterable[Found]) -> list[Found]:
    """Of places that overlap the surest one, then the longest one; in the text's order."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (-each.score, each.start - each.end, each.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)
