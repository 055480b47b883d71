"""The known forms that are nearest to what was said."""

import difflib
import itertools
import unicodedata
from functools import cache

from qscreen.grammar import lexicon_en, lexicon_ko
from qscreen.grammar.forms import FORMS
from qscreen.grammar.intent import KIND_OF_VERB
from qscreen.wire.action import ActionKind
from qscreen.wire.base import Language
from qscreen.wire.plan import Suggestion

_MOST = 3
_CLOSE = 0.65  # similarity of a misspelt verb; below it, other verbs are as near
_COMPARED_WORDS = 6
_COMPARED_CHARACTERS = 60


def suggest(part: str, language: Language, kind: ActionKind | None) -> tuple[Suggestion, ...]:
    """Find the forms nearest to a part that was not understood.

    Args:
        part: The part of the goal.
        language: The goal's language.
        kind: The action that was being read, when that much is known.

    Returns:
        At most three suggestions, best first.
    """
    kinds = [kind] if kind else _kinds_of_near_verbs(part, language)
    forms = FORMS[language]
    chosen = [form for wanted in kinds for form in forms if form.kind is wanted]
    if len(chosen) < _MOST and not kind:
        said = _pairs(part)
        others = [form for form in forms if form not in chosen]
        chosen += sorted(others, key=lambda form: -_likeness(said, form.suggestion.example))
    return tuple(form.suggestion for form in chosen[:_MOST])


def _kinds_of_near_verbs(part: str, language: Language) -> list[ActionKind]:
    words = part.split()
    # An English clause begins with its verb, a Korean one ends with it.
    near_verb = words[-_COMPARED_WORDS:] if language is Language.KO else words[:_COMPARED_WORDS]
    verbs = _verbs(language)
    found: dict[ActionKind, float] = {}
    for word in dict.fromkeys(near_verb):
        said = _comparable(word)
        for near in difflib.get_close_matches(said, verbs, n=2, cutoff=_CLOSE):
            score = difflib.SequenceMatcher(None, said, near).ratio()
            found[verbs[near]] = max(score, found.get(verbs[near], 0))
    return sorted(found, key=lambda kind: -found[kind])


@cache
def _verbs(language: Language) -> dict[str, ActionKind]:
    if language is Language.EN:
        return {" ".join(phrase): KIND_OF_VERB[verb] for phrase, verb in lexicon_en.VERBS.items()}
    words = {noun: KIND_OF_VERB[verb] for noun, verb in lexicon_ko.HADA_NOUNS.items()}
    words |= {noun + "해": kind for noun, kind in list(words.items())}
    for verb, link, infinitive, *_ in lexicon_ko.NATIVE_VERBS:
        words |= {link: KIND_OF_VERB[verb], infinitive: KIND_OF_VERB[verb]}
    return {_comparable(word): kind for word, kind in words.items()}


def _likeness(said: frozenset[str], example: str) -> float:
    """Dice coefficient of pairs of letters: cheap, and enough to order a dozen forms."""
    shown = _pairs(example)
    return 2 * len(said & shown) / (len(said) + len(shown) or 1)


def _pairs(text: str) -> frozenset[str]:
    letters = _comparable(text)
    return frozenset(map("".join, itertools.pairwise(letters)))


def _comparable(text: str) -> str:
    """Case-fold and take Hangul apart, so that one wrong letter is a small difference."""
    return unicodedata.normalize("NFD", text[:_COMPARED_CHARACTERS].casefold())
