"""What a desktop is told in, on every platform: elements and their states, and typed errors."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from qscreen.wire import Rect, Role, Screen, State

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
