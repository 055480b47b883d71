"""Whether a person uses keyboard or pointer: the time of the last input against our own."""

import time
from collections.abc import Callable

TOLERANCE_SECONDS = 0.015
"""The system's stamp of an input of ours can be a little later than we note it.

It is small, for what a person does within it is taken for ours: batches of keys follow each other
every 30 ms in a quick editor.
"""


class Presence:
    """Tells a person's input from the agent's.

    The system knows when the last input of any kind was. What came after the last input that the
    agent made is a person's.

    Args:
        idle: Seconds since the last input of any kind.
        clock: Seconds, monotonic.
    """

    def __init__(
        self, idle: Callable[[], float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle = idle
        self._clock = clock
        self._ours = float("-inf")

    def note_own(self) -> None:
        """The agent has just made an input, or a person has answered it: it does not count."""
        self._ours = self._clock()

    def seconds_since_person(self) -> float | None:
        """Seconds since the last input that was not the agent's; None when there was none."""
        # Before the question: a late answer must not make an input of ours look younger than it is.
        asked = self._clock()
        idle = self._idle()
        if asked - idle <= self._ours + TOLERANCE_SECONDS:
            return None
        return idle
