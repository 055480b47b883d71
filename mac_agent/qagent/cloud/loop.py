"""The loop that serves the device's queue."""

import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from qagent.cloud.errors import CommandClosedError, SignInUnreachableError, UnreachableError
from qagent.cloud.heartbeat import Heartbeat
from qagent.cloud.queue import DeviceQueue, Message
from qagent.home import StopFile
from qagent.journal import Journal, Record
from qagent.locks import held
from qagent.messages import text
from qagent.policy import Policy
from qagent.stop import StopReason, StopSignal
from qagent.work import Pictures, Worker
from qscreen.api.transport import ApiContractError, ApiProblem
from qscreen.wire import Command, CommandKind, CommandResult, CommandStatus, UploadTicket

_log = logging.getLogger(__name__)

WAIT_SECONDS = 20
_ALIVE_EVERY_SECONDS = 60.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.25, 15.0
_POST_TRIES = 6


class Api(Protocol):
    """What the loop needs of the platform; see `qagent.cloud.api.CloudApi`."""

    def beat(self, command_id: str) -> bool:
        """Keep a command alive; whether it was cancelled."""
        ...

    def post_result(self, command_id: str, result: CommandResult) -> None:
        """Report a result."""
        ...

    def say_alive(self) -> None:
        """Say that the device is alive."""
        ...


class ShutdownRequested(BaseException):
    """Raised by a signal handler while the loop waits for a message."""


class QueueLoop:
    """Serves one device.

    Args:
        device_id: Id of this device.
        api: The platform.
        queue: The device's queue.
        journal: Where everything is noted.
        worker: Carries out commands.
        stop_file: The user's latch.
        load_policy: Loads the policy in force.
        uploader: Makes the sender of a command's pictures.
        screen_lock: Held while the agent acts, so that nothing else acts on the screen.
        deliver: Tells the platform what was done here without it; whether more waits.
    """

    def __init__(
        self,
        device_id: str,
        api: Api,
        queue: DeviceQueue,
        journal: Journal,
        worker: Worker,
        stop_file: StopFile,
        load_policy: Callable[[], Policy],
        uploader: Callable[[UploadTicket], Pictures],
        screen_lock: Path,
        deliver: Callable[[], bool] = lambda: False,
    ) -> None:
        self._device_id = device_id
        self._api = api
        self._queue = queue
        self._journal = journal
        self._worker = worker
        self._stop_file = stop_file
        self._load_policy = load_policy
        self._uploader = uploader
        self._screen_lock = screen_lock
        self._deliver = deliver
        self._ending = False
        self._waiting = False
        self._current: StopSignal | None = None
        self._pause = _FIRST_PAUSE_SECONDS
        self._alive_at = float("-inf")

    def shut_down(self) -> None:
        """End the loop: at once while it waits, after reporting when it works.

        Meant for signal handlers of the thread that runs the loop.
        """
        self._ending = True
        if self._current is not None:
            self._current.set(StopReason.SHUTDOWN)
        if self._waiting:
            raise ShutdownRequested

    def run(self, on_ready: Callable[[], None]) -> None:
        """Recover what an earlier run left, then serve until shut down.

        Args:
            on_ready: Called once, when the agent begins to wait for commands.

        Raises:
            DeviceRevokedError: The platform no longer knows the device.
            SignInError: The stored sign-in is no longer valid.
        """
        try:
            self._until_reached(self._api.say_alive)
            self._alive_at = time.monotonic()
            self._recover()
            on_ready()
            while not self._ending:
                self._turn()
        except ShutdownRequested:
            _log.info("shut down while waiting")

    def handle(self, message: Message) -> None:
        """Carry out one message and delete it once the platform has the result."""
        try:
            command = Command.model_validate_json(message.body)
        except ValidationError as error:
            _log.error("a message is no command (%d faults): deleted", error.error_count())
            self._queue.delete(message)
            return
        if command.device_id != self._device_id:
            _log.error("command %s is for %s: deleted", command.id, command.device_id)
            self._queue.delete(message)
            return
        record = self._journal.record(command.id)
        if record is not None and record.posted:
            # The platform may not remember it; its answer says which.
            _log.info("command %s came again: reporting its result again", command.id)
        if record is None and datetime.now(UTC) >= command.expires_at:
            _log.warning("command %s had expired: dropped", command.id)
            self._journal.accepted(command)
            self._journal.result(command.id, CommandResult(status=CommandStatus.EXPIRED))
        elif record is None and not self._is_waited_for(command):
            _log.info("command %s is not waited for any more: dropped", command.id)
            self._journal.accepted(command)
            self._journal.result(command.id, CommandResult(status=CommandStatus.EXPIRED))
        elif record is None or record.result is None:
            just_asked = record is None and command.kind is CommandKind.PERFORM
            self._carry_out(command, message, just_asked=just_asked)
        self._report(command.id)
        self._queue.delete(message)

    def _is_waited_for(self, command: Command) -> bool:
        # A message can outlive its run: the run timed out or was cancelled, and its user may
        # have started another one. Whoever cannot ask does not act.
        if command.kind is CommandKind.OBSERVE:
            return True
        try:
            return not self._api.beat(command.id)
        except CommandClosedError:
            return False

    def _turn(self) -> None:
        try:
            if time.monotonic() - self._alive_at > _ALIVE_EVERY_SECONDS:
                self._api.say_alive()
                self._alive_at = time.monotonic()
            self._flush()
            more = self._deliver()
            message = self._wait(1 if more else WAIT_SECONDS)
            if message is not None:
                self.handle(message)
            self._pause = _FIRST_PAUSE_SECONDS
        except (UnreachableError, SignInUnreachableError) as error:
            self._back_off(error)
        except (ApiProblem, ApiContractError) as error:
            self._back_off(error)

    def _wait(self, seconds: int) -> Message | None:
        self._waiting = True
        try:
            if self._ending:
                return None
            return self._queue.receive(seconds)
        finally:
            self._waiting = False

    def _carry_out(
        self, command: Command, message: Message | None, *, just_asked: bool = False
    ) -> CommandResult:
        stop = self._current = StopSignal(self._stop_file)
        if self._ending:
            stop.set(StopReason.SHUTDOWN)
        pictures: Pictures | None = None
        if command.upload is not None and self._load_policy().screenshots:
            pictures = self._uploader(command.upload)
        # An observation is over before the answer to a beat would be there.
        at_once = not just_asked and command.kind is not CommandKind.OBSERVE
        started = time.monotonic()
        try:
            with (
                Heartbeat(command, self._api, stop, self._queue, message, at_once=at_once),
                held(self._screen_lock, what=text("lock.acting"), wait=True),
            ):
                result = self._worker.carry_out(command, stop, pictures)
        finally:
            self._current = None
        _log.info(
            "run=%s command=%s kind=%s status=%s ms=%.0f outcomes=%s",
            command.run_id,
            command.id,
            command.kind,
            result.status,
            (time.monotonic() - started) * 1000,
            ",".join(effect.outcome for effect in result.effects) or "-",
        )
        return result

    def _recover(self) -> None:
        """Finish what an interruption left open, before anything new."""
        for record in self._journal.unfinished():
            command = record.command
            reason = self._reason_to_abandon(record)
            if reason is None:
                _log.info("command %s was interrupted: going on with it", command.id)
                self._carry_out(command, None)
            else:
                _log.info("command %s was interrupted and is not gone on with", command.id)
                self._worker.abandon(record, reason)
        self._flush_patiently()

    def _reason_to_abandon(self, record: Record) -> str | None:
        """Why an interrupted command may not be gone on with; asks the platform first."""
        command = record.command
        while not self._ending:
            if datetime.now(UTC) >= command.expires_at:
                return text("interrupted.expired")
            try:
                cancelled = self._api.beat(command.id)
            except CommandClosedError:
                return text("stopped.cancelled")
            except (UnreachableError, SignInUnreachableError) as error:
                self._back_off(error)
            else:
                return text("stopped.cancelled") if cancelled else None
        return text("stopped.shutdown")

    def _flush(self) -> None:
        for record in self._journal.unposted():
            self._report(record.command.id)

    def _flush_patiently(self) -> None:
        try:
            self._flush()
        except (UnreachableError, SignInUnreachableError, ApiProblem, ApiContractError) as error:
            _log.warning("results wait in the journal: %s", type(error).__name__)

    def _report(self, command_id: str) -> None:
        """Post a result; a few tries, then it waits in the journal."""
        record = self._journal.record(command_id)
        if record is None or record.result is None:
            return
        for left in range(_POST_TRIES - 1, -1, -1):
            try:
                self._api.post_result(command_id, record.result)
            except CommandClosedError as error:
                _log.info("command %s is closed: %s", command_id, error)
            except (UnreachableError, SignInUnreachableError) as error:
                if left == 0 or self._ending:
                    raise
                self._back_off(error)
                continue
            except ApiProblem as error:
                # The platform refuses the result itself: sending it again changes nothing.
                _log.error("result of %s was refused with %d", command_id, error.status)
            break
        self._pause = _FIRST_PAUSE_SECONDS
        if not record.posted:
            self._journal.posted(command_id)

    def _until_reached(self, call: Callable[[], None]) -> None:
        while not self._ending:
            try:
                call()
            except (UnreachableError, SignInUnreachableError) as error:
                self._back_off(error)
            else:
                return

    def _back_off(self, error: Exception) -> None:
        """Wait longer after each failure, with jitter so that devices do not come at once."""
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        _log.warning("%s: trying again in %.1f s", error, pause)
        deadline = time.monotonic() + pause
        while not self._ending and time.monotonic() < deadline:
            time.sleep(min(0.1, max(0.0, deadline - time.monotonic())))
