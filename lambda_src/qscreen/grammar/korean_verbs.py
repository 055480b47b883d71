"""Finds the verb that ends a Korean clause, in all its endings."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.intent import Verb
from qscreen.grammar.tokens import Token


class _Form(Enum):
    FINAL = auto()
    LINK = auto()
    INFINITIVE = auto()
    ADNOMINAL = auto()
    NOMINAL = auto()


@dataclass(frozen=True, slots=True)
class VerbPhrase:
    """A verb with its ending.

    Attributes:
        verb: Its meaning.
        length: Tokens it takes.
    """

    verb: Verb
    length: int


def _forms(
    link: str, infinitive: str, adnominal: str, nominal: str, polite: str
) -> dict[str, _Form]:
    forms = {
        link: _Form.LINK,
        f"{link}서": _Form.LINK,
        infinitive: _Form.INFINITIVE,
        adnominal: _Form.ADNOMINAL,
        nominal: _Form.NOMINAL,
    }
    forms |= {infinitive + ending: _Form.FINAL for ending in ko.INFINITIVE_ENDINGS}
    forms |= {infinitive + ending: _Form.LINK for ending in ko.INFINITIVE_LINKS}
    forms |= {adnominal + after: _Form.LINK for after in ko.AFTER_WORDS}
    forms |= {polite + ending: _Form.FINAL for ending in ko.POLITE_ENDINGS}
    forms[polite + "시고"] = _Form.LINK
    return forms


_HADA = _forms(*ko.HADA) | {
    "하여": _Form.INFINITIVE,
    "합니다": _Form.FINAL,
    "한다": _Form.FINAL,
    "하자": _Form.FINAL,
    "하라": _Form.FINAL,
}
_VERBS: dict[str, tuple[Verb, _Form]] = {
    form: (verb, kind) for verb, *parts in ko.NATIVE_VERBS for form, kind in _forms(*parts).items()
} | {
    noun + form: (verb, kind)
    for noun, verb in ko.HADA_NOUNS.items()
    for form, kind in _HADA.items()
}
VERB_WORDS: tuple[str, ...] = (
    *(nominal for _, _, _, _, nominal, _ in ko.NATIVE_VERBS),
    *ko.HADA_NOUNS,
)
"""A form of each verb, for suggestions."""


def ends_like_korean(word: str) -> bool:
    """Tell whether a case-folded word is one that Korean goals end in.

    Args:
        word: The goal's last word.

    Returns:
        True for a verb form, an auxiliary, or a noun that becomes a verb with 하다.
    """
    return (
        word in _VERBS
        or word in ko.AUXILIARIES
        or word in _HADA
        or word in ko.HADA_NOUNS.keys() - ko.NAMES_TOO
        or word in ko.POSSIBLE
    )


def find_verb(tokens: Sequence[Token], place: int) -> VerbPhrase | None:
    """Read a verb phrase at a place.

    Args:
        tokens: Tokens of the goal.
        place: Index of the token that may begin it.

    Returns:
        The verb phrase, or None when no clause ends here.
    """
    word = tokens[place].norm
    if word in _VERBS:
        verb, form = _VERBS[word]
        tail = _tail(tokens, place + 1, form)
        return None if tail is None else VerbPhrase(verb, 1 + tail)
    noun = word if word in ko.HADA_NOUNS else word[:-1] if word.endswith(("을", "를")) else word
    if noun not in ko.HADA_NOUNS:
        return _double_click(tokens, place)
    verb = ko.HADA_NOUNS[noun]
    following = _norm(tokens, place + 1)
    if following in _HADA:
        tail = _tail(tokens, place + 2, _HADA[following])
        return None if tail is None else VerbPhrase(verb, 2 + tail)
    if noun != word:
        return None
    if _ends(tokens, place + 1):
        return VerbPhrase(verb, 1)
    if following in ko.NOUN_AFTER_WORDS:
        return VerbPhrase(verb, 2)
    return None


def _double_click(tokens: Sequence[Token], place: int) -> VerbPhrase | None:
    """Read *더블 클릭해* and *오른쪽 클릭해*, written in two words."""
    verb = {"더블": Verb.DOUBLE_CLICK, "오른쪽": Verb.RIGHT_CLICK}.get(tokens[place].norm)
    if verb is None or place + 1 >= len(tokens):
        return None
    click = find_verb(tokens, place + 1)
    if click is None or click.verb is not Verb.CLICK:
        return None
    return VerbPhrase(verb, 1 + click.length)


def _norm(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].norm if place < len(tokens) else ""


def _ends(tokens: Sequence[Token], place: int) -> bool:
    return place >= len(tokens) or tokens[place].separates


def _tail(tokens: Sequence[Token], place: int, form: _Form) -> int | None:
    """Count the auxiliaries after a form; None when the form ends no clause here."""
    following = _norm(tokens, place)
    if form is _Form.NOMINAL:
        return 0 if _ends(tokens, place) else None
    if form is _Form.ADNOMINAL:
        return 1 if following in ko.AFTER_WORDS else None
    if form is _Form.INFINITIVE:
        if following in ko.AUXILIARIES or following in ko.AUXILIARY_LINKS:
            return 1
        if following == "줄" and _norm(tokens, place + 1) == "수":
            return 3 if _norm(tokens, place + 2) in ko.POSSIBLE else None
        return 0
    if form is _Form.LINK and following == "나서":
        return 1
    return 0
