"""The narrow interface between our decisions and PyObjC, in plain Python values."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from qagent.desktop.base import DesktopError

Element = Hashable
"""An accessible element: equal when it is the same one on the screen."""

MESSAGE_SECONDS = 0.5
"""Time a program gets to answer one message; macOS would wait 6 s."""


class PermissionMissingError(DesktopError):
    """macOS withholds a permission from the program that runs the agent.

    Attributes:
        permission: Name of the permission as System Settings shows it.
        pane: Address of the settings pane; `open` takes it.
    """

    def __init__(self, what: str, repair: str, *, permission: str, pane: str) -> None:
        super().__init__(what, repair)
        self.permission = permission
        self.pane = pane


class SecureInputError(DesktopError):
    """A program has Secure Input on: synthetic keys do not arrive."""


class DisplaysChangedError(DesktopError):
    """A display came, went or moved after the last look: places are not valid any more."""


class NotAnsweringError(Exception):
    """A program did not answer in time."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place or a size in points, the unit of macOS."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Range:
    """A range of text in UTF-16 units, as macOS counts."""

    location: int
    length: int


@dataclass(frozen=True, slots=True)
class Display:
    """One display: bounds in global points, and device pixels per point."""

    id: int
    x: float
    y: float
    width: float
    height: float
    scale: float


@dataclass(frozen=True, slots=True)
class RunningApp:
    """A program with windows on the screen, frontmost first."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class ShownWindow:
    """A window as the window server shows it; place and size in global points.

    Attributes:
        apps: Names of its program.
        title: Its title; empty where it has none, or macOS does not tell it.
        place: Its top left corner.
        size: Its size.
        pid: Process that it belongs to.
        ordinary: Whether it is a window, a panel or a menu of a program, and no part of the system.
        framed: Whether it has a title bar.
    """

    apps: tuple[str, ...]
    title: str
    place: Point
    size: Point
    pid: int
    ordinary: bool
    framed: bool


class Accessibility(Protocol):
    """Accessible elements of other programs."""

    def trusted(self) -> bool:
        """Whether macOS says that we may use the accessibility interface."""
        ...

    def application(self, pid: int) -> Element:
        """The root element of a program."""
        ...

    def read(self, element: Element, names: Sequence[str]) -> tuple[object | None, ...]:
        """Read attributes in one message; None for one that the element lacks.

        Raises:
            GoneError: The element does not exist any more.
            NotAnsweringError: The program did not answer in time.
            PermissionMissingError: We may not use the accessibility interface.
        """
        ...

    def at(self, place: Point) -> tuple[Element, int] | None:
        """What the pointer reaches at a place in global points, with its process.

        None where nothing answers.

        Raises:
            PermissionMissingError: We may not use the accessibility interface.
        """
        ...

    def children(self, element: Element, most: int) -> tuple[tuple[Element, ...], int]:
        """The first children and the number of all; errors as in `read`."""
        ...

    def part(
        self, element: Element, name: str, start: int, most: int
    ) -> tuple[tuple[Element, ...], int]:
        """Elements of a list attribute from a place on, and the number of all; errors as in `read`.

        An element without the attribute has none.
        """
        ...

    def settable(self, element: Element, name: str) -> bool:
        """Whether an attribute can be set; errors as in `read`."""
        ...

    def write(self, element: Element, name: str, value: object) -> None:
        """Set an attribute.

        Raises:
            UnsupportedError: The element does not take it.
        """
        ...

    def actions(self, element: Element) -> tuple[str, ...]:
        """Names of the element's actions; errors as in `read`."""
        ...

    def perform(self, element: Element, action: str) -> None:
        """Run an action; one that keeps its program busy counts as run.

        Raises:
            UnsupportedError: The element has no such action.
        """
        ...


class Events(Protocol):
    """Synthetic keys and pointer events; places in global points."""

    def may_post(self) -> bool:
        """Whether macOS says that our events arrive."""
        ...

    def may_listen(self) -> bool:
        """Whether macOS lets us watch the keyboard (Input Monitoring)."""
        ...

    def characters(self, chunk: str) -> None:
        """Type a chunk of text in one key event; 20 UTF-16 units at most."""
        ...

    def key(self, code: int, *, down: bool, flags: int) -> None:
        """Move one key."""
        ...

    def click(self, x: float, y: float, *, secondary: bool, count: int) -> None:
        """Press a pointer button."""
        ...

    def drag(self, start: Point, end: Point) -> None:
        """Press the primary button at one place, move to another, and let go."""
        ...

    def wheel(self, x: float, y: float, *, vertical: int, horizontal: int) -> None:
        """Turn the wheel by lines; positive is up and left."""
        ...

    def idle_seconds(self) -> float:
        """Seconds since the last input."""
        ...


PasteboardItem = Mapping[str, bytes]
"""One thing on the pasteboard: its bytes by the name of their form."""


class Pasteboard(Protocol):
    """The clipboard of the Mac."""

    def read_text(self) -> str | None:
        """The text in it; None when it holds none."""
        ...

    def write_text(self, text: str) -> bool:
        """Put a text in; whether macOS accepted it."""
        ...

    def save(self) -> tuple[PasteboardItem, ...]:
        """Everything it holds."""
        ...

    def restore(self, items: tuple[PasteboardItem, ...]) -> None:
        """Put back what `save` took."""
        ...


ReadDisplays = Callable[[], tuple[Display, ...]]
ReadShown = Callable[[], tuple[ShownWindow, ...]]
RunningApps = Callable[[], tuple[RunningApp, ...]]
SecureInputHolder = Callable[[], str | None]
"""Name of the program that has Secure Input on (`unknown` when macOS names none), or None."""
