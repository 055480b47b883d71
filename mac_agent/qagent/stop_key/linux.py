"""The stop key on X11: a passive grab, so no other program gets it and none can swallow it."""

import os
import select
import threading
from collections.abc import Callable
from itertools import chain, combinations

from Xlib import XK, X, display
from Xlib import error as xerror

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
        raise StopKeyError(text("stop_key.unavailable", why="DISPLAY"), text("stop_key.repair"))
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
    reader, writer = os.pipe()
    thread = threading.Thread(
        target=_listen, args=(connection, reader, code, on_press), name="stop-key", daemon=True
    )
    thread.start()

    def end() -> None:
        os.write(writer, b"x")
        thread.join(2)
        os.close(reader)
        os.close(writer)

    return end


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
    connection: display.Display, reader: int, code: int, on_press: Callable[[], None]
) -> None:
    try:
        while True:
            while connection.pending_events():
                event = connection.next_event()
                if event.type == X.KeyPress and event.detail == code:
                    on_press()
            ready, _, _ = select.select([connection.fileno(), reader], [], [])
            if reader in ready:
                return
    except (xerror.ConnectionClosedError, OSError):
        return  # The display is gone, and with it everything that could be stopped.
    finally:
        try:
            connection.close()
        except (xerror.ConnectionClosedError, OSError):
            return
