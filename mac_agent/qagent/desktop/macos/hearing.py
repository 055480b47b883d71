"""Hearing keys and pointer by an event tap that only listens, in a run loop of its own.

Listening needs the permission Input Monitoring. Not run on a Mac by the project's own tests; the
names and argument counts are those of PyObjC's published metadata.
"""

import queue
import threading
import time
from typing import Any

import Quartz  # type: ignore[import-not-found,unused-ignore]

from qagent.desktop.base import DesktopError
from qagent.desktop.macos.displays import read_displays
from qagent.desktop.macos.seam import PermissionMissingError, Point
from qagent.desktop.macos.space import Space
from qagent.desktop.macos.watching import key_input
from qagent.desktop.watching import UserInput
from qagent.messages import text
from qscreen.wire import Rect

_START_SECONDS = 2.0
_PANE = "x-apple.systempreferences:com.apple.preference.security?Privacy_ListenEvent"


class MacWatcher:
    """Listens to the keyboard and the pointer of this Mac.

    Raises:
        PermissionMissingError: macOS does not let us listen.
    """

    def __init__(self) -> None:
        if not Quartz.CGPreflightListenEventAccess():
            raise PermissionMissingError(
                text("mac.not_listening"),
                text("mac.listening.repair"),
                permission="Input Monitoring",
                pane=_PANE,
            )
        self._heard: queue.SimpleQueue[UserInput | None] = queue.SimpleQueue()
        self._space = Space(read_displays())
        self._loops: list[Any] = []
        self._taps: list[Any] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="watch-input", daemon=True)
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        if not self._loops:
            raise PermissionMissingError(
                text("mac.no_tap"),
                text("mac.listening.repair"),
                permission="Input Monitoring",
                pane=_PANE,
            )

    def take(self, seconds: float) -> tuple[UserInput, ...]:
        """What came since the last call, in order."""
        found: list[UserInput] = []
        try:
            one = self._heard.get(timeout=max(0.001, seconds))
            while True:
                if one is None:
                    raise DesktopError(text("mac.deaf"), text("mac.listening.repair"))
                found.append(one)
                one = self._heard.get_nowait()
        except queue.Empty:
            return tuple(found)

    def popups(self) -> tuple[Rect, ...]:
        """Where menus and opened lists lie."""
        windows = Quartz.CGWindowListCopyWindowInfo(
            Quartz.kCGWindowListExcludeDesktopElements | Quartz.kCGWindowListOptionOnScreenOnly,
            Quartz.kCGNullWindowID,
        )
        level = Quartz.CGWindowLevelForKey(Quartz.kCGPopUpMenuWindowLevelKey)
        found = []
        for window in windows or ():
            if int(window.get(Quartz.kCGWindowLayer) or 0) != level:
                continue
            bounds = window.get(Quartz.kCGWindowBounds) or {}
            x, y, width, height = (
                float(bounds.get(name) or 0) for name in ("X", "Y", "Width", "Height")
            )
            rect = self._space.rect(Point(x, y), Point(width, height))
            if rect is not None:
                found.append(rect)
        return tuple(found)

    def close(self) -> None:
        """Stop listening."""
        Quartz.CFRunLoopStop(self._loops[0])
        self._thread.join(_START_SECONDS)

    def _listen(self) -> None:
        kinds = (
            Quartz.kCGEventKeyDown,
            Quartz.kCGEventLeftMouseDown,
            Quartz.kCGEventLeftMouseUp,
            Quartz.kCGEventRightMouseDown,
            Quartz.kCGEventScrollWheel,
        )
        wanted = 0
        for kind in kinds:
            wanted |= 1 << kind
        tap = Quartz.CGEventTapCreate(
            Quartz.kCGSessionEventTap,
            Quartz.kCGTailAppendEventTap,
            Quartz.kCGEventTapOptionListenOnly,
            wanted,
            self._hear,
            None,
        )
        if tap is not None:
            self._taps.append(tap)
            loop = Quartz.CFRunLoopGetCurrent()
            source = Quartz.CFMachPortCreateRunLoopSource(None, tap, 0)
            Quartz.CFRunLoopAddSource(loop, source, Quartz.kCFRunLoopCommonModes)
            Quartz.CGEventTapEnable(tap, True)
            self._loops.append(loop)
        self._ready.set()
        if tap is not None:
            Quartz.CFRunLoopRun()
        self._heard.put(None)

    def _hear(self, _proxy: Any, kind: int, event: Any, _refcon: Any) -> Any:
        now = time.monotonic()
        if kind in {
            Quartz.kCGEventTapDisabledByTimeout,
            Quartz.kCGEventTapDisabledByUserInput,
        }:
            # macOS turns a tap off whose process was too slow once.
            Quartz.CGEventTapEnable(self._taps[0], True)
        elif kind == Quartz.kCGEventKeyDown:
            code = int(Quartz.CGEventGetIntegerValueField(event, Quartz.kCGKeyboardEventKeycode))
            self._heard.put(key_input(now, code, int(Quartz.CGEventGetFlags(event))))
        elif kind in {
            Quartz.kCGEventLeftMouseDown,
            Quartz.kCGEventLeftMouseUp,
            Quartz.kCGEventRightMouseDown,
        }:
            place = Quartz.CGEventGetLocation(event)
            self._heard.put(
                UserInput(
                    now,
                    point=self._space.pixels(Point(float(place.x), float(place.y))),
                    button="secondary" if kind == Quartz.kCGEventRightMouseDown else "primary",
                    released=kind == Quartz.kCGEventLeftMouseUp,
                )
            )
        elif kind == Quartz.kCGEventScrollWheel:
            self._hear_wheel(now, event)
        return event

    def _hear_wheel(self, now: float, event: Any) -> None:
        place = Quartz.CGEventGetLocation(event)
        point = self._space.pixels(Point(float(place.x), float(place.y)))
        for axis, forward, back in (
            (Quartz.kCGScrollWheelEventDeltaAxis1, "up", "down"),
            (Quartz.kCGScrollWheelEventDeltaAxis2, "left", "right"),
        ):
            lines = int(Quartz.CGEventGetIntegerValueField(event, axis))
            for _ in range(abs(lines)):
                turn = forward if lines > 0 else back
                self._heard.put(UserInput(now, point=point, button="wheel", turn=turn))
