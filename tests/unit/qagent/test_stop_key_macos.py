"""The stop key of macOS, on an event tap that a test plays."""

import importlib
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

CONTROL, OPTION, SHIFT, COMMAND = 1, 2, 4, 8
ESCAPE = 53
DOWN, BY_TIMEOUT, BY_USER = 10, 0xFFFFFFFE, 0xFFFFFFFF


class Tap:
    """A tap, and what was done with it; an event is its key and its modifiers."""

    def __init__(self) -> None:
        self.enabled: list[bool] = []
        self.ended = threading.Event()
        self.callback: Callable[..., Any] = lambda *_: None

    def create(self, *arguments: Any) -> "Tap":
        self.callback = arguments[4]
        return self

    def send(self, kind: int, event: tuple[int, int] | None) -> None:
        assert self.callback(None, kind, event, None) is event


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Tap:
    made = Tap()
    quartz = SimpleNamespace(
        kCGEventFlagMaskControl=CONTROL,
        kCGEventFlagMaskAlternate=OPTION,
        kCGEventFlagMaskShift=SHIFT,
        kCGEventFlagMaskCommand=COMMAND,
        kCGKeyboardEventKeycode=0,
        kCGEventKeyDown=DOWN,
        kCGEventTapDisabledByTimeout=BY_TIMEOUT,
        kCGEventTapDisabledByUserInput=BY_USER,
        kCGSessionEventTap=1,
        kCGHeadInsertEventTap=0,
        kCGEventTapOptionListenOnly=1,
        kCFRunLoopCommonModes="common",
        CGPreflightListenEventAccess=lambda: True,
        CGEventTapCreate=made.create,
        CGEventTapEnable=lambda tap, on: tap.enabled.append(on),
        CGEventGetIntegerValueField=lambda event, _: event[0],
        CGEventGetFlags=lambda event: event[1],
        CFRunLoopGetCurrent=object,
        CFMachPortCreateRunLoopSource=lambda *_: object(),
        CFRunLoopAddSource=lambda *_: None,
        CFRunLoopRun=lambda: made.ended.wait(30),
        CFRunLoopStop=lambda _: made.ended.set(),
    )
    monkeypatch.setitem(sys.modules, "Quartz", quartz)
    monkeypatch.delitem(sys.modules, "qagent.stop_key.macos", raising=False)
    return made


def test_a_tap_that_macos_turned_off_is_turned_on_again(tap: Tap) -> None:
    pressed: list[None] = []
    module = importlib.import_module("qagent.stop_key.macos")
    end = module.watch(("ctrl", "alt", "escape"), lambda: pressed.append(None))
    tap.send(DOWN, (ESCAPE, CONTROL | OPTION))
    tap.send(DOWN, (ESCAPE, CONTROL))
    tap.send(DOWN, (ESCAPE + 1, CONTROL | OPTION))
    assert (len(pressed), tap.enabled) == (1, [True])
    tap.send(BY_TIMEOUT, None)
    tap.send(BY_USER, None)
    assert tap.enabled == [True, True, True]
    tap.send(DOWN, (ESCAPE, CONTROL | OPTION))
    assert len(pressed) == 2
    end()
    assert tap.ended.is_set()
    sys.modules.pop("qagent.stop_key.macos")
