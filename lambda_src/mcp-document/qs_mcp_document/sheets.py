"""Reads .xlsx and .csv, without Textract and without carrying anything out."""

import csv
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from qs_mcp import ToolFault
from qs_mcp_document.areas import EMPTY, Area, Cell, Row, area_of, letters_of
from qs_mcp_document.cells import number_in, to_csv
from qs_mcp_document.models import Column, SheetRead
from qs_mcp_document.parts import BROKEN, FAILED, TooLongFault, broken
from qs_mcp_document.workbooks import Workbook

MOST_ROWS = 5_000
MOST_CELLS = 50_000
MOST_LOOKED_BEHIND = 20_000
"""Empty rows that are looked through for more: nobody waits for the end of a million of them."""

_SAMPLE = 2_048
"""Of so much a delimiter is guessed; the time of that grows with the square of it."""
_CSV_SHEET = "csv"


def read_xlsx(
    data: bytes, sheet: str | None, cells: str | None, max_rows: int, *, as_csv: bool
) -> SheetRead:
    """Read a range of a sheet of an .xlsx.

    Args:
        data: The file.
        sheet: Name of the sheet; None for the first.
        cells: The range; None for the whole sheet.
        max_rows: Most rows.
        as_csv: Also as CSV.

    Returns:
        The range.

    Raises:
        ToolFault: If the file is none, is broken or too large, or there is no such sheet.
    """
    area = area_of(cells, max_rows)
    with warnings.catch_warnings():
        # What the library leaves out (styles, drawings) concerns nobody here.
        warnings.simplefilter("ignore")
        try:
            book = Workbook.of(data)
            names = tuple(book.paths)
            chosen = _choose(names, sheet)
            return _read(chosen, names, area, book.rows(chosen, area), as_csv=as_csv)
        except BROKEN as error:
            raise broken("an .xlsx") from error


def read_csv(data: bytes, cells: str | None, max_rows: int, *, as_csv: bool) -> SheetRead:
    """Read a range of a CSV file.

    Args:
        data: The file, in UTF-8, UTF-16 with a mark, or the Korean code page 949.
        cells: The range; None for all.
        max_rows: Most rows.
        as_csv: Also as CSV in the standard form.

    Returns:
        The range.

    Raises:
        ToolFault: If it is no text in one of these, or no CSV.
    """
    area = area_of(cells, max_rows)
    text = decoded(data)
    try:
        return _read(_CSV_SHEET, (_CSV_SHEET,), area, _lines(text, area), as_csv=as_csv)
    except csv.Error as error:
        raise ToolFault(
            FAILED,
            f"A cell of it has more than {csv.field_size_limit():,} characters, or it is no CSV. A "
            "quotation mark that is never closed makes such a cell.",
            "Correct it and upload it again, or save the spreadsheet as .xlsx.",
        ) from error


def decoded(data: bytes) -> str:
    """Turn the bytes of a text file into text.

    Args:
        data: The file.

    Returns:
        Its text.

    Raises:
        ToolFault: If it is in none of the encodings.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ToolFault(
        FAILED,
        "It is no text in UTF-8, UTF-16 or the Korean code page 949.",
        "Save it as CSV in UTF-8 and upload that.",
    )


def _lines(text: str, area: Area) -> Iterator[Row]:
    for number, record in enumerate(_records(text), start=1):
        if number >= area.top:
            cells = [_of_text(one) for one in record[area.left - 1 : area.right]]
            yield Row(number, cells, any(record[area.right : area.asked_right]))


def _records(text: str) -> Iterator[list[str]]:
    sample = text[:_SAMPLE]
    # A sample is cut in the middle of a line; the rule is guessed from whole ones.
    if len(text) > len(sample) and "\n" in sample:
        sample = sample[: sample.rindex("\n")]
    try:
        delimiter = csv.Sniffer().sniff(sample, delimiters=",;\t|").delimiter
    except csv.Error:
        delimiter = ","
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=False)


def _of_text(text: str) -> Cell:
    number = number_in(text)
    if number is not None:
        return number, "number"
    return (text, "text") if text else EMPTY


def _read(
    sheet: str, sheets: tuple[str, ...], area: Area, rows: Iterable[Row], *, as_csv: bool
) -> SheetRead:
    """Keep what was asked for and fits the limits, and say whether something is missing."""
    found, more = _within(area, rows)
    columns = max((row.filled for row in found), default=0)
    most = max(MOST_CELLS // columns, 1) if columns else 0
    height = found[-1].number - area.top + 1 if found else 0
    more = more or height > most
    kept: list[list[Cell]] = [[EMPTY] * columns for _ in range(min(height, most))]
    for row in found:
        if (place := row.number - area.top) < most:
            kept[place][: row.filled] = row.cells[: row.filled]
    values = tuple(tuple(value for value, _ in row) for row in kept)
    return SheetRead(
        sheet=sheet,
        sheets=sheets,
        range=_named(area, columns, len(kept)),
        columns=tuple(_column(area.left + place, kept, place) for place in range(columns)),
        rows=values,
        csv=to_csv(values) if as_csv else None,
        truncated=more,
    )


def _within(area: Area, rows: Iterable[Row]) -> tuple[list[Row], bool]:
    """Take the filled rows of a range, and say whether it has more than may be read."""
    found: list[Row] = []
    more = False
    last = looked = 0
    try:
        for row in rows:
            last = row.number
            if last > area.asked_bottom:
                break
            if last > area.bottom:
                looked += 1
                if more := more or row.wider or row.filled > 0 or looked > MOST_LOOKED_BEHIND:
                    break
                continue
            more = more or row.wider
            if row.filled:
                found.append(row)
    except TooLongFault:
        if last < area.bottom:
            raise
        # All rows are there; only what comes behind them was not looked through.
        more = True
    return found, more


def _column(number: int, rows: Iterable[Sequence[Any]], place: int) -> Column:
    kinds = Counter(row[place][1] for row in rows)
    if len(kinds) > 1:
        kinds.pop("empty", None)
    return Column(letter=letters_of(number), types=tuple(kind for kind, _ in kinds.most_common()))


def _named(area: Area, columns: int, rows: int) -> str:
    if not columns or not rows:
        return ""
    last = f"{letters_of(area.left + columns - 1)}{area.top + rows - 1}"
    return f"{letters_of(area.left)}{area.top}:{last}"


def _choose(names: Sequence[str], sheet: str | None) -> str:
    if not names:
        raise ToolFault(FAILED, "The file has no sheet with cells.", "Check the file.")
    if sheet is None:
        return names[0]
    for name in names:
        if name.casefold() == sheet.strip().casefold():
            return name
    raise ToolFault(
        FAILED,
        f"It has no sheet of this name; it has {len(names)} sheets.",
        "Call it without a sheet: the answer names all of them.",
    )
