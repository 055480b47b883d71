"""Classes by keywords: what stands in for a trained classifier, and says that it does."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_MOST_EVIDENCE = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A class with its share of the weight of all keywords that were found."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The class of a text.

    Attributes:
        label: The class.
        score: Its share.
        alternatives: Other classes, best first.
        evidence: Words that decided.
    """

    label: str
    score: float
    alternatives: tuple[Kept, ...] = ()
    evidence: tuple[str, ...] = ()


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


def classify(classes: Mapping[str, tuple[Keyword, ...]], text: str, none: str) -> Choice:
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
        return Choice(none, 0)
    total = sum(weights.values())
    ranked = sorted(weights, key=lambda label: -weights[label])
    shares = [Kept(label, round(weights[label] / total, 3)) for label in ranked]
    return Choice(
        shares[0].label,
        shares[0].score,
        tuple(shares[1:]),
        tuple(word.text for word in hits[ranked[0]][:_MOST_EVIDENCE]),
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
