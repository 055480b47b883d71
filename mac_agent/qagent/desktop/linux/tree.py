"""The windows of the running programs, which of them gets the keys, and trees of them.

Nobody registers for events here, and GTK's cache call, which needs that, is not used: from the
first registration on, a GTK program announces every element it makes on the bus. Opening a window
of Mousepad then costs the program 0.36 s of CPU instead of 0.14 s, and the bus 0.1 s (measured).
Chromium's cache was seen without the whole page after a navigation.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qagent.desktop.base import Budget, GoneError, Node, Ref, Surface, UnsupportedError
from qagent.desktop.linux import roles
from qagent.desktop.linux.bus import REGISTRY, ROOT_PATH, AccessibilityBus, AtspiRef, CallError
from qagent.desktop.linux.details import DetailReader
from qagent.desktop.linux.elements import (
    Raw,
    as_ref,
    as_ref_of,
    document_order,
    node_of,
    nodes_of,
    refs_of,
)
from qagent.desktop.linux.places import Places
from qagent.desktop.linux.toolkit import Toolkit, clean_name, toolkit_of
from qagent.desktop.linux.walk import Walker, raw_of
from qagent.desktop.linux.windows import XWindows
from qagent.desktop.linux.wire import Call
from qagent.messages import text
from qscreen.wire import Rect, State

_MANY_WINDOWS = 8
"""Windows of one program from which on only the active one is read (12 windows: 170 ms)."""

_SILENT_WINDOWS = frozenset({Toolkit.CHROMIUM, Toolkit.OTHER})
"""Toolkits whose windows do not say that they get the keys."""

_ACTIVE_BIT = 1 << 1
_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus")


@dataclass(frozen=True, slots=True)
class App:
    """A running accessible program."""

    ref: AtspiRef
    name: str


class TreeReader:
    """Reads trees of running programs over the accessibility bus.

    Args:
        bus: The accessibility bus.
        x_windows: The windows of the X server.

    Attributes:
        unanswered: Whether a program did not answer when the programs were last asked.
    """

    def __init__(self, bus: AccessibilityBus, x_windows: XWindows) -> None:
        self._bus = bus
        self._details = DetailReader(bus)
        self._walker = Walker(bus)
        self._places = Places(x_windows, self._pid)
        self.unanswered = False
        self._toolkits: dict[str, Toolkit] = {}
        self._pids: dict[str, int] = {}

    def apps(self) -> list[App]:
        """The running accessible programs."""
        return [app for app, _ in self._apps_with_windows()]

    def windows(self) -> tuple[Node, ...]:
        """Top-level windows that show, of all programs."""
        return tuple(self._shown_windows(self._apps_with_windows()))

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        """What certainly hides parts of windows."""
        return self._places.in_front(windows, area)

    def toolkit(self, app: App) -> Toolkit:
        """The toolkit of a program."""
        name = app.ref[0]
        if name not in self._toolkits:
            root = (name, ROOT_PATH)
            told = self._bus.many(
                [self._bus.property(root, "Application", one) for one in ("ToolkitName", "Version")]
            )
            words = ["" if answer is None else str(answer[0][1]) for answer in told]
            self._toolkits[name] = toolkit_of(app.name, *words)
        return self._toolkits[name]

    def toolkit_of(self, node: Node) -> Toolkit:
        """The toolkit of an element's program."""
        return self.toolkit(App((as_ref(node)[0], ROOT_PATH), node.app))

    def _pid(self, ref: AtspiRef) -> int:
        """Process of a program; 0 when the bus does not know it."""
        name = ref[0]
        if name not in self._pids:
            try:
                answer = self._bus.call(
                    _BUS, "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s", name
                )
                self._pids[name] = int(answer[0])
            except (GoneError, UnsupportedError, CallError):
                return 0
        return self._pids[name]

    def _apps_with_windows(self) -> list[tuple[App, list[AtspiRef]]]:
        children = self._bus.call((REGISTRY, ROOT_PATH), "Accessible", "GetChildren")[0]
        refs: list[AtspiRef] = [(str(name), str(path)) for name, path in children]
        calls: list[Call] = []
        for ref in refs:
            calls += [self._bus.property(ref, "Accessible", "Name"), self._walker.children(ref)]
        told = self._bus.many(calls)
        # A program that is busy is not one that is not there.
        self.unanswered = any(answer is None for answer in told)
        return [
            (App(ref, str(name[0][1])), refs_of(windows))
            for ref, name, windows in zip(refs, told[::2], told[1::2], strict=True)
            if name is not None
        ]

    def _shown_windows(self, apps: list[tuple[App, list[AtspiRef]]]) -> list[Node]:
        found = [(app, ref) for app, refs in apps for ref in refs]
        # Most windows show: one question about everything is quicker than two in a row.
        calls = [
            call for _, ref in found for call in (self._walker.state(ref), *self._walker.facts(ref))
        ]
        told = self._bus.many(calls)
        nodes = []
        for place, (app, ref) in enumerate(found):
            state, *facts = told[5 * place : 5 * place + 5]
            if state is None:
                continue
            toolkit = self.toolkit(app)
            raw = raw_of(ref, app.ref, place, roles.bits_of(state[0]), facts)
            if raw is not None and roles.is_showing(raw.bits):
                nodes.append(node_of(raw, None, ref, app.name, toolkit))
        chromium = {app.ref[0] for app, _ in apps if self.toolkit(app) is Toolkit.CHROMIUM}
        gtk4 = {app.ref[0] for app, _ in apps if self.toolkit(app) is Toolkit.GTK4}
        nodes = self._places.without_phantoms(nodes, chromium)
        nodes = [self._places.on_screen(one) if as_ref(one)[0] in gtk4 else one for one in nodes]
        return self._places.with_active(nodes, self._silent(app for app, _ in apps))

    def _silent(self, apps: Iterable[App]) -> set[str]:
        """Bus names of programs that do not tell which window is active."""
        return {app.ref[0] for app in apps if self.toolkit(app) in _SILENT_WINDOWS}

    def active_first(self, apps: list[App]) -> list[App]:
        """Programs with the one that gets the keys first: a budget that ends does not end there."""
        pid = self._places.active_pid()
        return sorted(apps, key=lambda app: not pid or self._pid(app.ref) != pid)

    def app_tree(self, app: App, budget: Budget) -> tuple[list[Node], bool]:
        """Showing elements of one program in document order, and whether they were cut."""
        windows = refs_of(self._bus.many([self._walker.children(app.ref)])[0])
        many = len(windows) > _MANY_WINDOWS
        deadline = time.monotonic() + budget.seconds
        nodes: list[Node] = []
        truncated = many
        for window in self._shown_windows([(app, windows)]):
            if many and not window.has(State.ACTIVE):
                # Only titles of the others; that is a cut, and said so.
                nodes.append(window)
                continue
            left = replace(
                budget,
                nodes=budget.nodes - len(nodes),
                seconds=max(0.0, deadline - time.monotonic()),
            )
            try:
                found, cut = self.window_tree(window, left)
            except GoneError:
                continue
            nodes += found
            truncated = truncated or cut
        return nodes, truncated

    def window_tree(self, window: Node, budget: Budget) -> tuple[list[Node], bool]:
        """Showing elements of one window, and whether they were cut.

        Raises:
            GoneError: The window is gone.
        """
        deadline = time.monotonic() + budget.seconds
        ref = as_ref(window)
        root = (ref[0], ROOT_PATH)
        toolkit = self.toolkit(App(root, window.app))
        if toolkit is Toolkit.CHROMIUM:
            raws, truncated = self._walker.page(ref, root, budget, deadline)
        else:
            raws, truncated = self._walker.window([ref], root, toolkit, budget, deadline)
        if not any(raw.ref == ref for raw in raws):
            raise GoneError(f"the window {window.name!r} does not exist any more")
        ordered = document_order(raws, root, toolkit, hidden=budget.hidden)
        if len(ordered) > budget.nodes:
            ordered, truncated = ordered[: budget.nodes], True
        self._places.correct(ordered, window.name, toolkit)
        ordered = [raw for raw in ordered if not _is_nowhere(raw, toolkit)]
        nodes = self._details.complete(nodes_of(ordered, window.app, toolkit), toolkit, budget)
        if toolkit in _SILENT_WINDOWS:
            nodes = self._places.with_active(nodes, {ref[0]})
        return nodes, truncated or time.monotonic() > deadline

    def refresh(self, node: Node) -> Node:
        """Read name, states and place of an element again."""
        ref = as_ref(node)
        toolkit = self.toolkit(App((ref[0], ROOT_PATH), node.app))
        state, *facts = self._bus.many([self._walker.state(ref), *self._walker.facts(ref)])
        raw = None if state is None else raw_of(ref, ref, 0, roles.bits_of(state[0]), facts)
        if raw is None or roles.is_defunct(raw.bits):
            raise GoneError(f"{node.role} {node.name!r} does not exist any more")
        states = roles.states_of(raw.bits)
        if toolkit in {Toolkit.GTK4, Toolkit.LIBREOFFICE}:
            # Their places are only known together with those around them.
            states |= {State.SHOWING} if toolkit is Toolkit.GTK4 else set()
            return replace(node, states=states)
        name = clean_name(raw.name, toolkit) or node.name
        return replace(node, name=name, states=states, rect=raw.rect)

    def has_keys(self, node: Node) -> bool:
        """Whether the element has the focus and its window gets the keys.

        Raises:
            GoneError: One of the two does not exist any more.
            UnansweredError: The program did not answer in time.
        """
        ref = as_ref(node)
        window = _window_of(node)
        answers = self._bus.all_of(
            [
                self._walker.state(ref),
                self._walker.state(window),
                self._bus.property(window, "Accessible", "Name"),
            ]
        )
        own, outer = (
            None if answer is None else roles.bits_of(answer[0]) for answer in answers[:2]
        )
        if own is None or outer is None or roles.is_defunct(own) or roles.is_defunct(outer):
            raise GoneError(f"{node.role} {node.name!r} does not exist any more")
        focused = node.window is None or ref == window or State.FOCUSED in roles.states_of(own)
        if not focused:
            return False
        if self.toolkit(App((ref[0], ROOT_PATH), node.app)) not in _SILENT_WINDOWS:
            return bool(outer & _ACTIVE_BIT)
        title = "" if answers[2] is None else str(answers[2][0][1])
        return self._places.is_active(window, title)

    def activate(self, node: Node) -> bool:
        """Bring the window of an element to the front; whether the window manager knows it."""
        window = _window_of(node)
        return self._places.activate(window, self._title(window))

    def over(self, node: Node, x: int, y: int) -> Surface | None:
        """What gets the pointer at a place in place of an element's program, if something does."""
        window = _window_of(node)
        return self._places.over(window, lambda: self._title(window), x, y)

    def _title(self, window: AtspiRef) -> str:
        """The name that a window has now; empty where its program does not tell it."""
        (answer,) = self._bus.many([self._bus.property(window, "Accessible", "Name")])
        return "" if answer is None else str(answer[0][1])

    def is_active(self, node: Node) -> bool:
        """Whether the window of an element gets the keys.

        Raises:
            GoneError: It does not exist any more.
        """
        window = _window_of(node)
        return self.has_keys(replace(node, ref=window, window=window))

    def children(self, ref: AtspiRef, most: int) -> list[tuple[AtspiRef, str]]:
        """Handles and names of an element's children, also of hidden ones.

        Raises:
            UnsupportedError: There are more than `most`.
        """
        count = int(self._bus.get(ref, "Accessible", "ChildCount"))
        if count > most:
            raise UnsupportedError(text("lack.children", count=count))
        refs = refs_of(self._bus.call(ref, "Accessible", "GetChildren"))
        names = self._bus.many([self._bus.property(one, "Accessible", "Name") for one in refs])
        return [
            (one, str(name[0][1]) if name else "") for one, name in zip(refs, names, strict=True)
        ]


def _is_nowhere(raw: Raw, toolkit: Toolkit) -> bool:
    """Whether an element that is said to show has no place: a line break, a hidden GTK 4 widget."""
    if raw.rect is not None:
        return False
    return toolkit is Toolkit.GTK4 or (toolkit is Toolkit.CHROMIUM and not raw.name.strip())


def _window_of(node: Node) -> AtspiRef:
    """The window of an element; an element of none stands for itself."""
    return as_ref(node) if node.window is None else as_ref_of(node.window)
