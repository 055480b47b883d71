"""The permissions that macOS gives or withholds, each with its repair.

macOS gives them to the program that is responsible for us: the terminal or the launch agent, not
to Python. What macOS says about a permission may be out of date, so each is tried by doing.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from qagent.desktop.base import DesktopError, GoneError, UnsupportedError
from qagent.desktop.macos.seam import (
    Accessibility,
    Events,
    NotAnsweringError,
    PermissionMissingError,
    RunningApp,
)
from qagent.messages import text

_PANE = "x-apple.systempreferences:com.apple.preference.security?"
ACCESSIBILITY_PANE = _PANE + "Privacy_Accessibility"
SCREEN_PANE = _PANE + "Privacy_ScreenCapture"
INPUT_PANE = _PANE + "Privacy_ListenEvent"


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission and what was found.

    Attributes:
        name: As System Settings shows it.
        granted: Whether doing it succeeded.
        fault: What is missing and its repair; None when granted.
    """

    name: str
    granted: bool
    fault: DesktopError | None = None


def accessibility_missing() -> PermissionMissingError:
    """The accessibility permission is withheld."""
    return _missing("Accessibility", text("mac.may.operate"), ACCESSIBILITY_PANE)


def screen_missing() -> PermissionMissingError:
    """The screen recording permission is withheld."""
    return _missing("Screen Recording", text("mac.may.capture"), SCREEN_PANE)


def input_missing() -> PermissionMissingError:
    """The input monitoring permission is withheld."""
    return _missing("Input Monitoring", text("mac.may.notice"), INPUT_PANE)


def _missing(name: str, purpose: str, pane: str) -> PermissionMissingError:
    return PermissionMissingError(
        text("mac.permission", purpose=purpose, name=text(f"doctor.check.{name}")),
        text("mac.permission.repair", pane=pane, program=sys.executable),
        permission=name,
        pane=pane,
    )


def try_accessibility(ax: Accessibility, apps: tuple[RunningApp, ...]) -> Permission:
    """Read the windows of a running program: only that proves the permission."""
    fault = accessibility_missing()
    for app in apps:
        try:
            ax.read(ax.application(app.pid), ("AXRole", "AXWindows"))
        except PermissionMissingError as error:
            return Permission("Accessibility", False, error)
        except (GoneError, NotAnsweringError, UnsupportedError):
            continue
        return Permission("Accessibility", True)
    # No program answered: what macOS says is all there is.
    granted = ax.trusted()
    return Permission("Accessibility", granted, None if granted else fault)


def try_screen(capture: Callable[[], object]) -> Permission:
    """Take a picture; macOS's own answer is sometimes wrong."""
    try:
        capture()
    except DesktopError as error:
        return Permission("Screen Recording", False, error)
    return Permission("Screen Recording", True)


def try_input(events: Events) -> Permission:
    """Whether the user's own keys can be noticed (they pause the agent)."""
    granted = events.may_listen()
    return Permission("Input Monitoring", granted, None if granted else input_missing())
