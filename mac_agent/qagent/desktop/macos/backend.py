"""The macOS backend: joins the accessible tree, the native actions, keys, pointer and pictures.

It decides on the interfaces of `seam` alone; `opening` joins it with this Mac.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from qagent.desktop.backend import Launched
from qagent.desktop.base import (
    Budget,
    Capability,
    Cell,
    CellRange,
    DesktopError,
    GoneError,
    Node,
    Picture,
    Ref,
    Surface,
    TextState,
    Tree,
    UnansweredError,
    UnsupportedError,
    ValueState,
)
from qagent.desktop.lacks import covered, secure, unsupported
from qagent.desktop.macos.choices import Choices
from qagent.desktop.macos.elements import MacRef, as_ref
from qagent.desktop.macos.hands import Hands
from qagent.desktop.macos.permissions import (
    Permission,
    accessibility_missing,
    try_accessibility,
    try_input,
    try_screen,
)
from qagent.desktop.macos.pool import pooled
from qagent.desktop.macos.seam import (
    MESSAGE_SECONDS,
    Accessibility,
    DisplaysChangedError,
    Element,
    Events,
    NotAnsweringError,
    Pasteboard,
    Point,
    Range,
    ReadDisplays,
    ReadShown,
    RunningApps,
    SecureInputHolder,
)
from qagent.desktop.macos.space import Space
from qagent.desktop.macos.surfaces import Surfaces
from qagent.desktop.macos.tables import Tables
from qagent.desktop.macos.text import text_state, units
from qagent.desktop.macos.tree import TreeReader
from qagent.messages import text
from qscreen.wire import Rect, ScrollDirection

T = TypeVar("T")

_CHIEF_ACTIONS = ("AXPress", "AXPick", "AXConfirm", "AXOpen")
_SCROLL_TO = "AXScrollToVisible"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the backend needs of the machine.

    Attributes:
        ax: The accessibility interface.
        events: Keys and pointer.
        displays: Reads the displays.
        apps: Reads the programs with windows.
        shown: Reads what the window server shows.
        secure_input: Reads who has Secure Input on.
        capture: Takes a picture.
        launch: Starts a program; the last argument asks for a fresh window.
        activate: Brings a program to the front.
        pool: Makes an autorelease pool.
        pasteboard: The clipboard.
    """

    ax: Accessibility
    events: Events
    displays: ReadDisplays
    apps: RunningApps
    shown: ReadShown
    secure_input: SecureInputHolder
    capture: Callable[[Space], Picture]
    launch: Callable[[tuple[str, ...], Path, Callable[[], None]], Launched]
    activate: Callable[[int], bool]
    pool: Callable[[], AbstractContextManager[object]]
    pasteboard: Pasteboard


class MacBackend:
    """Works on the desktop of this Mac; places are pixels of `space.Space`.

    Args:
        parts: The machine.

    Raises:
        PermissionMissingError: The accessibility permission is withheld.
        NoDisplayError: There is no display.
    """

    name = "macos"

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._ax = parts.ax
        self._space = Space(parts.displays())
        self._surfaces = Surfaces(parts.ax, parts.shown, parts.displays)
        self._tree = TreeReader(parts.ax, parts.apps, self._measure)
        self._choices = Choices(parts.ax)
        self._hands = Hands(parts.events, parts.secure_input)
        self._tables = Tables(parts.ax, self._choices.title)
        with self._pool():
            found = try_accessibility(parts.ax, parts.apps())
        if not found.granted:
            raise found.fault or accessibility_missing()

    @pooled
    def look(self, budget: Budget, *, window: Node | None = None) -> Tree:
        """Read all showing elements, or those of one window."""
        return self._tree.look(budget, window)

    @pooled
    def windows(self) -> tuple[Node, ...]:
        """The top-level windows alone."""
        return self._tree.windows()

    @pooled
    def surfaces(self) -> tuple[Surface, ...]:
        """What the window server shows, front to back."""
        return self._surfaces.all()

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        """Nothing is certain: windows have shadows, round corners and see-through parts."""
        del windows, area
        return {}

    @pooled
    def refresh(self, node: Node) -> Node:
        """Read name, states and place of one element again."""
        return self._answered(lambda: self._tree.refresh(node))

    @pooled
    def has_keys(self, node: Node) -> bool:
        """Whether the element has the focus and its window gets the keys."""
        return self._answered(lambda: self._tree.has_keys(node))

    @pooled
    def text_state(self, node: Node) -> TextState:
        """Read an element's whole text, its caret and its selection."""
        if node.secure:
            raise secure(node)
        if Capability.TEXT not in node.can:
            raise unsupported(node, "text")
        element = as_ref(node).element

        def read() -> TextState:
            # A page may turn a field into a password field while we look away.
            role, subrole = self._ax.read(element, ("AXRole", "AXSubrole"))
            if role is None:
                raise GoneError(f"{node.role} {node.name!r} does not exist any more")
            if "AXSecureTextField" in {role, subrole}:
                raise secure(node)
            text, selected = self._ax.read(element, ("AXValue", "AXSelectedTextRange"))
            shown = text if isinstance(text, str) else ""
            return text_state(shown, selected if isinstance(selected, Range) else None)

        return self._answered(read)

    @pooled
    def insert_text(self, node: Node, state: TextState, text: str) -> None:
        """Enter text at the caret, in place of the selection, natively."""
        element = self._editable(node)
        start, end = state.selection or (state.caret, state.caret)
        place = units(state.text[:start])
        if not self._ax.settable(element, "AXSelectedText"):
            raise unsupported(node, "caret")
        self._ax.write(element, "AXSelectedTextRange", Range(place, units(state.text[start:end])))
        self._ax.write(element, "AXSelectedText", text)

    @pooled
    def set_text(self, node: Node, text: str) -> None:
        """Replace the whole text natively."""
        self._ax.write(self._editable(node), "AXValue", text)

    @pooled
    def press(self, node: Node) -> None:
        """Run the element's chief action natively."""
        ref = as_ref(node)
        offered = node.actions or self._ax.actions(ref.element)
        action = next((one for one in _CHIEF_ACTIONS if one in offered), None)
        if action is None:
            raise unsupported(node, "action")
        self._ax.perform(ref.element, action)

    @pooled
    def focus(self, node: Node) -> None:
        """Give the element the keyboard focus and bring its window to the front."""
        ref = as_ref(node)
        self._to_front(ref, node)
        if node.ref == node.window:
            return
        if not self._ax.settable(ref.element, "AXFocused"):
            raise unsupported(node, "focus")
        self._ax.write(ref.element, "AXFocused", True)

    @pooled
    def reveal(self, node: Node) -> None:
        """Scroll until the element can be seen."""
        ref = as_ref(node)
        if _SCROLL_TO not in self._ax.actions(ref.element):
            raise unsupported(node, "scrolling")
        self._ax.perform(ref.element, _SCROLL_TO)

    @pooled
    def options(self, container: Node) -> tuple[str, ...]:
        """Names of a container's options."""
        return self._choices.names(container)

    @pooled
    def select_option(self, container: Node, index: int) -> None:
        """Select the option with this index natively."""
        self._choices.select(container, index)

    @pooled
    def is_selected(self, container: Node, index: int) -> bool:
        """Whether the option with this index is selected."""
        return self._choices.is_selected(container, index)

    @pooled
    def value_state(self, node: Node) -> ValueState:
        """Read a numeric value and its bounds."""
        element = self._valued(node)

        def read() -> ValueState:
            found = self._ax.read(element, ("AXValue", "AXMinValue", "AXMaxValue"))
            if not isinstance(found[0], int | float):
                raise unsupported(node, "number")
            low, high = (float(one) if isinstance(one, int | float) else 0.0 for one in found[1:])
            return ValueState(float(found[0]), low, high)

        return self._answered(read)

    @pooled
    def set_value(self, node: Node, value: float) -> None:
        """Set a numeric value natively."""
        element = self._valued(node)
        if not self._ax.settable(element, "AXValue"):
            raise unsupported(node, "setting")
        self._ax.write(element, "AXValue", float(value))

    @pooled
    def table_size(self, table: Node) -> tuple[int, int]:
        """Rows and columns of a table."""
        return self._answered(lambda: self._tables.size(table))

    @pooled
    def cells(self, table: Node, wanted: CellRange) -> tuple[tuple[Cell, ...], ...]:
        """Read a block of a table."""
        return self._answered(lambda: self._tables.cells(table, wanted))

    @pooled
    def column_names(self, table: Node, columns: range) -> tuple[str, ...]:
        """What stands above columns."""
        return self._answered(lambda: self._tables.headers(table, columns))

    @pooled
    def type_text(self, text: str, between: Callable[[int], None]) -> None:
        """Type text by synthetic keys, whole chunks of Unicode in each event."""
        self._hands.type_text(text, between)

    @pooled
    def press_keys(self, keys: tuple[str, ...]) -> None:
        """Press one combination: down in order, up in reverse order."""
        self._hands.press_keys(keys)

    @pooled
    def click(self, x: int, y: int, *, meant: Node, button: str, count: int) -> None:
        """Press a pointer button at a place, pixels."""
        place = self._place_of(meant, x, y)
        self._hands.click(place, secondary=button == "secondary", count=count)

    @pooled
    def drag(
        self, start: tuple[int, int], end: tuple[int, int], *, meant: Node, onto: Node | None
    ) -> None:
        """Press the primary button at one place, move to another, and let go."""
        last = self._place_of(onto or meant, *end, bare=onto is None)
        self._hands.drag(self._place_of(meant, *start), last)

    @pooled
    def read_clipboard(self) -> str | None:
        """The text in the clipboard."""
        return self._parts.pasteboard.read_text()

    @pooled
    def write_clipboard(self, text: str) -> None:
        """Put a text into the clipboard."""
        if not self._parts.pasteboard.write_text(text):
            raise _not_taken()

    @contextmanager
    def lend_clipboard(self) -> Iterator[None]:
        """Give the clipboard's contents back at the end."""
        with self._pool():
            before = self._parts.pasteboard.save()
            try:
                yield
            finally:
                self._parts.pasteboard.restore(before)

    @pooled
    def scroll(
        self, x: int, y: int, direction: ScrollDirection, amount: int, *, meant: Node
    ) -> None:
        """Turn the wheel at a place, notches."""
        self._hands.scroll(self._place_of(meant, x, y), direction, amount)

    @pooled
    def launch(self, argv: tuple[str, ...], folder: Path, service: str) -> Launched:  # noqa: ARG002
        """Start a program; `service` has no meaning on macOS."""
        return self._parts.launch(argv, folder, lambda: self.press_keys(("super", "n")))

    @pooled
    def capture(self) -> Picture:
        """Take a picture of all displays."""
        return self._parts.capture(Space(self._parts.displays()))

    def idle_seconds(self) -> float:
        """Seconds since the last input of any kind."""
        return self._parts.events.idle_seconds()

    @pooled
    def permissions(self) -> tuple[Permission, ...]:
        """Each permission, tried by doing."""
        return (
            try_accessibility(self._ax, self._parts.apps()),
            try_screen(self.capture),
            try_input(self._parts.events),
        )

    def close(self) -> None:
        """Nothing was taken that has to be given back."""

    def _pool(self) -> AbstractContextManager[object]:
        return self._parts.pool()

    def _measure(self) -> Space:
        self._space = Space(self._parts.displays())
        return self._space

    def _place_of(self, meant: Node, x: int, y: int, *, bare: bool = False) -> Point:
        """A place where the pointer reaches an element's program, or with `bare` no program."""
        place = self._place(x, y)
        found = self._surfaces.over(meant, place)
        if found is not None and not (bare and found.bare):
            raise covered(found)
        return place

    def _place(self, x: int, y: int) -> Point:
        if Space(self._parts.displays()) != self._space:
            raise DisplaysChangedError(
                text("mac.displays_changed"), text("mac.displays_changed.repair")
            )
        return self._space.points(x, y)

    def _valued(self, node: Node) -> Element:
        if Capability.VALUE not in node.can:
            raise unsupported(node, "value")
        return as_ref(node).element

    def _editable(self, node: Node) -> Element:
        if node.secure or Capability.EDIT_TEXT not in node.can:
            raise unsupported(node, "edits")
        return as_ref(node).element

    def _to_front(self, ref: MacRef, node: Node) -> None:
        self._parts.activate(ref.pid)
        application = self._ax.application(ref.pid)
        # The workspace may have brought it to the front all the same; callers verify.
        with suppress(UnsupportedError):
            self._ax.write(application, "AXFrontmost", True)
        if isinstance(node.window, MacRef):
            # A sheet has no such action: it is raised with its window.
            with suppress(UnsupportedError):
                self._ax.perform(node.window.element, "AXRaise")

    def _answered(self, read: Callable[[], T]) -> T:
        """Read once more when a program is busy."""
        try:
            return read()
        except NotAnsweringError:
            pass
        try:
            return read()
        except NotAnsweringError as error:
            waited = f"{2 * MESSAGE_SECONDS:g}"
            raise UnansweredError(text("element.silent", seconds=waited)) from error


def _not_taken() -> DesktopError:
    return DesktopError(text("mac.clipboard"), text("mac.clipboard.repair"))
