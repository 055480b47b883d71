"""What was read, in pixels of the page, and its form on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Box:
    """An upright rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point lies in it."""
        return self.left <= point[0] < self.right and self.top <= point[1] < self.bottom

    def overlap(self, other: Box) -> float:
        """Area in common with another box."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Self:
        """The smallest box around others."""
        every = list(boxes)
        return cls(
            min(box.left for box in every),
            min(box.top for box in every),
            max(box.right for box in every),
            max(box.bottom for box in every),
        )


@dataclass(frozen=True)
class Word:
    """A word.

    Attributes:
        text: What it says.
        confidence: How sure the engine is, 0 to 100.
        box: Where it is.
    """

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True)
class Line:
    """Words in a row, in reading order."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with spaces between."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean of the words'."""
        return sum(word.confidence for word in self.words) / len(self.words)

    @property
    def box(self) -> Box:
        """Around the words."""
        return Box.around(word.box for word in self.words)


@dataclass(frozen=True)
class Cell:
    """A cell of a table; rows and columns count from 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        cells: Its cells, row by row; spans cover the grid without gaps.
        ruled: Whether ruling lines show it, or the alignment of the text alone.
    """

    cells: tuple[Cell, ...]
    ruled: bool

    @property
    def box(self) -> Box:
        """Around the cells."""
        return Box.around(cell.box for cell in self.cells)


@dataclass(frozen=True)
class Page:
    """A page or a picture."""

    width: int
    height: int
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Reads what ``as_json`` wrote."""
        lines = tuple(
            Line(tuple(Word(w["text"], w["confidence"], Box(**w["box"])) for w in line["words"]))
            for line in data["lines"]
        )
        tables = tuple(
            Table(
                tuple(Cell(**{**cell, "box": Box(**cell["box"])}) for cell in table["cells"]),
                table["ruled"],
            )
            for table in data["tables"]
        )
        return cls(data["width"], data["height"], lines, tables)


def words_in(cell: Box, words: Sequence[Word]) -> list[Word]:
    """The words whose centre lies in a cell, in reading order."""
    found = [word for word in words if cell.holds(word.box.middle)]
    return reading_order(found)


def reading_order(words: Iterable[Word]) -> list[Word]:
    """Words by rows from above, in a row from the left."""
    return [word for row in rows_of(words) for word in row]


def rows_of(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped into rows by their vertical centre, each row from the left."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.box.middle[1]):
        height = max(word.box.height, 1.0)
        if rows:
            last = rows[-1]
            middle = sum(one.box.middle[1] for one in last) / len(last)
            if abs(word.box.middle[1] - middle) < 0.5 * max(
                height, min(one.box.height for one in last)
            ):
                last.append(word)
                continue
        rows.append([word])
    return [sorted(row, key=lambda one: one.box.left) for row in rows]
