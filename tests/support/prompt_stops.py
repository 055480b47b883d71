"""How soon a stop ends the work, and that nothing more comes after it."""

import statistics
import time
from collections.abc import Callable

from desktop_programs import PATIENCE_SECONDS

LIMIT_SECONDS = 0.2
"""The promise: everything has ended so long after the stop."""

SLACK_SECONDS = 1.0
"""The usual stop takes no longer, even while the machine is busy with something else."""

_MOST_STOPS = 20
_REST_SECONDS = 1.0


def promptly(stop_once: Callable[[], float]) -> None:
    """Measure a stop; a busy machine gets more chances to show the agent's own time.

    Args:
        stop_once: Stops some work; returns how long it took to end, seconds.
    """
    took = [stop_once()]
    while took[-1] >= LIMIT_SECONDS and len(took) < _MOST_STOPS:
        took.append(stop_once())
    assert min(took) < LIMIT_SECONDS, took
    assert statistics.median_low(took) < SLACK_SECONDS, took


def at_rest(read: Callable[[], str]) -> str:
    """What is read once it does not change any more: keys were on their way to the program.

    Args:
        read: Reads the text.
    """
    limit = time.monotonic() + PATIENCE_SECONDS
    last, since = read(), time.monotonic()
    while time.monotonic() - since < _REST_SECONDS:
        assert time.monotonic() < limit, "the text does not come to rest"
        time.sleep(0.05)
        if (now := read()) != last:
            last, since = now, time.monotonic()
    return last
