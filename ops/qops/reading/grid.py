"""Tables from ruling lines: which cells a set of segments encloses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qops.reading.result import Box, Cell, Table

_NEAR = 5.0
"""Pixels within which two lines are the same, and ends meet."""
_SAME_LINE = 2.0
_COVERED = 0.6
_SMALLEST_CELL = 8.0


@dataclass(frozen=True)
class Segment:
    """A ruling line: at ``at``, from ``start`` to ``end`` along the other axis."""

    at: float
    start: float
    end: float


def tables(horizontal: Sequence[Segment], vertical: Sequence[Segment]) -> list[Table]:
    """The tables of at least two rows and two columns that ruling lines enclose.

    Args:
        horizontal: Lines from left to right, ``at`` their height.
        vertical: Lines from top to bottom, ``at`` their distance from the left.
    """
    found = []
    for rows, columns in _groups(_joined(horizontal), _joined(vertical)):
        table = _table(rows, columns)
        if table is not None:
            found.append(table)
    return _outermost(found)


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Segments on one line whose ends meet become one."""
    joined: list[Segment] = []
    for segment in sorted(segments, key=lambda one: (one.at, one.start)):
        for index, other in enumerate(joined):
            meets = segment.start <= other.end + _NEAR and other.start <= segment.end + _NEAR
            if abs(segment.at - other.at) <= _SAME_LINE and meets:
                joined[index] = Segment(
                    other.at, min(other.start, segment.start), max(other.end, segment.end)
                )
                break
        else:
            joined.append(segment)
    return joined


def _groups(
    horizontal: Sequence[Segment], vertical: Sequence[Segment]
) -> list[tuple[list[Segment], list[Segment]]]:
    """Lines that touch each other, directly or through others."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for row, flat in enumerate(horizontal):
        for column, upright in enumerate(vertical):
            crosses = (
                flat.start - _NEAR <= upright.at <= flat.end + _NEAR
                and upright.start - _NEAR <= flat.at <= upright.end + _NEAR
            )
            if crosses:
                parent[root(row)] = root(len(horizontal) + column)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for index, flat in enumerate(horizontal):
        groups.setdefault(root(index), ([], []))[0].append(flat)
    for index, upright in enumerate(vertical):
        groups.setdefault(root(len(horizontal) + index), ([], []))[1].append(upright)
    return [group for group in groups.values() if group[0] and group[1]]


def _table(horizontal: list[Segment], vertical: list[Segment]) -> Table | None:
    horizontal, vertical = _closed(horizontal, vertical)
    horizontal, vertical = _closed_upright(horizontal, vertical)
    ys = _positions(horizontal)
    xs = _positions(vertical)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2:
        return None
    owner = {(row, column): (row, column) for row in range(rows) for column in range(columns)}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while owner[cell] != cell:
            cell = owner[cell]
        return cell

    for row in range(rows):
        for column in range(columns):
            right, below = (row, column + 1), (row + 1, column)
            if column + 1 < columns and not _covers(vertical, xs[column + 1], ys[row], ys[row + 1]):
                owner[root(right)] = root((row, column))
            if row + 1 < rows and not _covers(horizontal, ys[row + 1], xs[column], xs[column + 1]):
                owner[root(below)] = root((row, column))
    merged: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for cell in owner:
        merged.setdefault(root(cell), []).append(cell)
    cells = []
    for members in merged.values():
        top, left = min(row for row, _ in members), min(column for _, column in members)
        bottom, right_ = max(row for row, _ in members), max(column for _, column in members)
        if (bottom - top + 1) * (right_ - left + 1) != len(members):
            # no rectangle: lines that merely meet are no table
            return None
        box = Box(xs[left], ys[top], xs[right_ + 1], ys[bottom + 1])
        cells.append(Cell(top + 1, left + 1, bottom - top + 1, right_ - left + 1, box))
    if len(cells) < 4:
        return None
    return Table(tuple(sorted(cells, key=lambda one: (one.row, one.column))), ruled=True)


def _closed(
    horizontal: list[Segment], vertical: list[Segment]
) -> tuple[list[Segment], list[Segment]]:
    """Adds the left and right border where the horizontal lines reach beyond the vertical ones."""
    left = min(line.start for line in horizontal)
    right = max(line.end for line in horizontal)
    top = min(line.at for line in horizontal)
    bottom = max(line.at for line in horizontal)
    sides = list(vertical)
    for at in (left, right):
        if all(abs(line.at - at) > 2 * _SMALLEST_CELL for line in vertical):
            sides.append(Segment(at, top, bottom))
    return horizontal, sides


def _closed_upright(
    horizontal: list[Segment], vertical: list[Segment]
) -> tuple[list[Segment], list[Segment]]:
    """Adds the upper and lower border where the vertical lines reach beyond the horizontal ones."""
    uprights, flats = _closed(vertical, horizontal)
    return flats, uprights


def _positions(segments: Sequence[Segment]) -> list[float]:
    """Where lines are, those within a few pixels as one."""
    groups: list[list[float]] = []
    for at in sorted(segment.at for segment in segments):
        if groups and at - groups[-1][-1] < _SMALLEST_CELL:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [sum(group) / len(group) for group in groups]


def _covers(segments: Sequence[Segment], at: float, start: float, end: float) -> bool:
    """Whether lines at a place cover most of a stretch."""
    covered = sum(
        max(0.0, min(segment.end, end) - max(segment.start, start))
        for segment in segments
        if abs(segment.at - at) < _SMALLEST_CELL
    )
    return covered >= _COVERED * (end - start)


def _outermost(found: list[Table]) -> list[Table]:
    """Tables that lie in no cell of another."""
    return [
        table
        for table in found
        if not any(
            other is not table
            and other.box.overlap(table.box) > 0.9 * _area(table.box)
            and _area(other.box) > _area(table.box)
            for other in found
        )
    ]


def _area(box: Box) -> float:
    return box.width * box.height
