"""The virtual desktop: a private X server with window manager, session bus and accessibility.

What lives here: which processes make a desktop, in which order and environment, and how it is
started, found again and stopped. What does not: the programs on it, and the agent. It is a real X
server without a screen, not an emulation; programs on it are the ones of the system.
"""

from qops.desktop.lifecycle import ensure, start, stop
from qops.desktop.processes import MissingProgramsError, desktop_environment, desktop_specs
from qops.desktop.runtime import DesktopError

__all__ = [
    "DesktopError",
    "MissingProgramsError",
    "desktop_environment",
    "desktop_specs",
    "ensure",
    "start",
    "stop",
]
