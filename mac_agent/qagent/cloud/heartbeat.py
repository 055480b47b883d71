"""Keeping a command alive while it is worked on, and learning that it was cancelled."""

import logging
import threading
from types import TracebackType
from typing import Protocol, Self

from qagent.cloud.errors import (
    CommandClosedError,
    DeviceRevokedError,
    SignInError,
    UnreachableError,
)
from qagent.cloud.queue import VISIBILITY_SECONDS, DeviceQueue, Message
from qagent.stop import StopReason, StopSignal
from qscreen.api.transport import ApiError
from qscreen.wire import Command

_log = logging.getLogger(__name__)


class Beats(Protocol):
    """The part of the API that heartbeats need."""

    def beat(self, command_id: str) -> bool:
        """Keep a command alive; whether it was cancelled."""
        ...


class Heartbeat:
    """Beats in a thread as long as the context is entered.

    Args:
        command: The command.
        api: Where to beat.
        stop: Set when the command was cancelled or closed.
        queue: The device's queue.
        message: The command's message, kept invisible; None in a recovery.
        at_once: Whether to beat before the first interval is over.
    """

    def __init__(
        self,
        command: Command,
        api: Beats,
        stop: StopSignal,
        queue: DeviceQueue,
        message: Message | None,
        *,
        at_once: bool = True,
    ) -> None:
        self._command = command
        self._api = api
        self._stop = stop
        self._queue = queue
        self._message = message
        self._at_once = at_once
        self._interval = min(command.heartbeat_seconds / 2, VISIBILITY_SECONDS / 3)
        self._done = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"heartbeat-{command.id}", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A beat that is under way is not waited for, or the result would be late by as much: what
        # it hears changes nothing any more. The thread is a daemon.
        self._done.set()

    def _run(self) -> None:
        if not self._at_once and self._done.wait(self._interval):
            return
        while True:
            try:
                if self._api.beat(self._command.id):
                    self._stop.set(StopReason.CANCELLED)
            except CommandClosedError:
                self._stop.set(StopReason.CANCELLED)
            except (UnreachableError, SignInError, ApiError, DeviceRevokedError) as error:
                _log.warning("heartbeat of %s failed: %s", self._command.id, type(error).__name__)
            self._keep_invisible()
            if self._done.wait(self._interval):
                return

    def _keep_invisible(self) -> None:
        if self._message is None or self._done.is_set():
            return
        try:
            self._queue.extend(self._message)
        except (UnreachableError, SignInError, ApiError, DeviceRevokedError) as error:
            _log.warning("visibility of %s not extended: %s", self._command.id, error)
