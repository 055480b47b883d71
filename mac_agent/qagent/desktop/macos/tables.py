"""Tables by their rows: only the rows that are asked for are read."""

from collections.abc import Callable

from qagent.desktop.base import Capability, Cell, CellRange, GoneError, Node
from qagent.desktop.lacks import unsupported
from qagent.desktop.macos.elements import MacRef, as_ref
from qagent.desktop.macos.roles import SECURE_SUBROLE
from qagent.desktop.macos.seam import Accessibility, Element
from qscreen.wire import Role, State

_MOST_COLUMNS = 500


class Tables:
    """Reads tables of programs.

    Args:
        ax: The accessibility interface.
        title: Tells what an element shows.
    """

    def __init__(self, ax: Accessibility, title: Callable[[Element], str]) -> None:
        self._ax = ax
        self._title = title

    def size(self, table: Node) -> tuple[int, int]:
        """Rows and columns.

        Raises:
            UnsupportedError: It has no rows.
        """
        element = self._table(table)
        _, rows = self._ax.part(element, "AXRows", 0, 1)
        _, columns = self._ax.part(element, "AXColumns", 0, 1)
        if not columns and rows:
            first, _ = self._ax.part(element, "AXRows", 0, 1)
            columns = self._ax.children(first[0], _MOST_COLUMNS)[1]
        return rows, columns

    def cells(self, table: Node, wanted: CellRange) -> tuple[tuple[Cell, ...], ...]:
        """Read a block.

        Raises:
            UnsupportedError: It has no rows.
            GoneError: The block is not there.
        """
        element = self._table(table)
        rows, _ = self._ax.part(element, "AXRows", wanted.rows.start, len(wanted.rows))
        if len(rows) < len(wanted.rows):
            raise GoneError(f"{table.role} {table.name!r} has no row {wanted.rows.stop}")
        return tuple(self._row(table, row, wanted.columns) for row in rows)

    def headers(self, table: Node, columns: range) -> tuple[str, ...]:
        """What stands above the columns; empty texts where nothing does."""
        found, _ = self._ax.part(self._table(table), "AXColumns", columns.start, len(columns))
        names = []
        for column in found:
            header, title = self._ax.read(column, ("AXHeader", "AXTitle"))
            shown = self._title(header) if header is not None else ""
            names.append(shown or (title if isinstance(title, str) else ""))
        return tuple(names) + ("",) * (len(columns) - len(names))

    def _row(self, table: Node, row: Element, columns: range) -> tuple[Cell, ...]:
        inside, count = self._ax.children(row, columns.stop)
        if count < columns.stop:
            raise GoneError(f"a row of {table.role} {table.name!r} has {count} cells")
        return tuple(self._cell(table, inside[place]) for place in columns)

    def _cell(self, table: Node, element: Element) -> Cell:
        ref = as_ref(table)
        shown = self._shown(element)
        node = Node(
            ref=MacRef(element, ref.pid, ref.web),
            parent=table.ref,
            window=table.window,
            app=table.app,
            role=Role.CELL,
            native_role="AXCell",
            name=shown,
            states=frozenset({State.SHOWING, State.ENABLED}),
            value=shown,
        )
        return Cell(node, shown)

    def _shown(self, element: Element) -> str:
        """A cell's own value, or that of the text in it."""
        role, subrole = self._ax.read(element, ("AXRole", "AXSubrole"))
        if SECURE_SUBROLE in {role, subrole}:
            return ""
        if role != "AXCell":
            (value,) = self._ax.read(element, ("AXValue",))
            if isinstance(value, str | int | float):
                return f"{value:g}" if isinstance(value, float) else str(value)
        for child in self._ax.children(element, 5)[0]:
            if SECURE_SUBROLE in self._ax.read(child, ("AXRole", "AXSubrole")):
                continue
            (inner,) = self._ax.read(child, ("AXValue",))
            if isinstance(inner, str):
                return inner
        return self._title(element)

    def _table(self, table: Node) -> Element:
        if Capability.TABLE not in table.can:
            raise unsupported(table, "table")
        return as_ref(table).element
