"""Runs a program that refuses to run as root: ``unprivileged.py FOLDER ARGV...``.

Whoever is not root just gets the program. For root on Linux the program runs in a user namespace
in which the same user has another number, so that files and signals stay as they are. Where
namespaces are not to be had, it runs as ``nobody`` and ``FOLDER`` is given to that user.

A script of the standard library only: it replaces itself by the program.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_INSIDE = 1000
_NOBODY = 65534


def main(arguments: list[str]) -> None:
    """Becomes the program.

    Args:
        arguments: Folder the program writes to, then its argument list.

    Raises:
        OSError: The program cannot be executed.
    """
    folder, argv = arguments[0], arguments[1:]
    if os.geteuid() == 0 and not _enter_namespace():
        _become_nobody(Path(folder))
    os.execv(argv[0], argv)  # noqa: S606 (the point of this program)


def _enter_namespace() -> bool:
    if sys.platform != "linux":
        return False
    import ctypes

    group = os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        return False
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{_INSIDE} 0 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{_INSIDE} {group} 1", encoding="ascii")
    return True


def _become_nobody(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)
    os.setgroups([])
    os.setgid(_NOBODY)
    os.setuid(_NOBODY)


if __name__ == "__main__":
    main(sys.argv[1:])
