"""The Linux backend: joins the accessible tree, the native actions, keys, pointer and pictures."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

import mss
from Xlib import display
from Xlib import error as xerror
from Xlib.ext import screensaver

from qagent.desktop.backend import Launched
from qagent.desktop.base import (
    Budget,
    Capability,
    Cell,
    CellRange,
    DesktopError,
    GoneError,
    Node,
    NoDisplayError,
    Picture,
    Ref,
    Surface,
    TextState,
    Tree,
    UnsupportedError,
    ValueState,
)
from qagent.desktop.lacks import covered, secure, unsupported
from qagent.desktop.linux.bus import AccessibilityBus, CallError
from qagent.desktop.linux.choices import Choices
from qagent.desktop.linux.clipboard import Clipboard
from qagent.desktop.linux.elements import as_ref
from qagent.desktop.linux.keyboard import Keyboard, UnknownKeyError
from qagent.desktop.linux.launch import launch
from qagent.desktop.linux.pointer import Pointer
from qagent.desktop.linux.tables import Tables
from qagent.desktop.linux.toolkit import Toolkit
from qagent.desktop.linux.tree import TreeReader
from qagent.desktop.linux.windows import XWindows
from qagent.messages import text
from qscreen.wire import Rect, Role, Screen, ScrollDirection, State

_CHIEF_ACTIONS = (
    *("click", "press", "activate", "toggle", "check", "uncheck", "select", "jump", "open"),
    *("showmenu", "expand", "collapse", "expand or contract", "close"),
)
_NO_ACTIONS = frozenset(
    {"", "setfocus", "showcontextmenu", "dodefault", "clickancestor", "increase", "decrease"}
    | {"increment", "decrement"}
)
"""What a toolkit calls an action and is none of pressing: Chromium's `doDefault` says that it
knows none, and its `clickAncestor` reaches only what listens for plain clicks."""

_ANYWHERE = 6
"""Where an element is scrolled to (`AtspiScrollType`): as little as needed."""


class LinuxBackend:
    """Works on the X display named by `DISPLAY`.

    Raises:
        NoDisplayError: There is no display, or it lacks XTEST.
        NoAccessibilityError: The accessibility bus does not answer.
    """

    name = "linux"

    def __init__(self) -> None:
        self._display = _open_display()
        self._root = self._display.screen().root
        self._bus = AccessibilityBus()
        self._windows = XWindows(self._display)
        self._tree = TreeReader(self._bus, self._windows)
        self._tables = Tables(self._bus)
        self._choices = Choices(self._bus, self._tree)
        self._clipboard = Clipboard(self._display, self._display.get_display_name())
        self._keyboard = Keyboard(self._display)
        self._pointer = Pointer(self._display)
        self._shots = mss.MSS() if hasattr(mss, "MSS") else mss.mss()

    def look(self, budget: Budget, *, window: Node | None = None) -> Tree:
        """Read all showing elements, or those of one window."""
        if window is not None:
            found, cut = self._tree.window_tree(window, budget)
            return Tree(self._screen(), tuple(found), (window.app,), cut)
        started = time.monotonic()
        apps = self._tree.apps()
        nodes: list[Node] = []
        truncated = self._tree.unanswered
        for one in self._tree.active_first(apps):
            left = replace(
                budget,
                nodes=budget.nodes - len(nodes),
                seconds=budget.seconds - (time.monotonic() - started),
            )
            if left.nodes <= 0 or left.seconds <= 0:
                truncated = True
                break
            try:
                found, cut = self._tree.app_tree(one, left)
            except (GoneError, CallError, UnsupportedError):
                truncated = True
                continue
            nodes += found
            truncated = truncated or cut
        return Tree(self._screen(), tuple(nodes), tuple(one.name for one in apps), truncated)

    def windows(self) -> tuple[Node, ...]:
        """The top-level windows alone."""
        return self._tree.windows()

    def surfaces(self) -> tuple[Surface, ...]:
        """What the X server shows, front to back."""
        return tuple(self._windows.surfaces())

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        """What certainly hides parts of windows, by the order in which the X server has them."""
        return self._tree.in_front(windows, area)

    def refresh(self, node: Node) -> Node:
        """Read name, states and place of one element again."""
        return self._tree.refresh(node)

    def has_keys(self, node: Node) -> bool:
        """Whether the element has the focus and its window gets the keys."""
        return self._tree.has_keys(node)

    def text_state(self, node: Node) -> TextState:
        """Read an element's whole text, its caret and its selection."""
        if node.secure:
            raise secure(node)
        if Capability.TEXT not in node.can:
            raise unsupported(node, "text")
        ref = as_ref(node)
        length = int(self._bus.get(ref, "Text", "CharacterCount"))
        text = str(self._bus.call(ref, "Text", "GetText", "ii", 0, length)[0])
        caret = int(self._bus.get(ref, "Text", "CaretOffset"))
        selection: tuple[int, int] | None = None
        if int(self._bus.call(ref, "Text", "GetNSelections")[0]) > 0:
            start, end = self._bus.call(ref, "Text", "GetSelection", "i", 0)
            selection = (min(start, end), max(start, end)) if start != end else None
        return TextState(text, max(0, min(caret, len(text))), selection)

    def insert_text(self, node: Node, state: TextState, text: str) -> None:
        """Enter text at the caret, in place of the selection, natively."""
        ref = self._editable(node)
        start = state.caret
        if state.selection is not None:
            start, end = state.selection
            self._expect(self._bus.call(ref, "EditableText", "DeleteText", "ii", start, end), node)
        # GTK's bridge counts bytes of UTF-8. Qt makes the text as long as it is told, with zeros at
        # the end that no reading shows, and counts UTF-16 units.
        if self._tree.toolkit_of(node) is Toolkit.QT:
            length = len(text.encode("utf-16-le")) // 2
        else:
            length = len(text.encode())
        self._expect(
            self._bus.call(ref, "EditableText", "InsertText", "isi", start, text, length), node
        )
        # The text is in: a caret that cannot be moved must not read as a route that failed.
        with suppress(UnsupportedError):
            if int(self._bus.get(ref, "Text", "CaretOffset")) != start + len(text):
                self._bus.call(ref, "Text", "SetCaretOffset", "i", start + len(text))

    def set_text(self, node: Node, text: str) -> None:
        """Replace the whole text natively."""
        ref = self._editable(node)
        self._expect(self._bus.call(ref, "EditableText", "SetTextContents", "s", text), node)

    def press(self, node: Node) -> None:
        """Run the element's chief action natively."""
        if Capability.PRESS not in node.can:
            raise unsupported(node, "action")
        ref = as_ref(node)
        names = [name.lower() for name in node.actions or self._action_names(node)]
        place = next((names.index(name) for name in _CHIEF_ACTIONS if name in names), None)
        if place is None:
            place = next((n for n, name in enumerate(names) if name not in _NO_ACTIONS), None)
        if place is None:
            raise unsupported(node, "action")
        self._expect(self._bus.call(ref, "Action", "DoAction", "i", place), node)

    def _action_names(self, node: Node) -> list[str]:
        """Names of actions; Chromium and LibreOffice tell them only one by one.

        LibreOffice's own buttons and menus have one action without a name: it presses them.
        """
        ref = as_ref(node)
        count = int(self._bus.get(ref, "Action", "NActions"))
        told = self._bus.many(
            [self._bus.message(ref, "Action", "GetName", "i", one) for one in range(count)]
        )
        names = [str(answer[0]) if answer else "" for answer in told]
        return ["press"] if names == [""] else names

    def focus(self, node: Node) -> None:
        """Give the element the keyboard focus and bring its window to the front."""
        known = self._tree.is_active(node) or self._tree.activate(node)
        if node.ref == node.window and known:
            return
        self._expect(self._bus.call(as_ref(node), "Component", "GrabFocus"), node)

    def reveal(self, node: Node) -> None:
        """Scroll until the element can be seen."""
        answer = self._bus.call(as_ref(node), "Component", "ScrollTo", "u", _ANYWHERE)
        self._expect(answer, node)

    def options(self, container: Node) -> tuple[str, ...]:
        """Names of a container's options, also those that do not show."""
        return self._choices.names(container)

    def select_option(self, container: Node, index: int) -> None:
        """Select the option with this index natively."""
        self._choices.select(container, index)

    def is_selected(self, container: Node, index: int) -> bool:
        """Whether the option with this index is selected."""
        return self._choices.is_selected(container, index)

    def value_state(self, node: Node) -> ValueState:
        """Read a numeric value and its bounds."""
        if Capability.VALUE not in node.can:
            raise unsupported(node, "value")
        ref = as_ref(node)
        current = float(self._bus.get(ref, "Value", "CurrentValue"))
        # A field of a page without bounds answers with an error.
        bounds = self._bus.many(
            [self._bus.property(ref, "Value", f"{name}Value") for name in ("Minimum", "Maximum")]
        )
        low, high = (0.0 if answer is None else float(answer[0][1]) for answer in bounds)
        return ValueState(current, low, high)

    def set_value(self, node: Node, value: float) -> None:
        """Set a numeric value natively."""
        if Capability.VALUE not in node.can:
            raise unsupported(node, "value")
        self._bus.set_number(as_ref(node), "Value", "CurrentValue", value)

    def table_size(self, table: Node) -> tuple[int, int]:
        """Rows and columns of a table."""
        if Capability.TABLE not in table.can:
            raise unsupported(table, "table")
        return self._tables.size(as_ref(table))

    def cells(self, table: Node, wanted: CellRange) -> tuple[tuple[Cell, ...], ...]:
        """Read a block of a table."""
        if Capability.TABLE not in table.can:
            raise unsupported(table, "table")
        return tuple(
            tuple(
                Cell(
                    Node(
                        ref=one.ref,
                        parent=table.ref,
                        window=table.window,
                        app=table.app,
                        role=Role.CELL,
                        native_role="cell",
                        name=_cell_name(row, column),
                        states=frozenset({State.SHOWING, State.ENABLED}),
                        can=frozenset({Capability.TEXT}),
                        value=one.text,
                    ),
                    one.text,
                )
                for column, one in zip(wanted.columns, line, strict=True)
            )
            for row, line in zip(
                wanted.rows, self._tables.cells(as_ref(table), wanted), strict=True
            )
        )

    def column_names(self, table: Node, columns: range) -> tuple[str, ...]:
        """What stands above columns."""
        if Capability.TABLE not in table.can:
            raise unsupported(table, "table")
        return self._tables.headers(as_ref(table), columns)

    def type_text(self, text: str, between: Callable[[int], None]) -> None:
        """Type text by synthetic keys."""
        try:
            self._keyboard.type_text(text, between)
        except UnknownKeyError as error:
            # The layout has no room for the characters: another route may enter them.
            raise UnsupportedError(str(error)) from error

    def press_keys(self, keys: tuple[str, ...]) -> None:
        """Press one combination."""
        self._keyboard.press(keys)

    def click(self, x: int, y: int, *, meant: Node, button: str, count: int) -> None:
        """Press a pointer button at a place, pixels."""
        self._demand_top(meant, x, y)
        self._pointer.click(x, y, button, count)

    def drag(
        self, start: tuple[int, int], end: tuple[int, int], *, meant: Node, onto: Node | None
    ) -> None:
        """Press the primary button at one place, move to another, and let go."""
        self._demand_top(onto or meant, *end, bare=onto is None)
        self._demand_top(meant, *start)
        self._pointer.drag(start, end)

    def read_clipboard(self) -> str | None:
        """The text in the clipboard."""
        return self._clipboard.read_text()

    def write_clipboard(self, text: str) -> None:
        """Put a text into the clipboard."""
        self._clipboard.write_text(text)

    def lend_clipboard(self) -> AbstractContextManager[None]:
        """Give the clipboard's contents back at the end."""
        return self._clipboard.lend()

    def scroll(
        self, x: int, y: int, direction: ScrollDirection, amount: int, *, meant: Node
    ) -> None:
        """Turn the wheel at a place, notches."""
        self._demand_top(meant, x, y)
        self._pointer.scroll(x, y, direction, amount)

    def launch(self, argv: tuple[str, ...], folder: Path, service: str) -> Launched:
        """Start a program that does not end with the agent."""
        return launch(argv, folder, service)

    def capture(self) -> Picture:
        """Take a picture of the screen."""
        try:
            shot = self._shots.grab(self._shots.monitors[0])
        except mss.ScreenShotError as error:
            raise DesktopError(
                text("desktop.no_picture", why=error), text("desktop.no_picture.repair")
            ) from error
        return Picture(shot.width, shot.height, bytes(shot.raw))

    def idle_seconds(self) -> float:
        """Seconds since the last input, from the MIT-SCREEN-SAVER extension."""
        return float(screensaver.query_info(self._root).idle) / 1000

    def close(self) -> None:
        """Give the spare keycodes back and close the connections."""
        self._keyboard.release_mappings()
        self._clipboard.close()
        self._shots.close()
        self._bus.close()
        self._display.close()

    def _screen(self) -> Screen:
        screen = self._display.screen()
        return Screen(width=screen.width_in_pixels, height=screen.height_in_pixels)

    def _editable(self, node: Node) -> tuple[str, str]:
        if Capability.EDIT_TEXT not in node.can:
            raise unsupported(node, "edits")
        return as_ref(node)

    def _expect(self, answer: tuple[object, ...], node: Node) -> None:
        if answer and answer[0] is False:
            raise unsupported(node, "declined")

    def _demand_top(self, meant: Node, x: int, y: int, *, bare: bool = False) -> None:
        """Refuse a place where another program, or without `bare` none, would get the pointer."""
        found = self._tree.over(meant, x, y)
        if found is not None and not (bare and found.bare):
            raise covered(found)


def _cell_name(row: int, column: int) -> str:
    """A cell's name as spreadsheets write it; row and column from 0."""
    letters = ""
    rest = column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(ord("A") + place) + letters
    return f"{letters}{row + 1}"


def _open_display() -> display.Display:
    name = os.environ.get("DISPLAY", "")
    if not name:
        raise NoDisplayError(text("desktop.no_display"), text("desktop.display.repair"))
    try:
        connection = display.Display(name)
    except (xerror.DisplayError, OSError) as error:
        raise NoDisplayError(
            text("desktop.display_closed", name=name, why=error),
            text("desktop.display.repair"),
        ) from error
    if not connection.has_extension("XTEST"):
        raise NoDisplayError(
            text("desktop.no_xtest", name=name),
            text("desktop.no_xtest.repair"),
        )
    return connection
