"""What the analysis of a picture found, and the screen that it makes together with the tree."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from qs_reading.blocks import Blocks, box_of, confidence_of
from qs_reading.detections import (
    detections_of,
    in_order,
    labels_of,
    lines_of,
    without_repeats,
)
from qs_reading.geometry import Size, from_ratios
from qs_reading.merging import merge
from qs_reading.models import Label, Line, Source
from qscreen.redaction import redact
from qscreen.wire import Element, Engine, Reading, Rect, Role, Screen, Snapshot

_MOST_NAME = 1000
_MOST_VALUE = 4000


class Cell(BaseModel):
    """A cell of a table with its place on the picture."""

    model_config = ConfigDict(frozen=True)

    text: str
    rect: Rect


class TableOnScreen(BaseModel):
    """A table on the picture: what a person sees as one."""

    model_config = ConfigDict(frozen=True)

    rect: Rect
    cells: tuple[Cell, ...]


class FieldOnScreen(BaseModel):
    """A field of a form: what it is called, and what stands in it."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: str
    rect: Rect = Field(description="Name and value together.")


class ScreenReading(BaseModel):
    """What was read off a picture, in its pixels.

    Attributes:
        size: Size of the picture.
        lines: Lines of text in reading order, redacted.
        truncated: Whether there is more text than was read.
        labels: What the picture shows.
        tables: Tables with their cells.
        fields: Fields of forms.
        readings: Who found how much, and what could not be had.
    """

    model_config = ConfigDict(frozen=True)

    size: Size
    lines: tuple[Line, ...] = ()
    truncated: bool = False
    labels: tuple[Label, ...] = ()
    tables: tuple[TableOnScreen, ...] = ()
    fields: tuple[FieldOnScreen, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for could be had."""
        return all(one.unavailable is None for one in self.readings)


class MergedScreen(NamedTuple):
    """The tree and the picture as one screen.

    Attributes:
        snapshot: The snapshot with what only the picture shows, in pixels of the screen.
        added: Elements that only the picture shows.
    """

    snapshot: Snapshot
    added: tuple[Element, ...]


def reading_of(results: Sequence[Mapping[str, Any]], size: Size) -> ScreenReading:
    """Read the result of the state machine that analyses pictures.

    Args:
        results: What its branches found: each names what it found, or why it could not.
        size: Size of the picture.

    Returns:
        The reading.
    """
    found: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for branch in results:
        for name, value in branch.items():
            if name != "unavailable" and value is not None:
                found[name] = value
            elif name != "unavailable":
                missing[name] = str(branch.get("unavailable") or "unknown")[:200]
    lines, truncated = _read_off(found, size)
    blocks = Blocks(found.get("blocks", ()))
    tables = tuple(_tables(blocks, size))
    fields = tuple(_fields(blocks, size))
    # Textract knows no limit of words, Rekognition reads small text on screens better.
    merged = without_repeats([*lines, *_lines(blocks, size)]) if "blocks" in found else lines
    labels = labels_of(found.get("labels", ()), size)
    counted = (
        ("text", Engine.REKOGNITION, "lines", len(lines)),
        ("labels", Engine.REKOGNITION, "labels", len(labels)),
        ("blocks", Engine.TEXTRACT, "tables", len(tables)),
        ("blocks", Engine.TEXTRACT, "fields", len(fields)),
    )
    return ScreenReading(
        size=size,
        lines=in_order(merged),
        truncated=truncated and "blocks" not in found,
        labels=labels,
        tables=tables,
        fields=fields,
        readings=tuple(
            Reading(
                engine=engine,
                what=what,
                found=number,
                regions=len(found.get("parts", ())) if name == "text" else 0,
                unavailable=missing.get(name),
            )
            for name, engine, what, number in counted
            if name in found or name in missing
        ),
    )


def _read_off(found: Mapping[str, Any], size: Size) -> tuple[list[Line], bool]:
    """The lines of the picture, and of its regions where it was read again in those."""
    if "text" not in found:
        return [], False
    lines, truncated = lines_of(detections_of(found["text"]), size)
    parts = [
        None if part.get("text") is None else lines_of(detections_of(part["text"]), size)
        for part in found.get("parts", ())
    ]
    if not parts:
        return lines, truncated
    read = [line for part in parts if part is not None for line in part[0]]
    # Of two that lie on each other the larger stays: a line that a border halved is the smaller.
    more = any(part is None or part[1] for part in parts)
    return without_repeats([*read, *lines]), more


def merged_screen(snapshot: Snapshot, reading: ScreenReading) -> MergedScreen:
    """Bring the tree and the picture together.

    Args:
        snapshot: The tree.
        reading: What was read off the picture of the same moment.

    Returns:
        The merged screen; elements of the tree keep their ids, and nameless ones get the name
        that was read on them.
    """
    onto = _Scale(reading.size, snapshot.screen)
    numbers = _ids(snapshot)
    seen = list(snapshot.elements)
    added: list[Element] = []
    for table in reading.tables:
        holder = Element(id=next(numbers), role=Role.TABLE, rect=onto.screen(table.rect))
        added.append(holder)
        added += [
            Element(
                id=next(numbers),
                parent=holder.id,
                role=Role.CELL,
                name=cell.text[:_MOST_NAME],
                rect=onto.screen(cell.rect),
            )
            for cell in table.cells
            if cell.text
        ]
    added += [
        Element(
            id=next(numbers),
            role=Role.OTHER,
            name=field.name[:_MOST_NAME],
            value=field.value[:_MOST_VALUE],
            rect=onto.screen(field.rect),
        )
        for field in reading.fields
    ]
    added += [
        Element(id=next(numbers), role=Role.IMAGE, name=label.name, rect=onto.screen(rect))
        for label in reading.labels
        for rect in label.rects
    ]
    with_tables = snapshot.model_copy(update={"elements": (*seen, *added)})
    lines = [line.model_copy(update={"rect": onto.screen(line.rect)}) for line in reading.lines]
    known = {one.id: one for one in with_tables.elements}
    elements: list[Element] = []
    for found in merge(with_tables, lines, None):
        if found.source is not Source.OCR:
            element = known[found.id]
            if not element.name and found.name:
                element = element.model_copy(update={"name": found.name[:_MOST_NAME]})
        else:
            element = Element(
                id=next(numbers), role=Role.OTHER, name=found.name[:_MOST_NAME], rect=found.rect
            )
        elements.append(element)
    trees = {one.id for one in snapshot.elements}
    return MergedScreen(
        snapshot.model_copy(
            update={
                "elements": tuple(elements),
                "truncated": snapshot.truncated or reading.truncated,
            }
        ),
        tuple(one for one in elements if one.id not in trees),
    )


class _Scale:
    """Pixels of the picture as pixels of the screen."""

    def __init__(self, size: Size, screen: Screen) -> None:
        self._across, self._down = screen.width / size.width, screen.height / size.height

    def screen(self, rect: Rect) -> Rect:
        if self._across == self._down == 1:
            return rect
        x, y = round(rect.x * self._across), round(rect.y * self._down)
        return Rect(
            x=x,
            y=y,
            width=max(round((rect.x + rect.width) * self._across) - x, 0),
            height=max(round((rect.y + rect.height) * self._down) - y, 0),
        )


def _ids(snapshot: Snapshot) -> Iterator[str]:
    number = max((int(one.id[1:]) for one in snapshot.elements), default=0)
    while True:
        number += 1
        yield f"e{number}"


def _tables(blocks: Blocks, size: Size) -> Iterator[TableOnScreen]:
    for table in blocks.of_type("TABLE"):
        cells = tuple(
            Cell(text=redact(blocks.text(cell)), rect=_rect(cell, size))
            for cell in blocks.related(table)
            if cell.get("BlockType") == "CELL" and box_of(cell) is not None
        )
        if cells and box_of(table) is not None:
            yield TableOnScreen(rect=_rect(table, size), cells=cells)


def _fields(blocks: Blocks, size: Size) -> Iterator[FieldOnScreen]:
    for key in blocks.of_type("KEY_VALUE_SET"):
        name = redact(blocks.text(key)).rstrip(" :")
        if "KEY" not in (key.get("EntityTypes") or ()) or box_of(key) is None or not name:
            continue
        values = blocks.related(key, "VALUE")
        value = " ".join(filter(None, (blocks.text(one) for one in values)))
        boxes = [_rect(one, size) for one in (key, *values) if box_of(one) is not None]
        yield FieldOnScreen(name=name, value=redact(value), rect=_around(boxes))


def _around(rects: Sequence[Rect]) -> Rect:
    left, top = min(one.x for one in rects), min(one.y for one in rects)
    return Rect(
        x=left,
        y=top,
        width=max(one.x + one.width for one in rects) - left,
        height=max(one.y + one.height for one in rects) - top,
    )


def _lines(blocks: Blocks, size: Size) -> list[Line]:
    return [
        Line(
            text=redact(block.get("Text", "")),
            rect=_rect(block, size),
            confidence=confidence_of(block),
        )
        for block in blocks.of_type("LINE")
        if box_of(block) is not None
    ]


def _rect(block: Mapping[str, Any], size: Size) -> Rect:
    return from_ratios((block.get("Geometry") or {}).get("BoundingBox") or {}, size)
