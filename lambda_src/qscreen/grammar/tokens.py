"""Words, quoted texts and separators of a goal, each with its place.

Everything between quotes is one token whose value is text: no later stage looks inside, so
commas, particles and instructions in a quoted text stay text.
"""

import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from qscreen.grammar.fault import Misunderstood, Reason

_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』"}
QUOTES = frozenset(_PAIRS) | frozenset(_PAIRS.values())
"""Characters that open or close a quoted text."""
_COMMAS = frozenset(",;，、；")
_STOPS = frozenset(".!?。！？…")
_TAIL = _STOPS | frozenset(":~")


class TokenKind(Enum):
    """Kinds of tokens."""

    WORD = auto()
    QUOTE = auto()
    COMMA = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the goal.

    Attributes:
        kind: What it is.
        start: Offset of its first character in the goal.
        end: Offset after its last character.
        value: A word as written (NFC), or the text between the quotes.
        norm: The word in NFC and case-folded; empty for everything else.
        glued: Whether it follows the token before it without a space.
    """

    kind: TokenKind
    start: int
    end: int
    value: str
    norm: str = ""
    glued: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is a word."""
        return self.kind is TokenKind.WORD

    @property
    def is_quote(self) -> bool:
        """Whether it is a quoted text."""
        return self.kind is TokenKind.QUOTE

    @property
    def separates(self) -> bool:
        """Whether it is a comma or the end of a sentence."""
        return self.kind in {TokenKind.COMMA, TokenKind.STOP}


def is_hangul(char: str) -> bool:
    """Tell whether a character is Hangul: a syllable or a letter.

    Args:
        char: One character.

    Returns:
        True for Hangul.
    """
    return "가" <= char <= "힣" or "ᄀ" <= char <= "ᇿ" or "ㄱ" <= char <= "ㆎ"


def tokenize(goal: str) -> list[Token]:
    """Cut a goal into tokens.

    Args:
        goal: The goal.

    Returns:
        The tokens in order; together with white space and punctuation they cover the goal.

    Raises:
        Misunderstood: A quote is opened and not closed.
    """
    tokens: list[Token] = []
    place = 0
    while place < len(goal):
        char = goal[place]
        if char in "\r\n":
            tokens.append(Token(TokenKind.STOP, place, place + 1, char))
            place += 1
        elif char.isspace():
            place += 1
        elif _opens(goal, place):
            token = _quote(goal, place, _follows(tokens, place))
            tokens.append(token)
            place = token.end
        elif char in _COMMAS:
            tokens.append(Token(TokenKind.COMMA, place, place + 1, char))
            place += 1
        else:
            end = _word_end(goal, place)
            tokens += _word(goal, place, end, _follows(tokens, place))
            place = end
    return tokens


def _follows(tokens: list[Token], place: int) -> bool:
    return bool(tokens) and tokens[-1].end == place


def _is_latin(goal: str, place: int) -> bool:
    return 0 <= place < len(goal) and goal[place].isalnum() and not is_hangul(goal[place])


def _opens(goal: str, place: int) -> bool:
    char = goal[place]
    if char not in _PAIRS:
        return False
    # An apostrophe inside or after an English word opens nothing; Hangul words have none.
    return char != "'" or not _is_latin(goal, place - 1)


def _quote(goal: str, start: int, glued: bool) -> Token:
    opener, closer = goal[start], _PAIRS[goal[start]]
    text: list[str] = []
    place = start + 1
    while place < len(goal):
        char = goal[place]
        following = goal[place + 1 : place + 2]
        if char == "\\" and following in {opener, closer, "\\"}:
            text.append(following)
            place += 2
            continue
        apostrophe = char in "'’" and _is_latin(goal, place - 1) and _is_latin(goal, place + 1)
        if char == closer and not apostrophe:
            return Token(TokenKind.QUOTE, start, place + 1, "".join(text), glued=glued)
        text.append(char)
        place += 1
    raise Misunderstood(Reason.UNCLOSED_QUOTE, start, len(goal))


def _word_end(goal: str, start: int) -> int:
    place = start + 1
    while place < len(goal):
        char = goal[place]
        between_digits = goal[place - 1].isdigit() and goal[place + 1 : place + 2].isdigit()
        if char.isspace() or _opens(goal, place) or (char in _COMMAS and not between_digits):
            break
        place += 1
    return place


def _word(goal: str, start: int, end: int, glued: bool) -> list[Token]:
    """Split the punctuation at a word's end off it."""
    stop = end
    while stop > start and goal[stop - 1] in _TAIL and goal[stop - 2 : stop - 1] != "+":
        stop -= 1
    tokens: list[Token] = []
    if stop > start:
        value = unicodedata.normalize("NFC", goal[start:stop])
        norm = unicodedata.normalize("NFC", value.casefold())
        tokens.append(Token(TokenKind.WORD, start, stop, value, norm, glued))
    if any(char in _STOPS for char in goal[stop:end]):
        tokens.append(Token(TokenKind.STOP, stop, end, goal[stop:end]))
    return tokens
