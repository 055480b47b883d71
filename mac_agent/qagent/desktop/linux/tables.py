"""Tables by their own interface: a sheet has 17 thousand million cells and is never listed."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qagent.desktop.base import CellRange, GoneError, UnsupportedError
from qagent.desktop.linux.bus import AccessibilityBus, AtspiRef, CallError
from qagent.desktop.linux.elements import Raw, rect_of
from qagent.desktop.linux.roles import bits_of
from qagent.desktop.linux.toolkit import clean_text
from qagent.desktop.linux.wire import Call
from qscreen.wire import Rect

_Ask = Callable[[list[Call]], list[tuple[Any, ...] | None]]

MOST_SEEN = 700
"""Most cells of one table that a look reads: 40 rows of 17 columns fill a screen."""

_AT_ONCE = 200
"""Cells asked for in one batch."""

_INSIDE = 4
"""Pixels from a table's edge to the place that is asked for the first and last cell."""

_A1 = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell and what it shows."""

    ref: AtspiRef
    text: str


class Tables:
    """Reads tables over the accessibility bus.

    Args:
        bus: The accessibility bus.
    """

    def __init__(self, bus: AccessibilityBus) -> None:
        self._bus = bus

    def size(self, table: AtspiRef) -> tuple[int, int]:
        """Rows and columns.

        Raises:
            UnsupportedError: It has no table interface.
            GoneError: It does not exist any more.
        """
        rows = int(self._bus.get(table, "Table", "NRows"))
        columns = int(self._bus.get(table, "Table", "NColumns"))
        return rows, columns

    def headers(self, table: AtspiRef, columns: range) -> tuple[str, ...]:
        """What stands above the columns; empty texts where nothing does."""
        calls = [
            self._bus.message(table, "Table", "GetColumnDescription", "i", one) for one in columns
        ]
        return tuple(str(answer[0]) if answer else "" for answer in self._bus.many(calls))

    def cells(self, table: AtspiRef, wanted: CellRange) -> list[list[CellText]]:
        """Read a block of cells.

        Raises:
            GoneError: A cell cannot be had.
            UnansweredError: The program did not answer in time.
        """
        places = [(row, column) for row in wanted.rows for column in wanted.columns]
        refs = self._refs(table, places, self._bus.all_of)
        texts = self._texts([ref for ref in refs if ref is not None])
        found: list[list[CellText]] = []
        for number, ref in enumerate(refs):
            if number % len(wanted.columns) == 0:
                found.append([])
            if ref is None:
                raise GoneError(f"the cell {places[number]} cannot be had")
            found[-1].append(CellText(ref, texts.get(ref, "")))
        return found

    def seen(self, table: Raw, deadline: float) -> tuple[list[Raw], bool]:
        """The cells of a very large table that can be seen and are not empty, and its active one.

        Args:
            table: The table.
            deadline: Monotonic time at which to stop.

        Returns:
            The cells, and whether some were left out.
        """
        try:
            block = self._seen_block(table)
        except (UnsupportedError, GoneError, CallError):
            return [], True
        if block is None:
            return [], True
        rows, columns = block.rows, block.columns
        most = max(1, MOST_SEEN // len(columns))
        cut = len(rows) > most
        places = [(row, column) for row in rows[:most] for column in columns]
        refs = self._refs(table.ref, places, self._bus.many)
        if time.monotonic() > deadline:
            return [], True
        present = [(place, ref) for place, ref in enumerate(refs) if ref is not None]
        counts = self._bus.many(
            [self._bus.property(ref, "Text", "CharacterCount") for _, ref in present]
        )
        filled = {
            ref
            for (_, ref), count in zip(present, counts, strict=True)
            if count is not None and int(count[0][1]) > 0
        }
        # Only a table with the focus has an active cell, which is worth a question to each.
        focused = bool(table.bits & _FOCUSED)
        asked = [(place, ref) for place, ref in present if focused or ref in filled]
        states = self._bus.many(
            [self._bus.message(ref, "Accessible", "GetState") for _, ref in asked]
        )
        kept: list[tuple[int, AtspiRef, int]] = []
        for (place, ref), state in zip(asked, states, strict=True):
            bits = 0 if state is None else bits_of(state[0])
            if ref in filled or bits & _FOCUSED:
                kept.append((place, ref, bits))
        return self._facts(table, kept), cut

    def _seen_block(self, table: Raw) -> CellRange | None:
        rect = table.rect
        if rect is None:
            return None
        first = self._at(table.ref, rect, _INSIDE, _INSIDE)
        last = self._at(table.ref, rect, rect.width - _INSIDE, rect.height - _INSIDE)
        if first is None or last is None:
            return None
        return CellRange(range(first[0], last[0] + 1), range(first[1], last[1] + 1))

    def _at(self, table: AtspiRef, rect: Rect, x: int, y: int) -> tuple[int, int] | None:
        """Row and column of the cell at a place."""
        answer = self._bus.call(
            table, "Component", "GetAccessibleAtPoint", "iiu", rect.x + x, rect.y + y, 0
        )[0]
        cell = (str(answer[0]), str(answer[1]))
        named = place_of(str(self._bus.get(cell, "Accessible", "Name")))
        if named is not None:
            return named
        index = int(self._bus.call(cell, "Accessible", "GetIndexInParent")[0])
        _, columns = self.size(table)
        # The number of a cell far down does not fit the bus's integer.
        return divmod(index, columns) if index >= 0 and columns > 0 else None

    def _facts(self, table: Raw, kept: list[tuple[int, AtspiRef, int]]) -> list[Raw]:
        told = self._bus.many(
            [
                call
                for _, ref, _ in kept
                for call in (
                    self._bus.property(ref, "Accessible", "Name"),
                    self._bus.message(ref, "Accessible", "GetRole"),
                    self._bus.message(ref, "Accessible", "GetInterfaces"),
                    self._bus.message(ref, "Component", "GetExtents", "u", 0),
                )
            ]
        )
        found = []
        for number, (place, ref, bits) in enumerate(kept):
            name, role, interfaces, extents = told[4 * number : 4 * number + 4]
            if name is None or role is None or interfaces is None:
                continue
            found.append(
                Raw(
                    ref,
                    table.ref,
                    place,
                    str(name[0][1]),
                    int(role[0]),
                    bits,
                    frozenset(interfaces[0]),
                    None if extents is None else rect_of(extents[0]),
                )
            )
        return found

    def _refs(
        self, table: AtspiRef, places: list[tuple[int, int]], ask: _Ask
    ) -> list[AtspiRef | None]:
        found: list[AtspiRef | None] = []
        # A program makes these elements on demand: each part has a time limit of its own.
        for start in range(0, len(places), _AT_ONCE):
            told = ask(
                [
                    self._bus.message(table, "Table", "GetAccessibleAt", "ii", *one)
                    for one in places[start : start + _AT_ONCE]
                ]
            )
            found += [
                None if answer is None else (str(answer[0][0]), str(answer[0][1]))
                for answer in told
            ]
        return found

    def _texts(self, refs: list[AtspiRef]) -> dict[AtspiRef, str]:
        """What cells show: their text, or their name where they have no text."""
        counts = self._bus.all_of(
            [self._bus.property(ref, "Text", "CharacterCount") for ref in refs]
        )
        told = self._bus.all_of(
            [
                self._bus.property(ref, "Accessible", "Name")
                if count is None
                else self._bus.message(ref, "Text", "GetText", "ii", 0, int(count[0][1]))
                for ref, count in zip(refs, counts, strict=True)
            ]
        )
        found: dict[AtspiRef, str] = {}
        for ref, count, answer in zip(refs, counts, told, strict=True):
            if answer is not None:
                found[ref] = clean_text(str(answer[0][1] if count is None else answer[0]))
        return found


_FOCUSED = 1 << 12


def place_of(name: str) -> tuple[int, int] | None:
    """Row and column, from 0, of a cell named as spreadsheets do (`B12`); None for another name."""
    found = _A1.fullmatch(name.strip())
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    row = int(found[2])
    return (row - 1, column - 1) if row else None
