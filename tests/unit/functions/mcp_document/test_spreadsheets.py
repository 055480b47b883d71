import csv
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from qs_mcp_document import areas, parts, sheets
from qs_mcp_document.areas import letters_of, number_of
from qs_mcp_document.cells import number_in, safe, to_csv
from qs_mcp_document.exports import to_xlsx
from qs_mcp_document.sheets import read_csv, read_xlsx

from qs_mcp import ToolFault
from qs_reading.paper import Merged, Table

texts = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=12)
grids = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=6)
)


def book(rows: list[list[Any]], **more: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, content in {"First": rows, **more}.items():
        page = made.create_sheet(name)
        for row in content:
            page.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


WORKBOOK = book([["이름", 1.5, date(2026, 1, 2), "=A1"]] * 20)
SHEET = b"xl/worksheets/sheet1.xml"


def table(rows: list[list[str]], **more: Any) -> Table:
    return Table(page=1, rows=tuple(map(tuple, rows)), confidence=99, **more)


def xlsx(data: bytes, sheet: str | None = None, cells: str | None = None, rows: int = 200) -> Any:
    return read_xlsx(data, sheet, cells, rows, as_csv=True)


@given(st.integers(1, 20_000))
def test_letters_of_columns(number: int) -> None:
    assert number_of(letters_of(number)) == number


@given(grids)
def test_csv_there_and_back(rows: list[list[str]]) -> None:
    found = list(csv.reader(StringIO(to_csv(rows), newline="")))
    assert found == [[safe(text) for text in row] for row in rows]


@given(texts)
def test_no_text_begins_like_a_formula(text: str) -> None:
    written = safe(text)
    assert written in (text, f"'{text}")
    if written[:1] in "=@+-\t\r\n＝＋－＠" and written:
        assert written[0] in "+-"
        float(written.replace(",", "").rstrip("%"))


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1"])
def test_formulas_are_texts_in_csv(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+3.5", "-1,200.00", "-3%", "a=b", ""])
def test_numbers_and_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


@given(grids)
def test_xlsx_there_and_back(rows: list[list[str]]) -> None:
    page = load_workbook(BytesIO(to_xlsx([table(rows)]))).worksheets[0]
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = page.cell(number, column)
            assert cell.data_type != "f"
            if (found := number_in(text)) is not None:
                assert cell.value == found
            else:
                assert (cell.value or "") == text


def test_a_workbook_of_tables() -> None:
    made = to_xlsx(
        [
            table(
                [["2026", ""], ["Q1", "Q2"], ["1,234.50", "=1+1"]],
                header_rows=2,
                merged=(Merged(row=1, column=1, row_span=1, column_span=2),),
            ),
            table([["007", "a\x07b"]], number=2),
        ]
    )
    found = load_workbook(BytesIO(made))
    assert found.sheetnames == ["Page 1 table 1", "Page 1 table 2"]
    first, second = found.worksheets
    assert [str(one) for one in first.merged_cells.ranges] == ["A1:B1"]
    assert (first["A1"].value, first["A1"].font.bold) == ("2026", True)
    assert (first["A3"].value, first["A3"].data_type) == (1234.5, "n")
    assert (first["B3"].value, first["B3"].data_type) == ("=1+1", "s")
    assert (second["A1"].value, second["B1"].value) == ("007", "ab")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("-1,234.50", -1234.5),
        ("1,234,567", 1234567),
        ("007", None),
        ("1e5", None),
        ("12,34", None),
        ("١٢", None),
        ("1234567890123456", None),
        ("", None),
        ("5\n", None),
    ],
)
def test_numbers_in_texts(text: str, number: float | None) -> None:
    assert number_in(text) == number


def test_values_with_their_types() -> None:
    data = book(
        [
            ["name", "n", "b", "d", "t", "f", "e"],
            ["김", 1.5, True, datetime(2026, 11, 25, 7, 0), time(8, 30), "=B2*2", "#DIV/0!"],
            [None, 2, False, date(2026, 1, 2), None, None, None],
        ]
    )
    found = xlsx(data)
    assert found.range == "A1:G3"
    assert found.rows[1] == ("김", 1.5, True, "2026-11-25T07:00:00", "08:30:00", None, "#DIV/0!")
    assert found.columns[1].letter == "B"
    assert found.columns[1].types == ("number", "text")
    assert found.columns[6].types == ("text", "error")
    assert found.csv.splitlines()[2] == ",2,FALSE,2026-01-02T00:00:00,,,"
    assert not found.truncated


def with_sheet(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    return out.getvalue()


def test_a_formula_gives_the_value_that_was_saved() -> None:
    def saved(content: bytes) -> bytes:
        changed = content.replace(b"<v />", b"<v>42</v>").replace(b"<v></v>", b"<v>42</v>")
        assert b"42</v>" in changed
        return changed

    assert xlsx(with_sheet(book([["=20+22"]]), saved)).rows == ((42,),)


def test_a_number_that_json_does_not_have_is_a_text() -> None:
    data = with_sheet(book([[77]]), lambda content: content.replace(b"<v>77<", b"<v>1e999<"))
    found = xlsx(data)
    assert (found.rows, found.columns[0].types, found.csv) == ((("inf",),), ("text",), "inf\r\n")


def test_sheets_and_ranges() -> None:
    data = book([["a"]], Zweite=[[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert xlsx(data).sheets == ("First", "Zweite")
    found = xlsx(data, "zweite", "B2:C9")
    assert (found.range, found.rows) == ("B2:C3", ((5, 6), (8, 9)))
    assert not found.truncated
    assert xlsx(data, "Zweite", "$B$2").rows == ((5,),)
    assert xlsx(data, "Zweite", "Z50:Z60").range == ""
    with pytest.raises(ToolFault, match="no sheet of this name"):
        xlsx(data, "Dritte")


@pytest.mark.parametrize("cells", ["", "A", "1:2", "B2:A1", "A0", "A1:B2:C3", "Sheet1!A1"])
def test_ranges_that_are_none(cells: str) -> None:
    with pytest.raises(ToolFault, match="range cannot be used"):
        xlsx(book([[1]]), None, cells)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book([[1, 2], [3, 4], [5, 6]])
    found = xlsx(data, rows=2)
    assert (found.rows, found.truncated) == (((1, 2), (3, 4)), True)
    monkeypatch.setattr(areas, "MOST_COLUMNS", 1)
    found = xlsx(data)
    assert (found.rows, found.truncated) == (((1,), (3,), (5,)), True)
    monkeypatch.setattr(areas, "MOST_COLUMNS", 10)
    monkeypatch.setattr(sheets, "MOST_CELLS", 4)
    found = xlsx(data)
    assert (found.rows, found.truncated) == (((1, 2), (3, 4)), True)


def test_an_archive_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_UNPACKED", 1000)
    with pytest.raises(ToolFault, match="unpacks to more than"):
        xlsx(book([[1]]))


@pytest.mark.parametrize("cut", [10, 400, -30])
def test_a_broken_workbook(cut: int) -> None:
    with pytest.raises(ToolFault, match="broken"):
        xlsx(book([[1]])[:cut])


def test_a_workbook_with_broken_xml() -> None:
    with pytest.raises(ToolFault, match="broken"):
        xlsx(with_sheet(book([[1]]), lambda _: b"<x"))


@given(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255))
@example(WORKBOOK.index(SHEET) + len(SHEET), 0xFF).via("compressed in no way that there is")
@example(WORKBOOK.rindex(SHEET) - 38, 0x20).via("a flag of the archive that nobody knows")
def test_a_workbook_with_another_byte_is_read_or_refused(place: int, byte: int) -> None:
    changed = WORKBOOK[:place] + bytes([byte]) + WORKBOOK[place + 1 :]
    with suppress(ToolFault):
        assert xlsx(changed).sheets


def test_another_archive() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(ToolFault, match=r"not an \.xlsx"):
        xlsx(out.getvalue())


@given(grids.filter(lambda rows: any(any(row) for row in rows)))
def test_csv_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    out = StringIO(newline="")
    # Quoted throughout: what is no number is then the same text, whatever it holds.
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    found = read_csv(out.getvalue().encode(), f"A1:D{len(rows)}", 200, as_csv=False)
    for row, given_row in zip(found.rows, rows, strict=False):
        for value, text in zip(row, given_row, strict=False):
            expected = number_in(text)
            assert value == (text or None if expected is None else expected)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    lines = [["이름", "나이", "도시"], ["김", "31", "서울"], ["이", "007", "부산"]]
    text = "\r\n".join(delimiter.join(line) for line in lines) + "\r\n"
    found = read_csv(text.encode(encoding), None, 200, as_csv=True)
    assert found.rows == (("이름", "나이", "도시"), ("김", 31, "서울"), ("이", "007", "부산"))
    assert found.range == "A1:C3"
    assert found.csv is not None
    assert found.csv.startswith("이름,나이,도시\r\n")


def test_csv_in_parts() -> None:
    data = "\n".join(f"{n},x" for n in range(100)).encode()
    found = read_csv(data, None, 10, as_csv=False)
    assert (len(found.rows), found.truncated) == (10, True)
    found = read_csv(data, "A91:B200", 50, as_csv=False)
    assert (found.range, found.truncated) == ("A91:B100", False)


def test_csv_that_is_none() -> None:
    with pytest.raises(ToolFault, match="no text in"):
        read_csv(b"\xff\xff\xff\x80", None, 10, as_csv=False)
    with pytest.raises(ToolFault, match=r"more than 131,072 characters.*never closed"):
        read_csv(b'"' + b"a" * 200_000, None, 10, as_csv=False)
