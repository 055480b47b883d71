"""Keys and pointer (CGEvent) through PyObjC, behind `seam.Events`."""

import time

import Quartz  # type: ignore[import-not-found,unused-ignore]

from qagent.desktop.macos.seam import Point
from qagent.desktop.macos.text import units

_ANY_INPUT = 0xFFFFFFFF
"""`kCGAnyInputEventType`, a macro that PyObjC does not bind."""

_DRAG_STEPS = 12
_DRAG_SECONDS = 0.012
"""Pause between two moves of a drag: programs begin one only when they see it move."""


class SystemEvents:
    """Posts events as if they came from the keyboard and the pointer of this Mac."""

    def __init__(self) -> None:
        self._source = Quartz.CGEventSourceCreate(Quartz.kCGEventSourceStateHIDSystemState)
        # By default the user's own keys would be held back for 0.25 s after each of our events.
        Quartz.CGEventSourceSetLocalEventsSuppressionInterval(self._source, 0.0)

    def may_post(self) -> bool:
        """Whether macOS says that our events arrive."""
        return bool(Quartz.CGPreflightPostEventAccess())

    def may_listen(self) -> bool:
        """Whether macOS lets us watch the keyboard."""
        return bool(Quartz.CGPreflightListenEventAccess())

    def characters(self, chunk: str) -> None:
        """Type a chunk of text in one key event, independent of layout and input method."""
        for down in (True, False):
            event = Quartz.CGEventCreateKeyboardEvent(self._source, 0, down)
            # Modifiers that the user holds would turn the text into shortcuts.
            Quartz.CGEventSetFlags(event, 0)
            Quartz.CGEventKeyboardSetUnicodeString(event, units(chunk), chunk)
            Quartz.CGEventPost(Quartz.kCGHIDEventTap, event)

    def key(self, code: int, *, down: bool, flags: int) -> None:
        """Move one key."""
        event = Quartz.CGEventCreateKeyboardEvent(self._source, code, down)
        Quartz.CGEventSetFlags(event, flags)
        Quartz.CGEventPost(Quartz.kCGHIDEventTap, event)

    def click(self, x: float, y: float, *, secondary: bool, count: int) -> None:
        """Press a pointer button."""
        button = Quartz.kCGMouseButtonRight if secondary else Quartz.kCGMouseButtonLeft
        down = Quartz.kCGEventRightMouseDown if secondary else Quartz.kCGEventLeftMouseDown
        up = Quartz.kCGEventRightMouseUp if secondary else Quartz.kCGEventLeftMouseUp
        self._pointer(Quartz.kCGEventMouseMoved, x, y, button, 0)
        for number in range(1, count + 1):
            self._pointer(down, x, y, button, number)
            self._pointer(up, x, y, button, number)

    def drag(self, start: Point, end: Point) -> None:
        """Press the primary button at one place, move to another, and let go."""
        button = Quartz.kCGMouseButtonLeft
        self._pointer(Quartz.kCGEventMouseMoved, start.x, start.y, button, 0)
        self._pointer(Quartz.kCGEventLeftMouseDown, start.x, start.y, button, 1)
        try:
            for step in range(1, _DRAG_STEPS + 1):
                time.sleep(_DRAG_SECONDS)
                part = step / _DRAG_STEPS
                x = start.x + part * (end.x - start.x)
                y = start.y + part * (end.y - start.y)
                self._pointer(Quartz.kCGEventLeftMouseDragged, x, y, button, 1)
            time.sleep(2 * _DRAG_SECONDS)
        finally:
            self._pointer(Quartz.kCGEventLeftMouseUp, end.x, end.y, button, 1)

    def wheel(self, x: float, y: float, *, vertical: int, horizontal: int) -> None:
        """Turn the wheel by lines."""
        self._pointer(Quartz.kCGEventMouseMoved, x, y, Quartz.kCGMouseButtonLeft, 0)
        event = Quartz.CGEventCreateScrollWheelEvent(
            self._source, Quartz.kCGScrollEventUnitLine, 2, vertical, horizontal
        )
        Quartz.CGEventPost(Quartz.kCGHIDEventTap, event)

    def idle_seconds(self) -> float:
        """Seconds since the last input."""
        return float(
            Quartz.CGEventSourceSecondsSinceLastEventType(
                Quartz.kCGEventSourceStateCombinedSessionState, _ANY_INPUT
            )
        )

    def _pointer(self, kind: int, x: float, y: float, button: int, clicks: int) -> None:
        event = Quartz.CGEventCreateMouseEvent(self._source, kind, Quartz.CGPointMake(x, y), button)
        Quartz.CGEventSetFlags(event, 0)
        if clicks:
            Quartz.CGEventSetIntegerValueField(event, Quartz.kCGMouseEventClickState, clicks)
        Quartz.CGEventPost(Quartz.kCGHIDEventTap, event)
