"""Goals with their quoted texts hidden, cut into clauses.

Quoted texts are replaced by marks before a form is tried, so that nothing in quotes is ever read
as an instruction.
"""

import re
from dataclasses import dataclass, field

from qscreen.grammar.tokens import TokenKind, tokenize

QUOTED = "\ue000(?:[0-9]+)\ue001"
"""Pattern of a mark that stands for a quoted text."""

_MARK = re.compile("\ue000([0-9]+)\ue001")
_PRIVATE = re.compile("[\ue000\ue001]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A goal whose quoted texts are marks.

    Attributes:
        text: The goal with marks.
        quotes: The quoted texts by number.
    """

    text: str
    quotes: tuple[str, ...] = field(default=())

    def reveal(self, part: str) -> str:
        """A part of the goal with its quoted texts put back, without the quotes."""
        return _MARK.sub(lambda found: self.quotes[int(found[1])], part).strip()

    @staticmethod
    def is_quoted(part: str) -> bool:
        """Whether a part is one quoted text and nothing else."""
        return _MARK.fullmatch(part.strip()) is not None


def mask(goal: str) -> Masked:
    """Hide the quoted texts of a goal.

    Args:
        goal: The goal.

    Returns:
        The goal with marks; white space is folded.

    Raises:
        Misunderstood: A quote is opened and not closed.
    """
    goal = _PRIVATE.sub(" ", goal)
    pieces: list[str] = []
    quotes: list[str] = []
    place = 0
    for token in tokenize(goal):
        if token.kind is not TokenKind.QUOTE:
            continue
        pieces += [goal[place : token.start], f"\ue000{len(quotes)}\ue001"]
        quotes.append(token.value)
        place = token.end
    pieces.append(goal[place:])
    return Masked(" ".join("".join(pieces).split()), tuple(quotes))
