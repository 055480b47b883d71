"""Steps of MCP clients as runs for the platform: some at a time, since no goal of theirs ends."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from qagent.home import AgentHome
from qagent.reporting import MOST_STEPS, Done
from qagent.telling import keep_for_platform
from qscreen.wire import Effect, Step

QUIET_SECONDS = 300.0
"""After so long without a step what comes next is told as another run."""


class Telling:
    """Gathers the steps of one client.

    Args:
        home: The agent's folder.
        clock: Monotonic seconds.
    """

    def __init__(self, home: AgentHome, clock: Callable[[], float] = time.monotonic) -> None:
        self._home = home
        self._clock = clock
        self._client = ""
        self._done: list[Done] = []
        self._ended = datetime.now(UTC)
        self._at = 0.0

    def begin(self, client: str) -> None:
        """A call begins.

        Args:
            client: Who calls.
        """
        if client != self._client or self._clock() - self._at > QUIET_SECONDS:
            self.end()
        self._client = client

    def add(self, step: Step, effect: Effect) -> None:
        """Note a step.

        Args:
            step: The step.
            effect: What came of it.
        """
        self._done.append(((step,), (effect,)))
        self._ended, self._at = datetime.now(UTC), self._clock()
        if len(self._done) == MOST_STEPS:
            self.end()

    def end(self) -> None:
        """Keep what was gathered."""
        done, self._done = self._done, []
        if done:
            started = done[0][1][0].started_at
            keep_for_platform(self._home, self._client, done, started, self._ended)
