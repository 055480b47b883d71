"""The stop key on macOS: an event tap that only listens, in a run loop of its own.

Listening needs the permission Input Monitoring. Not run on a Mac by the project's own tests; the
names and argument counts are those of PyObjC's published metadata.
"""

import threading
from collections.abc import Callable
from typing import Any

import Quartz  # type: ignore[import-not-found,unused-ignore]

from qagent.messages import text
from qagent.stop_key import StopKeyError

_START_SECONDS = 2.0
_CODES = {
    "enter": 36,
    "tab": 48,
    "space": 49,
    "delete": 117,
    "backspace": 51,
    "escape": 53,
    "home": 115,
    "end": 119,
    "page_up": 116,
    "page_down": 121,
    "left": 123,
    "right": 124,
    "down": 125,
    "up": 126,
    "f1": 122,
    "f2": 120,
    "f3": 99,
    "f4": 118,
    "f5": 96,
    "f6": 97,
    "f7": 98,
    "f8": 100,
    "f9": 101,
    "f10": 109,
    "f11": 103,
    "f12": 111,
}
"""Virtual key codes (`kVK_*` of Carbon's Events.h), which do not depend on the layout."""


def watch(keys: tuple[str, ...], on_press: Callable[[], None]) -> Callable[[], None]:
    """Listen for the combination and call back when it is pressed.

    Args:
        keys: Modifiers, then one key with a name; letters depend on the layout and are refused.
        on_press: Called in the watching thread.

    Returns:
        Ends the listening.

    Raises:
        StopKeyError: The key is unknown, or macOS does not let us listen.
    """
    flags = {
        "ctrl": Quartz.kCGEventFlagMaskControl,
        "alt": Quartz.kCGEventFlagMaskAlternate,
        "shift": Quartz.kCGEventFlagMaskShift,
        "super": Quartz.kCGEventFlagMaskCommand,
    }
    code = _CODES.get(keys[-1])
    if code is None:
        raise StopKeyError(
            text("stop_key.unavailable", why="+".join(keys)), text("stop_key.repair")
        )
    if not Quartz.CGPreflightListenEventAccess():
        raise StopKeyError(
            text("stop_key.unavailable", why=text("doctor.check.Input Monitoring")),
            text("stop_key.repair_mac"),
        )
    wanted = 0
    for key in keys[:-1]:
        wanted |= flags[key]
    every = 0
    for flag in flags.values():
        every |= flag
    ready = threading.Event()
    loops: list[Any] = []
    taps: list[Any] = []

    def heard(_proxy: Any, kind: int, event: Any, _refcon: Any) -> Any:
        if kind in {
            Quartz.kCGEventTapDisabledByTimeout,
            Quartz.kCGEventTapDisabledByUserInput,
        }:
            # macOS turns a tap off whose process was too slow once; a stop key must not go deaf.
            Quartz.CGEventTapEnable(taps[0], True)
            return event
        pressed = Quartz.CGEventGetIntegerValueField(event, Quartz.kCGKeyboardEventKeycode)
        held = Quartz.CGEventGetFlags(event) & every
        if kind == Quartz.kCGEventKeyDown and pressed == code and held == wanted:
            on_press()
        return event

    def listen() -> None:
        tap = Quartz.CGEventTapCreate(
            Quartz.kCGSessionEventTap,
            Quartz.kCGHeadInsertEventTap,
            Quartz.kCGEventTapOptionListenOnly,
            1 << Quartz.kCGEventKeyDown,
            heard,
            None,
        )
        if tap is not None:
            taps.append(tap)
            loop = Quartz.CFRunLoopGetCurrent()
            source = Quartz.CFMachPortCreateRunLoopSource(None, tap, 0)
            Quartz.CFRunLoopAddSource(loop, source, Quartz.kCFRunLoopCommonModes)
            Quartz.CGEventTapEnable(tap, True)
            loops.append(loop)
        ready.set()
        if tap is not None:
            Quartz.CFRunLoopRun()

    thread = threading.Thread(target=listen, name="stop-key", daemon=True)
    thread.start()
    ready.wait(_START_SECONDS)
    if not loops:
        raise StopKeyError(
            text("stop_key.unavailable", why=text("doctor.check.Input Monitoring")),
            text("stop_key.repair_mac"),
        )

    def end() -> None:
        Quartz.CFRunLoopStop(loops[0])
        thread.join(2)

    return end
