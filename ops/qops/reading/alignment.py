"""Tables without ruling lines: rows whose texts stand in columns."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qops.reading.result import Box, Cell, Line, Table, Word, rows_of

_WORD_GAP = 1.0
"""A wider gap than this many text heights separates columns."""
_LINE_GAP = 0.4
"""The same between words that were found as lines of their own."""
_ROW_GAP = 2.2
"""Rows further apart than this many text heights are no rows of one table."""
_LEAST_ROWS = 3
_ALIGNED = 5.0
"""Pixels within which texts begin at the same place."""
_MOST_ROWS = 0.6
_LEAST_FILLED = 0.7


@dataclass(frozen=True)
class _Chunk:
    words: tuple[Word, ...]

    @property
    def box(self) -> Box:
        return Box.around(word.box for word in self.words)


def tables(lines: Sequence[Line], taken: Sequence[Box] = ()) -> list[Table]:
    """The tables that the alignment of words shows.

    Args:
        lines: All lines of the page.
        taken: Where tables are known already.
    """
    owner = {id(word): number for number, line in enumerate(lines) for word in line.words}
    words = [word for line in lines for word in line.words]
    free = [word for word in words if not any(box.holds(word.box.middle) for box in taken)]
    rows = [_chunks(row, owner) for row in rows_of(free)]
    found = []
    run: list[list[_Chunk]] = []
    for row in rows:
        if run and not _continues(run, row):
            found += _tables_of(run)
            run = []
        if len(row) > 1:
            run.append(row)
    found += _tables_of(run)
    return found


def _chunks(row: Sequence[Word], owner: Mapping[int, int]) -> list[_Chunk]:
    """Words of a row that belong together."""
    groups: list[list[Word]] = []
    for word in row:
        if groups:
            last = groups[-1][-1]
            height = max(word.box.height, last.box.height)
            same = owner[id(word)] == owner[id(last)]
            widest = _WORD_GAP if same else _LINE_GAP
            if word.box.left - last.box.right <= widest * height:
                groups[-1].append(word)
                continue
        groups.append([word])
    return [_Chunk(tuple(group)) for group in groups]


def _continues(run: Sequence[Sequence[_Chunk]], row: Sequence[_Chunk]) -> bool:
    if len(row) < 2:
        return False
    above = Box.around(chunk.box for chunk in run[-1])
    below = Box.around(chunk.box for chunk in row)
    height = max(chunk.box.height for chunk in (*run[-1], *row))
    return below.top - above.bottom <= _ROW_GAP * height


def _tables_of(run: Sequence[Sequence[_Chunk]]) -> list[Table]:
    if len(run) < _LEAST_ROWS:
        return []
    run = _parted(run)
    columns = _columns(run)
    if len(columns) < 2:
        return []
    filled = sum(len(row) for row in run) / (len(run) * len(columns))
    if filled < _LEAST_FILLED:
        return []
    edges = _edges(columns)
    heights = [Box.around(chunk.box for chunk in row) for row in run]
    tops = [heights[0].top]
    tops += [(a.bottom + b.top) / 2 for a, b in itertools.pairwise(heights)]
    tops.append(heights[-1].bottom)
    cells = []
    for index, row in enumerate(run):
        column = 0
        while column < len(columns):
            span = _span(row, columns, column)
            box = Box(edges[column], tops[index], edges[column + span], tops[index + 1])
            cells.append(Cell(index + 1, column + 1, 1, span, box))
            column += span
    return [Table(tuple(cells), ruled=False)]


def _parted(run: Sequence[Sequence[_Chunk]]) -> list[list[_Chunk]]:
    """Parts texts that touch the next column: where a word begins as most other rows' texts do."""
    lefts = [[chunk.box.left for chunk in row] for row in run]

    def begins(word: Word, row: int) -> bool:
        others = [
            any(abs(left - word.box.left) <= _ALIGNED for left in starts)
            for number, starts in enumerate(lefts)
            if number != row
        ]
        return sum(others) >= _MOST_ROWS * len(others)

    out = []
    for number, row in enumerate(run):
        parts: list[list[Word]] = []
        for chunk in row:
            for index, word in enumerate(chunk.words):
                if index == 0 or begins(word, number):
                    parts.append([])
                parts[-1].append(word)
        out.append([_Chunk(tuple(part)) for part in parts])
    return out


def _columns(run: Sequence[Sequence[_Chunk]]) -> list[tuple[float, float]]:
    """Where columns are: stretches that texts of most rows leave free separate them."""
    events = []
    for row in run:
        for chunk in row:
            events += [(chunk.box.left, 1), (chunk.box.right, -1)]
    events.sort()
    allowed = len(run) // 8
    columns: list[tuple[float, float]] = []
    depth = 0
    start: float | None = None
    for at, change in events:
        depth += change
        if depth > allowed and start is None:
            start = at
        elif depth <= allowed and start is not None:
            columns.append((start, at))
            start = None
    return columns


def _edges(columns: Sequence[tuple[float, float]]) -> list[float]:
    edges = [columns[0][0]]
    edges += [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(columns)]
    return [*edges, columns[-1][1]]


def _span(row: Sequence[_Chunk], columns: Sequence[tuple[float, float]], column: int) -> int:
    """How many columns the text that begins in a column covers."""
    for chunk in row:
        touched = [
            index
            for index, (left, right) in enumerate(columns)
            if min(chunk.box.right, right) - max(chunk.box.left, left) > 0
        ]
        if touched and touched[0] == column:
            return len(touched)
    return 1
