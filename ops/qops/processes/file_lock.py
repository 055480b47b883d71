"""A lock on a file that goes with the process, on every system."""

import os
import sys


def open_lock(path: str | os.PathLike[str]) -> int:
    """Open a lock's file, which is made where it is missing; no child inherits it.

    Args:
        path: The file.

    Returns:
        Its descriptor; closing it gives the lock back.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def take(file: int) -> bool:
    """Lock an open file for this process, unless another has it.

    Args:
        file: Its descriptor.

    Returns:
        Whether it is ours now.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
