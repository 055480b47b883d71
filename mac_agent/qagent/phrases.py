"""Sentences that somebody else put together, said in Korean: a pattern each."""

import re
from collections.abc import Iterable

from qagent.particles import agreeing


class Phrases:
    """Says sentences in Korean that a library, or the platform's own models, say in English.

    Args:
        pairs: A pattern of each sentence, and its Korean with the pattern's groups in it (`{0}`);
            a group that is one of the sentences itself is said in Korean too.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = tuple((re.compile(pattern, re.DOTALL), korean) for pattern, korean in pairs)

    def korean(self, words: str) -> str:
        """A sentence in Korean; what is none of them stays as it is.

        Args:
            words: The sentence.
        """
        for pattern, korean in self._pairs:
            found = pattern.fullmatch(words)
            if found is not None:
                parts = (self.korean(part) if part else "" for part in found.groups())
                return agreeing(korean, *parts).strip()
        return words

    def knows(self, words: str) -> bool:
        """Whether it can say a sentence.

        Args:
            words: The sentence.
        """
        return any(pattern.fullmatch(words) for pattern, _ in self._pairs)
