"""Synthetic keys by XTest; characters outside the layout are mapped on spare keycodes.

All missing characters of a batch are mapped by one `ChangeKeyboardMapping` request, because each
`MappingNotify` costs every client a reload of its keymap (about 30 ms in openbox). They stay
mapped in a least-recently-used order, so later texts seldom need another request.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping

from Xlib import XK, X, display
from Xlib.ext import xtest

from qagent.desktop.base import DesktopError
from qagent.messages import text

SETTLE_SECONDS = 0.06
"""Time clients get to reload their keymap; 60 ms lost no character in 48 strings, 50 ms did."""

_BATCH = 64
"""Most keys sent without looking whether to stop; X takes them in about 10 ms."""

_UNICODE = 0x01000000
KEY_NAMES = {
    "ctrl": "Control_L",
    "alt": "Alt_L",
    "shift": "Shift_L",
    "super": "Super_L",
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
} | {f"f{number}": f"F{number}" for number in range(1, 13)}
"""Names of keysyms by the names of `qscreen.wire.PressKeys`."""

_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super"})


class UnknownKeyError(DesktopError):
    """A key that the keyboard does not have."""


class Keyboard:
    """Types on one X display.

    Args:
        connection: An open display with the XTEST extension.
    """

    def __init__(self, connection: display.Display) -> None:
        self._display = connection
        info = connection.display.info
        self._first = info.min_keycode
        rows = connection.get_keyboard_mapping(self._first, info.max_keycode - info.min_keycode + 1)
        modifiers = {code for row in connection.get_modifier_mapping() for code in row}
        self._width = len(rows[0])
        self._layout: dict[int, tuple[int, bool]] = {}
        self._slots: list[int] = []
        self._mapped: OrderedDict[int, int] = OrderedDict()
        for place, row in enumerate(rows):
            code = self._first + place
            if code in modifiers:
                continue
            if not any(row) or _is_left_over(row):
                self._slots.append(code)
                continue
            for level in (1, 0):
                if row[level]:
                    self._layout[row[level]] = (code, level == 1)
        self._left_over = any(any(rows[code - self._first]) for code in self._slots)
        self._release_stuck()
        self._shift = connection.keysym_to_keycode(XK.XK_Shift_L)
        self._caps = connection.keysym_to_keycode(XK.XK_Caps_Lock)

    def type_text(self, text: str, between: Callable[[int], None]) -> None:
        """Type text into whatever has the focus.

        Args:
            text: Unicode text; line ends and tabs are typed as keys.
            between: Called before each batch with the number of characters typed so far; what it
                raises ends the typing. It has to wait until they have arrived: a program that
                is behind would read them with the keymap of the next batch. It is called again
                after the keymap was changed: what it asks the program has to be answered.
        """
        typed = 0
        for batch in self._batches(text):
            between(typed)
            if self._map({_keysym(char) for char in batch}):
                # A program reads the keys that it finds together with the news of the change by
                # what it knew before. Whoever has answered twice has gone round its loop since.
                between(typed)
                between(typed)
            for char in batch:
                self._tap(_keysym(char))
            self._display.sync()
            typed += len(batch)

    def press(self, keys: tuple[str, ...]) -> None:
        """Press a combination: down in order, up in reverse order.

        Raises:
            UnknownKeyError: A name that the layout has no key for.
        """
        codes: list[int] = []
        for key in keys:
            keysym = XK.string_to_keysym(KEY_NAMES[key]) if key in KEY_NAMES else _keysym(key)
            if len(key) > 1 and key not in KEY_NAMES:
                raise UnknownKeyError(text("keys.unknown", name=key), text("keys.unknown.repair"))
            code, shifted = self._layout.get(
                keysym, (self._display.keysym_to_keycode(keysym), False)
            )
            if key in _MODIFIERS:
                # Layouts have keys that are one only together with shift; nobody has them.
                code, shifted = self._display.keysym_to_keycode(keysym), False
            if not code:
                raise UnknownKeyError(
                    text("keys.not_in_layout", name=key), text("keys.not_in_layout.repair")
                )
            if shifted and self._shift not in codes:
                codes.append(self._shift)
            codes.append(code)
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def release_mappings(self) -> None:
        """Give the spare keycodes back."""
        if not self._mapped and not self._left_over:
            return
        given_back = self._slots if self._left_over else self._mapped.values()
        self._change({code: [X.NONE] * self._width for code in given_back})
        self._mapped.clear()
        self._left_over = False

    def _release_stuck(self) -> None:
        """Release spare keys that an agent held down when it was killed: they would repeat."""
        pressed = self._display.query_keymap()
        for code in self._slots:
            if pressed[code // 8] >> code % 8 & 1:
                xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def _batches(self, text: str) -> Iterator[str]:
        """Cut the text so that each part's unmapped characters fit the spare keycodes."""
        start = 0
        extra: set[int] = set()
        for place, char in enumerate(text):
            keysym = _keysym(char)
            new = keysym not in self._layout and keysym not in extra
            if place - start >= _BATCH or (new and len(extra) == len(self._slots)):
                yield text[start:place]
                start, extra = place, set()
                new = keysym not in self._layout
            if new:
                extra.add(keysym)
        yield text[start:]

    def _map(self, keysyms: set[int]) -> bool:
        """Map what the layout lacks; whether the keymap was changed for it."""
        wanted = {keysym for keysym in keysyms if keysym not in self._layout}
        for keysym in wanted & self._mapped.keys():
            self._mapped.move_to_end(keysym)
        missing = wanted - self._mapped.keys()
        if not missing:
            return False
        if not self._slots:
            raise UnknownKeyError(text("keys.no_spare"), text("keys.no_spare.repair"))
        used = set(self._mapped.values())
        free = [code for code in self._slots if code not in used]
        for keysym in missing:
            if free:
                code = free.pop()
            else:
                _, code = self._mapped.popitem(last=False)
            self._mapped[keysym] = code
        # Both levels alike, so that a shift key held by the user changes nothing.
        rest = [X.NONE] * (self._width - 2)
        self._change({code: [keysym, keysym, *rest] for keysym, code in self._mapped.items()})
        time.sleep(SETTLE_SECONDS)
        return True

    def _change(self, wanted: Mapping[int, list[int]]) -> None:
        """Change what keys mean by one request: every program reads the keymap anew for each."""
        low, high = min(wanted), max(wanted)
        rows = [list(row) for row in self._display.get_keyboard_mapping(low, high - low + 1)]
        for code, row in wanted.items():
            rows[code - low] = row
        self._display.change_keyboard_mapping(low, rows)
        self._display.sync()

    def _tap(self, keysym: int) -> None:
        code, shifted = self._layout.get(keysym) or (self._mapped[keysym], False)
        if shifted:
            xtest.fake_input(self._display, X.KeyPress, self._shift)
        xtest.fake_input(self._display, X.KeyPress, code)
        xtest.fake_input(self._display, X.KeyRelease, code)
        if shifted:
            xtest.fake_input(self._display, X.KeyRelease, self._shift)


def _is_left_over(row: list[int]) -> bool:
    """Whether a row looks like one that an agent mapped before it was killed.

    Layouts have no key with the same letter outside ASCII on both levels and nothing else.
    """
    keysym = row[0]
    ours = 0xA0 <= keysym <= 0xFF or _UNICODE <= keysym <= _UNICODE | 0x10FFFF
    return ours and row[1] == keysym and all(value in {0, keysym} for value in row)


def _keysym(char: str) -> int:
    """Keysym of a character (X11 protocol, appendix A: Unicode keysyms)."""
    if char == "\n":
        return int(XK.XK_Return)
    if char == "\t":
        return int(XK.XK_Tab)
    point = ord(char)
    return point if 0x20 <= point <= 0x7E or 0xA0 <= point <= 0xFF else _UNICODE | point
