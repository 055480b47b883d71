"""The guard above one child: runs it in a process group of its own and outlives nobody.

Run as a script, ``guard.py LIFELINE REPORT GRACE SIGNAL OUTPUT... -- ARGV...``, with the standard
library only, so that it starts in milliseconds and works in any environment. ``LIFELINE`` is the
reading end of a pipe whose writing end only the owner holds: its end of file means the owner is
gone, in whatever way. ``REPORT`` is the writing end of a pipe on which the guard says
``started <pid>`` or ``failed <why>``, and later ``exit <code>``. ``OUTPUT`` are the reading ends of
the pipes that the child writes to, if any: once the owner is gone the guard reads them, or else the
child would die of a broken pipe before it has put its things in order.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time

_POLL = 0.05
_LEFT_SECONDS = 15.0
"""Time that what the child has left behind gets at most."""
_PR_SET_CHILD_SUBREAPER = 36


def main(arguments: list[str]) -> int:
    """Runs the child until it ends or the owner does.

    Args:
        arguments: ``LIFELINE REPORT GRACE SIGNAL OUTPUT... -- ARGV...``.

    Returns:
        The exit code for the guard itself: the child's, or 128 plus the signal that ended it.
    """
    lifeline, report = int(arguments[0]), int(arguments[1])
    split = arguments.index("--")
    grace, stop_signal, argv = float(arguments[2]), int(arguments[3]), arguments[split + 1 :]
    outputs = [int(text) for text in arguments[4:split]]
    for descriptor in (lifeline, report, *outputs):
        os.set_inheritable(descriptor, False)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_read, False)
    os.set_blocking(wake_write, False)
    asked_to_stop = False

    def on_stop(_number: int, _frame: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    signal.set_wakeup_fd(wake_write)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, on_stop)
    _adopt_orphans()
    try:
        pid = _spawn(argv)
    except OSError as error:
        _say(report, f"failed {argv[0]}: {error.strerror or error}")
        return 127
    _say(report, f"started {pid}")
    code: int | None = None
    while code is None and not asked_to_stop:
        ready, _, _ = select.select([lifeline, wake_read], [], [])
        if wake_read in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wake_read, 512)
        code = _reap(pid)
        if lifeline in ready and not os.read(lifeline, 512):
            break
    else:
        outputs = []  # the owner reads them itself
    code = _end(pid, code, stop_signal, grace, outputs)
    _say(report, f"exit {code}")
    return code if code >= 0 else 128 - code


def _spawn(argv: list[str]) -> int:
    """Starts the program in a new session and waits until it really runs.

    Raises:
        OSError: The program cannot be executed.
    """
    status_read, status_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for caught in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(caught, signal.SIG_DFL)
            os.execvp(argv[0], argv)  # noqa: S606 (the point of this program)
        except OSError as error:
            os.write(status_write, str(error.errno).encode())
        finally:
            os._exit(127)
    os.close(status_write)
    failure = os.read(status_read, 32)
    os.close(status_read)
    if failure:
        os.waitpid(pid, 0)
        number = int(failure)
        raise OSError(number, os.strerror(number))
    return pid


def _end(pid: int, code: int | None, stop_signal: int, grace: float, outputs: list[int]) -> int:
    """Ends the child and everything under it; returns the child's exit code."""
    if code is None:
        _signal_group(pid, stop_signal)
        code = _wait(pid, grace, outputs)
    _signal_group(pid, signal.SIGKILL)
    if code is None:
        code = _wait(pid, grace, outputs)
    _end_descendants(min(grace, _LEFT_SECONDS))
    return -int(signal.SIGKILL) if code is None else code


def _end_descendants(grace: float) -> None:
    """Ends what moved out of the group; nested guards get the time to do their own work."""
    deadline = time.monotonic() + grace
    told: set[int] = set()
    while time.monotonic() < deadline:
        _reap_orphans()
        left = _descendants()
        if not left:
            return
        for other in left - told:
            with contextlib.suppress(OSError):
                os.kill(other, signal.SIGTERM)
        told |= left
        time.sleep(_POLL)
    for other in _descendants():
        with contextlib.suppress(OSError):
            os.kill(other, signal.SIGKILL)
    time.sleep(_POLL)
    _reap_orphans()


def _wait(pid: int, seconds: float, outputs: list[int]) -> int | None:
    deadline = time.monotonic() + seconds
    while True:
        for descriptor in select.select(outputs, [], [], 0)[0]:
            os.read(descriptor, 1 << 20)
        code = _reap(pid)
        if code is not None or time.monotonic() > deadline:
            return code
        time.sleep(_POLL / 5)


def _reap(pid: int) -> int | None:
    """The exit code of ``pid`` if it has ended; adopted ones that have are let go too."""
    code = None
    try:
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == pid:
                code = os.waitstatus_to_exitcode(status)
            elif not ended:
                return code
    except ChildProcessError:
        return 0 if code is None else code


def _reap_orphans() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _signal_group(pid: int, number: int) -> None:
    # macOS answers EPERM for a group that has only zombies left
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _adopt_orphans() -> None:
    """On Linux, processes that lose their parent below us become our children."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _descendants() -> set[int]:
    """All processes below this one; empty where there is no ``/proc``."""
    parents: dict[int, int] = {}
    if sys.platform != "linux":
        return set()
    for entry in os.listdir("/proc"):  # noqa: PTH208 (no pathlib here, for the start-up time)
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
                    fields = stream.read().rpartition(")")[2].split()
                if fields[0] != "Z":
                    parents[int(entry)] = int(fields[1])
    found: set[int] = set()
    level = {os.getpid()}
    while level:
        level = {pid for pid, parent in parents.items() if parent in level} - found
        found |= level
    return found


def _say(descriptor: int, message: str) -> None:
    with contextlib.suppress(OSError):
        os.write(descriptor, f"{message}\n".encode())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
