"""Carrying out one command with a journal: nothing is done twice, nothing is forgotten."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from qagent.act import Executor
from qagent.act.context import Precondition
from qagent.act.executor import PictureSink
from qagent.desktop.base import DesktopBackend, DesktopError, UnsupportedError
from qagent.home import HomeError
from qagent.journal import Journal, Record
from qagent.messages import text
from qagent.observe import take_snapshot
from qagent.policy import Policy
from qagent.stop import StopSignal
from qscreen.wire import (
    Command,
    CommandKind,
    CommandResult,
    CommandStatus,
    Effect,
    EffectError,
    Outcome,
    Step,
)

_log = logging.getLogger(__name__)


class Pictures(PictureSink, Protocol):
    """Pictures of one command, sent in the background."""

    def finish(self) -> frozenset[str]:
        """Wait for what is on its way; the keys that arrived."""
        ...


class Worker:
    """Carries out commands on the desktop.

    Args:
        journal: Where everything is noted before it is done.
        open_backend: Opens the desktop; called again after the desktop was lost.
        load_policy: Loads the policy in force; called for each command.
    """

    def __init__(
        self,
        journal: Journal,
        open_backend: Callable[[], DesktopBackend],
        load_policy: Callable[[], Policy],
    ) -> None:
        self._journal = journal
        self._open_backend = open_backend
        self._load_policy = load_policy
        self._backend: DesktopBackend | None = None
        self._current: tuple[StopSignal, PictureSink | None, Policy, Executor] | None = None

    def open(self) -> None:
        """Open the desktop now, so that a fault shows before there is work.

        Raises:
            DesktopError: There is no usable desktop.
        """
        if self._backend is None:
            self._backend = self._open_backend()

    def close(self) -> None:
        """Give the desktop back."""
        if self._backend is None:
            return
        try:
            self._backend.close()
        except Exception as error:
            # A desktop that is gone cannot be given back; there is nothing left to undo.
            _log.info("the desktop was not closed: %s", type(error).__name__)
        self._backend = None

    def carry_out(
        self, command: Command, stop: StopSignal, pictures: Pictures | None = None
    ) -> CommandResult:
        """Carry out a command, or what an interruption left of it.

        Args:
            command: The command; one that the journal knows is gone on with.
            stop: Tells the work to stop.
            pictures: Takes the pictures; None when there is no ticket for them.

        Returns:
            The result, which is in the journal by then.
        """
        record = self._journal.record(command.id) or self._journal.accepted(command)
        if record.result is not None:
            return record.result
        if command.kind is CommandKind.OBSERVE:
            result = self._observe(command, stop, pictures)
        else:
            result = self._perform(record, stop, pictures)
        self._journal.result(command.id, result)
        return result

    def abandon(self, record: Record, reason: str) -> CommandResult:
        """End an interrupted command that may not be gone on with: judge it, do nothing more.

        Args:
            record: What the journal knows of it.
            reason: Why it is not gone on with, for the step that is not performed.
        """
        command = record.command
        effects = list(record.effects)
        known = {effect.step_id for effect in effects}
        for step in command.steps:
            if step.id in known:
                continue
            precondition = record.begun.get(step.id)
            if precondition is None:
                effects.append(_not_performed(step, reason))
                break
            effect = self._step(record, step, StopSignal(), None)
            self._journal.effect(command.id, effect)
            effects.append(effect)
            if effect.outcome is not Outcome.CONFIRMED:
                break
        status = CommandStatus.DONE if effects else CommandStatus.EXPIRED
        result = CommandResult(status=status, effects=tuple(effects))
        self._journal.result(command.id, result)
        return result

    def _observe(
        self, command: Command, stop: StopSignal, pictures: Pictures | None
    ) -> CommandResult:
        key, result = self._look(command, stop, pictures)
        arrived = pictures.finish() if pictures is not None else frozenset()
        if key is None or key not in arrived or result.snapshot is None:
            return result
        return result.model_copy(update={"picture_key": key})

    def _look(
        self, command: Command, stop: StopSignal, pictures: Pictures | None
    ) -> tuple[str | None, CommandResult]:
        """Look at the screen; its picture is on its way while the tree is walked."""
        if stop.reason() is not None:
            return None, CommandResult(status=CommandStatus.FAILED, error=text("look.stopped"))
        policy = self._load_policy()
        denial = policy.denies_observing()
        if denial is not None:
            return None, CommandResult(status=CommandStatus.FAILED, error=denial.message[:2000])
        sink = pictures if policy.screenshots else None
        for last in (False, True):
            try:
                self.open()
                assert self._backend is not None
                key = None if sink is None else _screen_picture(self._backend, sink)
                snapshot = take_snapshot(self._backend, command.device_id, hides=policy.hides)
            except DesktopError as error:
                self.close()
                if last:
                    return None, CommandResult(status=CommandStatus.FAILED, error=str(error)[:2000])
            except Exception as error:
                _log_fault("observe", command.id, error)
                self.close()
                if last:
                    return None, CommandResult(
                        status=CommandStatus.FAILED,
                        error=f"The screen could not be observed ({type(error).__name__}). "
                        "Check the desktop with `qagent doctor`.",
                    )
            else:
                return key, CommandResult(status=CommandStatus.DONE, snapshot=snapshot)
        raise AssertionError("the second try returns")

    def _perform(
        self, record: Record, stop: StopSignal, pictures: Pictures | None
    ) -> CommandResult:
        command = record.command
        done = {effect.step_id: effect for effect in record.effects}
        for step in command.steps:
            effect = done.get(step.id)
            if effect is None:
                effect = self._step(record, step, stop, pictures)
                self._journal.effect(command.id, effect)
            if effect.outcome is not Outcome.CONFIRMED:
                break
        effects = tuple(record.effects)
        if pictures is not None:
            arrived = pictures.finish()
            effects = tuple(_with_arrived(effect, arrived) for effect in effects)
        return CommandResult(status=CommandStatus.DONE, effects=effects)

    def _step(
        self, record: Record, step: Step, stop: StopSignal, pictures: Pictures | None
    ) -> Effect:
        precondition = record.begun.get(step.id)

        def begin(found: Precondition) -> None:
            self._journal.begun(record.command.id, step.id, found)

        def run(executor: Executor) -> Effect:
            if precondition is not None:
                return executor.recover(step, precondition)
            return executor.perform(step, begin)

        return self._guarded(step, run, stop, pictures)

    def _guarded(
        self,
        step: Step,
        run: Callable[[Executor], Effect],
        stop: StopSignal,
        pictures: Pictures | None,
    ) -> Effect:
        """Run a step; a lost desktop is opened again for the next one, not for this one."""
        try:
            self.open()
            assert self._backend is not None
            policy = self._load_policy()
            sink = pictures if policy.screenshots else None
            return run(self._executor(policy, stop, sink))
        except HomeError:
            raise
        except DesktopError as error:
            self._forget()
            return _not_performed(step, str(error), EffectError.BACKEND_ERROR)
        except Exception as error:
            _log_fault(f"step {step.id}", "", error)
            self._forget()
            message = (
                f"The desktop failed in this step ({type(error).__name__}). Check it with "
                "`qagent doctor`."
            )
            return _not_performed(step, message, EffectError.BACKEND_ERROR)

    def _executor(self, policy: Policy, stop: StopSignal, sink: PictureSink | None) -> Executor:
        assert self._backend is not None
        if self._current is None or self._current[:3] != (stop, sink, policy):
            self._current = (stop, sink, policy, Executor(self._backend, policy, stop, sink))
        return self._current[3]

    def _forget(self) -> None:
        self._current = None
        self.close()


def _screen_picture(backend: DesktopBackend, sink: PictureSink) -> str | None:
    """Take the picture that goes with a snapshot; the snapshot is worth more than it."""
    try:
        return sink.add("screen", backend.capture())
    except (DesktopError, UnsupportedError) as error:
        _log.warning("no picture of the screen: %s", type(error).__name__)
        return None


def _with_arrived(effect: Effect, arrived: frozenset[str]) -> Effect:
    """Drop the key of a picture that did not arrive: a key must lead to a picture."""
    return effect.model_copy(
        update={
            "before_key": effect.before_key if effect.before_key in arrived else None,
            "after_key": effect.after_key if effect.after_key in arrived else None,
        }
    )


def _not_performed(
    step: Step, message: str, error: EffectError = EffectError.INTERRUPTED
) -> Effect:
    return Effect(
        step_id=step.id,
        outcome=Outcome.FAILED,
        evidence=message[:4000],
        error=error,
        started_at=datetime.now(UTC),
        duration_ms=0,
    )


def _log_fault(what: str, command_id: str, error: Exception) -> None:
    """Log where it happened, without the message: it may carry text from the screen."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    _log.error("%s %s failed: %s at %s", what, command_id, type(error).__name__, place)
