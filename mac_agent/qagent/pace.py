"""The policy's rate limit: at most so many steps that change something in a minute."""

import time
from collections import deque
from collections.abc import Callable

from qagent.stop import StopSignal

WINDOW_SECONDS = 60.0


class Pace:
    """Holds steps back that would come too fast.

    Args:
        clock: Seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque()

    def wait(
        self, per_minute: int, stop: StopSignal, on_wait: Callable[[], None] = lambda: None
    ) -> float:
        """Wait until one more step is allowed, and count it.

        Args:
            per_minute: Most steps in any minute.
            stop: Ends the wait.
            on_wait: Called once when it has to wait.

        Returns:
            Seconds waited.

        Raises:
            StoppedError: The work was stopped meanwhile.
        """
        started = self._clock()
        if not self._has_room(per_minute):
            on_wait()
            # The wait ends by itself: a minute after the oldest step there is room.
            stop.wait_until(lambda: self._has_room(per_minute), WINDOW_SECONDS + 1)
        self._times.append(self._clock())
        return self._clock() - started

    def _has_room(self, per_minute: int) -> bool:
        now = self._clock()
        while self._times and now - self._times[0] >= WINDOW_SECONDS:
            self._times.popleft()
        return len(self._times) < per_minute
