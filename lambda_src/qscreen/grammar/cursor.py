"""A reading place in the tokens of one clause."""

from collections.abc import Iterable, Sequence

from qscreen.grammar.tokens import Token


class Cursor:
    """Reads the tokens of a clause from left to right.

    Args:
        tokens: The clause.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)
        self.place = 0

    @property
    def rest(self) -> list[Token]:
        """Tokens not yet read."""
        return self.tokens[self.place :]

    @property
    def done(self) -> bool:
        """Whether every token is read."""
        return self.place >= len(self.tokens)

    def peek(self) -> Token | None:
        """Look at the next token without reading it."""
        return None if self.done else self.tokens[self.place]

    def take(self, count: int = 1) -> list[Token]:
        """Read tokens.

        Args:
            count: How many.

        Returns:
            The tokens read.
        """
        taken = self.tokens[self.place : self.place + count]
        self.place += len(taken)
        return taken

    def accept(self, phrases: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
        """Read one of several phrases when it comes next.

        Args:
            phrases: Phrases as case-folded words, longest first.

        Returns:
            The phrase read, or None.
        """
        for phrase in phrases:
            if self.comes(phrase, self.place):
                self.place += len(phrase)
                return phrase
        return None

    def comes(self, phrase: tuple[str, ...], place: int) -> bool:
        """Tell whether a phrase stands at a place.

        Args:
            phrase: Case-folded words.
            place: Index of a token.

        Returns:
            True when it does.
        """
        window = self.tokens[place : place + len(phrase)]
        return tuple(token.norm for token in window) == phrase

    def cut_tail(self, phrases: Iterable[tuple[str, ...]]) -> None:
        """Drop phrases from the end, as often as they stand there.

        Args:
            phrases: Phrases as case-folded words.
        """
        known = list(phrases)
        cut = True
        while cut:
            cut = False
            for phrase in known:
                start = len(self.tokens) - len(phrase)
                if start >= self.place and self.comes(phrase, start):
                    del self.tokens[start:]
                    cut = True
                    break
