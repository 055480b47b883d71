"""Sees to the system packages that the demo's desktop needs."""

import os

from qops.prerequisites.system_packages import (
    desktop_purposes,
    install_packages,
    missing_packages,
)
from qops.settings import Settings
from qops.terminal import Terminal


def prepare_machine(settings: Settings, terminal: Terminal) -> None:
    """Install what is missing, after asking where asking is due.

    Args:
        settings: Whether this is a CI job.
        terminal: Asks and tells.

    Raises:
        QopsError: Something is missing and was not installed.
    """
    install_packages(
        missing_packages(desktop_purposes(os.environ)),
        yes=terminal.yes,
        ci=settings.ci,
        interactive=terminal.interactive,
        ask=terminal.ask,
        notice=terminal.notice,
    )
