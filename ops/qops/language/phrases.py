"""Key phrases and parts of speech: English by TextBlob's tagger, Korean by Kiwi's morphology."""

from __future__ import annotations

import functools
import re
from typing import Any

from qops.language.found import Found

_KOREAN_NOUNS = frozenset(
    {"NNG", "NNP", "NNB", "NR", "SN", "SL", "SH", "XPN", "XSN", "XR", "W_SERIAL"}
)
_KOREAN_CORES = frozenset({"NNG", "NNP", "SL", "SH"})
_PHRASE = re.compile(r"D?[JC]*(?:N+P?)*N")
_LETTERS = {
    **dict.fromkeys(("NN", "NNS", "NNP", "NNPS"), "N"),
    **dict.fromkeys(("JJ", "JJR", "JJS", "VBN"), "J"),
    **dict.fromkeys(("DT", "PRP$"), "D"),
    "CD": "C",
    "POS": "P",
}
_PARTS = {
    **dict.fromkeys(("JJ", "JJR", "JJS"), "ADJ"),
    **dict.fromkeys(("IN",), "ADP"),
    **dict.fromkeys(("RB", "RBR", "RBS", "WRB"), "ADV"),
    "MD": "AUX",
    "CC": "CCONJ",
    **dict.fromkeys(("DT", "PDT", "WDT", "PRP$", "WP$"), "DET"),
    "UH": "INTJ",
    **dict.fromkeys(("NN", "NNS"), "NOUN"),
    "CD": "NUM",
    **dict.fromkeys(("POS", "RP", "TO"), "PART"),
    **dict.fromkeys(("PRP", "WP", "EX"), "PRON"),
    **dict.fromkeys(("NNP", "NNPS"), "PROPN"),
    **dict.fromkeys((".", ",", ":", "(", ")", "''", "``", '"'), "PUNCT"),
    **dict.fromkeys(("SYM", "$", "#"), "SYM"),
    **dict.fromkeys(("VB", "VBD", "VBG", "VBN", "VBP", "VBZ"), "VERB"),
}
_SURE = 1.0


def key_phrases(text: str, language: str) -> list[Found]:
    """Groups around nouns. The methods give no certainty: what the rule finds counts as 1."""
    return _korean(text) if language == "ko" else _english(text)


def syntax(text: str) -> list[Found]:
    """The words of an English text with their parts of speech."""
    return [Found(_PARTS.get(tag, "O"), start, end, _SURE) for start, end, tag in _tagged(text)]


def _english(text: str) -> list[Found]:
    words = _tagged(text)
    signs = "".join(_LETTERS.get(tag, ".") for _, _, tag in words)
    found = []
    for hit in _PHRASE.finditer(signs):
        found.append(Found("", words[hit.start()][0], words[hit.end() - 1][1], _SURE))
    return found


def _tagged(text: str) -> list[tuple[int, int, str]]:
    """Words with their places; a word that the tokenizer changed is left out."""
    from textblob.en import tag

    places, at = [], 0
    for word, part in tag(text):
        start = text.find(word, at)
        if start >= 0:
            at = start + len(word)
            places.append((start, at, str(part)))
    return places


def _korean(text: str) -> list[Found]:
    found: list[Found] = []
    group: list[Any] = []

    def close() -> None:
        if any(token.tag in _KOREAN_CORES for token in group):
            found.append(Found("", group[0].start, group[-1].end, _SURE))
        group.clear()

    for token in _kiwi().tokenize(text):
        if token.tag in _KOREAN_NOUNS and (not group or token.start - group[-1].end <= 1):
            group.append(token)
            continue
        close()
        if token.tag in _KOREAN_NOUNS:
            group.append(token)
    close()
    return found


@functools.cache
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)
