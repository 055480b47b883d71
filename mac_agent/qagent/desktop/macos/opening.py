"""Joining the macOS backend with this Mac; the one place that does."""

import sys

from qagent.desktop.base import MissingProgramError, UnsupportedPlatformError
from qagent.desktop.macos.backend import MacBackend, Parts
from qagent.messages import text


def open_macos() -> MacBackend:
    """Open the desktop of this Mac.

    Raises:
        UnsupportedPlatformError: This is no Mac.
        MissingProgramError: PyObjC is not installed.
        PermissionMissingError: The accessibility permission is withheld.
        NoDisplayError: There is no display.
    """
    if sys.platform != "darwin":
        raise UnsupportedPlatformError(text("mac.only"), text("mac.only.repair"))
    try:
        import objc  # type: ignore[import-not-found,unused-ignore]

        from qagent.desktop.macos.ax import SystemAccessibility
        from qagent.desktop.macos.capture import Capture
        from qagent.desktop.macos.displays import (
            read_displays,
            running_apps,
            secure_input_holder,
            shown_windows,
        )
        from qagent.desktop.macos.events import SystemEvents
        from qagent.desktop.macos.pasteboard import SystemPasteboard
        from qagent.desktop.macos.workspace import activate, launch
    except ImportError as error:
        raise MissingProgramError(
            text("mac.no_package", name=error.name), text("mac.no_package.repair")
        ) from error
    with objc.autorelease_pool():
        return MacBackend(
            Parts(
                ax=SystemAccessibility(),
                events=SystemEvents(),
                displays=read_displays,
                apps=running_apps,
                shown=shown_windows,
                secure_input=secure_input_holder,
                capture=Capture().take,
                launch=launch,
                activate=activate,
                pool=objc.autorelease_pool,
                pasteboard=SystemPasteboard(),
            )
        )
