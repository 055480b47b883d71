"""Workbooks that no spreadsheet program writes: refused with a reason, within bounds."""

import itertools
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook
from qs_mcp_document import parts, sheets
from qs_mcp_document.sheets import read_csv, read_xlsx

from qs_mcp import ToolFault

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
STYLES, BOOK = "xl/styles.xml", "xl/workbook.xml"
FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused here is refused for what it is, not because the machine is busy."""
    monkeypatch.setattr(parts, "SECONDS", 1e6)


def plain() -> bytes:
    made = Workbook()
    made.worksheets[0].append(["one"])
    out = BytesIO()
    made.save(out)
    return out.getvalue()


PLAIN = plain()


def with_part(
    name: str, change: Callable[[str], str | bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(PLAIN)) as old, zipfile.ZipFile(out, "w", method) as new:
        for one in old.namelist():
            content = old.read(one)
            new.writestr(one, change(content.decode()) if one == name else content)
    return out.getvalue()


def sheet(rows: str, before: str = "") -> bytes:
    text = f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return with_part(SHEET, lambda _: text)


def entities(declared: str) -> str:
    return f"<!DOCTYPE x [{declared}]>"


def read(data: bytes, cells: str | None = None, rows: int = 200) -> Any:
    return read_xlsx(data, None, cells, rows, as_csv=False)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
TYPED = '<row r="1"><c t="str"><v>&a11;</v></c></row>'
HOSTILE = {
    "a row without an end": (
        lambda: sheet(f'<row r="1">{"<c/>" * 110_000}</row>'),
        "more than 100,000 parts",
    ),
    "an element within an element": (
        lambda: sheet(f"{FIRST}<row><c><is>{'<r>' * 110_000}{'</r>' * 110_000}</is></c></row>"),
        "more than 100,000 parts",
    ),
    "an element outside of the rows": (
        lambda: with_part(SHEET, lambda text: text.replace("<sheetData>", "<x>" * 110_000)),
        "more than 100,000 parts",
    ),
    "a text of megabytes": (
        lambda: sheet(f'<row><c t="str"><v>{"a" * 5_000_000}</v></c></row>'),
        "larger than any spreadsheet program writes",
    ),
    "a comment of megabytes": (
        lambda: sheet(f"<!--{'</row>' * 700_000}-->{FIRST}"),
        "larger than any spreadsheet program writes",
    ),
    "an attribute of megabytes": (
        lambda: sheet(f'<row r="1" x="{"a" * 5_000_000}"/>'),
        "larger than any spreadsheet program writes",
    ),
    "styles without an end": (
        lambda: with_part(
            STYLES, lambda text: text.replace("</cellXfs>", "<xf/>" * 100_000 + "</cellXfs>")
        ),
        "larger than any spreadsheet program writes",
    ),
    "sheets without an end": (
        lambda: with_part(
            BOOK, lambda text: text.replace("<sheets>", "<sheets>" + "<sheet/>" * 100_000)
        ),
        "larger than any spreadsheet program writes",
    ),
    "entities of entities": (
        lambda: sheet(TYPED, entities('<!ENTITY a0 "ha">' + LAUGHS)),
        "document type definition",
    ),
    "a file of the machine": (
        lambda: sheet(TYPED, entities('<!ENTITY a11 SYSTEM "file:///etc/passwd">')),
        "document type definition",
    ),
    "entities in UTF-16": (
        lambda: with_part(
            SHEET,
            lambda text: (entities('<!ENTITY a11 "ha">') + text).encode("utf-16"),
        ),
        "document type definition",
    ),
    "entities among the styles": (
        lambda: with_part(STYLES, lambda text: entities('<!ENTITY a11 "ha">') + text),
        "document type definition",
    ),
    "a compression that takes any memory": (
        lambda: with_part(SHEET, lambda text: text, zipfile.ZIP_LZMA),
        "broken",
    ),
    "a strict workbook": (
        lambda: with_part(
            SHEET, lambda text: text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        ),
        "Strict Open XML",
    ),
    "another document in the sheet's place": (lambda: with_part(SHEET, lambda _: "<x/>"), "broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_program_writes_is_refused(name: str) -> None:
    made, why = HOSTILE[name]
    with pytest.raises(ToolFault, match=why):
        read(made())


def test_a_definition_is_seen_wherever_a_reading_cuts_it() -> None:
    start = f'<worksheet xmlns="{MAIN}">'
    for before in range(parts.CHUNK - 10, parts.CHUNK + 1, 3):
        with pytest.raises(ToolFault, match="document type definition"):
            read(sheet(FIRST, " " * before + entities("") + start))


def test_a_password_on_a_part() -> None:
    data = bytearray(PLAIN)
    for place in range(len(data) - 4):
        if data[place : place + 4] == b"PK\x01\x02":
            data[place + 8] |= 1
    with pytest.raises(ToolFault, match="protected by a password"):
        read(bytes(data))


def test_rows_are_let_go_of() -> None:
    rows = 120_000
    part = parts.Parts.of(sheet("<row/>" * rows)).open(SHEET)
    blocks: list[int] = []
    for number, _ in enumerate(
        parts.children(part, (f"{{{MAIN}}}worksheet", f"{{{MAIN}}}sheetData"))
    ):
        if number in (20_000, rows - 1_000):
            blocks.append(sys.getallocatedblocks())
    assert blocks[1] - blocks[0] < rows // 2


def test_texts_are_read_only_as_far_as_cells_name_them() -> None:
    texts = f'<sst xmlns="{MAIN}"><si><t>one</t></si><si><t>two</t></si>{" " * 70_000}<broken'
    data = with_part(STRINGS, lambda _: texts)
    assert read(data).rows == (("one",),)
    with pytest.raises(ToolFault, match="broken"):
        read_xlsx(with_parts(data, '<row><c t="s"><v>7</v></c></row>'), None, None, 9, as_csv=False)


def with_parts(data: bytes, rows: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            text = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            new.writestr(one, text if one == SHEET else old.read(one))
    return out.getvalue()


def test_a_sheet_that_takes_too_long_is_refused_or_said_to_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = sheet(FIRST + '<row r="2"/>' + '<row ht="1"/>' * 20_000 + "<row><c><v>9</v></c></row>")
    ticks = itertools.count()
    monkeypatch.setattr(parts, "time", SimpleNamespace(monotonic=lambda: next(ticks)))

    def readings(seconds: float) -> Any:
        monkeypatch.setattr(parts, "SECONDS", seconds)
        return read(data, rows=2)

    least = next(ticks)
    assert readings(1000.0).truncated
    # One look at the clock for the beginning, then one for each reading.
    most = next(ticks) - least - 2
    for seconds in (0.0, 1.0, 4.0):
        with pytest.raises(ToolFault, match="are not enough"):
            readings(seconds)
    for seconds in (most - 3.0, most - 1.0):
        answer = readings(seconds)
        assert (answer.rows, answer.truncated) == (((1,),), True)


def test_endless_empty_rows_behind_are_said_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_LOOKED_BEHIND", 50)
    for empty, truncated in ((50, False), (51, True)):
        answer = read(sheet(FIRST + '<row ht="1"/>' * empty), rows=1)
        assert (answer.rows, answer.truncated) == (((1,),), truncated)


@pytest.mark.parametrize(
    ("cells", "rows", "truncated"),
    [
        (None, 200, True),
        (None, 1_000, False),
        ("A1:B200", 200, False),
        ("A1:B1000", 200, True),
        ("A1:B999", 200, False),
        ("A1:IV1", 200, False),
        ("A1000:IV1000", 200, True),
    ],
)
def test_what_lies_behind_a_gap_is_not_cut_silently(
    cells: str | None, rows: int, truncated: bool
) -> None:
    far = '<c r="B1000"><v>2</v></c>'
    data = sheet(f'{FIRST}<row r="1000">{far}<c r="IV1000"><v>3</v></c></row>')
    if cells is None and not truncated:
        data = sheet(f'{FIRST}<row r="1000">{far}</row>')
    assert read(data, cells, rows).truncated is truncated
    lines = ["1"] + [""] * 998 + [",2" + ("," * 254 + "3" if cells or truncated else "")]
    text = "\n".join(lines).encode()
    assert read_csv(text, cells, rows, as_csv=False).truncated is truncated
