"""Which language a goal is in."""

from collections.abc import Sequence

from qscreen.grammar import lexicon_en
from qscreen.grammar.korean_verbs import ends_like_korean
from qscreen.grammar.tokens import Token, is_hangul
from qscreen.wire.base import Language

_ALSO_OPENS = frozenset(
    {"put", "set", "move", "don't", "do", "check", "change", "copy", "turn", "switch", "undo"}
)
"""First words of English goals that may be names elsewhere."""


def detect(tokens: Sequence[Token], goal: str) -> Language:
    """Detect the language of a goal.

    Names and texts may be in the other language (*Open 메모장*, *Save 버튼을 눌러 줘*), so what
    decides is how the goal begins and ends, not how many letters of each it has.

    Args:
        tokens: The goal's tokens; empty when it could not be cut.
        goal: The goal.

    Returns:
        Korean or English.
    """
    words = [token.norm for token in tokens if token.is_word]
    if not words:
        return Language.KO if any(map(is_hangul, goal)) else Language.EN
    if ends_like_korean(words[-1]):
        return Language.KO
    opens_in_english = (
        words[0] in lexicon_en.VERB_WORDS
        or words[0] in lexicon_en.PLACE_OPENERS
        or any(phrase[0] == words[0] for phrase in lexicon_en.OPENERS)
        or words[0] in _ALSO_OPENS
    )
    if opens_in_english:
        return Language.EN
    hangul = any(is_hangul(char) for word in words for char in word)
    return Language.KO if hangul else Language.EN
