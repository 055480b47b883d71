"""Displays, programs with windows, and Secure Input, through PyObjC and Carbon."""

import ctypes
from pathlib import Path

import AppKit  # type: ignore[import-not-found,unused-ignore]
import Quartz  # type: ignore[import-not-found,unused-ignore]

from qagent.desktop.base import NoDisplayError
from qagent.desktop.macos.seam import Display, Point, RunningApp, ShownWindow
from qagent.messages import text

_MOST_DISPLAYS = 16
_CARBON = "/System/Library/Frameworks/Carbon.framework/Carbon"
_SECURE_PID = "kCGSSessionSecureInputPID"


def read_displays() -> tuple[Display, ...]:
    """The displays that show something."""
    code, ids, count = Quartz.CGGetActiveDisplayList(_MOST_DISPLAYS, None, None)
    if code != 0:
        raise NoDisplayError(
            text("mac.displays_unknown", code=code), text("mac.displays_unknown.repair")
        )
    return tuple(_display(one) for one in tuple(ids)[: int(count)])


def _display(identifier: int) -> Display:
    bounds = Quartz.CGDisplayBounds(identifier)
    mode = Quartz.CGDisplayCopyDisplayMode(identifier)
    width = float(bounds.size.width)
    pixels = float(Quartz.CGDisplayModeGetPixelWidth(mode)) if mode is not None else width
    # A turned display has its mode's width upright; points of the mode compare with its pixels.
    points = float(Quartz.CGDisplayModeGetWidth(mode)) if mode is not None else width
    return Display(
        int(identifier),
        float(bounds.origin.x),
        float(bounds.origin.y),
        width,
        float(bounds.size.height),
        pixels / points if points else 1.0,
    )


def running_apps() -> tuple[RunningApp, ...]:
    """Programs with ordinary windows, frontmost first.

    From the window server: NSWorkspace's list is only brought up to date by a run loop, which an
    agent's thread does not have.
    """
    windows = Quartz.CGWindowListCopyWindowInfo(
        Quartz.kCGWindowListExcludeDesktopElements | Quartz.kCGWindowListOptionOnScreenOnly,
        Quartz.kCGNullWindowID,
    )
    found: dict[int, RunningApp] = {}
    for window in windows or ():
        pid = int(window.get(Quartz.kCGWindowOwnerPID) or 0)
        layer = int(window.get(Quartz.kCGWindowLayer) or 0)
        if pid and pid not in found and layer in {0, Quartz.kCGModalPanelWindowLevel}:
            owner = str(window.get(Quartz.kCGWindowOwnerName) or pid)
            found[pid] = RunningApp(pid, app_name(pid) or owner)
    return tuple(found.values())


def shown_windows() -> tuple[ShownWindow, ...]:
    """What is on the screen, front to back."""
    windows = Quartz.CGWindowListCopyWindowInfo(
        Quartz.kCGWindowListExcludeDesktopElements | Quartz.kCGWindowListOptionOnScreenOnly,
        Quartz.kCGNullWindowID,
    )
    menu = Quartz.CGWindowLevelForKey(Quartz.kCGPopUpMenuWindowLevelKey)
    panels = {Quartz.kCGFloatingWindowLevel, Quartz.kCGModalPanelWindowLevel}
    found = []
    for window in windows or ():
        bounds = window.get(Quartz.kCGWindowBounds) or {}
        x, y, width, height = (
            float(bounds.get(name) or 0) for name in ("X", "Y", "Width", "Height")
        )
        layer = int(window.get(Quartz.kCGWindowLayer) or 0)
        pid = int(window.get(Quartz.kCGWindowOwnerPID) or 0)
        name = app_name(pid)
        owner = str(window.get(Quartz.kCGWindowOwnerName) or "")
        found.append(
            ShownWindow(
                tuple(dict.fromkeys(one for one in (name, owner) if one)),
                str(window.get(Quartz.kCGWindowName) or ""),
                Point(x, y),
                Point(width, height),
                pid,
                ordinary=layer in {0, menu, *panels},
                framed=layer in {0, *panels},
            )
        )
    return tuple(found)


def app_name(pid: int) -> str | None:
    """A program's name on disk, the same in every language; policies name programs by it."""
    running = AppKit.NSRunningApplication.runningApplicationWithProcessIdentifier_(pid)
    url = None if running is None else running.bundleURL()
    return None if url is None else Path(str(url.path())).stem


def secure_input_holder() -> str | None:
    """Name of the program that has Secure Input on, or None.

    Whether it is on is sure; who turned it on is what the session's dictionary says, which may
    name a program that ended meanwhile.
    """
    carbon = ctypes.CDLL(_CARBON)
    carbon.IsSecureEventInputEnabled.restype = ctypes.c_bool
    if not carbon.IsSecureEventInputEnabled():
        return None
    session = Quartz.CGSessionCopyCurrentDictionary()
    pid = int((session or {}).get(_SECURE_PID) or 0)
    return (app_name(pid) if pid else None) or "unknown"
