"""Offsets of text: macOS counts UTF-16 units, we count characters."""

from collections.abc import Iterator

from qagent.desktop.base import TextState
from qagent.desktop.macos.seam import Range

CHUNK_UNITS = 20
"""UTF-16 units that one key event carries; macOS drops what goes beyond."""


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def characters_before(text: str, offset: int) -> int:
    """Characters before a UTF-16 offset; one inside a pair belongs to the pair's end."""
    if offset <= 0:
        return 0
    seen = 0
    for count, char in enumerate(text, start=1):
        seen += 2 if ord(char) > 0xFFFF else 1
        if seen >= offset:
            return count
    return len(text)


def text_state(text: str, selected: Range | None) -> TextState:
    """A text with the caret and selection that macOS reports."""
    if selected is None:
        return TextState(text, len(text))
    start = characters_before(text, selected.location)
    end = characters_before(text, selected.location + selected.length)
    return TextState(text, end, (start, end) if start != end else None)


def chunks(text: str) -> Iterator[str]:
    """Cut a text into parts that one key event carries; line ends and tabs stand alone."""
    part, size = "", 0
    for char in text:
        width = 2 if ord(char) > 0xFFFF else 1
        if char in "\n\t":
            if part:
                yield part
            yield char
            part, size = "", 0
            continue
        if size + width > CHUNK_UNITS:
            yield part
            part, size = "", 0
        part, size = part + char, size + width
    if part:
        yield part
