"""One guarded program whose output is read, for a command that waits for it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_GUARD = Path(__file__).with_name("guard.py")


class PipedProgram:
    """A program that does not outlive the process that holds this object, however that ends.

    It runs in a session of its own, so that the terminal's Ctrl-C does not reach it, under a guard
    (``guard.py``) that watches a pipe to this process.

    Attributes:
        pid: Pid of the program.
        stdout: Its output.
        stderr: Its errors.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stop_signal: signal.Signals,
        stop_seconds: float,
    ) -> None:
        """Start the program.

        Args:
            argv: Program and arguments.
            env: The complete environment.
            cwd: Working directory.
            stop_signal: Signal that it gets when this process is gone.
            stop_seconds: Time between that signal and SIGKILL.

        Raises:
            OSError: The program could not be started.
        """
        lifeline_read, self._lifeline = os.pipe()
        report_read, report_write = os.pipe()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        try:
            self._guard = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", str(_GUARD), str(lifeline_read)),
                    *(str(report_write), str(stop_seconds), str(int(stop_signal))),
                    *(str(out_read), str(err_read), "--", *argv),
                ],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=out_write,
                stderr=err_write,
                pass_fds=(lifeline_read, report_write, out_read, err_read),
                start_new_session=True,
            )
        except OSError:
            for descriptor in (self._lifeline, report_read, out_read, err_read):
                os.close(descriptor)
            raise
        finally:
            for descriptor in (lifeline_read, report_write, out_write, err_write):
                os.close(descriptor)
        self._report, self.stdout, self.stderr = (
            os.fdopen(descriptor, encoding="utf-8", errors="replace")
            for descriptor in (report_read, out_read, err_read)
        )
        first = self._report.readline().strip()
        if not first.startswith("started "):
            self._guard.wait()
            self.close()
            raise OSError(first.removeprefix("failed ") or "the guard ended without a word")
        self.pid = int(first.removeprefix("started "))

    @property
    def running(self) -> bool:
        """Whether the program still runs."""
        return self._guard.poll() is None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            Its exit code, negative for a signal.

        Raises:
            subprocess.TimeoutExpired: It still runs.
        """
        status = self._guard.wait(timeout)
        for line in self._report:
            if line.startswith("exit "):
                return int(line.removeprefix("exit "))
        return status

    def signal(self, number: signal.Signals) -> None:
        """Send the program itself a signal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it and everything it started, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._guard.wait()

    def close(self) -> None:
        """Close the pipes; a program that still runs is stopped by its guard."""
        lifeline, self._lifeline = self._lifeline, -1
        if lifeline >= 0:
            os.close(lifeline)
        for pipe in (self._report, self.stdout, self.stderr):
            pipe.close()
