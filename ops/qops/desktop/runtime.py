"""The folder of a virtual desktop's sockets."""

import hashlib
import os
import re
import shutil
import stat
from pathlib import Path

from qops.errors import QopsError

_LONGEST_SOCKET = 107
"""Bytes in the path of a Unix socket (`sun_path`, unix(7))."""

_LONGEST_NAME = "at-spi/bus_999_0"

_PLAIN = re.compile(r"[-0-9A-Za-z_/.\\*]+")
"""What stands for itself in a D-Bus address (D-Bus Specification, "Server Addresses").

Of anything else clients must undo an escape, and jeepney does not undo that of UTF-8.
"""


class DesktopError(QopsError):
    """The virtual desktop cannot be had."""

    code = "desktop"


def runtime_folder(root: Path) -> Path:
    """Where the sockets of a desktop lie.

    Args:
        root: The desktop's folder.

    Returns:
        A folder in it, or one of the same user in /tmp where that one's path is too long for a
        socket, or has letters that not every client of D-Bus reads.
    """
    runtime = root / "run"
    if _PLAIN.fullmatch(str(runtime)) and (
        len(os.fsencode(runtime / _LONGEST_NAME)) <= _LONGEST_SOCKET
    ):
        return runtime
    known = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    return Path(f"/tmp/qscreen-desktop-{os.getuid()}-{known}")  # noqa: S108 - checked when made


def make_runtime_folder(root: Path) -> None:
    """Make the folder, for its owner only.

    Args:
        root: The desktop's folder, which is there.

    Raises:
        DesktopError: Somebody else has put something there.
    """
    folder = runtime_folder(root)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise DesktopError(
            "The virtual desktop cannot start.",
            why=f"{folder}, where its sockets would lie, is not a folder of this user.",
            next_step="Remove it, or work in a folder with a short path of English letters.",
        )
    folder.chmod(0o700)


def remove_runtime_folder(root: Path) -> None:
    """Remove the folder where it is not inside the desktop's own."""
    folder = runtime_folder(root)
    if folder.parent != root:
        shutil.rmtree(folder, ignore_errors=True)
