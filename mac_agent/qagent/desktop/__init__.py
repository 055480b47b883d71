"""The desktop backends and their lazy choice.

A backend's libraries are imported when it is chosen, so that the agent's other commands work on
a machine that has no desktop at all.
"""

import os
import sys

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import UnsupportedPlatformError
from qagent.messages import text

__all__ = ["backend_name", "open_backend"]


def backend_name() -> str:
    """Name of the backend for this machine; `QAGENT_BACKEND` overrides it."""
    chosen = os.environ.get("QAGENT_BACKEND", "").strip().lower()
    if chosen:
        return chosen
    return "macos" if sys.platform == "darwin" else sys.platform


def open_backend() -> DesktopBackend:
    """Open the desktop of this machine.

    Raises:
        UnsupportedPlatformError: No backend exists for this platform or name.
        NoDisplayError: There is no screen.
        NoAccessibilityError: The accessibility service does not answer.
        MissingProgramError: A package that the backend needs is not installed.
        DesktopError: macOS withholds a permission.
    """
    name = backend_name()
    if name == "linux":
        from qagent.desktop.linux.backend import LinuxBackend

        return LinuxBackend()
    if name == "macos":
        from qagent.desktop.macos.opening import open_macos

        return open_macos()
    raise UnsupportedPlatformError(
        text("desktop.unknown", name=name), text("desktop.unknown.repair")
    )
