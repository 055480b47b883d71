"""How favourable an English text is, by VADER's lexicon and rules."""

from __future__ import annotations

import functools
from typing import Any


def sentiment(text: str) -> dict[str, float]:
    """Four shares that add up to 1.

    VADER gives the shares of favourable and unfavourable words and one balance of the text. What
    both sides have in common is mixed; of the rest, the size of the balance is favourable or
    unfavourable, and what is left is neutral.
    """
    said = _analyzer().polarity_scores(text)
    mixed = 2 * min(float(said["pos"]), float(said["neg"]))
    balance, rest = float(said["compound"]), 1.0 - mixed
    return {
        "Positive": rest * max(balance, 0.0),
        "Negative": rest * max(-balance, 0.0),
        "Neutral": rest * (1.0 - abs(balance)),
        "Mixed": mixed,
    }


@functools.cache
def _analyzer() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
