"""Cuts a text into parts that a service takes, without losing count of its characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[.!?。!?…][\"'”’)\]]*\s+|\n")
_SPACE = re.compile(r"\s")
_LEAST = 0.5
"""A part is at least this full: a sentence's end before that is no reason to cut."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One part of a text.

    Attributes:
        text: The part.
        offset: Characters of the text before it.
    """

    text: str
    offset: int

    @property
    def size(self) -> int:
        """Its size in UTF-8, bytes."""
        return len(self.text.encode())


def chunks(text: str, most_bytes: int) -> Iterator[Chunk]:
    """Cut a text, after sentences where that is possible, else between words, else anywhere.

    Args:
        text: The text.
        most_bytes: What a part may have at most, in UTF-8; at least 4.

    Yields:
        The parts in order; together they are the text. Parts of white space are left out, since
        the services refuse them.
    """
    offset = 0
    while offset < len(text):
        end = _end(text, offset, most_bytes)
        part = text[offset:end]
        if part.strip():
            yield Chunk(part, offset)
        offset = end


def _end(text: str, begin: int, most_bytes: int) -> int:
    """Find where the part that begins at an offset ends."""
    # No character has less than one byte: what fits is inside this window.
    window = text[begin : begin + most_bytes].encode()
    fits = window[:most_bytes].decode(errors="ignore")
    if begin + len(fits) == len(text):
        return len(text)
    least = int(len(fits) * _LEAST)
    for pattern in (_SENTENCE_END, _SPACE):
        ends = [found.end() for found in pattern.finditer(fits, least)]
        if ends:
            return begin + ends[-1]
    return begin + len(fits)
