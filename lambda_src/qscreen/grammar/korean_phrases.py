"""Cuts the words before a Korean verb into phrases by their particles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import refuse
from qscreen.grammar.tokens import Token
from qscreen.wire.action import ActionKind

_COUNT = re.compile(r"(\d{1,6}|[가-힣]{1,2})(" + "|".join(ko.COUNTERS) + r")")
_RIEUL = 8  # index of ㄹ among the final consonants of a syllable


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that end in a particle.

    Attributes:
        tokens: The tokens; the last word is without its particle.
        particle: The particle; empty when there is none.
        start: Offset in the goal.
        end: Offset after the particle.
    """

    tokens: tuple[Token, ...]
    particle: str
    start: int
    end: int

    @property
    def norms(self) -> tuple[str, ...]:
        """Its case-folded words; a quoted text counts as an empty word."""
        return tuple(token.norm for token in self.tokens)

    @property
    def quote(self) -> Token | None:
        """Its quoted text, when it is nothing else."""
        return self.tokens[0] if len(self.tokens) == 1 and self.tokens[0].is_quote else None

    def without_tail(self, count: int) -> "Phrase":
        """Leave out words at the end.

        Args:
            count: How many.

        Returns:
            The shorter phrase.
        """
        return replace(self, tokens=self.tokens[: len(self.tokens) - count])


def split_particle(word: str) -> tuple[str, str]:
    """Split a particle off a word, where the final consonant before it agrees.

    Args:
        word: A word in NFC.

    Returns:
        The stem and the particle; the particle is empty when the word has none.
    """
    for particle in ko.PARTICLES:
        stem = word[: -len(particle)]
        if stem and word.endswith(particle) and _agrees(stem, particle, word):
            return stem, particle
    return word, ""


def _agrees(stem: str, particle: str, word: str) -> bool:
    if particle == "의":
        return word not in ko.NOUNS_IN_UI
    last = stem[-1]
    if not "가" <= last <= "힣":
        return True
    final = (ord(last) - ord("가")) % 28
    if particle == "을":
        return final != 0
    if particle == "로":
        return final in {0, _RIEUL}
    return True


def split_phrases(tokens: Sequence[Token], kind: ActionKind) -> list[Phrase]:
    """Cut the tokens before a verb into phrases.

    Args:
        tokens: Words, quotes and commas; not empty.
        kind: The action of the verb.

    Returns:
        The phrases in order; the last may be without a particle.

    Raises:
        Misunderstood: A comma stands inside a phrase, as in an enumeration.
    """
    phrases: list[Phrase] = []
    current: list[Token] = []
    for token in tokens:
        if token.separates:
            if current:
                raise refuse(Reason.LEFT_OVER, [*current, token], kind)
            continue
        if current and token.norm in ko.PARTICLES:
            # After a quoted text the particle is a word of its own, with or without a space.
            phrases.append(_phrase(current, token.norm, token.end))
            current = []
            continue
        stem, particle = split_particle(token.value) if token.is_word else (token.value, "")
        if particle:
            norm = token.norm[: len(token.norm) - len(particle)]
            current.append(replace(token, value=stem, norm=norm))
            phrases.append(_phrase(current, particle, token.end))
            current = []
        else:
            current.append(token)
    if current:
        phrases.append(_phrase(current, "", current[-1].end))
    return phrases


def _phrase(tokens: list[Token], particle: str, end: int) -> Phrase:
    return Phrase(tuple(tokens), particle, tokens[0].start, end)


def number_of(word: str) -> int | None:
    """Read a number word.

    Args:
        word: Digits or a Korean numeral.

    Returns:
        The number, or None.
    """
    if word.isascii() and word.isdigit() and len(word) <= 6:
        return int(word)
    return ko.NUMBERS.get(word)


def take_count(tokens: list[Token], kind: ActionKind, limit: int) -> int | None:
    """Cut a count such as *3번* or *세 번* off the end of a list of tokens.

    Args:
        tokens: The tokens; the count is removed.
        kind: The action of the verb.
        limit: Largest count that the action can do.

    Returns:
        The count, or None when there is none.

    Raises:
        Misunderstood: The count is zero or above the limit.
    """
    if not tokens:
        return None
    length, count = 0, None
    one = _COUNT.fullmatch(tokens[-1].norm)
    if one:
        length, count = 1, number_of(one[1])
    elif len(tokens) > 1 and tokens[-1].norm in ko.COUNTERS:
        length, count = 2, number_of(tokens[-2].norm)
    if count is None:
        return None
    taken = tokens[-length:]
    if not 1 <= count <= limit:
        raise refuse(Reason.BAD_NUMBER, taken, kind)
    del tokens[-length:]
    return count
