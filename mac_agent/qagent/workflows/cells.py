"""Cells of a spreadsheet: what is written into one after the other becomes one table."""

import re
import time

from qagent.act.tables import cell_name, cell_place
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import CellRange, Node, Tree
from qagent.workflows import pointing
from qscreen.wire import Role, WriteTable
from qscreen.wire.action import CELL

_TABLES = frozenset({Role.TABLE})
_ABOVE, _BELOW, _LEFT, _RIGHT = 10, 40, 5, 15
"""How far around the active cell cells are compared: a thousand take 0.3 s to be read."""

_COMMIT_SECONDS, _POLL_SECONDS = 2.0, 0.15
_MOST_ROWS, _MOST_COLUMNS = 200, 50
_LONGEST = 1000


def sheet_of(tree: Tree, node: Node) -> Node | None:
    """The spreadsheet that an element is, or is a cell of; None for any other element.

    Args:
        tree: A look at it.
        node: The element.
    """
    sheet = node if node.role is Role.TABLE else pointing.holder(tree, node, _TABLES)
    if sheet is None or node.role not in {Role.TABLE, Role.CELL}:
        return None
    named = any(
        one.role is Role.CELL and one.parent == sheet.ref and re.fullmatch(CELL, one.name)
        for one in tree.nodes
    )
    return sheet if named else None


def around(backend: DesktopBackend, sheet: Node, tree: Tree) -> CellRange:
    """The part of a spreadsheet that is compared: what lies around the active cell.

    Args:
        backend: The desktop.
        sheet: The spreadsheet.
        tree: A look at it.
    """
    focused = tree.focused()
    name = "A1" if focused is None or not re.fullmatch(CELL, focused.name) else focused.name
    row, column = cell_place(name)
    height, width = backend.table_size(sheet)
    return CellRange(
        range(max(0, row - _ABOVE), min(height, row + _BELOW)),
        range(max(0, column - _LEFT), min(width, column + _RIGHT)),
    )


def read(backend: DesktopBackend, sheet: Node, part: CellRange) -> dict[str, str]:
    """What the cells of a part of a spreadsheet show, by their names; without empty ones.

    Args:
        backend: The desktop.
        sheet: The spreadsheet.
        part: The part.
    """
    block = backend.cells(sheet, part)
    return {
        cell_name(row, column): cell.text[:_LONGEST]
        for line, row in zip(block, part.rows, strict=True)
        for cell, column in zip(line, part.columns, strict=True)
        if cell.text
    }


def changes(
    backend: DesktopBackend, sheet: Node, part: CellRange, before: dict[str, str]
) -> dict[str, str]:
    """The cells of a part that hold something else than before, row by row.

    Args:
        backend: The desktop.
        sheet: The spreadsheet.
        part: The part.
        before: What its cells held.
    """
    limit = time.monotonic() + _COMMIT_SECONDS
    now = read(backend, sheet, part)
    while time.monotonic() < limit:
        # The program takes the last cell over a moment after the key that ends it.
        time.sleep(_POLL_SECONDS)
        again = read(backend, sheet, part)
        if again == now != before:
            break
        now = again
    names = (cell_name(row, column) for row in part.rows for column in part.columns)
    return {name: now.get(name, "") for name in names if now.get(name, "") != before.get(name, "")}


def continued(last: WriteTable, name: str, text: str) -> WriteTable | None:
    """A writing with one more cell: the next of its row, or the first of the next one.

    Args:
        last: What was written before.
        name: The cell's name.
        text: What it holds.

    Returns:
        None where the cell does not continue it.
    """
    row, column = cell_place(last.start)
    height, width = len(last.rows), len(last.rows[-1])
    if name == cell_name(row + height - 1, column + width) and width < _MOST_COLUMNS:
        rows = (*last.rows[:-1], (*last.rows[-1], text))
    elif name == cell_name(row + height, column) and height < _MOST_ROWS:
        rows = (*last.rows, (text,))
    else:
        return None
    return WriteTable(target=last.target, start=last.start, rows=rows)
