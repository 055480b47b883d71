"""What the X server knows of windows: which one gets the keys, and where they really are.

Toolkits that tell less than that on the accessibility bus are helped with it: Chromium never
calls its window active, and GTK 4 places its elements in the window instead of on the screen.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from Xlib import X, display
from Xlib import error as xerror
from Xlib.ext import res
from Xlib.protocol import event as xevent
from Xlib.xobject.drawable import Window

from qagent.desktop.base import Surface
from qscreen.wire import Rect

_SLACK = 40
"""Most pixels by which a window's own idea of its place may differ: shadows and frames."""

_SMALLEST = 8
"""Pixels of the smallest window that anybody looks at."""

_TRIES = 3
"""How often a place is asked about again whose window went away meanwhile: a tooltip, a menu."""


@dataclass(frozen=True, slots=True)
class XWindow:
    """A window of the X server.

    Attributes:
        id: Its number.
        pid: Process that made it; 0 when nobody tells.
        title: Its title.
        rect: Its contents on the screen, without the shadow that it draws itself.
    """

    id: int
    pid: int
    title: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class Layer:
    """What lies on the screen as one piece: a window with its frame, or a pop-up.

    Attributes:
        rect: Its place.
        solid: Whether it certainly hides what is behind it.
        client: The program's window in it; 0 when the window manager does not know it.
        pid: Process that made that; 0 when nobody tells.
    """

    rect: Rect
    solid: bool
    client: int
    pid: int


class XWindows:
    """Reads windows of one X display.

    Args:
        connection: An open display.
    """

    def __init__(self, connection: display.Display) -> None:
        self._display = connection
        self._root = connection.screen().root
        self._depth = int(connection.screen().root_depth)
        self._tells_processes = _tells_processes(connection)
        self._atoms: dict[str, int] = {}
        self._frames: dict[int, tuple[int, int]] = {}

    def active(self) -> XWindow | None:
        """The window that gets the keys, as the window manager says."""
        ids = self._numbers(self._root, "_NET_ACTIVE_WINDOW")
        return self._read(ids[0]) if ids and ids[0] else None

    def managed(self) -> list[XWindow]:
        """The windows that the window manager has, oldest first."""
        found = [self._read(one) for one in self._numbers(self._root, "_NET_CLIENT_LIST")]
        return [one for one in found if one is not None]

    def activate(self, window: XWindow) -> None:
        """Ask the window manager to give a window the keys (EWMH, `_NET_ACTIVE_WINDOW`)."""
        target = self._display.create_resource_object("window", window.id)
        # 2: it is a tool of the user that asks, and not the program itself.
        request = xevent.ClientMessage(
            window=target,
            client_type=self._atom("_NET_ACTIVE_WINDOW"),
            data=(32, [2, X.CurrentTime, 0, 0, 0]),
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._root.send_event(request, event_mask=mask)
        self._display.sync()

    def seen(self) -> list[Rect]:
        """Where the windows are that can be seen, frames and pop-ups among them."""
        found = []
        try:
            for child in self._root.query_tree().children:
                shape = child.get_geometry()
                # Windows of a few pixels only carry properties: not worth a question.
                if shape.width < _SMALLEST or shape.height < _SMALLEST:
                    continue
                if child.get_attributes().map_state == X.IsViewable:
                    found.append(Rect(x=shape.x, y=shape.y, width=shape.width, height=shape.height))
        except xerror.XError:
            # A window went away while it was looked at: what was found before it counts.
            return found
        return found

    def layers(self, area: Rect) -> Iterator[Layer]:
        """What lies on the screen, front to back, as far as it touches an area."""
        composited = self._is_composited()
        clients = {frame: (one, pid) for one, frame, pid in self._clients()}
        for child in reversed(self._root.query_tree().children):
            try:
                shape = child.get_geometry()
                rect = Rect(x=shape.x, y=shape.y, width=shape.width, height=shape.height)
                if not overlap(rect, area):
                    continue
                attributes = child.get_attributes()
                if attributes.map_state != X.IsViewable or attributes.win_class == X.InputOnly:
                    continue
                # What has an alpha channel, an opacity or a shape may let something through.
                solid = (
                    shape.depth == self._depth and not child.shape_query_extents().bounding_shaped
                )
                if solid and composited:
                    solid = not self._numbers(child, "_NET_WM_WINDOW_OPACITY")
            except xerror.XError:
                continue
            yield Layer(rect, solid, *clients.get(child.id, (0, 0)))

    def surfaces(self) -> Iterator[Surface]:
        """What can be seen, front to back, with the names of the programs that made it."""
        clients = {frame: one for one, frame, _ in self._clients()}
        for child in reversed(self._root.query_tree().children):
            try:
                shape = child.get_geometry()
                if shape.width < _SMALLEST or shape.height < _SMALLEST:
                    continue
                attributes = child.get_attributes()
                if attributes.map_state != X.IsViewable or attributes.win_class == X.InputOnly:
                    continue
                rect = Rect(x=shape.x, y=shape.y, width=shape.width, height=shape.height)
                found = self._surface(child, clients.get(child.id, child.id), rect)
            except xerror.XError:
                continue
            yield found

    def topmost(self, x: int, y: int) -> Surface:
        """What gets the pointer at a place, as the server itself decides.

        It knows the order of the windows, their shapes, where they let the pointer through, and
        windows that nobody sees. Where there is none it is the bare screen.
        """
        for _ in range(_TRIES):
            child = self._root.translate_coords(self._root, x, y).child
            if child == X.NONE:
                break
            clients = {frame: one for one, frame, _ in self._clients()}
            try:
                shape = child.get_geometry()
                rect = Rect(x=shape.x, y=shape.y, width=shape.width, height=shape.height)
                found = self._surface(child, clients.get(child.id, child.id), rect)
            except xerror.XError:
                continue
            # It takes the pointer: whatever it calls itself, it lets nothing through.
            return replace(found, apps=found.apps or tuple(_process_names(found.pid)), veil=False)
        screen = self._display.screen()
        size = {"width": screen.width_in_pixels, "height": screen.height_in_pixels}
        return Surface((), "", Rect(x=0, y=0, **size))

    def _surface(self, child: Window, client: int, rect: Rect) -> Surface:
        """A child of the root window with the program's window in it.

        Raises:
            XError: It is gone.
        """
        window = self._display.create_resource_object("window", client)
        title = self.title(client)
        said = (self._numbers(window, "_NET_WM_PID") or [0])[0]
        names = [*(window.get_wm_class() or ()), *_process_names(said)]
        # A compositor covers the screen with a window that nobody sees and nothing names.
        veil = not names and not title
        pid = self._process_of(window)
        top = 0 if client == child.id else self._root.translate_coords(window, 0, 0).y
        high = min(top - rect.y, rect.height)
        return Surface(
            tuple(dict.fromkeys(name for name in names if name)),
            title,
            rect,
            rect.model_copy(update={"height": high}) if high > 0 else None,
            veil=veil,
            pid=pid,
        )

    def title(self, window_id: int) -> str:
        """Title of a window; empty when it has none or is gone."""
        window = self._display.create_resource_object("window", window_id)
        try:
            title = window.get_full_property(self._atom("_NET_WM_NAME"), X.AnyPropertyType)
        except xerror.XError:
            return ""
        return title.value.decode("utf-8", "replace") if title is not None else ""

    def _is_composited(self) -> bool:
        """Whether a program draws the windows together, which can show one through another."""
        name = f"_NET_WM_CM_S{self._display.get_default_screen()}"
        return bool(self._display.get_selection_owner(self._atom(name)) != X.NONE)

    def _clients(self) -> list[tuple[int, int, int]]:
        """The windows that the window manager has, each with its frame and its process.

        Both stay what they are for as long as the window is managed.
        """
        ids = self._numbers(self._root, "_NET_CLIENT_LIST")
        known = {one: self._frames[one] for one in ids if one in self._frames}
        for one in ids:
            if one not in known:
                window = self._display.create_resource_object("window", one)
                try:
                    frame = self._frame_of(window)
                except xerror.XError:
                    continue
                known[one] = (frame, self._process_of(window))
        self._frames = known
        return [(one, *told) for one, told in known.items()]

    def _frame_of(self, window: Window) -> int:
        """The child of the root window in which a window is."""
        while True:
            parent = window.query_tree().parent
            if parent == X.NONE or parent.id == self._root.id:
                return int(window.id)
            window = parent

    def _read(self, window_id: int) -> XWindow | None:
        window = self._display.create_resource_object("window", window_id)
        try:
            shape = window.get_geometry()
            place = self._root.translate_coords(window, 0, 0)
            pid = self._process_of(window)
            left, right, top, bottom = (self._numbers(window, "_GTK_FRAME_EXTENTS") + [0] * 4)[:4]
        except xerror.XError:
            return None
        return XWindow(
            window_id,
            pid,
            self.title(window_id),
            Rect(
                x=place.x + left,
                y=place.y + top,
                width=max(0, shape.width - left - right),
                height=max(0, shape.height - top - bottom),
            ),
        )

    def _process_of(self, window: Window) -> int:
        """Process that a window belongs to; 0 when nobody tells.

        The server knows who made it. What a window says itself may be made up, or the number that
        its process has in a sandbox.
        """
        if self._tells_processes:
            asked = {"client": window.id, "mask": res.LocalClientPIDMask}
            for one in self._display.res_query_client_ids([asked]).ids:
                if one.value:
                    return int(one.value[0])
        return (self._numbers(window, "_NET_WM_PID") or [0])[0]

    def _numbers(self, window: object, name: str) -> list[int]:
        try:
            found = window.get_full_property(  # type: ignore[attr-defined]
                self._atom(name), X.AnyPropertyType
            )
        except xerror.XError:
            return []
        return [int(one) for one in found.value] if found is not None else []

    def _atom(self, name: str) -> int:
        if name not in self._atoms:
            self._atoms[name] = int(self._display.intern_atom(name))
        return self._atoms[name]


def _tells_processes(connection: display.Display) -> bool:
    """Whether the server tells whose windows are: X-Resource does since 1.2 (2012)."""
    if not connection.has_extension(res.extname):
        return False
    version = connection.res_query_version()
    return (int(version.server_major), int(version.server_minor)) >= (1, 2)


def _process_names(pid: int) -> list[str]:
    """What a process calls itself, and the program that it runs."""
    found: list[str] = []
    if pid > 0:
        with suppress(OSError):
            found.append(Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace"))
        with suppress(OSError):
            found.append(Path(f"/proc/{pid}/exe").readlink().name)
    return [name.strip() for name in found]


def overlap(one: Rect, other: Rect) -> bool:
    """Whether two rectangles share a pixel."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def contains(outer: Rect, inner: Rect) -> bool:
    """Whether a rectangle lies in another one."""
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def lies_near(rect: Rect, windows: list[Rect]) -> bool:
    """Whether one of the windows lies about there."""
    return any(
        abs(one.x - rect.x) <= _SLACK
        and abs(one.y - rect.y) <= _SLACK
        and abs(one.x + one.width - rect.x - rect.width) <= _SLACK
        and abs(one.y + one.height - rect.y - rect.height) <= _SLACK
        for one in windows
    )
