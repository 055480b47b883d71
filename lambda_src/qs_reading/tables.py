"""Tables out of Textract's blocks: a grid of texts, its headings, and the cells that are merged."""

from collections.abc import Iterator, Sequence

from qs_reading.blocks import Block, Blocks, box_of, confidence_of, page_of
from qs_reading.paper import Merged, Table

_HEADING = "COLUMN_HEADER"


def tables_of(blocks: Blocks, first: int = 1, last: int | None = None) -> Iterator[Table]:
    """Read the tables.

    Args:
        blocks: The result.
        first: First page.
        last: Last page; None for all.

    Yields:
        Tables in Textract's order; one without a cell is left out. They are numbered from 1 over
        the whole document, so that a number means the same table whatever pages are asked for.
    """
    number = 0
    for block in blocks.of_type("TABLE"):
        table = _table(blocks, block, number + 1)
        if table is None:
            continue
        number += 1
        if first <= table.page and (last is None or table.page <= last):
            yield table


def _table(blocks: Blocks, block: Block, number: int) -> Table | None:
    cells = [one for one in blocks.related(block) if one.get("BlockType") == "CELL"]
    if not cells:
        return None
    height = max(_row(cell) + _span(cell, "Row") - 1 for cell in cells)
    width = max(_column(cell) + _span(cell, "Column") - 1 for cell in cells)
    grid = [[""] * width for _ in range(height)]
    merged = [_merged(cell) for cell in cells if _is_wide(cell)]
    for cell in cells:
        grid[_row(cell) - 1][_column(cell) - 1] = blocks.text(cell)
    for wide in blocks.related(block, "MERGED_CELL"):
        parts = blocks.related(wide)
        if not parts or not _is_wide(wide):
            continue
        span = _merged(wide)
        if span.row + span.row_span - 1 > height or span.column + span.column_span - 1 > width:
            continue
        parts.sort(key=lambda part: (_row(part), _column(part)))
        text = " ".join(filter(None, (blocks.text(part) for part in parts)))
        for row in range(span.row, span.row + span.row_span):
            for column in range(span.column, span.column + span.column_span):
                grid[row - 1][column - 1] = ""
        grid[span.row - 1][span.column - 1] = text
        merged.append(span)
    return Table(
        number=number,
        page=page_of(block),
        title=_beside(blocks, block, "TABLE_TITLE"),
        footer=_beside(blocks, block, "TABLE_FOOTER"),
        header_rows=_header_rows(cells, height),
        rows=tuple(tuple(row) for row in grid),
        merged=tuple(sorted(merged, key=lambda one: (one.row, one.column))),
        confidence=confidence_of(block),
        box=box_of(block),
    )


def _header_rows(cells: Sequence[Block], height: int) -> int:
    """Count the rows from the top in which every cell is a heading."""
    plain = {_row(cell) for cell in cells if _HEADING not in (cell.get("EntityTypes") or ())}
    heads = {_row(cell) for cell in cells} - plain
    rows = 0
    while rows < height and rows + 1 in heads:
        rows += 1
    return rows


def _beside(blocks: Blocks, block: Block, kind: str) -> str | None:
    return " ".join(filter(None, map(blocks.text, blocks.related(block, kind)))) or None


def _merged(cell: Block) -> Merged:
    return Merged(
        row=_row(cell),
        column=_column(cell),
        row_span=_span(cell, "Row"),
        column_span=_span(cell, "Column"),
    )


def _is_wide(cell: Block) -> bool:
    return _span(cell, "Row") > 1 or _span(cell, "Column") > 1


def _row(cell: Block) -> int:
    return max(int(cell.get("RowIndex") or 1), 1)


def _column(cell: Block) -> int:
    return max(int(cell.get("ColumnIndex") or 1), 1)


def _span(cell: Block, way: str) -> int:
    return max(int(cell.get(f"{way}Span") or 1), 1)
