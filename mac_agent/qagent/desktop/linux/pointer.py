"""The pointer, by XTEST: moved, pressed, dragged, its wheel turned."""

import time

from Xlib import X, display
from Xlib.ext import xtest

from qscreen.wire import ScrollDirection

_BUTTONS = {"primary": 1, "secondary": 3}
_WHEEL = {
    ScrollDirection.UP: 4,
    ScrollDirection.DOWN: 5,
    ScrollDirection.LEFT: 6,
    ScrollDirection.RIGHT: 7,
}

_DRAG_STEPS = 12
_DRAG_SECONDS = 0.012
"""Pause between two moves of a drag: programs begin one only when they see it move."""

_CLICK_SECONDS = 0.02


class Pointer:
    """Sends events of the pointer; who gets them is the caller's to know.

    Args:
        connection: An open display.
    """

    def __init__(self, connection: display.Display) -> None:
        self._display = connection

    def click(self, x: int, y: int, button: str, count: int) -> None:
        """Press a button (`primary`, `secondary`) at a place, pixels."""
        self._move(x, y)
        for number in range(count):
            if number:
                time.sleep(_CLICK_SECONDS)
            self._tap(_BUTTONS[button])

    def scroll(self, x: int, y: int, direction: ScrollDirection, amount: int) -> None:
        """Turn the wheel at a place, notches."""
        self._move(x, y)
        for _ in range(amount):
            self._tap(_WHEEL[direction])

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the primary button at one place, move to another, and let go."""
        self._move(*start)
        time.sleep(_DRAG_SECONDS)
        xtest.fake_input(self._display, X.ButtonPress, _BUTTONS["primary"])
        self._display.sync()
        try:
            for step in range(1, _DRAG_STEPS + 1):
                time.sleep(_DRAG_SECONDS)
                part = step / _DRAG_STEPS
                self._move(
                    round(start[0] + part * (end[0] - start[0])),
                    round(start[1] + part * (end[1] - start[1])),
                )
            time.sleep(2 * _DRAG_SECONDS)
        finally:
            xtest.fake_input(self._display, X.ButtonRelease, _BUTTONS["primary"])
            self._display.sync()

    def _move(self, x: int, y: int) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.sync()

    def _tap(self, button: int) -> None:
        xtest.fake_input(self._display, X.ButtonPress, button)
        xtest.fake_input(self._display, X.ButtonRelease, button)
        self._display.sync()
