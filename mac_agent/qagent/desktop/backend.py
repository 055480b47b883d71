"""The one interface that every desktop backend fills.

The interface is small on purpose: look at the tree, act natively on one element, type, point,
capture. Everything that is a decision (which element is meant, which route is tried, what counts
as evidence) is made above it, once for all platforms.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from qagent.desktop.base import (
    Budget,
    Cell,
    CellRange,
    Node,
    Picture,
    Ref,
    Surface,
    TextState,
    Tree,
    ValueState,
)
from qscreen.wire import Rect, ScrollDirection


class Launched(Protocol):
    """A command that was started."""

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        ...


class DesktopBackend(Protocol):
    """What a platform must offer. Not thread-safe: one thread works with one backend."""

    name: str

    def look(self, budget: Budget, *, window: Node | None = None) -> Tree:
        """Read all showing elements, or those of one window.

        Args:
            budget: Bounds of the traversal.
            window: Only this top-level window.
        """
        ...

    def windows(self) -> tuple[Node, ...]:
        """The top-level windows alone, cheap enough to poll."""
        ...

    def surfaces(self) -> tuple[Surface, ...]:
        """What the window server shows, front to back: windows with their frames, and pop-ups."""
        ...

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        """What certainly hides parts of windows: opaque windows that lie in front of them.

        Args:
            windows: Top-level windows.
            area: Where it is asked about, pixels; what hides nothing of it may be left out.

        Returns:
            Rectangles by window, pixels; a window of which it is not known is left out.
        """
        ...

    def refresh(self, node: Node) -> Node:
        """Read name, states and place of one element again.

        Raises:
            GoneError: It does not exist any more.
        """
        ...

    def has_keys(self, node: Node) -> bool:
        """Whether the element has the keyboard focus and its window gets the keys.

        Raises:
            GoneError: It, or its window, does not exist any more.
        """
        ...

    def text_state(self, node: Node) -> TextState:
        """Read an element's whole text.

        Raises:
            SecureFieldError: It is a password field.
            UnsupportedError: It has no text.
            GoneError: It does not exist any more.
        """
        ...

    def insert_text(self, node: Node, state: TextState, text: str) -> None:
        """Enter text at the caret, in place of the selection, natively.

        Raises:
            UnsupportedError: The element takes no native edits.
        """
        ...

    def set_text(self, node: Node, text: str) -> None:
        """Replace the whole text natively.

        Raises:
            UnsupportedError: The element takes no native edits.
        """
        ...

    def press(self, node: Node) -> None:
        """Run the element's chief action natively.

        Raises:
            UnsupportedError: It has none.
        """
        ...

    def focus(self, node: Node) -> None:
        """Give the element the keyboard focus and bring its window to the front.

        Raises:
            UnsupportedError: It cannot take the focus.
        """
        ...

    def reveal(self, node: Node) -> None:
        """Scroll until the element can be seen.

        Raises:
            UnsupportedError: It cannot be scrolled to.
            GoneError: It does not exist any more.
        """
        ...

    def options(self, container: Node) -> tuple[str, ...]:
        """Names of a container's options, also those that do not show.

        Raises:
            UnsupportedError: The container has no selection.
        """
        ...

    def select_option(self, container: Node, index: int) -> None:
        """Select the option with this index natively; errors as in `options`."""
        ...

    def is_selected(self, container: Node, index: int) -> bool:
        """Whether the option with this index is selected; errors as in `options`."""
        ...

    def value_state(self, node: Node) -> ValueState:
        """Read a numeric value and its bounds.

        Raises:
            UnsupportedError: The element has none.
            GoneError: It does not exist any more.
        """
        ...

    def set_value(self, node: Node, value: float) -> None:
        """Set a numeric value natively; errors as in `value_state`."""
        ...

    def table_size(self, table: Node) -> tuple[int, int]:
        """Rows and columns of a table, also of what does not show; errors as in `value_state`."""
        ...

    def cells(self, table: Node, wanted: CellRange) -> tuple[tuple[Cell, ...], ...]:
        """Read a block of a table, row by row; errors as in `value_state`.

        Args:
            table: The table.
            wanted: The block; the caller keeps it small.
        """
        ...

    def column_names(self, table: Node, columns: range) -> tuple[str, ...]:
        """What stands above columns; empty texts where nothing does. Errors as in `value_state`."""
        ...

    def type_text(self, text: str, between: Callable[[int], None]) -> None:
        """Type text by synthetic keys into whatever has the focus.

        Args:
            text: What to type.
            between: Called before each batch of keys with the number of characters typed so
                far; returns when they have arrived, may raise to stop.

        Raises:
            UnsupportedError: The keyboard cannot type a character.
        """
        ...

    def press_keys(self, keys: tuple[str, ...]) -> None:
        """Press one combination (names as in `qscreen.wire.PressKeys`)."""
        ...

    def click(self, x: int, y: int, *, meant: Node, button: str, count: int) -> None:
        """Press a pointer button at a place, pixels.

        Args:
            x: Pixels from the left.
            y: Pixels from the top.
            meant: The element that it is meant for: what lies on top at the place must be of its
                program, whichever of its windows, menus or lists that is.
            button: `primary` or `secondary`.
            count: How often.

        Raises:
            CoveredError: Something else lies on top there; nothing was sent.
        """
        ...

    def scroll(
        self, x: int, y: int, direction: ScrollDirection, amount: int, *, meant: Node
    ) -> None:
        """Turn the wheel at a place, notches; `meant` and errors as in `click`."""
        ...

    def drag(
        self, start: tuple[int, int], end: tuple[int, int], *, meant: Node, onto: Node | None
    ) -> None:
        """Press the primary button at one place, move to another, and let go; pixels.

        Args:
            start: Where to press.
            end: Where to let go.
            meant: The element that is dragged, as in `click`.
            onto: The element that it is meant to be dropped on, which may be of another program.
                Without one it ends on its own program or on the bare screen.

        Raises:
            CoveredError: Something else lies on top at one of the two; nothing was sent.
        """
        ...

    def read_clipboard(self) -> str | None:
        """The text in the clipboard; None when it holds none."""
        ...

    def write_clipboard(self, text: str) -> None:
        """Put a text into the clipboard, where it stays when the agent ends."""
        ...

    def lend_clipboard(self) -> AbstractContextManager[None]:
        """Give the clipboard's contents back at the end, whatever kind they are."""
        ...

    def launch(self, argv: tuple[str, ...], folder: Path, service: str) -> Launched:
        """Start a program that does not end with the agent.

        Args:
            argv: Command line.
            folder: Working directory.
            service: The program's name on the session bus; empty when it has none.
        """
        ...

    def capture(self) -> Picture:
        """Take a picture of the screen."""
        ...

    def idle_seconds(self) -> float:
        """Seconds since the last input of any kind."""
        ...

    def close(self) -> None:
        """Give back what the backend took (connections, remapped keys)."""
        ...
