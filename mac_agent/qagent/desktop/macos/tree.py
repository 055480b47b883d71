"""The windows of the running programs, which of them gets the keys, and trees of them."""

import time
from collections.abc import Callable
from dataclasses import replace

from qagent.desktop.base import Budget, GoneError, Node, Tree, UnsupportedError
from qagent.desktop.macos.elements import MacRef, as_ref
from qagent.desktop.macos.seam import Accessibility, NotAnsweringError, RunningApp
from qagent.desktop.macos.space import Space
from qagent.desktop.macos.walk import Walk
from qscreen.wire import State

_ELECTRON = "AXManualAccessibility"
_CHROMIUM = (_ELECTRON, "AXEnhancedUserInterface")
"""Attributes that make Electron and Chromium build their tree."""

_WEB_SECONDS = 2.0


class TreeReader:
    """Reads trees of running programs.

    Args:
        ax: The accessibility interface.
        apps: The programs with windows, frontmost first.
        space: The space of places, as it is now.
    """

    def __init__(
        self,
        ax: Accessibility,
        apps: Callable[[], tuple[RunningApp, ...]],
        space: Callable[[], Space],
    ) -> None:
        self._ax = ax
        self._apps = apps
        self._space = space
        self._woken: set[int] = set()

    def look(self, budget: Budget, window: Node | None) -> Tree:
        """Read all showing elements, or those of one window."""
        space = self._space()
        walk = Walk(self._ax, space, budget)
        if window is not None:
            if not walk.root(as_ref(window), window.app, self._is_active(window)):
                raise GoneError(f"the window {window.name!r} does not exist any more")
            return Tree(space.screen, tuple(walk.nodes), (window.app,), walk.truncated)
        apps = self._apps()
        for app in apps:
            self._wake(app)
            if walk.spent():
                walk.truncated = True
                break
            try:
                for ref, active in self._roots(app):
                    walk.root(ref, app.name, active)
                if _frontmost(self._ax, app.pid):
                    self._menu_bar(walk, app)
            except (GoneError, NotAnsweringError, UnsupportedError):
                walk.truncated = True
        return Tree(
            space.screen, tuple(walk.nodes), tuple(one.name for one in apps), walk.truncated
        )

    def windows(self) -> tuple[Node, ...]:
        """The top-level windows, sheets among them."""
        walk = Walk(self._ax, self._space(), Budget(nodes=1000))
        for app in self._apps():
            try:
                for ref, active in self._roots(app):
                    walk.root(ref, app.name, active, alone=True)
            except (GoneError, NotAnsweringError, UnsupportedError):
                continue
        return tuple(walk.nodes)

    def refresh(self, node: Node) -> Node:
        """Read name, states and place of an element again."""
        ref = as_ref(node)
        walk = Walk(self._ax, self._space(), Budget(nodes=1))
        active = node.ref == node.window and self._is_active(node)
        fresh = walk.read(ref, None, None, node.app, active)
        if fresh is None:
            raise GoneError(f"{node.role} {node.name!r} does not exist any more")
        return replace(node, name=fresh.name, states=fresh.states, rect=fresh.rect)

    def has_keys(self, node: Node) -> bool:
        """Whether the element has the focus and its window gets the keys."""
        ref = as_ref(node)
        if not _frontmost(self._ax, ref.pid):
            return False
        if node.ref == node.window:
            return self._is_active(node)
        focused, _ = self._read(ref, ("AXFocused", "AXRole"))
        if focused:
            return True
        (current,) = self._ax.read(self._ax.application(ref.pid), ("AXFocusedUIElement",))
        return current == ref.element

    def _is_active(self, window: Node) -> bool:
        ref = as_ref(window)
        return any(one == ref and active for one, active in self._roots(RunningApp(ref.pid, "")))

    def _roots(self, app: RunningApp) -> list[tuple[MacRef, bool]]:
        """Windows and their sheets; a sheet takes the keys of its window."""
        windows, focused, frontmost = self._ax.read(
            self._ax.application(app.pid), ("AXWindows", "AXFocusedWindow", "AXFrontmost")
        )
        found: list[tuple[MacRef, bool]] = []
        for window in windows if isinstance(windows, tuple) else ():
            role, sheets = self._ax.read(window, ("AXRole", "AXSheets"))
            if role is None:
                continue
            inner = sheets if isinstance(sheets, tuple) else ()
            here = bool(frontmost) and (focused == window or focused in inner)
            found.append((MacRef(window, app.pid), here and not inner))
            found += [(MacRef(sheet, app.pid), here) for sheet in inner]
        return found

    def _menu_bar(self, walk: Walk, app: RunningApp) -> None:
        """The front program's menus belong to its active window, as on other desktops."""
        (bar,) = self._ax.read(self._ax.application(app.pid), ("AXMenuBar",))
        active = next((node for node in walk.nodes if node.has(State.ACTIVE)), None)
        if bar is not None and active is not None and active.app == app.name:
            walk.below(MacRef(bar, app.pid), active, app.name)

    def _wake(self, app: RunningApp) -> None:
        """Make Electron and Chromium build their tree, once for each run of the program."""
        if app.pid in self._woken:
            return
        self._woken.add(app.pid)
        root = self._ax.application(app.pid)
        for name in _CHROMIUM:
            try:
                # Electron before 25 says that its own cannot be set, refuses it, and does it all
                # the same (electron#37465, electron#38102): it is not asked.
                if name != _ELECTRON and not self._ax.settable(root, name):
                    continue
                self._ax.write(root, name, True)
            except (UnsupportedError, GoneError, NotAnsweringError):
                continue
            self._await_web(app)
            return

    def _await_web(self, app: RunningApp) -> None:
        """Give the program time to build it; a tree of bare groups is not there yet."""
        limit = time.monotonic() + _WEB_SECONDS
        while time.monotonic() < limit:
            roots = [ref for ref, _ in self._roots(app)]
            if not roots or any(self._ax.children(one.element, 1)[1] for one in roots):
                return
            time.sleep(0.05)

    def _read(self, ref: MacRef, names: tuple[str, ...]) -> tuple[object | None, ...]:
        return self._ax.read(ref.element, names)


def _frontmost(ax: Accessibility, pid: int) -> bool:
    (front,) = ax.read(ax.application(pid), ("AXFrontmost",))
    return bool(front)
