"""The stop key: a combination that works in every program and stops the agent at once.

It is watched in a thread of its own with its own connection to the system, so that it is heard
while the agent types, waits or asks. What it does is what `qagent stop` does: it sets the latch.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qagent.desktop.base import DesktopError
from qagent.home import HomeError
from qagent.messages import text

_log = logging.getLogger(__name__)


class StopKeyError(DesktopError):
    """The stop key cannot be watched."""


@contextmanager
def watched(keys: tuple[str, ...], on_press: Callable[[], None]) -> Iterator[str]:
    """Watch the stop key as long as the context is entered.

    Args:
        keys: The combination; names as in `qscreen.wire.PressKeys`.
        on_press: Called in the watching thread when it is pressed.

    Yields:
        What is wrong with it, or an empty text. The agent works without a stop key too, since
        `qagent stop` and the cloud's cancel remain; the fault is logged with its repair.
    """

    def pressed() -> None:
        try:
            on_press()
        except HomeError as error:
            # This process is stopped; the thread that hears the key goes on, for the next time.
            _log.error("%s", error)

    try:
        watcher = watch(keys, pressed)
    except StopKeyError as error:
        _log.warning("%s", error)
        yield str(error)
        return
    try:
        yield ""
    finally:
        watcher()


def watch(keys: tuple[str, ...], on_press: Callable[[], None]) -> Callable[[], None]:
    """Begin to watch; what is given back ends it.

    Args:
        keys: The combination.
        on_press: Called in the watching thread when it is pressed.

    Raises:
        StopKeyError: It cannot be watched.
    """
    try:
        if sys.platform == "darwin":
            from qagent.stop_key.macos import watch as watch_tap

            return watch_tap(keys, on_press)
        from qagent.stop_key.linux import watch as watch_grab

        return watch_grab(keys, on_press)
    except ImportError as error:
        raise StopKeyError(
            text("stop_key.unavailable", why=error.name or "?"), text("stop_key.repair")
        ) from error
