import random

from hypothesis import given
from hypothesis import strategies as st
from qs_mcp_document.content import fields_of, lines_of, replies_of

from qs_reading.blocks import Blocks
from qs_reading.paper import Merged
from qs_reading.tables import tables_of

from .textract_shapes import Page

words = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), max_size=6)
texts = words.filter(lambda text: text not in ("[x]", "[_]", "[", "]") and "[" not in text)
grids = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=6)
)


def test_lines_with_pages_and_places() -> None:
    first, second = Page(1), Page(2)
    first.line("Quarterly report")
    second.line("둘째 쪽", confidence=88.44)
    blocks = Blocks(first.blocks + second.blocks)
    found = list(lines_of(blocks))
    assert [(one.page, one.text, one.confidence) for one in found] == [
        (1, "Quarterly report", 99.0),
        (2, "둘째 쪽", 88.4),
    ]
    assert found[0].box is not None
    assert found[0].box.model_dump() == {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.04}
    assert [one.text for one in lines_of(blocks, 2)] == ["둘째 쪽"]
    assert [one.text for one in lines_of(blocks, 1, 1)] == ["Quarterly report"]


def test_a_single_page_may_name_no_page() -> None:
    page = Page()
    page.line("text")
    for block in page.blocks:
        del block["Page"]
    assert [one.page for one in lines_of(Blocks(page.blocks))] == [1]


@given(grids, st.integers(0, 3))
def test_a_grid_comes_back_cell_by_cell(rows: list[list[str]], headers: int) -> None:
    page = Page()
    page.table(rows, headers=headers)
    shuffled = list(page.blocks)
    random.Random(1).shuffle(shuffled)  # noqa: S311 - order, not secrets
    (table,) = tables_of(Blocks(shuffled))
    assert [list(row) for row in table.rows] == rows
    assert table.header_rows == min(headers, len(rows))
    assert table.merged == ()


def test_merged_cells_and_headings() -> None:
    page = Page()
    page.table(
        [["2026", "", ""], ["Q1", "Q2", "Q3"], ["1", "2", "3"], ["", "5", "6"]],
        headers=2,
        merged=[(1, 1, 1, 3), (3, 1, 2, 1)],
        title="Sales by quarter",
        footer="in millions",
    )
    (table,) = tables_of(Blocks(page.blocks))
    assert table.rows[0] == ("2026", "", "")
    assert table.rows[3] == ("", "5", "6")
    assert table.header_rows == 2
    assert table.merged == (
        Merged(row=1, column=1, row_span=1, column_span=3),
        Merged(row=3, column=1, row_span=2, column_span=1),
    )
    assert (table.title, table.footer) == ("Sales by quarter", "in millions")


def test_the_text_of_a_merged_cell_is_of_all_its_parts() -> None:
    page = Page()
    page.table([["Total", "of all"], ["1", "2"]], merged=[(1, 1, 1, 2)])
    (table,) = tables_of(Blocks(page.blocks))
    assert table.rows[0] == ("Total of all", "")


def test_boxes_to_tick_in_cells() -> None:
    page = Page()
    page.table([["done [x]", "[ ]"]])
    (table,) = tables_of(Blocks(page.blocks))
    assert table.rows == (("done [x]", "[ ]"),)


def test_a_number_means_the_same_table_whatever_pages_are_asked_for() -> None:
    pages = [Page(number) for number in (1, 2)]
    for page in pages:
        page.table([[f"p{page.number}"]])
    blocks = Blocks([block for page in pages for block in page.blocks])
    assert [one.number for one in tables_of(blocks)] == [1, 2]
    assert [(one.number, one.page) for one in tables_of(blocks, 2, 2)] == [(2, 2)]


def test_a_heading_below_other_rows_is_no_heading_row() -> None:
    page = Page()
    table = page.table([["a", "b"], ["c", "d"]], headers=1)
    by_id = {block["Id"]: block for block in page.blocks}
    cells = [by_id[one] for one in table["Relationships"][0]["Ids"]]
    cells[3]["EntityTypes"] = ["COLUMN_HEADER"]
    (found,) = tables_of(Blocks(page.blocks))
    assert found.header_rows == 1
    cells[1].pop("EntityTypes")
    (found,) = tables_of(Blocks(page.blocks))
    assert found.header_rows == 0


def test_references_to_parts_that_are_not_there_are_left_out() -> None:
    page = Page()
    page.table([["a", "b"]])
    page.field("Name:", "Kim")
    kept = [one for one in page.blocks if one["BlockType"] != "WORD"]
    (table,) = tables_of(Blocks(kept))
    assert table.rows == (("", ""),)
    assert [one.key for one in fields_of(Blocks(kept))] == [""]
    without = [one for one in page.blocks if one["BlockType"] != "CELL"]
    assert list(tables_of(Blocks(without))) == []


def test_fields_and_boxes_to_tick() -> None:
    page = Page()
    page.field("Name:", "Kim Minji", confidence=71.23)
    page.field("Member", "[x]")
    page.field("Newsletter", "[ ]")
    page.field("Phone:", "")
    name, member, letter, phone = fields_of(Blocks(page.blocks))
    assert (name.key, name.value, name.selected, name.confidence) == (
        "Name:",
        "Kim Minji",
        None,
        71.2,
    )
    assert (member.selected, letter.selected) == (True, False)
    assert (phone.value, phone.selected) == ("", None)


def test_the_surest_answer_of_all_pages() -> None:
    first, second = Page(1), Page(2)
    first.query("Total?", ("100", 60.0))
    second.query("Total?", ("1,000", 90.0))
    second.query("Date?")
    blocks = Blocks(first.blocks + second.blocks)
    total, date, unknown = replies_of(blocks, ["Total?", "Date?", "Who?"])
    assert (total.answer, total.confidence, total.page) == ("1,000", 90.0, 2)
    assert (date.answer, date.confidence, date.page) == (None, None, None)
    assert (unknown.question, unknown.answer) == ("Who?", None)
    assert [one.question for one in replies_of(blocks)] == ["Total?", "Date?"]
