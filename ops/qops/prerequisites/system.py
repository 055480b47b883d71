"""Which systems a piece of work needs."""

import os

from qops.errors import NotAvailableError


def on_windows() -> bool:
    """Whether this is a Python of Windows; that of WSL is one of Linux."""
    return os.name == "nt"


def require_posix(what: str, *, why: str) -> None:
    """Refuse on Windows what only Linux and macOS can do.

    Args:
        what: What is refused, as the sentence begins: ``qops up``.
        why: What it needs.

    Raises:
        NotAvailableError: This is Windows.
    """
    if on_windows():
        raise NotAvailableError(
            f"{what} does not work on Windows.",
            why=why,
            next_step="Start it in WSL 2. What needs no Terraform works here with --env dev or "
            "prod: health, compliance, audit, config.",
        )
