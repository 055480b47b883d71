"""Locks between the agent's processes: one serves the queue, one at a time acts on the screen."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qagent.home import HomeError
from qagent.messages import text


class LockedError(HomeError):
    """Another process holds a lock."""


@contextmanager
def held(path: Path, *, what: str, wait: bool = False) -> Iterator[None]:
    """Hold a lock file; the system releases it when the process ends in any way.

    Args:
        path: The lock file.
        what: What the lock stands for, for the error.
        wait: Wait for another holder instead of failing.

    Raises:
        LockedError: Another process holds it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or text(
                "lock.unknown"
            )
            raise LockedError(
                text("lock.held", holder=holder, what=what),
                text("lock.held.repair", holder=holder),
            ) from error
        ours = str(os.getpid()).encode()
        # Changing a file's size waits for the disk; who holds it again and again need not.
        if os.pread(handle, 32, 0) != ours:
            os.ftruncate(handle, 0)
            os.pwrite(handle, ours, 0)
        yield
    finally:
        os.close(handle)
