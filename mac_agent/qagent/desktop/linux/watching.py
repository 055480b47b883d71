"""Hearing keys and pointer by the X server's RECORD extension, in a thread of its own."""

import os
import queue
import threading
import time
from collections.abc import Iterable
from typing import Any

from Xlib import XK, X, display
from Xlib import error as xerror
from Xlib.ext import record
from Xlib.protocol import rq

from qagent.desktop.base import DesktopError, NoDisplayError
from qagent.desktop.linux.devices import record_devices
from qagent.desktop.linux.keyboard import KEY_NAMES
from qagent.desktop.watching import UserInput
from qagent.messages import text
from qscreen.wire import Rect

_HELD = (
    ("ctrl", X.ControlMask),
    ("alt", X.Mod1Mask),
    ("super", X.Mod4Mask),
    ("shift", X.ShiftMask),
)
_NAMED = {XK.string_to_keysym(keysym): name for name, keysym in KEY_NAMES.items()} | {
    XK.string_to_keysym("KP_Enter"): "enter",
    XK.string_to_keysym("ISO_Left_Tab"): "tab",
    XK.string_to_keysym("KP_Delete"): "delete",
}
_SILENT = frozenset(
    XK.string_to_keysym(name)
    for name in (
        *("Shift_L", "Shift_R", "Control_L", "Control_R", "Alt_L", "Alt_R", "Meta_L", "Meta_R"),
        *("Super_L", "Super_R", "Hyper_L", "Hyper_R", "Caps_Lock", "Num_Lock", "Scroll_Lock"),
        *("ISO_Level3_Shift", "ISO_Level5_Shift", "Mode_switch", "Hangul", "Hangul_Hanja"),
        *("Multi_key", "Eisu_toggle", "Kana_Lock"),
    )
) - {0}
_BUTTONS = {1: "primary", 3: "secondary"}
_WHEEL = {4: "up", 5: "down", 6: "left", 7: "right"}
"""Each notch is a press and a release of a button (X11)."""

_SMALLEST = 12
"""Pixels of the smallest pop-up that anything can be chosen in."""

_CLOSE_SECONDS = 2.0
_HALF_TURN = 1 << 31


class ServerTime:
    """When the server had an event, by this machine's monotonic clock.

    A process that gets no time hears late. The quickest delivery that was seen tells how the two
    clocks stand; the server counts milliseconds in 32 bits.
    """

    def __init__(self) -> None:
        self._ahead = float("inf")
        self._last = 0

    def at(self, stamp: int, now: float) -> float:
        """The time of an event, monotonic seconds.

        Args:
            stamp: The server's time of the event, milliseconds; 0 where it tells none.
            now: When the event was heard, monotonic seconds.
        """
        if not stamp:
            return now
        if self._last - stamp > _HALF_TURN:
            self._ahead = float("inf")  # The count began anew.
        self._last = stamp
        self._ahead = min(self._ahead, now - stamp / 1000)
        return stamp / 1000 + self._ahead


class LinuxWatcher:
    """Listens to the X display named by `DISPLAY`.

    Raises:
        NoDisplayError: There is no display, or it has no RECORD extension.
    """

    def __init__(self) -> None:
        name = os.environ.get("DISPLAY", "")
        try:
            self._display = display.Display(name or None)
            self._data = display.Display(name or None)
        except (xerror.DisplayError, OSError) as error:
            raise NoDisplayError(
                text("watching.no_display", why=error), text("watching.repair")
            ) from error
        if not self._display.has_extension("RECORD"):
            raise NoDisplayError(text("watching.no_record", name=name), text("watching.repair"))
        self._root = self._display.screen().root
        self._heard: queue.SimpleQueue[tuple[float, Any] | None] = queue.SimpleQueue()
        self._context = record_devices(self._data, X.KeyPress, X.ButtonRelease)
        self._time = ServerTime()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="watch-input", daemon=True)
        self._thread.start()
        self._listening.wait(_CLOSE_SECONDS)

    def take(self, seconds: float) -> tuple[UserInput, ...]:
        """What came since the last call, in order."""
        found: list[UserInput] = []
        limit = time.monotonic() + seconds
        while True:
            try:
                left = max(0.0, limit - time.monotonic())
                heard = self._heard.get(timeout=left) if not found and left else self._next()
            except queue.Empty:
                return tuple(found)
            if heard is None:
                raise DesktopError(text("watching.deaf"), text("watching.repair"))
            one = self._read(*heard)
            if one is not None:
                found.append(one)

    def popups(self) -> tuple[Rect, ...]:
        """Where windows lie that no window manager has: menus, opened lists, hints."""
        found = []
        for child in self._children():
            try:
                attributes = child.get_attributes()
                if not attributes.override_redirect or attributes.map_state != X.IsViewable:
                    continue
                if attributes.win_class != X.InputOutput:
                    continue
                shape = child.get_geometry()
            except xerror.XError:
                continue  # It went away while it was looked at.
            screen = self._display.screen()
            whole = shape.width >= screen.width_in_pixels and shape.x <= 0
            if shape.width >= _SMALLEST and shape.height >= _SMALLEST and not whole:
                found.append(Rect(x=shape.x, y=shape.y, width=shape.width, height=shape.height))
        return tuple(found)

    def close(self) -> None:
        """Stop listening and close the connections."""
        try:
            self._display.record_disable_context(self._context)
            self._display.flush()
        except (xerror.XError, xerror.ConnectionClosedError, OSError):
            pass  # The display is gone, and the listening with it.
        self._thread.join(_CLOSE_SECONDS)
        for connection in (self._data, self._display):
            try:
                connection.close()
            except (xerror.ConnectionClosedError, OSError):
                continue

    def _children(self) -> Iterable[Any]:
        try:
            return list(self._root.query_tree().children)
        except xerror.XError:
            return []

    def _next(self) -> tuple[float, Any] | None:
        return self._heard.get_nowait()

    def _listen(self) -> None:
        try:
            self._data.record_enable_context(self._context, self._hear)
        except (xerror.XError, xerror.ConnectionClosedError, OSError):
            pass
        finally:
            self._heard.put(None)

    def _hear(self, reply: Any) -> None:
        now = time.monotonic()
        if reply.category == record.StartOfData:
            self._listening.set()
        if reply.category != record.FromServer or reply.client_swapped or not reply.data:
            return
        data = reply.data
        while data:
            event, data = rq.EventField(None).parse_binary_value(
                data, self._data.display, None, None
            )
            if event.type in {X.KeyPress, X.ButtonPress, X.ButtonRelease}:
                self._heard.put((self._time.at(event.time, now), event))

    def _read(self, at: float, event: Any) -> UserInput | None:
        if event.type == X.KeyPress:
            return self._read_key(at, event)
        place = (event.root_x, event.root_y)
        released = event.type == X.ButtonRelease
        turn = _WHEEL.get(event.detail)
        if turn is not None:
            return None if released else UserInput(at, point=place, button="wheel", turn=turn)
        button = _BUTTONS.get(event.detail)
        if button is None:
            return None
        return UserInput(at, point=place, button=button, released=released)

    def _read_key(self, at: float, event: Any) -> UserInput | None:
        row = self._display.get_keyboard_mapping(event.detail, 1)[0]
        plain = next((keysym for keysym in row if keysym), 0)
        if plain in _SILENT:
            return None
        held = tuple(name for name, mask in _HELD if event.state & mask)
        if plain in _NAMED:
            name = _NAMED[plain]
            return UserInput(at, keys=(*held, name), writes=name == "space" and not held)
        if set(held) <= {"shift"}:
            return UserInput(at, writes=True)
        letter = chr(plain).lower() if 0x21 <= plain <= 0x7E else ""
        return UserInput(at, keys=(*held, letter) if letter else ())
