"""What branches of the analysis found, as a reading; and the tree with it, as one screen."""

from typing import Any

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
    merged = merged_screen(tree, reading_of([{"text": found}, {}, {}, {}], SIZE))
    assert [(one.id, one.role, one.name) for one in merged.snapshot.elements] == [
        ("e7", "button", "Save"),
        ("e9", "button", "Send now"),
        ("e10", "password_field", ""),
        ("e11", "other", "Total 42"),
    ]
    assert [one.id for one in merged.added] == ["e11"]


def test_a_text_in_front_of_an_empty_editor_is_not_the_editors_name() -> None:
    area = {"id": "e1", "role": "text_area", "rect": rect(0, 0, 1000, 500)}
    reading = reading_of([{"text": [line(1, "Approve", 0.4, 0.5)]}, {}, {}, {}], SIZE)
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
    reading = reading_of([{"text": lines}, {}, {"blocks": blocks}, {}], SIZE)
    assert [one.text for one in reading.lines] == ["Rent", "900"], "read twice, kept once"
    merged = merged_screen(snapshot(), reading)
    assert [(one.role, one.name, one.parent) for one in merged.snapshot.elements] == [
        ("table", "", None),
        ("cell", "Rent", "e1"),
        ("cell", "900", "e1"),
    ]
    assert [(one.what, one.found) for one in reading.readings] == [("lines", 2), ("tables", 1)]


def test_labels_with_a_place_are_pictures_and_those_without_are_none() -> None:
    labels = [
        {"Name": "Printer", "Confidence": 90.0, "Instances": [{"BoundingBox": {"Left": 0.5}}]},
        {"Name": "Office", "Confidence": 90.0, "Instances": []},
    ]
    reading = reading_of([{"text": []}, {"labels": labels}, {}, {}], SIZE)
    merged = merged_screen(snapshot(), reading)
    assert [(one.role, one.name) for one in merged.added] == [("image", "Printer")]


def test_what_could_not_be_had_is_named_and_a_full_answer_says_that_more_is_there() -> None:
    words = [{**line(number, "w", 0, 0), "Type": "WORD", "ParentId": 0} for number in range(1, 101)]
    reading = reading_of(
        [
            {"text": [line(0, "w w w", 0.1, 0.1), *words]},
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
