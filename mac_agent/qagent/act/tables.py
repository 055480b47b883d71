"""Reading and writing blocks of tables, by the table's own interface."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qagent.act.cells import corrected, cut_short, retype
from qagent.act.context import Context, Done, FailedError, RefusedError, excerpt, quoted
from qagent.act.looking import look_patiently
from qagent.act.resolve import describe
from qagent.act.undoing import remember_setting
from qagent.desktop.base import (
    Capability,
    Cell,
    CellRange,
    GoneError,
    Node,
    UnansweredError,
    UnsupportedError,
)
from qagent.messages import text
from qagent.policy import TypingRoute
from qscreen.redaction import redact
from qscreen.wire import EffectError, Outcome, ReadTable, Role, Route, State, Target, WriteTable

MOST_ROWS, MOST_COLUMNS = 100, 40
"""Most rows and columns that one reading takes."""

_SMALL = 500
"""Rows or columns up to which a table is read to its end without being told where it is."""

_PART_ROWS, _PART_COLUMNS = 20, 10
"""Rows and columns of one part of a table that is read to its end."""

_VERIFY_SECONDS, _KEYS_SECONDS = 5.0, 3.0
_MOST_EVIDENCE = 3900
_TABLES = frozenset({Role.TABLE, Role.TREE})
_PLACEHOLDER = "x"
"""Typed and taken back in a cell that is to be empty."""

_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_SHOWN_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?%?")


@dataclass(frozen=True, slots=True)
class _Block:
    table: Node
    rows: int
    columns: int
    start: tuple[int, int]


def read_table(context: Context, action: ReadTable) -> Done:
    """Read a block; without an end up to the last cell that is filled."""
    block = _block(context, action.target, action.start)
    context.allow(block.table.app)
    row, column = block.start
    last = cell_place(action.end) if action.end is not None else None
    stop_row, stop_column = (last[0] + 1, last[1] + 1) if last else (block.rows, block.columns)
    stop_row = min(stop_row, block.rows, row + MOST_ROWS)
    stop_column = min(stop_column, block.columns, column + MOST_COLUMNS)
    if stop_row <= row or stop_column <= column:
        raise _outside(block, action.end or action.start)
    rows, columns = range(row, stop_row), range(column, stop_column)
    if last is None:
        lines = _trimmed(_filled(context, block.table, rows, columns))
    else:
        lines = _texts(context.backend.cells(block.table, CellRange(rows, columns)))
    names = context.backend.column_names(block.table, columns) if row == 0 else ()
    if any(names) and (not lines or [*names[: len(lines[0])]] != lines[0]):
        lines.insert(0, list(names[: len(lines[0])] if lines else names))
    asked = last is not None and (stop_row, stop_column) == (last[0] + 1, last[1] + 1)
    whole = asked or (stop_row == block.rows and stop_column == block.columns)
    # A sheet has no end: what is empty beyond the block is no more of it.
    ends = whole or (block.rows > _SMALL and len(lines) < stop_row - row)
    return Done(
        Outcome.CONFIRMED, _evidence(lines, block, ends), Route.ACCESSIBILITY, block.table.rect
    )


def write_table(context: Context, action: WriteTable) -> Done:
    """Write cells by focusing each and typing into it; read all of them back."""
    block = _block(context, action.target, action.start)
    context.allow(block.table.app)
    row, column = block.start
    width = max(len(line) for line in action.rows)
    if row + len(action.rows) > block.rows or column + width > block.columns:
        raise _outside(block, cell_name(row + len(action.rows) - 1, column + width - 1))
    wanted = CellRange(range(row, row + len(action.rows)), range(column, column + width))
    before = _texts(context.backend.cells(block.table, wanted))
    _check_editable(context, block, wanted)
    context.begin({"app": block.table.app, "cells": sum(len(line) for line in action.rows)})
    _write(context, block.table, wanted, action.rows)
    wrong = _await_shown(context, block.table, wanted, action.rows)
    if wrong is not None and _write_again(context, block.table, wanted, action.rows):
        wrong = _await_shown(context, block.table, wanted, action.rows)
    after = _texts(context.backend.cells(block.table, wanted))
    # Cells that the rows say nothing of keep what they hold.
    old = [line[: len(new)] for line, new in zip(before, action.rows, strict=True)]
    remember_setting(
        context,
        block.table,
        lambda later: _texts(later.backend.cells(block.table, wanted)) == after,
        lambda later: _write(later, block.table, wanted, old),
        lambda later: _texts(later.backend.cells(block.table, wanted)) == before,
    )
    target = quoted(block.table)
    if wrong is not None:
        place, meant, found = wrong
        evidence = text(
            "table.differs",
            target=target,
            cell=place,
            wanted=excerpt(meant, 80),
            found=excerpt(found, 80),
        )
        return Done(Outcome.UNVERIFIABLE, evidence, Route.KEYBOARD, block.table.rect)
    count = sum(len(line) for line in action.rows)
    evidence = text("table.written", target=target, count=count)
    return Done(Outcome.CONFIRMED, evidence, Route.KEYBOARD, block.table.rect)


def read_back(context: Context, action: WriteTable) -> Done | None:
    """Judge an interrupted writing: do the cells show what was to be written?"""
    block = _block(context, action.target, action.start)
    row, column = block.start
    width = max(len(line) for line in action.rows)
    wanted = CellRange(range(row, row + len(action.rows)), range(column, column + width))
    if _wrong(context, block.table, wanted, action.rows) is not None:
        return None
    count = sum(len(line) for line in action.rows)
    evidence = text("table.written", target=quoted(block.table), count=count)
    return Done(Outcome.CONFIRMED, evidence, Route.NONE, block.table.rect)


def cell_name(row: int, column: int) -> str:
    """A cell's name as spreadsheets write it; row and column from 0."""
    letters = ""
    rest = column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(ord("A") + place) + letters
    return f"{letters}{row + 1}"


def cell_place(name: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell's name."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]) - 1, column - 1


def _block(context: Context, target: Target | None, start: str) -> _Block:
    table = _table(context, target)
    try:
        rows, columns = context.backend.table_size(table)
    except UnsupportedError as error:
        raise RefusedError(
            EffectError.BACKEND_ERROR, text("route.unsupported", target=quoted(table))
        ) from error
    block = _Block(table, rows, columns, cell_place(start))
    if block.start[0] >= rows or block.start[1] >= columns:
        raise _outside(block, start)
    return block


def _table(context: Context, target: Target | None) -> Node:
    if target is not None:
        return context.find(target, prefer=lambda node: Capability.TABLE in node.can)
    tree = look_patiently(context)
    active = tree.active_window()
    tables = [] if active is None else [n for n in tree.inside(active.ref) if _is_table(n)]
    if not tables:
        raise RefusedError(EffectError.TARGET_NOT_FOUND, text("table.none"))
    focused = [node for node in tables if node.has(State.FOCUSED)]
    tables = focused if len(focused) == 1 else tables
    if len(tables) > 1:
        raise RefusedError(
            EffectError.AMBIGUOUS_TARGET,
            text("table.several", count=len(tables)),
            tuple(describe(node) for node in tables[:10]),
        )
    return tables[0]


def _is_table(node: Node) -> bool:
    return Capability.TABLE in node.can and node.role in _TABLES


def _outside(block: _Block, cell: str) -> RefusedError:
    message = text("table.outside", cell=cell, rows=block.rows, columns=block.columns)
    return RefusedError(EffectError.BAD_VALUE, message)


def _check_editable(context: Context, block: _Block, wanted: CellRange) -> None:
    first = CellRange(wanted.rows[:1], wanted.columns[:1])
    ((cell,),) = context.backend.cells(block.table, first)
    try:
        fresh = context.backend.refresh(cell.node)
    except GoneError:
        fresh = cell.node
    if not (fresh.has(State.EDITABLE) or block.table.has(State.EDITABLE)):
        raise RefusedError(
            EffectError.NOT_EDITABLE, text("table.not_editable", target=quoted(block.table))
        )


def _write(
    context: Context, table: Node, wanted: CellRange, rows: Sequence[Sequence[str]]
) -> Route:
    """Type row by row: the first cell is focused, Tab goes to the next, Enter ends the row."""
    for row, line in zip(wanted.rows, rows, strict=True):
        whole = CellRange(range(row, row + 1), wanted.columns[: len(line)])
        (cells,) = context.backend.cells(table, whole)
        _focus(context, table, (row, wanted.columns[0]), cells[0])
        for number, (value, cell) in enumerate(zip(line, cells, strict=True)):
            if value or cell.text:
                # Typing opens the cell's editor at once. Calc does what other keys ask for some
                # time later, and to whichever cell is the active one by then.
                text_of = value or _PLACEHOLDER
                context.backend.type_text(text_of, lambda _: _still_there(context, table))
                # Takes back what a program completes by itself.
                context.backend.press_keys(("delete",))
                if not value:
                    context.backend.press_keys(("backspace",))
            context.backend.press_keys(("enter",) if number == len(line) - 1 else ("tab",))
            context.stop.check()
        last = len(line) - 1
        _await_keys(context, table, (row, wanted.columns[last]), cells[last], wanted.columns[0])
    return Route.KEYBOARD


def _await_keys(
    context: Context, table: Node, place: tuple[int, int], cell: Cell, first: int
) -> None:
    """Wait until the key that ends a row is taken: a focus that is asked for overtakes keys.

    Args:
        context: What the action works with.
        table: The table.
        place: Row and column of the last cell that was written.
        cell: That cell as it was before.
        first: The column to which the key goes back, one row below.
    """
    row, column = place

    def taken() -> bool:
        try:
            ((now,),) = context.backend.cells(table, _one(row, column))
            if now.text != cell.text:
                return True
            ((below,),) = context.backend.cells(table, _one(row + 1, first))
            return context.has_focus(below.node)
        except GoneError:
            return False

    context.stop.wait_until(taken, _KEYS_SECONDS)


def _one(row: int, column: int) -> CellRange:
    return CellRange(range(row, row + 1), range(column, column + 1))


def _focus(context: Context, table: Node, place: tuple[int, int], cell: Cell) -> None:
    row, column = place
    try:
        found = context.gets_focus(cell.node)
    except UnansweredError:
        raise
    except GoneError:
        # A sheet forgets the elements of its cells and makes them anew when they are asked for.
        ((cell,),) = context.backend.cells(table, _one(row, column))
        found = context.gets_focus(cell.node)
    if not found:
        raise FailedError(
            EffectError.BACKEND_ERROR, text("focus.failed", target=quoted(table)), Route.KEYBOARD
        )


def _still_there(context: Context, table: Node) -> None:
    """Between two batches of keys: stop, or do not type into somebody else's window."""
    context.stop.check()
    windows = context.backend.windows()
    if not any(one.ref == table.window and one.has(State.ACTIVE) for one in windows):
        raise FailedError(
            EffectError.BACKEND_ERROR, text("focus.failed", target=quoted(table)), Route.KEYBOARD
        )


def _await_shown(
    context: Context, table: Node, wanted: CellRange, rows: Sequence[Sequence[str]]
) -> tuple[str, str, str] | None:
    context.stop.wait_until(
        lambda: _wrong(context, table, wanted, rows) is None, _VERIFY_SECONDS, 0.05
    )
    return _wrong(context, table, wanted, rows)


def _write_again(
    context: Context, table: Node, wanted: CellRange, rows: Sequence[Sequence[str]]
) -> bool:
    """Write once more the cells whose text was corrected or came in part; False without any."""
    cells = context.backend.cells(table, wanted)
    past_corrections = TypingRoute.ACCESSIBILITY in context.policy.typing_routes
    again = [
        ((row, column), cell, meant)
        for row, line, found in zip(wanted.rows, rows, cells, strict=True)
        for column, meant, cell in zip(wanted.columns, line, found, strict=False)
        if not same_cell(meant, cell.text)
        and (cut_short(meant, cell.text) or (past_corrections and corrected(meant, cell.text)))
    ]
    for place, cell, meant in again:
        context.stop.check()
        _focus(context, table, place, cell)
        retype(context, meant)
        _await_keys(context, table, place, cell, place[1])
    return bool(again)


def _wrong(
    context: Context, table: Node, wanted: CellRange, rows: Sequence[Sequence[str]]
) -> tuple[str, str, str] | None:
    """The first cell that does not show what it should: its name, what was meant, what shows."""
    shown = _texts(context.backend.cells(table, wanted))
    for row, (line, found) in enumerate(zip(rows, shown, strict=True)):
        for column, meant in enumerate(line):
            if not same_cell(meant, found[column]):
                name = cell_name(wanted.rows[row], wanted.columns[column])
                return name, meant, found[column]
    return None


def same_cell(meant: str, shown: str) -> bool:
    """Whether a cell shows what was written; a number may be shown in another form.

    What a formula shows is not known beforehand: nothing is the same as one.
    """
    if meant == shown:
        return True
    if not (_SHOWN_NUMBER.fullmatch(meant) and _SHOWN_NUMBER.fullmatch(shown)):
        return False
    if _LEADING_ZERO.match(meant):
        # A code such as 007 is not the number 7.
        return False
    if meant.endswith("%") != shown.endswith("%"):
        return False
    return float(meant.replace(",", "").rstrip("%")) == float(shown.replace(",", "").rstrip("%"))


def _texts(cells: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[cell.text for cell in line] for line in cells]


def _filled(context: Context, table: Node, rows: range, columns: range) -> list[list[str]]:
    """Read in parts up to the first one that is empty: a sheet goes on for ever."""
    width = _PART_COLUMNS
    while width < len(columns):
        head = CellRange(rows[:_PART_ROWS], columns[width - 1 : width])
        if not any(text for line in _texts(context.backend.cells(table, head)) for text in line):
            break
        width += _PART_COLUMNS
    lines: list[list[str]] = []
    for start in range(0, len(rows), _PART_ROWS):
        part = CellRange(rows[start : start + _PART_ROWS], columns[:width])
        found = _texts(context.backend.cells(table, part))
        lines += found
        if not any(text for line in found for text in line):
            break
        context.stop.check()
    return lines


def _trimmed(lines: list[list[str]]) -> list[list[str]]:
    """Without empty rows and columns at the end."""
    while lines and not any(lines[-1]):
        lines = lines[:-1]
    width = max((place + 1 for line in lines for place, one in enumerate(line) if one), default=0)
    return [line[:width] for line in lines]


def _evidence(lines: list[list[str]], block: _Block, whole: bool) -> str:
    """Lines of cells that may leave the device, with a note when a part is missing."""
    note = text("table.more", rows=block.rows, columns=block.columns)
    told: list[str] = []
    size = 0
    for line in lines:
        shown = redact("\t".join(" ".join(one.split()) for one in line))
        size += len(shown) + 1
        if size > _MOST_EVIDENCE:
            return "\n".join([*told, note])
        told.append(shown)
    return "\n".join(told if whole else [*told, note])
