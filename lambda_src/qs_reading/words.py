"""Comparing texts that were read off a picture with texts that a program gave."""

import re
import unicodedata
from difflib import SequenceMatcher

_SPACE = re.compile(r"\s+")
SIMILAR = 0.8
"""Texts that agree in so much are the same, misread letters aside."""
_SHORTEST = 4
"""Shorter texts must be equal: two words of three letters are similar by chance."""


def folded(text: str) -> str:
    """Bring a text into the form in which texts are compared.

    Args:
        text: The text.

    Returns:
        Unicode NFC, case and white space folded.
    """
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()


def likeness(one: str, other: str) -> float:
    """Say how alike two texts are.

    Args:
        one: A text, folded.
        other: Another one, folded.

    Returns:
        1 if equal; 0.9 if one contains the other as whole words; else the share of letters that
        agree, and 0 where that is less than `SIMILAR`.
    """
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if f" {short} " in f" {long} " or (len(short) >= _SHORTEST and short in long):
        return 0.9
    if len(short) < _SHORTEST or len(long) > len(short) / SIMILAR * 1.5:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
        return 0.0
    ratio = matcher.ratio()
    return round(ratio, 3) if ratio >= SIMILAR else 0.0


def relevance(query: str, text: str) -> float:
    """Say how well a text answers what somebody looks for.

    Args:
        query: What is looked for, folded.
        text: Text of an element, folded.

    Returns:
        From 0 (not at all) to 1 (equal); what merely contains it has less.
    """
    if not query or not text:
        return 0.0
    if query == text:
        return 1.0
    if query in text:
        return round(0.7 + 0.25 * len(query) / len(text), 3)
    found = likeness(query, text)
    return round(found * 0.7, 3) if found else 0.0
