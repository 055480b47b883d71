"""Stopping: the user's stop file and the cloud's cancel, obeyed inside every wait."""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from qagent.home import StopFile

T = TypeVar("T")

POLL_SECONDS = 0.01

_PROBE_SECONDS = 0.25
"""A probe takes less on a quiet machine; what it takes beyond that is the machine's lag."""

_LONGEST_LAG_SECONDS = 20.0
_MOST_LAG = 3
"""So many times the time that a program has is added for lag, at most."""


class StopReason(StrEnum):
    """Who stopped the work."""

    USER = "user"
    CANCELLED = "cancelled"
    SHUTDOWN = "shutdown"


class StoppedError(Exception):
    """The work was stopped."""

    def __init__(self, reason: StopReason) -> None:
        super().__init__(f"stopped: {reason}")
        self.reason = reason


class StopSignal:
    """Tells running work to stop.

    Args:
        stop_file: The user's latch; absent in work that has no agent home.
    """

    def __init__(self, stop_file: StopFile | None = None) -> None:
        self._file = stop_file
        self._reason: StopReason | None = None
        self._changed = threading.Event()

    def set(self, reason: StopReason) -> None:
        """Stop the running work; the first reason stays."""
        if self._reason is None:
            self._reason = reason
        self._changed.set()

    def reason(self) -> StopReason | None:
        """Why to stop, or None."""
        if self._reason is None and self._file is not None and self._file.is_set():
            return StopReason.USER
        return self._reason

    def check(self) -> None:
        """Raise `StoppedError` when the work must stop."""
        reason = self.reason()
        if reason is not None:
            raise StoppedError(reason)

    def wait_until(
        self,
        probe: Callable[[], T | None],
        timeout: float,
        interval: float = POLL_SECONDS,
        *,
        exact: bool = False,
    ) -> T | None:
        """Call `probe` until it answers something true.

        On a machine that lags a probe takes long, and so does what is waited for: the time is
        longer by what the probes took too long, up to four times as long and 20 s longer.

        Args:
            probe: What is waited for.
            timeout: Seconds.
            interval: Seconds between two probes.
            exact: Whether the time is never longer.

        Returns:
            What the probe answered, or None when time ran out.

        Raises:
            StoppedError: The work was stopped meanwhile.
        """
        deadline = time.monotonic() + timeout
        lag = 0.0 if exact else min(_MOST_LAG * timeout, _LONGEST_LAG_SECONDS)
        while True:
            self.check()
            asked = time.monotonic()
            answer = probe()
            if answer:
                return answer
            now = time.monotonic()
            late = min(max(0.0, now - asked - _PROBE_SECONDS), lag)
            lag -= late
            deadline += late
            left = deadline - now
            if left <= 0:
                return None
            self._changed.wait(min(interval, left))
