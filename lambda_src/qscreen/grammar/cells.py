"""Cells of tables as people write them, and rows of a quoted text; the same in both languages."""

import re
from collections.abc import Sequence

from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import refuse
from qscreen.grammar.tokens import Token
from qscreen.wire.action import ActionKind

_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_MOST_ROWS, _MOST_COLUMNS, _MOST_TEXT = 200, 50, 1000  # the bounds of qscreen.wire.WriteTable


def read_cells(word: str) -> tuple[str, str | None] | None:
    """Read *B2* or *B2:D7*.

    Args:
        word: A word as written.

    Returns:
        The first cell, and the last one if a block is meant; None for any other word.
    """
    first, colon, last = word.upper().partition(":")
    if not _CELL.fullmatch(first) or (colon and not _CELL.fullmatch(last)):
        return None
    return first, last if colon else None


def rows_of(quote: Token) -> tuple[tuple[str, ...], ...]:
    """Cut a quoted text into cells: lines are rows, tabs part the cells of a row.

    Args:
        quote: The quoted text.

    Returns:
        The rows.

    Raises:
        Misunderstood: It has more rows, cells or characters than one step can write.
    """
    rows = tuple(tuple(line.split("\t")) for line in quote.value.split("\n"))
    long = any(len(text) > _MOST_TEXT for row in rows for text in row)
    if long or len(rows) > _MOST_ROWS or any(len(row) > _MOST_COLUMNS for row in rows):
        raise refuse(Reason.BAD_NUMBER, [quote], ActionKind.WRITE_TABLE)
    return rows


def menu_path(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    """Read *File > Save As*.

    Args:
        tokens: Words and quotes.

    Returns:
        The path; None where no sign of a path stands, or a part of it is empty.
    """
    parts: list[list[str]] = [[]]
    signs = 0
    for token in tokens:
        if not token.is_word:
            parts[-1].append(token.value)
            continue
        pieces = re.split(r"[>▸→]", token.value)
        signs += len(pieces) - 1
        for number, piece in enumerate(pieces):
            if number:
                parts.append([])
            if piece:
                parts[-1].append(piece)
    path = tuple(" ".join(words).strip() for words in parts)
    return path if signs and all(path) and len(path) <= 8 else None
