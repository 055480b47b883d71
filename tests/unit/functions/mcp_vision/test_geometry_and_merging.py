from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qs_reading.detections import in_order, without_repeats
from qs_reading.geometry import (
    Region,
    Size,
    area,
    bounded,
    from_ratios,
    inside,
    on_picture,
    shared,
    to_ratios,
    whole,
)
from qs_reading.merging import merge
from qs_reading.models import Line, Source
from qs_reading.regions import BANDS, bands
from qs_reading.words import folded, likeness, relevance
from qscreen.wire import Rect, Role, Screen, Snapshot

SIZE = Size(width=1000, height=500)
sizes = st.builds(Size, width=st.integers(1, 8000), height=st.integers(1, 8000))
rects = st.builds(
    Rect,
    x=st.integers(-2000, 8000),
    y=st.integers(-2000, 8000),
    width=st.integers(0, 4000),
    height=st.integers(0, 4000),
)


def line(text: str, x: int, y: int, width: int = 100, height: int = 20, **more: Any) -> Line:
    rect = Rect(x=x, y=y, width=width, height=height)
    return Line(text=text, rect=rect, confidence=more.pop("confidence", 99), **more)


def tree(*elements: dict[str, Any], width: int = 1000, height: int = 500) -> Snapshot:
    return Snapshot.model_validate(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": width, "height": height},
            "elements": elements,
            "duration_ms": 1,
        }
    )


def element(number: int, role: str, rect: tuple[int, int, int, int], **more: Any) -> dict[str, Any]:
    x, y, width, height = rect
    place = {"x": x, "y": y, "width": width, "height": height}
    return {"id": f"e{number}", "role": role, "rect": place, **more}


@given(rects, rects)
def test_what_two_have_in_common_is_in_both(one: Rect, other: Rect) -> None:
    common = shared(one, other)
    assert common == shared(other, one)
    assert 0 <= common <= min(area(one), area(other))
    assert 0 <= inside(one, other) <= 1
    assert inside(one, one) == (1.0 if area(one) else 0.0)


@given(sizes, st.data())
def test_ratios_there_and_back(size: Size, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, size.width - 1))
    y = data.draw(st.integers(0, size.height - 1))
    rect = Rect(
        x=x,
        y=y,
        width=data.draw(st.integers(1, size.width - x)),
        height=data.draw(st.integers(1, size.height - y)),
    )
    assert from_ratios(to_ratios(rect, size), size) == rect


@given(sizes, st.lists(st.floats(-2, 3), min_size=4, max_size=4))
def test_a_box_beyond_the_picture_is_cut_to_it(size: Size, box: list[float]) -> None:
    names = ("Left", "Top", "Width", "Height")
    found = from_ratios(dict(zip(names, box, strict=True)), size)
    assert shared(found, whole(size)) == area(found)


@given(
    sizes,
    st.builds(
        Region,
        x=st.integers(0, 9000),
        y=st.integers(0, 9000),
        width=st.integers(1, 9000),
        height=st.integers(1, 9000),
    ),
)
def test_a_region_is_cut_to_the_picture(size: Size, region: Region) -> None:
    part = bounded(region, size)
    if part is None:
        assert region.x >= size.width or region.y >= size.height
    else:
        assert area(part) == shared(part, whole(size)) > 0


@given(rects, st.integers(1, 4))
def test_places_grow_with_the_picture(rect: Rect, times: int) -> None:
    screen = Screen(width=1000, height=500)
    large = Size(width=1000 * times, height=500 * times)
    found = on_picture(rect, screen, large)
    assert (found.x, found.y) == (rect.x * times, rect.y * times)
    assert (found.width, found.height) == (rect.width * times, rect.height * times)
    assert on_picture(rect, screen, None) == rect


@given(
    st.builds(
        Rect,
        x=st.integers(0, 500),
        y=st.integers(0, 500),
        width=st.integers(1, 3000),
        height=st.integers(1, 3000),
    )
)
def test_bands_cover_the_part_and_stay_in_it(part: Rect) -> None:
    found = bands(part)
    rows = {row for band in found for row in range(band.y, band.y + band.height)}
    assert rows == set(range(part.y, part.y + part.height))
    assert all((band.x, band.width) == (part.x, part.width) for band in found)
    assert len(found) <= BANDS
    assert all(0 < band.height <= part.height for band in found)


@given(st.integers(200, 3000), st.data())
def test_a_line_of_text_is_whole_in_a_band(height: int, data: st.DataObject) -> None:
    part = Rect(x=0, y=0, width=10, height=height)
    tall = data.draw(st.integers(1, 40))
    top = data.draw(st.integers(0, height - tall))
    assert any(band.y <= top and top + tall <= band.y + band.height for band in bands(part)), (
        "a line on a border is whole in one of two"
    )


@given(st.lists(st.tuples(rects, st.floats(0, 100)), max_size=12))
def test_lines_that_stay_do_not_lie_on_each_other(found: list[tuple[Rect, float]]) -> None:
    kept = without_repeats([Line(text="a", rect=r, confidence=c) for r, c in found])
    for place, one in enumerate(kept):
        for other in kept[place + 1 :]:
            assert shared(one.rect, other.rect) < min(area(one.rect), area(other.rect)) * 0.5


@given(st.lists(rects, max_size=15))
def test_order_keeps_all_lines(found: list[Rect]) -> None:
    lines = [Line(text=str(n), rect=r, confidence=1) for n, r in enumerate(found)]
    assert sorted(one.text for one in in_order(lines)) == sorted(one.text for one in lines)


def test_reading_order_is_by_rows() -> None:
    lines = [line("c", 10, 60), line("b", 300, 12), line("a", 10, 15)]
    assert [one.text for one in in_order(lines)] == ["a", "b", "c"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_the_same_both_ways_of_equal_texts(one: str, other: str) -> None:
    a, b = folded(one), folded(other)
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, a) == (1.0 if a else 0.0)
    assert 0 <= relevance(a, b) <= 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("저장", "저장", True),
        ("File", "Edit", False),
        ("Save as", "5ave as", True),
        ("OK", "on", False),
        ("다른 이름으로 저장", "다른이름으로 저장", True),
        ("Open", "Open a recent document of yours", True),
    ],
)
def test_misread_letters_do_not_part_texts(one: str, other: str, alike: bool) -> None:
    assert bool(likeness(folded(one), folded(other))) is alike


def test_a_line_on_its_element_is_one_of_both() -> None:
    snapshot = tree(
        element(1, "window", (0, 0, 1000, 500), name="Editor"),
        element(2, "button", (100, 100, 120, 30), name="저장", parent="e1"),
    )
    window, button, text = merge(
        snapshot, [line("저장", 130, 105, 40), line("elsewhere", 600, 300)], SIZE
    )
    assert (window.source, window.text) == (Source.TREE, None)
    assert (button.source, button.text, button.role) == (Source.BOTH, "저장", Role.BUTTON)
    assert button.rect == Rect(x=100, y=100, width=120, height=30)
    assert (text.source, text.id, text.role, text.name) == (Source.OCR, "o1", None, "elsewhere")


def test_the_same_text_elsewhere_is_not_the_element() -> None:
    snapshot = tree(element(1, "button", (100, 100, 120, 30), name="Save"))
    button, text = merge(snapshot, [line("Save", 700, 400)], SIZE)
    assert (button.source, text.source) == (Source.TREE, Source.OCR)


def test_a_button_without_a_name_gets_the_text_on_it() -> None:
    snapshot = tree(
        element(1, "group", (0, 0, 1000, 500)),
        element(2, "button", (100, 100, 120, 30), parent="e1"),
    )
    group, button = merge(snapshot, [line("Send", 120, 105, 60)], SIZE)
    assert (group.source, group.name) == (Source.TREE, "")
    assert (button.source, button.name, button.text) == (Source.BOTH, "Send", "Send")


def test_what_stands_in_a_password_field_is_left_out() -> None:
    snapshot = tree(element(1, "password_field", (100, 100, 200, 30), name="PIN", secure=True))
    found = merge(snapshot, [line("1234", 110, 105, 50)], SIZE)
    assert [(one.id, one.text, one.value) for one in found] == [("e1", None, None)]


def test_lines_of_a_text_area_all_belong_to_it() -> None:
    snapshot = tree(
        element(1, "text_area", (0, 50, 1000, 400), value="first line of it\nsecond line of it")
    )
    (found,) = merge(
        snapshot,
        [line("first line of it", 5, 55), line("second line of it", 5, 80, confidence=90)],
        SIZE,
    )
    assert found.source is Source.BOTH
    assert found.text == "first line of it second line of it"
    assert found.confidence == 90


def test_a_picture_of_twice_the_pixels_is_the_space_of_both() -> None:
    snapshot = tree(element(1, "button", (50, 50, 60, 15), name="Save"), width=500, height=250)
    (found,) = merge(snapshot, [line("Save", 105, 102, 60)], SIZE)
    assert found.source is Source.BOTH
    assert found.rect == Rect(x=100, y=100, width=120, height=30)


@given(
    st.lists(
        st.tuples(rects, st.sampled_from(["Save", "Open", "", "파일"]), st.booleans()), max_size=8
    ),
    st.lists(st.tuples(rects, st.sampled_from(["Save", "Open", "파일", "x"])), max_size=8),
)
def test_nothing_is_lost_and_nothing_is_twice(
    elements: list[tuple[Rect, str, bool]], lines: list[tuple[Rect, str]]
) -> None:
    snapshot = tree(
        *(
            {
                "id": f"e{n}",
                "role": "password_field" if secure else "button",
                "name": name,
                "secure": secure,
                "rect": rect.model_dump(),
            }
            for n, (rect, name, secure) in enumerate(elements)
        )
    )
    read = [Line(text=text, rect=rect, confidence=50) for rect, text in lines]
    found = merge(snapshot, read, SIZE)
    assert [one.id for one in found[: len(elements)]] == [f"e{n}" for n in range(len(elements))]
    texts = [word for one in found if one.text for word in one.text.split()]
    assert len(texts) <= len(lines)
    if not any(secure for *_, secure in elements):
        assert sorted(texts) == sorted(text for _, text in lines)
    assert all((one.source is Source.TREE) == (one.text is None) for one in found)
