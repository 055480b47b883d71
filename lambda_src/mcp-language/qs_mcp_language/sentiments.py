"""One sentiment out of those of a text's parts."""

from collections.abc import Mapping, Sequence
from typing import Any

from qs_mcp_language.chunks import Chunk
from qs_mcp_language.models import Sentiment, SentimentFound

_NAMES = {
    Sentiment.POSITIVE: "Positive",
    Sentiment.NEGATIVE: "Negative",
    Sentiment.NEUTRAL: "Neutral",
    Sentiment.MIXED: "Mixed",
}


def overall(answers: Sequence[tuple[Chunk, Mapping[str, Any]]], language: str) -> SentimentFound:
    """Average the scores of the parts, each by its length.

    Args:
        answers: Comprehend's answers by part; at least one.
        language: The text's language.

    Returns:
        The sentiment with the highest mean.
    """
    total = sum(chunk.size for chunk, _ in answers)
    scores = {
        sentiment: sum(
            float(answer["SentimentScore"][name]) * chunk.size for chunk, answer in answers
        )
        / total
        for sentiment, name in _NAMES.items()
    }
    return SentimentFound(
        sentiment=max(scores, key=lambda sentiment: scores[sentiment]),
        scores=scores,
        language=language,
        parts=len(answers),
    )
