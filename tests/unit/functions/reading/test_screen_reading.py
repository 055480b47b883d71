"""What branches of the analysis found, as a reading; and the tree with it, as one screen."""

from typing import Any

import pytest
from detected_text import columns_of

from qs_reading.geometry import Size
from qs_reading.screen_reading import merged_screen, reading_of
from qscreen.wire import Snapshot

SIZE = Size(width=1000, height=500)


def geometry(left: float, top: float, width: float, height: float) -> dict[str, Any]:
    return {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}}


def line(number: int, said: str, left: float, top: float, width: float = 0.1) -> dict[str, Any]:
    return {
        "DetectedText": said,
        "Type": "LINE",
        "Id": number,
        "Confidence": 95.0,
        "Geometry": geometry(left, top, width, 0.04),
    }


def snapshot(*elements: dict[str, Any]) -> Snapshot:
    return Snapshot.model_validate(
        {
            "id": "snap-1",
            "device_id": "dev-1",
            "taken_at": "2026-11-23T09:00:00Z",
            "screen": {"width": 1000, "height": 500},
            "elements": elements,
            "duration_ms": 5,
        }
    )


def rect(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def test_what_the_tree_knows_is_not_added_and_what_is_nameless_gets_its_name() -> None:
    tree = snapshot(
        {"id": "e7", "role": "button", "name": "Save", "rect": rect(100, 50, 120, 30)},
        {"id": "e9", "role": "button", "rect": rect(300, 50, 200, 40)},
        {"id": "e10", "role": "password_field", "secure": True, "rect": rect(100, 200, 300, 30)},
    )
    found = [
        line(1, "Save", 0.11, 0.11),
        line(2, "Send now", 0.32, 0.11),
        line(3, "hunter2", 0.12, 0.41),
        line(4, "Total 42", 0.5, 0.8),
    ]
    merged = merged_screen(tree, reading_of([{"text": columns_of(found)}, {}, {}, {}], SIZE))
    assert [(one.id, one.role, one.name) for one in merged.snapshot.elements] == [
        ("e7", "button", "Save"),
        ("e9", "button", "Send now"),
        ("e10", "password_field", ""),
        ("e11", "other", "Total 42"),
    ]
    assert [one.id for one in merged.added] == ["e11"]


def test_a_text_in_front_of_an_empty_editor_is_not_the_editors_name() -> None:
    area = {"id": "e1", "role": "text_area", "rect": rect(0, 0, 1000, 500)}
    reading = reading_of([{"text": columns_of([line(1, "Approve", 0.4, 0.5)])}, {}, {}, {}], SIZE)
    merged = merged_screen(snapshot(area), reading)
    assert [(one.role, one.name) for one in merged.snapshot.elements] == [
        ("text_area", ""),
        ("other", "Approve"),
    ]


def test_a_table_of_the_picture_is_a_table_with_cells_that_own_their_lines() -> None:
    def block(kind: str, name: str, place: tuple[float, float, float, float], **more: Any) -> Any:
        return {
            "BlockType": kind,
            "Id": name,
            "Confidence": 90.0,
            "Geometry": geometry(*place),
            **more,
        }

    def child(*names: str) -> list[dict[str, Any]]:
        return [{"Type": "CHILD", "Ids": list(names)}]

    blocks = [
        block("TABLE", "t", (0.1, 0.1, 0.4, 0.1), Relationships=child("c1", "c2")),
        block(
            "CELL", "c1", (0.1, 0.1, 0.2, 0.1), RowIndex=1, ColumnIndex=1, Relationships=child("w1")
        ),
        block(
            "CELL", "c2", (0.3, 0.1, 0.2, 0.1), RowIndex=1, ColumnIndex=2, Relationships=child("w2")
        ),
        block("WORD", "w1", (0.12, 0.12, 0.1, 0.04), Text="Rent"),
        block("WORD", "w2", (0.32, 0.12, 0.1, 0.04), Text="900"),
        block("LINE", "l1", (0.12, 0.12, 0.1, 0.04), Text="Rent", Relationships=child("w1")),
    ]
    lines = [line(1, "Rent", 0.12, 0.12), line(2, "900", 0.32, 0.12)]
    reading = reading_of([{"text": columns_of(lines)}, {}, {"blocks": blocks}, {}], SIZE)
    assert [one.text for one in reading.lines] == ["Rent", "900"], "read twice, kept once"
    merged = merged_screen(snapshot(), reading)
    assert [(one.role, one.name, one.parent) for one in merged.snapshot.elements] == [
        ("table", "", None),
        ("cell", "Rent", "e1"),
        ("cell", "900", "e1"),
    ]
    assert [(one.what, one.found) for one in reading.readings] == [
        *(("lines", 2), ("tables", 1), ("fields", 0)),
    ]


def test_labels_with_a_place_are_pictures_and_those_without_are_none() -> None:
    labels = [
        {"Name": "Printer", "Confidence": 90.0, "Instances": [{"BoundingBox": {"Left": 0.5}}]},
        {"Name": "Office", "Confidence": 90.0, "Instances": []},
    ]
    reading = reading_of([{"text": columns_of([])}, {"labels": labels}, {}, {}], SIZE)
    merged = merged_screen(snapshot(), reading)
    assert [(one.role, one.name) for one in merged.added] == [("image", "Printer")]


def test_what_could_not_be_had_is_named_and_a_full_answer_says_that_more_is_there() -> None:
    words = [{**line(number, "w", 0, 0), "Type": "WORD", "ParentId": 0} for number in range(1, 101)]
    reading = reading_of(
        [
            {"text": columns_of([line(0, "w w w", 0.1, 0.1), *words])},
            {"labels": None, "unavailable": "Rekognition.AccessDeniedException"},
            {},
            {},
        ],
        SIZE,
    )
    assert reading.truncated
    assert not reading.complete
    assert [(one.what, one.unavailable) for one in reading.readings] == [
        ("lines", None),
        ("labels", "Rekognition.AccessDeniedException"),
    ]
    assert merged_screen(snapshot(), reading).snapshot.truncated


def words(parent: int, many: int) -> list[dict[str, Any]]:
    return [
        {**line(1000 + number, "w", 0, 0), "Type": "WORD", "ParentId": parent}
        for number in range(many)
    ]


def test_a_picture_with_more_text_than_one_answer_is_read_in_regions_without_repeats() -> None:
    first = [line(0, "Top of the page", 0.1, 0.02), *words(0, 100)]
    parts = [
        # The border of the two halves the line at 0.5: what is whole stays.
        [line(0, "Top of the page", 0.1, 0.02), line(1, "Midd1e", 0.1, 0.48), *words(0, 40)],
        [line(0, "Middle", 0.1, 0.48, 0.12), line(1, "Bottom", 0.1, 0.9), *words(0, 99)],
    ]
    branch = {
        "text": columns_of(first),
        "parts": [{"text": columns_of(part)} for part in parts],
    }
    reading = reading_of([branch, {}, {}, {}, {}], SIZE)
    assert [one.text for one in reading.lines] == ["Top of the page", "Middle", "Bottom"]
    assert not reading.truncated
    (said,) = reading.readings
    assert (said.found, said.regions, said.unavailable) == (3, 2, None)


@pytest.mark.parametrize(
    "part",
    [
        {"text": columns_of([line(0, "Bottom", 0.1, 0.9), *words(0, 100)])},
        {"text": None, "unavailable": "Rekognition.ThrottlingException"},
    ],
    ids=["a region that is full", "a region that was not read"],
)
def test_a_region_that_holds_more_says_so(part: dict[str, Any]) -> None:
    top = columns_of([line(0, "Top", 0.1, 0.02), *words(0, 100)])
    reading = reading_of([{"text": top, "parts": [{"text": top}, part]}, {}], SIZE)
    assert reading.truncated
    assert reading.lines[0].text == "Top"


@pytest.mark.parametrize("parents", [[], [0], [0, 0, 0]])
def test_columns_that_miss_a_parent_cost_no_line(parents: list[int]) -> None:
    columns = columns_of([line(0, "Top", 0.1, 0.02), *words(0, 2)])
    reading = reading_of([{"text": {**columns, "parents": parents}}], SIZE)
    assert [one.text for one in reading.lines] == ["Top"]


def test_columns_of_different_lengths_are_no_result() -> None:
    columns = columns_of([line(0, "Top", 0.1, 0.02)])
    with pytest.raises(ValueError, match=r"zip\(\) argument"):
        reading_of([{"text": {**columns, "texts": []}}], SIZE)


def test_fields_of_a_form_are_elements_that_own_their_lines() -> None:
    def key_value(name: str, kind: str, left: float, **more: Any) -> dict[str, Any]:
        return {
            "BlockType": "KEY_VALUE_SET",
            "EntityTypes": [kind],
            "Id": name,
            "Confidence": 90.0,
            "Geometry": geometry(left, 0.2, 0.1, 0.04),
            **more,
        }

    def said(name: str, text: str, left: float) -> dict[str, Any]:
        return {
            "BlockType": "WORD",
            "Id": name,
            "Text": text,
            "Confidence": 90.0,
            "Geometry": geometry(left, 0.2, 0.1, 0.04),
        }

    blocks = [
        key_value(
            *("k", "KEY", 0.1),
            Relationships=[{"Type": "VALUE", "Ids": ["v"]}, {"Type": "CHILD", "Ids": ["w1"]}],
        ),
        key_value("v", "VALUE", 0.3, Relationships=[{"Type": "CHILD", "Ids": ["w2"]}]),
        said("w1", "Name:", 0.1),
        said("w2", "Kim", 0.3),
        key_value("k2", "KEY", 0.6, Relationships=[{"Type": "CHILD", "Ids": ["w3"]}]),
        said("w3", "010-1234-5678", 0.6),
    ]
    text = columns_of([line(1, "Name:", 0.1, 0.2), line(2, "Kim", 0.3, 0.2)])
    reading = reading_of([{"text": text}, {}, {"blocks": blocks}], SIZE)
    merged = merged_screen(snapshot(), reading)
    assert [(one.role, one.name, one.value) for one in merged.added] == [
        ("other", "Name", "Kim"),
        ("other", "[redacted:phone]", ""),
    ]
    assert merged.added[0].rect is not None
    assert merged.added[0].rect.model_dump() == rect(100, 100, 300, 20)
    assert [(one.what, one.found) for one in reading.readings][1:] == [("tables", 0), ("fields", 2)]
