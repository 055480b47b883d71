"""The one interface that every desktop backend fills, and its typed errors.

The interface is small on purpose: look at the tree, act natively on one element, type, point,
capture. Everything that is a decision (which element is meant, which route is tried, what counts
as evidence) is made above it, once for all platforms.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from qscreen.wire import Rect, Role, Screen, ScrollDirection, State

Ref = Hashable
"""A backend's own handle of an element; means nothing to anybody else."""


class DesktopError(Exception):
    """Something about the desktop prevents the work.

    Attributes:
        what: What happened, one sentence.
        repair: What the user can do about it.
    """

    def __init__(self, what: str, repair: str) -> None:
        super().__init__(f"{what} {repair}")
        self.what = what
        self.repair = repair


class NoDisplayError(DesktopError):
    """There is no screen to work on."""


class NoAccessibilityError(DesktopError):
    """There is a screen, but its accessibility service does not answer."""


class MissingProgramError(DesktopError):
    """A program or package that the backend needs is not installed."""


class UnsupportedPlatformError(DesktopError):
    """No backend exists for this operating system."""


class UnsupportedError(Exception):
    """The element does not offer this route; the caller may try the next one."""


class ProgramError(Exception):
    """A program answered with an error; whether it did what it was asked for is not known."""


class GoneError(Exception):
    """The element or its program no longer exists."""


class UnansweredError(GoneError):
    """The program did not answer in time, though it may be there still; says so to the user."""


class SecureFieldError(Exception):
    """The element is a password field: it is never read."""


class CoveredError(DesktopError):
    """Another program than the one that is meant would get a pointer event; none was sent.

    Attributes:
        surface: What lies on top there.
    """

    def __init__(self, what: str, repair: str, surface: "Surface") -> None:
        super().__init__(what, repair)
        self.surface = surface


class Capability(StrEnum):
    """What an element offers natively."""

    PRESS = "press"
    TEXT = "text"
    EDIT_TEXT = "edit_text"
    VALUE = "value"
    SELECTION = "selection"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of one look; what lies beyond them is cut and reported.

    Attributes:
        nodes: Most elements returned.
        seconds: Most time spent, seconds.
        text: Most characters of one element's text.
        hidden: Whether what is scrolled out of sight is wanted too, where a toolkit tells it.
    """

    nodes: int = 3000
    seconds: float = 1.5
    text: int = 2000
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One showing element as the backend found it.

    Attributes:
        ref: The backend's handle.
        parent: Handle of the nearest returned ancestor.
        window: Handle of the top-level window that holds the element.
        app: Name of the program.
        role: Role in our vocabulary.
        native_role: Role as the platform calls it.
        name: Accessible name.
        states: States in our vocabulary.
        secure: Whether it is a password field.
        can: What it offers natively.
        rect: Place on the screen, pixels.
        value: Text or value; None for secure fields and for elements without.
        actions: Names of native actions, in the platform's order.
    """

    ref: Ref
    parent: Ref | None
    window: Ref | None
    app: str
    role: Role
    native_role: str
    name: str
    states: frozenset[State]
    secure: bool = False
    can: frozenset[Capability] = frozenset()
    rect: Rect | None = None
    value: str | None = None
    actions: tuple[str, ...] = ()

    def has(self, *states: State) -> bool:
        """Whether all the states are set."""
        return self.states.issuperset(states)


@dataclass(frozen=True, slots=True)
class Tree:
    """One look at the desktop.

    Attributes:
        screen: The captured screen's size.
        nodes: Showing elements in document order, parents first.
        apps: Names of the running accessible programs.
        truncated: Whether a budget cut the tree or a program did not answer.
    """

    screen: Screen
    nodes: tuple[Node, ...]
    apps: tuple[str, ...]
    truncated: bool
    _by_ref: dict[Ref, Node] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_ref.update({node.ref: node for node in self.nodes})

    def get(self, ref: Ref | None) -> Node | None:
        """The element with this handle, if it is in the tree."""
        return None if ref is None else self._by_ref.get(ref)

    def windows(self) -> Iterator[Node]:
        """The top-level windows."""
        return (node for node in self.nodes if node.window == node.ref)

    def active_window(self) -> Node | None:
        """The window that gets the keys."""
        return next((node for node in self.windows() if node.has(State.ACTIVE)), None)

    def focused(self) -> Node | None:
        """The element with the keyboard focus in the active window: the innermost one.

        A table says that it has the focus together with its active cell.
        """
        active = self.active_window()
        found: Node | None = None
        if active is None:
            return None
        for node in self.nodes:
            if node.window != active.ref or node is active or not node.has(State.FOCUSED):
                continue
            if found is None or self._is_inside(node, found):
                found = node
        return found

    def _is_inside(self, node: Node, outer: Node) -> bool:
        parent = self.get(node.parent)
        while parent is not None:
            if parent is outer:
                return True
            parent = self.get(parent.parent)
        return False

    def inside(self, window: Ref) -> tuple[Node, ...]:
        """The elements of one window."""
        return tuple(node for node in self.nodes if node.window == window)


@dataclass(frozen=True, slots=True)
class TextState:
    """Text of an element with its caret and selection; offsets in characters."""

    text: str
    caret: int
    selection: tuple[int, int] | None = None

    def after_typing(self, typed: str) -> str:
        """The text as it must be once `typed` was entered here."""
        start, end = self.selection or (self.caret, self.caret)
        return self.text[:start] + typed + self.text[end:]


@dataclass(frozen=True, slots=True)
class ValueState:
    """A numeric value and its bounds; equal bounds mean that there are none."""

    current: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class CellRange:
    """A block of a table; rows and columns from 0."""

    rows: range
    columns: range


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        node: The cell.
        text: What it shows.
    """

    node: Node
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Raw pixels of the screen.

    Attributes:
        width: Pixels.
        height: Pixels.
        bgra: Four bytes a pixel, rows from the top.
    """

    width: int
    height: int
    bgra: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Surface:
    """A window as the window server shows it, also that of a program without accessible elements.

    Attributes:
        apps: Names of its program, as far as they are known: of the program, of its process.
        title: Its title; empty where it has none.
        rect: Its place with its frame, pixels.
        bar: Where the frame shows its title, pixels; None where it has no frame.
        veil: Whether the pointer may go through it, to what lies behind.
        pid: Process that it belongs to; 0 where that is not known.
    """

    apps: tuple[str, ...]
    title: str
    rect: Rect
    bar: Rect | None = None
    veil: bool = False
    pid: int = 0

    @property
    def bare(self) -> bool:
        """Whether it is the screen behind all windows: nothing names it."""
        return not (self.apps or self.title or self.pid)


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
