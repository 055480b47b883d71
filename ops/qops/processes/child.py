"""One guarded child process, for whoever starts servers and must not leave them behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_GUARD = Path(__file__).with_name("guard.py")
_START_SECONDS = 10.0


class GuardedChild:
    """A child that dies with the process that holds this object.

    The child runs in its own process group under a guard (``guard.py``) that watches a pipe to this
    process. The object must be kept: when it is collected the pipe closes and the child is ended.

    Attributes:
        pid: Pid of the child itself.
        guard_pid: Pid of the guard.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        cwd: Path,
        stop_signal: int = 15,
        stop_timeout: float = 5.0,
        on_exit: Callable[[int], None] | None = None,
    ) -> None:
        """Starts the child.

        Args:
            argv: Program and arguments.
            env: The complete environment.
            log: File that stdout and stderr are appended to; its folder is created.
            cwd: Working directory.
            stop_signal: Signal that asks the child to end.
            stop_timeout: Seconds between that signal and SIGKILL.
            on_exit: Called from a thread with the exit code when the child has ended.

        Raises:
            ChildProcessError: The program could not be started; the message says why.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        lifeline_read, self._lifeline = os.pipe()
        report_read, report_write = os.pipe()
        command = [sys.executable, "-I", "-S", str(_GUARD), str(lifeline_read), str(report_write)]
        command += [str(stop_timeout), str(int(stop_signal)), "--", *argv]
        try:
            with log.open("ab") as stream:
                self._guard = subprocess.Popen(
                    command,
                    env=dict(env),
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=stream,
                    pass_fds=(lifeline_read, report_write),
                    start_new_session=True,
                )
        except OSError as error:
            os.close(self._lifeline)
            os.close(report_read)
            raise ChildProcessError(f"cannot start {argv[0]}: {error}") from error
        finally:
            os.close(lifeline_read)
            os.close(report_write)
        self._report = os.fdopen(report_read, encoding="utf-8", errors="replace")
        self._stop_timeout = stop_timeout
        self._ended = threading.Event()
        self._on_exit = on_exit
        self.exit_code: int | None = None
        self.guard_pid = self._guard.pid
        first = self._report.readline().strip()
        if not first.startswith("started "):
            self._close_lifeline()
            self._guard.wait(_START_SECONDS)
            self._report.close()
            reason = first.removeprefix("failed ") or "the guard ended without a word"
            raise ChildProcessError(f"cannot start {reason}")
        self.pid = int(first.removeprefix("started "))
        threading.Thread(target=self._watch, name=f"watch-{self.pid}", daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether the child still runs."""
        return not self._ended.is_set()

    def stop(self) -> int:
        """Ends the child and everything below it; returns its exit code.

        Bounded by twice the stop timeout of the child and of what it guards itself.
        """
        self._close_lifeline()
        if not self._ended.wait(3 * self._stop_timeout + _START_SECONDS):
            self._guard.kill()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, 9)
            self._ended.wait(_START_SECONDS)
        return -9 if self.exit_code is None else self.exit_code

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits for the end of the child; ``None`` when it still runs after ``timeout`` seconds."""
        self._ended.wait(timeout)
        return self.exit_code

    def _watch(self) -> None:
        code = -9
        with self._report:
            for line in self._report:
                if line.startswith("exit "):
                    code = int(line.removeprefix("exit "))
        status = self._guard.wait()
        if status < 0:
            # the guard itself was killed: nobody else would end its child
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, 9)
        self._close_lifeline()
        self.exit_code = code
        self._ended.set()
        if self._on_exit is not None:
            self._on_exit(code)

    def _close_lifeline(self) -> None:
        lifeline, self._lifeline = self._lifeline, -1
        if lifeline >= 0:
            with contextlib.suppress(OSError):
                os.close(lifeline)

    def __del__(self) -> None:
        self._close_lifeline()
