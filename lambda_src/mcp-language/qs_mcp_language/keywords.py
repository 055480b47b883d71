"""Classes by keywords: what stands in for a trained classifier, and says that it does."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from qs_mcp_language.models import Classified, Label, Source

_MOST_EVIDENCE = 8


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that speaks for a class.

    Attributes:
        text: The word, lower case. An ASCII word matches as a whole word, one in another script
            also inside a longer one: Korean appends its particles.
        weight: How much it speaks for the class.
    """

    text: str
    weight: int = 1


def keywords(strong: str, weak: str = "") -> tuple[Keyword, ...]:
    """Make the keywords of a class.

    Args:
        strong: Words that nearly decide, separated by commas.
        weak: Words that only add, separated by commas.

    Returns:
        The keywords.
    """
    found = []
    for listed, weight in ((strong, 3), (weak, 1)):
        found += [Keyword(word.strip(), weight) for word in listed.split(",") if word.strip()]
    return tuple(found)


def classify(classes: Mapping[str, tuple[Keyword, ...]], text: str, none: str) -> Classified:
    """Choose the class whose keywords a text has.

    Args:
        classes: Keywords by class; of equals the first wins.
        text: The text.
        none: The class where no keyword is found.

    Returns:
        The class, with the words that decided.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    hits = {
        label: [keyword for keyword in words if _has(folded, keyword.text)]
        for label, words in classes.items()
    }
    weights = {label: sum(word.weight for word in found) for label, found in hits.items() if found}
    if not weights:
        return Classified(label=none, score=0, alternatives=[], evidence=[], source=Source.RULES)
    total = sum(weights.values())
    ranked = sorted(weights, key=lambda label: -weights[label])
    shares = [Label(label=label, score=round(weights[label] / total, 3)) for label in ranked]
    return Classified(
        label=shares[0].label,
        score=shares[0].score,
        alternatives=shares[1:],
        evidence=[word.text for word in hits[ranked[0]]][:_MOST_EVIDENCE],
        source=Source.RULES,
    )


def _has(text: str, word: str) -> bool:
    begin = text.find(word)
    while begin >= 0:
        end = begin + len(word)
        if not word.isascii() or not (_in_word(text, begin - 1) or _in_word(text, end)):
            return True
        begin = text.find(word, begin + 1)
    return False


def _in_word(text: str, place: int) -> bool:
    """Whether a character goes on an ASCII word; Korean particles do not."""
    return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()
