"""Reads .xlsx and .csv, without Textract and without carrying anything out."""

import csv
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from qs_mcp import ToolFault
from qs_mcp_document.cells import Value, number_in, to_csv, typed
from qs_mcp_document.models import CellType, Column, SheetRead

MOST_COLUMNS = 200
MOST_ROWS = 5_000
MOST_CELLS = 50_000
MOST_UNPACKED = 200 * 1024 * 1024
"""What an .xlsx may unpack to: a small file can hold gigabytes."""
MOST_MEMBERS = 5_000

_SAMPLE = 2_048
"""Of so much a delimiter is guessed; the time of that grows with the square of it."""

_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})(:\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6}))?")
_WORKBOOK = "xl/workbook.xml"
_FAILED = "The spreadsheet was not read."
_CSV_SHEET = "csv"

_Cell = tuple[Value, CellType]


@dataclass(frozen=True, slots=True)
class Area:
    """A range of cells, both ends included, from 1.

    Attributes:
        left: First column.
        top: First row.
        right: Last column.
        bottom: Last row.
    """

    left: int
    top: int
    right: int
    bottom: int


def area_of(text: str | None, max_rows: int) -> Area:
    """Read a range.

    Args:
        text: E.g. ``A1:D20`` or ``B2``; None for the whole sheet.
        max_rows: Most rows.

    Returns:
        The range, no larger than may be read.

    Raises:
        ToolFault: If it is none.
    """
    if text is None:
        return Area(1, 1, MOST_COLUMNS, max_rows)
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise _bad_range("It must look like A1:D20.")
    left, top = number_of(found[1]), int(found[2])
    right, bottom = (number_of(found[4]), int(found[5])) if found[3] else (left, top)
    if right < left or bottom < top:
        raise _bad_range("Its end lies before its beginning.")
    return Area(left, top, min(right, left + MOST_COLUMNS - 1), min(bottom, top + max_rows - 1))


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
    _check_archive(data)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    area = area_of(cells, max_rows)
    try:
        with warnings.catch_warnings():
            # What the library leaves out (styles, drawings) concerns nobody here.
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                names = tuple(one.title for one in book.worksheets)
                chosen = _choose(names, sheet)
                page = book.worksheets[names.index(chosen)]
                # What a file says of its own size is often wrong.
                page.reset_dimensions()
                rows = [
                    [typed(cell.value, error=cell.data_type == "e") for cell in row]
                    for row in page.iter_rows(
                        min_row=area.top,
                        max_row=area.bottom + 1,
                        min_col=area.left,
                        max_col=area.right + 1,
                    )
                ]
            finally:
                book.close()
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        SyntaxError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        RuntimeError,
        ArithmeticError,
        zlib.error,
    ) as error:
        raise _broken("an .xlsx") from error
    return _read(chosen, names, area, rows, cells is None, as_csv=as_csv)


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
    rows: list[list[_Cell]] = []
    try:
        for place, row in enumerate(_records(text), start=1):
            if place > area.bottom + 1:
                break
            if place >= area.top:
                rows.append([_of_text(one) for one in row[area.left - 1 : area.right + 1]])
    except csv.Error as error:
        raise _broken("a CSV file") from error
    return _read(_CSV_SHEET, (_CSV_SHEET,), area, rows, cells is None, as_csv=as_csv)


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
        _FAILED,
        "It is no text in UTF-8, UTF-16 or the Korean code page 949.",
        "Save it as CSV in UTF-8 and upload that.",
    )


def number_of(letters: str) -> int:
    """Number of a column.

    Args:
        letters: E.g. ``AB``.

    Returns:
        Its number, from 1.
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters_of(number: int) -> str:
    """Letters of a column.

    Args:
        number: Its number, from 1.

    Returns:
        E.g. ``AB``.
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


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


def _of_text(text: str) -> _Cell:
    number = number_in(text)
    if number is not None:
        return number, "number"
    return (text, "text") if text else (None, "empty")


def _read(
    sheet: str,
    sheets: tuple[str, ...],
    area: Area,
    rows: list[list[_Cell]],
    everything: bool,
    *,
    as_csv: bool,
) -> SheetRead:
    """Cut what was read to the range and to the limits, and say whether something is missing."""
    height, width = area.bottom - area.top + 1, area.right - area.left + 1
    filled = [_filled(row) for row in rows]
    more = everything and (
        any(filled[height:]) or any(columns > width for columns in filled[:height])
    )
    rows, filled = rows[:height], filled[:height]
    while rows and not filled[-1]:
        rows.pop()
        filled.pop()
    columns = min(max(filled, default=0), width)
    most = max(MOST_CELLS // columns, 1) if columns else 0
    more = more or len(rows) > most
    kept = [
        [row[place] if place < len(row) else (None, "empty") for place in range(columns)]
        for row in rows[:most]
    ]
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


def _filled(row: Sequence[_Cell]) -> int:
    """Count the columns up to the last cell that is not empty."""
    return max((place for place, (_, kind) in enumerate(row, 1) if kind != "empty"), default=0)


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
        raise ToolFault(_FAILED, "The file has no sheet with cells.", "Check the file.")
    if sheet is None:
        return names[0]
    for name in names:
        if name.casefold() == sheet.strip().casefold():
            return name
    raise ToolFault(
        _FAILED,
        f"It has no sheet of this name; it has {len(names)} sheets.",
        "Call it without a sheet: the answer names all of them.",
    )


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _broken("an .xlsx") from error
    if _WORKBOOK not in {member.filename for member in members}:
        raise ToolFault(
            _FAILED,
            "It is a ZIP archive, but not an .xlsx.",
            "Save the spreadsheet as .xlsx and upload that.",
        )
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
        raise ToolFault(
            _FAILED,
            f"It unpacks to more than {MOST_UNPACKED:,} bytes or {MOST_MEMBERS:,} parts.",
            "Save the sheet that matters as a file of its own and upload that.",
        )


def _bad_range(why: str) -> ToolFault:
    return ToolFault(_FAILED, f"The range cannot be used. {why}", "Correct the range.")


def _broken(what: str) -> ToolFault:
    return ToolFault(
        _FAILED,
        f"The file is broken: it cannot be read as {what}.",
        "Open and save it again, and upload that.",
    )
