"""Reads cells of an .xlsx: what they mean openpyxl knows, the bounds are those of the parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from qs_mcp_document.areas import EMPTY, Area, Cell, Row
from qs_mcp_document.cells import typed
from qs_mcp_document.parts import Parts, children, larger_than_any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRINGS = (f"{_MAIN}sst",)
_ROWS = (f"{_MAIN}worksheet", f"{_MAIN}sheetData")
_STYLES = f"{_MAIN}styleSheet"
_ROW = f"{_MAIN}row"
_STRING = f"{_MAIN}si"
_TEXT = f"{_MAIN}t"
_CHARTS = "chartsheet"

MOST_STYLES = 100_000
"""Excel has 65,490."""


@dataclass(slots=True)
class SharedStrings:
    """Texts of cells, read as far as they are asked for: the first rows have the first ones.

    Attributes:
        elements: The elements of the table, in order.
    """

    elements: "Iterator[Element]"
    _known: list[str] = field(default_factory=list)

    def __getitem__(self, number: int) -> str:
        """Give a text.

        Args:
            number: Its number, from 0.

        Returns:
            The text.

        Raises:
            IndexError: If there is none.
            ToolFault: If one before it is too large.
        """
        if number < 0:
            raise IndexError(number)
        while number >= len(self._known) and (element := next(self.elements, None)) is not None:
            if element.tag == _STRING:
                self._known.append(_text(element))
        return self._known[number]


@dataclass(frozen=True, slots=True)
class Workbook:
    """An .xlsx.

    Attributes:
        parts: Its parts.
        paths: Names of the sheets with cells, in order, and where they lie.
        strings: Texts of cells.
        formats: What the library's parser has to know of dates.
    """

    parts: Parts
    paths: dict[str, str]
    strings: SharedStrings
    formats: dict[str, Any]

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Open a file.

        Args:
            data: The file.

        Returns:
            The workbook.

        Raises:
            ToolFault: If it is none, is broken or too large.
        """
        from xml.etree.ElementTree import fromstring

        from openpyxl.packaging.manifest import Manifest
        from openpyxl.reader.workbook import WorkbookParser
        from openpyxl.xml.constants import ARC_CONTENT_TYPES, ARC_WORKBOOK, SHARED_STRINGS

        parts = Parts.of(data)
        # What the library asks of an archive, the parts have.
        archive: Any = parts
        # Entities, which make its parser unsafe, are refused by the part.
        types: Any = fromstring(parts.read(ARC_CONTENT_TYPES))  # noqa: S314
        manifest: Any = Manifest.from_tree(types)
        parser: Any = WorkbookParser(archive, ARC_WORKBOOK, keep_links=False)
        parser.parse()
        there = set(parts.namelist())
        strings = manifest.find(SHARED_STRINGS)
        return cls(
            parts,
            {
                sheet.name: relation.target
                for sheet, relation in parser.find_sheets()
                if relation.target in there and _CHARTS not in relation.Type
            },
            SharedStrings(
                iter(())
                if strings is None
                else children(parts.open(strings.PartName[1:]), _STRINGS)
            ),
            {"epoch": parser.wb.epoch, **_formats(parts)},
        )

    def rows(self, sheet: str, area: Area) -> Iterator[Row]:
        """Read the rows of a sheet that the file has, from the first one of a range.

        Args:
            sheet: Its name.
            area: The range.

        Yields:
            Rows by ascending number; it does not end with the range.

        Raises:
            ToolFault: If the sheet is broken, too large, or takes too long.
        """
        from openpyxl.worksheet._reader import WorkSheetParser

        with self.parts.open(self.paths[sheet]) as part:
            parser: Any = WorkSheetParser(part, self.strings, data_only=True, **self.formats)
            place = area.top
            for element in children(part, _ROWS):
                if element.tag != _ROW:
                    continue
                if _lies_before(element, area.top):
                    # The row is counted, its cells are of no interest.
                    del element[:]
                number, cells = parser.parse_row(element)
                parser.row_dimensions.clear()
                if number >= place:
                    yield _row(number, cells, area)
                    place = number + 1


def _formats(parts: Parts) -> dict[str, set[int]]:
    """Find the styles that make a number a date or a duration; of the others nothing is needed."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
    from openpyxl.xml.constants import ARC_STYLE

    found: dict[str, set[int]] = {"date_formats": set(), "timedelta_formats": set()}
    if ARC_STYLE not in parts.namelist():
        return found
    formats = dict(BUILTIN_FORMATS)
    with parts.open(ARC_STYLE) as part:
        for element in children(part, (_STYLES, f"{_MAIN}numFmts")):
            if len(formats) >= MOST_STYLES:
                raise larger_than_any()
            formats[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
    dates = {number for number, code in formats.items() if is_date_format(code)}
    durations = {number for number, code in formats.items() if is_timedelta_format(code)}
    with parts.open(ARC_STYLE) as part:
        for style, element in enumerate(children(part, (_STYLES, f"{_MAIN}cellXfs"))):
            if style >= MOST_STYLES:
                raise larger_than_any()
            number = int(element.get("numFmtId", "0"))
            if number in dates:
                found["date_formats"].add(style)
            if number in durations:
                found["timedelta_formats"].add(style)
    return found


def _lies_before(row: "Element", top: int) -> bool:
    number = row.get("r", "")
    return number.isdecimal() and int(number) < top


def _row(number: int, cells: Iterable[dict[str, Any]], area: Area) -> Row:
    found: list[Cell] = []
    wider = False
    for cell in cells:
        place = cell["column"] - area.left
        value = typed(cell["value"], error=cell["data_type"] == "e")
        if value[1] == "empty" or place < 0 or cell["column"] > area.asked_right:
            continue
        if place >= area.width:
            wider = True
            continue
        found.extend([EMPTY] * (place + 1 - len(found)))
        found[place] = value
    return Row(number, found, wider)


def _text(element: Any) -> str:
    if len(element) == 1 and element[0].tag == _TEXT:
        text = str(element[0].text or "")
    else:
        from openpyxl.cell.text import Text

        rich: Any = Text.from_tree(element)
        text = rich.content
    # As openpyxl does: an escape of the characters that XML has not.
    return text.replace("x005F_", "")
