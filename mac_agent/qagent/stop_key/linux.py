"""The stop key on X11: a passive grab, so that no other program gets it.

A program that holds the keyboard itself, as each does for an open menu or list, gets every key
before any passive grab does. So the key is also heard by the RECORD extension, which tells what
the keyboard did whoever gets it.
"""

import os
import select
import sys
import threading
from collections.abc import Callable
from itertools import chain, combinations
from typing import Any

from Xlib import XK, X, display
from Xlib import error as xerror
from Xlib.ext import record

from qagent.desktop.linux.devices import record_devices
from qagent.messages import text
from qagent.stop_key import StopKeyError

_MODIFIERS = {
    "ctrl": X.ControlMask,
    "alt": X.Mod1Mask,
    "shift": X.ShiftMask,
    "super": X.Mod4Mask,
}
_NAMES = {
    "enter": "Return",
    "tab": "Tab",
    "escape": "Escape",
    "space": "space",
    "backspace": "BackSpace",
    "delete": "Delete",
    "home": "Home",
    "end": "End",
    "page_up": "Page_Up",
    "page_down": "Page_Down",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
}
_LOCKS = (X.LockMask, X.Mod2Mask)
"""Caps Lock and Num Lock: the stop key works whatever they are."""

_THREAD_SECONDS = 10.0
"""Time that a thread of ours gets to begin or to end; a busy machine needs some of it."""

_EVENT_BYTES = 32
_STATE, _TIME = slice(28, 30), slice(4, 8)
"""Where an event of a key holds its modifiers and its time (X11 protocol, appendix B)."""


def watch(keys: tuple[str, ...], on_press: Callable[[], None]) -> Callable[[], None]:
    """Grab the combination and call back when it is pressed.

    Args:
        keys: Modifiers, then one key.
        on_press: Called in the watching thread.

    Returns:
        Ends the grab.

    Raises:
        StopKeyError: There is no display, no such key, or another program has grabbed it.
    """
    name = os.environ.get("DISPLAY", "")
    if not name:
        raise StopKeyError(text("stop_key.no_display"), text("stop_key.no_display.repair"))
    try:
        connection = display.Display(name)
    except (xerror.DisplayError, OSError) as error:
        raise StopKeyError(
            text("stop_key.unavailable", why=name), text("stop_key.repair")
        ) from error
    try:
        code, mask = _code_and_mask(connection, keys)
        _grab(connection, keys, code, mask)
    except StopKeyError:
        connection.close()
        raise
    heard = _Heard(on_press)
    ear = _ear(connection, code, mask, heard)
    reader, writer = os.pipe()
    thread = threading.Thread(
        target=_listen,
        args=(connection, reader, code, heard, ear),
        name="stop-key",
        daemon=True,
    )
    thread.start()

    def end() -> None:
        os.write(writer, b"x")
        # It waits for the ear's thread in turn.
        thread.join(2 * _THREAD_SECONDS)
        os.close(reader)
        os.close(writer)

    return end


class _Heard:
    """Calls back once for each press, by whichever way it is heard first."""

    def __init__(self, on_press: Callable[[], None]) -> None:
        self._on_press = on_press
        self._lock = threading.Lock()
        self._last: int | None = None

    def at(self, stamp: int) -> None:
        """The key was pressed at this time of the server, milliseconds."""
        with self._lock:
            if stamp == self._last:
                return
            self._last = stamp
        self._on_press()


class _Ear:
    """Hears the combination by the RECORD extension, in a thread of its own.

    Args:
        name: The display.
        code: Key code of the plain key.
        mask: Modifiers that are held.
        heard: Told of each press.
    """

    def __init__(self, name: str, code: int, mask: int, heard: _Heard) -> None:
        self._code, self._mask, self._heard = code, mask, heard
        self._data = display.Display(name)
        self._context = record_devices(self._data, X.KeyPress, X.KeyPress)
        self._began = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stop-key-ear", daemon=True)
        self._thread.start()
        self._began.wait(_THREAD_SECONDS)

    def end(self, connection: display.Display) -> None:
        """Stop hearing, by another connection: the ear's own is busy with it."""
        connection.record_disable_context(self._context)
        connection.sync()
        self._thread.join(_THREAD_SECONDS)

    def _run(self) -> None:
        try:
            self._data.record_enable_context(self._context, self._hear)
            self._data.close()
        except (xerror.XError, xerror.ConnectionClosedError, OSError):
            return  # The display is gone, and with it everything that could be stopped.

    def _hear(self, reply: Any) -> None:
        if reply.category == record.StartOfData:
            self._began.set()
        if reply.category != record.FromServer or reply.client_swapped:
            return
        for start in range(0, len(reply.data) - _EVENT_BYTES + 1, _EVENT_BYTES):
            event = reply.data[start : start + _EVENT_BYTES]
            if event[0] != X.KeyPress or event[1] != self._code:
                continue
            held = int.from_bytes(event[_STATE], sys.byteorder) & sum(_MODIFIERS.values())
            if held == self._mask:
                self._heard.at(int.from_bytes(event[_TIME], sys.byteorder))


def _ear(connection: display.Display, code: int, mask: int, heard: _Heard) -> _Ear | None:
    """An ear where the server has RECORD; without one the grab hears what no program holds."""
    if not connection.has_extension("RECORD"):
        return None
    try:
        return _Ear(connection.get_display_name(), code, mask, heard)
    except (xerror.DisplayError, OSError):
        return None


def _code_and_mask(connection: display.Display, keys: tuple[str, ...]) -> tuple[int, int]:
    mask = 0
    for key in keys[:-1]:
        mask |= _MODIFIERS[key]
    name = keys[-1]
    keysym = XK.string_to_keysym(_NAMES.get(name, name.upper() if len(name) > 1 else name))
    code = int(connection.keysym_to_keycode(keysym)) if keysym else 0
    if not code:
        raise StopKeyError(
            text("stop_key.unavailable", why="+".join(keys)), text("stop_key.repair")
        )
    return code, mask


def _grab(connection: display.Display, keys: tuple[str, ...], code: int, mask: int) -> None:
    root = connection.screen().root
    locks = chain.from_iterable(combinations(_LOCKS, count) for count in range(len(_LOCKS) + 1))
    taken = xerror.CatchError(xerror.BadAccess)
    for held in locks:
        # The pointer and the keyboard go on (asynchronous): only this combination is ours.
        root.grab_key(
            code, mask | sum(held), False, X.GrabModeAsync, X.GrabModeAsync, onerror=taken
        )
    connection.sync()
    if taken.get_error() is not None:
        raise StopKeyError(text("stop_key.taken", keys="+".join(keys)), text("stop_key.repair"))


def _listen(
    connection: display.Display, reader: int, code: int, heard: _Heard, ear: _Ear | None
) -> None:
    try:
        while True:
            while connection.pending_events():
                event = connection.next_event()
                if event.type == X.KeyPress and event.detail == code:
                    heard.at(int(event.time))
            ready, _, _ = select.select([connection.fileno(), reader], [], [])
            if reader in ready:
                break
        if ear is not None:
            ear.end(connection)
    except (xerror.ConnectionClosedError, OSError):
        return  # The display is gone, and with it everything that could be stopped.
    finally:
        try:
            connection.close()
        except (xerror.ConnectionClosedError, OSError):
            return
