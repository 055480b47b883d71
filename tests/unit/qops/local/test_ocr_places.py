"""Words, tables and fields from places alone."""

from __future__ import annotations

from itertools import pairwise

from qops.reading import alignment, grid
from qops.reading.fields import fields, text
from qops.reading.gaps import Run, places, words
from qops.reading.grid import Segment
from qops.reading.result import Box, Line, Page, Word, reading_order, words_in
from qops.reading.spaces import USUAL, Measured, borders


def word(said: str, left: float, top: float, width: float = 40, height: float = 16) -> Word:
    return Word(said, 90.0, Box(left, top, left + width, top + height))


def page(*words: Word) -> Page:
    return Page(800, 600, tuple(Line((one,)) for one in words))


def lines(found: list[Word]) -> list[Line]:
    return [Line((one,)) for one in found]


def columns(*inked: tuple[int, int], width: int = 200) -> list[bool]:
    return [any(a <= x < b for a, b in inked) for x in range(width)]


def letters(*said: tuple[str, float, float]) -> list[Run]:
    """Letters; one with a space before it begins a word of the engine."""
    return [Run(text.strip(), 90.0, left, right, text[0] == " ") for text, left, right in said]


def test_syllables_are_parted_by_the_gaps_of_the_picture_alone() -> None:
    # the engine saw the space one syllable too early
    found = letters((" 진", 0, 38), (" 행", 50, 95), ("중", 100, 150))
    inked = columns((0, 38), (42, 80), (100, 140))
    parted = words(found, inked, height=40, space=9)
    assert [run.text for run in parted] == ["진행", "중"]
    assert [(run.left, run.right) for run in parted] == [(0, 80), (100, 140)]


def test_other_letters_are_parted_as_the_engine_says() -> None:
    # the gaps around a 1 are as wide as a space
    found = letters((" 2", 0, 20), ("1", 35, 40), ("1", 55, 60), (" a", 75, 90))
    inked = columns((0, 20), (35, 40), (55, 60), (75, 90))
    assert [run.text for run in words(found, inked, height=30, space=9)] == ["211", "a"]


def measured(text: str, gap: int, space: int, *, seen: bool, size: int = 14) -> Measured:
    """A line of syllables 40 wide; ``seen`` tells whether the engine saw its spaces."""
    found, inked, at = [], [], 10
    for before, letter in pairwise(f" {text}"):
        if letter == " ":
            continue
        at += space if before == " " else gap
        found.append(Run(letter, 90.0, at, at + 40, seen and before == " "))
        inked.append((at, at + 40))
        at += 40
    return Measured(size, 40.0, columns(*inked, width=at + 10), found)


def test_spaces_are_told_from_gaps_by_all_lines_of_a_size() -> None:
    # the spaces of the small letters are as wide as the gaps between the large ones
    narrow = [
        measured("다른 이름으로 저장", 4, 9, seen=True),
        measured("첨부 파일을 모두 내려받습니다", 3, 9, seen=True),
        measured("내 문서와 사진을 저장합니다", 4, 8, seen=False),
    ]
    wide = [
        measured("맞춤법 검사", 9, 17, seen=True, size=22),
        measured("새로 만들기를 누르고 기다립니다", 8, 17, seen=True, size=22),
        measured("찾아 바꾸기가 끝났습니다", 9, 18, seen=False, size=22),
    ]
    found = borders([*narrow, *wide])
    assert 4 < found[14] * 40 <= 8
    assert 9 < found[22] * 40 <= 17


def test_a_line_without_korean_letters_has_the_usual_spaces() -> None:
    line = Measured(14, 40.0, columns((10, 30), (40, 60)), letters((" a", 10, 30), ("b", 40, 60)))
    assert borders([line]) == {14: USUAL}


def test_nothing_is_no_word() -> None:
    assert words([], columns(), height=10, space=2) == []


def test_words_are_placed_between_the_widest_gaps() -> None:
    inked = columns((0, 18), (20, 40), (60, 80), (83, 100))
    assert places(["ab", "cd"], inked, height=40) == [(0, 40), (60, 100)]


def test_words_without_gaps_share_the_width_by_letters() -> None:
    assert places(["abc", "d"], columns((0, 50)), height=40) == [(0, 30), (40, 50)]


def test_lines_that_cross_are_a_table() -> None:
    flat = [Segment(y, 0, 200) for y in (0, 30, 60)]
    upright = [Segment(x, 0, 60) for x in (0, 100, 200)]
    (table,) = grid.tables(flat, upright)
    assert [(cell.row, cell.column) for cell in table.cells] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert table.box == Box(0, 0, 200, 60)


def test_a_missing_line_makes_a_merged_cell() -> None:
    flat = [Segment(y, 0, 300) for y in (0, 30, 60, 90)]
    upright = [Segment(0, 0, 90), Segment(100, 30, 90), Segment(200, 0, 90), Segment(300, 0, 90)]
    (table,) = grid.tables(flat, upright)
    assert table.cells[0].column_span == 2
    assert table.cells[0].box == Box(0, 0, 200, 30)
    assert len(table.cells) == 8


def test_open_sides_are_closed() -> None:
    flat = [Segment(y, 0, 300) for y in (0, 30, 60)]
    (table,) = grid.tables(flat, [Segment(100, 0, 60), Segment(200, 0, 60)])
    assert {cell.column for cell in table.cells} == {1, 2, 3}


def test_a_frame_is_no_table() -> None:
    assert grid.tables([Segment(0, 0, 200), Segment(60, 0, 200)], [Segment(0, 0, 60)]) == []


def test_texts_in_columns_are_a_table() -> None:
    words = [
        word(f"{row}{column}", 20 + column * 200, 20 + row * 30)
        for row in range(4)
        for column in range(3)
    ]
    (table,) = alignment.tables(lines(words))
    assert len(table.cells) == 12
    assert not table.ruled
    held = {(c.row, c.column): words_in(c.box, words)[0].text for c in table.cells}
    assert held[2, 3] == "12"


def test_a_heading_over_two_columns_spans_them() -> None:
    words = [
        word(f"{row}{column}", 20 + column * 100, 50 + row * 30)
        for row in range(8)
        for column in range(3)
    ]
    words += [word("wide", 20, 20, width=150), word("h", 220, 20)]
    (table,) = alignment.tables(lines(words))
    assert (table.cells[0].row, table.cells[0].column_span) == (1, 2)


def test_a_text_that_touches_the_next_column_is_parted_from_it() -> None:
    rows = [
        Line(tuple(word(f"{row}{n}", 20 + n * 100, 20 + row * 30) for n in range(3)))
        for row in range(6)
    ]
    long = Line((word("long", 20, 200, width=92), word("next", 120, 200), word("x", 220, 200)))
    (table,) = alignment.tables([*rows, long])
    assert [(cell.row, cell.column) for cell in table.cells[-3:]] == [(7, 1), (7, 2), (7, 3)]


def test_running_text_is_no_table() -> None:
    words = [word("word", 20 + n * 45, 20 + row * 30) for row in range(5) for n in range(10)]
    assert alignment.tables(lines(words)) == []
    assert alignment.tables([], []) == []


def test_words_of_known_tables_are_left_alone() -> None:
    words = [word("x", 20 + n * 200, 20 + row * 30) for row in range(4) for n in range(3)]
    assert alignment.tables(lines(words), [Box(0, 0, 800, 600)]) == []


def test_words_are_read_row_by_row() -> None:
    shuffled = [word("d", 60, 42), word("b", 60, 10), word("c", 5, 40), word("a", 5, 12)]
    assert [one.text for one in reading_order(shuffled)] == ["a", "b", "c", "d"]


def test_a_label_with_a_colon_has_the_value_beside_it() -> None:
    found = fields(
        page(
            word("Invoice", 10, 10),
            word("number:", 55, 10),
            word("A-17", 120, 10),
            word("far", 700, 10),
            word("합계:12,000원", 10, 50, width=100),
            word("14:30", 10, 90),
            word("lonely:", 10, 130),
        )
    )
    assert [(text(one.key), text(one.value)) for one in found] == [
        ("Invoice number:", "A-17"),
        ("합계:", "12,000원"),
    ]


def test_two_fields_in_a_row_are_two() -> None:
    found = fields(
        page(
            word("Name:", 10, 10), word("Kim", 60, 10), word("Phone:", 160, 10), word("1", 210, 10)
        )
    )
    assert [(text(one.key), text(one.value)) for one in found] == [
        ("Name:", "Kim"),
        ("Phone:", "1"),
    ]


def test_a_page_survives_the_wire() -> None:
    one = page(word("a", 1, 2))
    table = alignment.tables(
        lines([word("x", 20 + n * 200, 20 + row * 30) for row in range(4) for n in range(3)])
    )
    whole = Page(10, 20, one.lines, tuple(table))
    assert Page.from_json(whole.as_json()) == whole
