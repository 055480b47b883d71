"""Where elements and windows really are, and which window gets the keys, where toolkits err."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from qagent.desktop.base import Node, Ref, Surface
from qagent.desktop.linux.bus import AtspiRef
from qagent.desktop.linux.elements import Raw, as_ref, moved
from qagent.desktop.linux.toolkit import Toolkit
from qagent.desktop.linux.windows import XWindow, XWindows, contains, lies_near
from qscreen.wire import Rect, State

_ROOT_PANE = 46


class Places:
    """Corrects places and active windows by what the X server knows.

    Args:
        x_windows: The windows of the X server.
        pid_of: Tells the process of an element.
    """

    def __init__(self, x_windows: XWindows, pid_of: Callable[[AtspiRef], int]) -> None:
        self._x = x_windows
        self._pid_of = pid_of

    def with_active(self, nodes: list[Node], silent: set[str]) -> list[Node]:
        """Mark the window that gets the keys where programs do not say it, or say it too long.

        Chromium was seen to do both: its window is never active, or active for ever.

        Args:
            nodes: Nodes with all the windows that are judged.
            silent: Bus names of the programs that are not believed.
        """
        windows = [node for node in nodes if node.window == node.ref]
        doubtful = [node for node in windows if as_ref(node)[0] in silent]
        claims = [node for node in windows if node.has(State.ACTIVE)]
        if not windows or (len(claims) == 1 and claims[0] not in doubtful):
            return nodes
        if not claims and not doubtful:
            return nodes
        active = self._x.active()
        found = [] if active is None else [node for node in windows if self._is(node, active)]
        if active is not None and len(found) > 1:
            found = [node for node in found if _same_title(node.name, active.title)] or found
        said = [node for node in found if node in claims]
        chosen = (said or found)[0] if found else None
        if chosen is None and len(claims) == 1 and claims[0] not in doubtful:
            return nodes
        changed: dict[int, Node] = {}
        for node in windows:
            wanted = node is chosen
            if node.has(State.ACTIVE) is not wanted:
                states = node.states | {State.ACTIVE} if wanted else node.states - {State.ACTIVE}
                changed[id(node)] = replace(node, states=states)
        return [changed.get(id(node), node) for node in nodes]

    def active_pid(self) -> int:
        """Process of the window that gets the keys; 0 when nothing is known."""
        active = self._x.active()
        return 0 if active is None else active.pid

    def is_active(self, window: AtspiRef, title: str) -> bool:
        """Whether a window gets the keys, as the window manager says."""
        active = self._x.active()
        if active is None or not _same_title(title, active.title):
            return False
        return active.pid in {0, self._pid_of(window)}

    def without_phantoms(self, windows: list[Node], suspects: set[str]) -> list[Node]:
        """Leave out windows that Chromium keeps ready and says it shows: they have no X window.

        Args:
            windows: The windows.
            suspects: Bus names of the programs that do so.
        """
        kept = []
        seen: list[Rect] | None = None
        for one in windows:
            if as_ref(one)[0] in suspects and not one.name and not one.has(State.ACTIVE):
                seen = self._x.seen() if seen is None else seen
                if one.rect is None or not lies_near(one.rect, seen):
                    continue
            kept.append(one)
        return kept

    def in_front(self, windows: Sequence[Node], area: Rect) -> dict[Ref, tuple[Rect, ...]]:
        """What certainly hides parts of windows in an area; nothing of those that are doubtful.

        A window that may be one of several is taken for the foremost of them.
        """
        found: dict[Ref, tuple[Rect, ...]] = {}
        pids = {one.ref: self._pid_of(as_ref(one)) for one in windows}
        waiting = [one for one in windows if one.rect is not None and pids[one.ref]]
        solid: list[Rect] = []
        for layer in self._x.layers(area):
            title = self._x.title(layer.client) if layer.client else ""
            for one in tuple(waiting):
                if not layer.client or layer.pid not in {0, pids[one.ref]}:
                    continue
                if not _same_title(one.name, title):
                    continue
                waiting.remove(one)
                assert one.rect is not None
                if layer.pid and lies_near(one.rect, [layer.rect]):
                    found[one.ref] = tuple(solid)
            if layer.solid:
                solid.append(layer.rect)
                if contains(layer.rect, area):
                    break
        # Those that are windows of the server, and were none of the layers, are behind them all.
        managed = self._x.managed() if waiting else []
        behind = (
            one
            for one in waiting
            if any(
                other.pid in {0, pids[one.ref]} and _same_title(one.name, other.title)
                for other in managed
            )
        )
        return found | {one.ref: tuple(solid) for one in behind}

    def over(self, window: AtspiRef, title: Callable[[], str], x: int, y: int) -> Surface | None:
        """What gets the pointer at a place in place of a window's program; None where that does.

        Args:
            window: The window.
            title: Tells its name.
            x: Pixels from the left.
            y: Pixels from the top.
        """
        found, pid = self._x.topmost(x, y), self._pid_of(window)
        if found.pid and found.pid == pid:
            return None
        managed = self._x.managed()
        if any(one.pid == pid for one in managed):
            return found
        # A sandbox talks to the bus by a process of its own, which has no window: its program is
        # known by the title, where only one has such a window.
        name = title()
        owners = {one.pid for one in managed if _same_title(name, one.title)}
        return None if found.pid and owners == {found.pid} else found

    def on_screen(self, window: Node) -> Node:
        """A window of GTK 4, which says only how large it is, with its place."""
        rect = self._rect_of(as_ref(window), window.name)
        return window if rect is None else replace(window, rect=rect)

    def correct(self, ordered: Sequence[Raw], title: str, toolkit: Toolkit) -> None:
        """Move what a toolkit places wrongly.

        Args:
            ordered: The elements of one window in document order; their places are changed.
            title: The window's name.
            toolkit: Its toolkit.
        """
        if not ordered:
            return
        if toolkit is Toolkit.GTK4:
            outer, inner = self._rect_of(ordered[0].ref, title), ordered[0].rect
            if outer is not None and inner is not None:
                # The window's own border lies around what it places.
                x = outer.x + max(0, outer.width - inner.width) // 2
                y = outer.y + max(0, outer.height - inner.height) // 2
                for raw in ordered:
                    raw.rect = moved(raw.rect, x, y)
        elif toolkit is Toolkit.LIBREOFFICE:
            _lower_root_pane(ordered)

    def activate(self, window: AtspiRef, title: str) -> bool:
        """Bring a window to the front; whether the window manager knows it."""
        found = self._managed(window, title)
        if found is not None:
            self._x.activate(found)
        return found is not None

    def _rect_of(self, window: AtspiRef, title: str) -> Rect | None:
        found = self._managed(window, title)
        return None if found is None else found.rect

    def _managed(self, window: AtspiRef, title: str) -> XWindow | None:
        """The window manager's window of an accessible one; None unless it is exactly one."""
        pid = self._pid_of(window)
        found = [one for one in self._x.managed() if one.pid in {0, pid}]
        if len(found) > 1:
            found = [one for one in found if _same_title(title, one.title)]
        return found[0] if len(found) == 1 else None

    def _is(self, node: Node, active: XWindow) -> bool:
        if active.pid:
            return self._pid_of(as_ref(node)) == active.pid
        return _same_title(node.name, active.title)


def _same_title(accessible: str, title: str) -> bool:
    """Whether a window's accessible name and its title are one; Chromium adds to its name."""
    return bool(title) and (accessible == title or accessible.startswith(title))


def _lower_root_pane(ordered: Sequence[Raw]) -> None:
    """Move what LibreOffice draws itself down by the height of the menu bar it forgets.

    Its root pane says that it begins where the window does, though the menu bar is above it. What
    GTK draws inside it is placed rightly: seen as a child that is lower by just that height.
    """
    by_ref = {raw.ref: raw for raw in ordered}
    own: dict[AtspiRef, tuple[Rect | None, int]] = {}
    for raw in ordered:
        parent = by_ref.get(raw.parent)
        said, shift = own.get(raw.parent, (None, 0))
        mine = raw.rect
        if raw.role == _ROOT_PANE and parent is not None:
            outer = parent.rect
            shift = 0 if mine is None or outer is None else max(0, outer.y - mine.y)
        elif shift and mine is not None and said is not None:
            fits = (mine.x, mine.width) == (said.x, said.width)
            if fits and mine.y == said.y + shift:
                shift = 0
        own[raw.ref] = (mine if mine is not None else said, shift)
        raw.rect = moved(mine, 0, shift)
