"""Values of cells: their types, numbers in texts, and texts that a spreadsheet would carry out."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from io import StringIO
from math import isfinite
from typing import Any

from qs_mcp_document.models import CellType

Value = str | int | float | bool | None

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,2}(,\d{3})+|[1-9]\d*)(\.\d+)?")
_SIGNED = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?")
_MOST_DIGITS = 15
"""What a spreadsheet keeps of a number; a longer one is a text, or its end would be lost."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def number_in(text: str) -> int | float | None:
    """Read a number, if a text is nothing else and writing it again would lose nothing.

    Args:
        text: The text, e.g. ``1,234.50``; not ``007`` and not ``1e5``.

    Returns:
        The number, or None.
    """
    # Digits of other scripts match \d as well, and are texts here.
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    bare = text.replace(",", "")
    if sum(character.isdigit() for character in bare) > _MOST_DIGITS:
        return None
    return float(bare) if "." in bare else int(bare)


def safe(text: str) -> str:
    """Keep a spreadsheet from carrying a text out as a formula.

    Args:
        text: Text of a cell.

    Returns:
        The text, with an apostrophe before it where a spreadsheet would take it for a formula.
    """
    if text.startswith(_DANGEROUS) and not (text.isascii() and _SIGNED.fullmatch(text)):
        return f"'{text}"
    return text


def to_csv(rows: Iterable[Sequence[Value]]) -> str:
    """Write rows as CSV (RFC 4180) that is safe to open.

    Args:
        rows: Values.

    Returns:
        CSV; empty cells for None.
    """
    out = StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_written(value) for value in row])
    return out.getvalue()


def typed(value: Any, *, error: bool = False) -> tuple[Value, CellType]:
    """Bring a value of a spreadsheet into JSON.

    Args:
        value: As the library gives it.
        error: Whether the cell holds an error, e.g. ``#DIV/0!``.

    Returns:
        The value and its type.
    """
    match value:
        case None | "":
            return None, "empty"
        case _ if error:
            return str(value), "error"
        case bool():
            return value, "boolean"
        case float() if not isfinite(value):
            # JSON has no such number.
            return str(value), "text"
        case int() | float():
            return value, "number"
        case datetime() | date():
            return value.isoformat(), "date"
        case time():
            return value.isoformat(), "time"
        case timedelta():
            return str(value), "duration"
        case _:
            return str(value), "text"


def _written(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return safe(value)
        case _:
            return str(value)
