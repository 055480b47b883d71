"""Carrying out one command with a journal: nothing is done twice, nothing is forgotten."""

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

from qagent.act import Executor
from qagent.act.context import Precondition, RefusedError
from qagent.act.executor import PictureSink
from qagent.act.memory import UndoMemory
from qagent.consent import Decision, Guard, Origin, Source, Task
from qagent.consent import goal as goals
from qagent.consent.dialog import Answer
from qagent.covering import Memory, PrivatePictures
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import DesktopError, GoneError, Node, UnsupportedError
from qagent.effects import not_performed, refused, with_arrived
from qagent.fault_place import place_of
from qagent.home import HomeError
from qagent.journal import Journal, Record
from qagent.judging import denies_leaving, explained
from qagent.messages import text
from qagent.observe import take_snapshot
from qagent.oversight import Oversight
from qagent.policy import Policy, RiskKind
from qagent.privacy import private_snapshot
from qagent.status import Doing, Status
from qagent.stop import StoppedError, StopSignal
from qscreen.redaction import redacting
from qscreen.wire import (
    Command,
    CommandKind,
    CommandResult,
    CommandStatus,
    Effect,
    EffectError,
    Outcome,
    RiskCategory,
    Step,
    Target,
)

T = TypeVar("T")

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
        oversight: Watches over the steps; without one nothing is recorded.

    Attributes:
        chosen: Elements that were pointed at in a look, by the targets that stand for them.
        lost: What kept the last step from the desktop; None when that was not the matter.
    """

    def __init__(
        self,
        journal: Journal,
        open_backend: Callable[[], DesktopBackend],
        load_policy: Callable[[], Policy],
        oversight: Oversight | None = None,
    ) -> None:
        self._journal = journal
        self._open_backend = open_backend
        self._load_policy = load_policy
        self._oversight = oversight or Oversight(Origin(Source.LOCAL, "qagent"))
        self.chosen: dict[Target, Node] = {}
        self.lost: DesktopError | None = None
        self._backend: Guard | None = None
        self._memory = UndoMemory()
        self._current: tuple[StopSignal, PictureSink | None, Policy, Executor] | None = None
        self._covered: tuple[PictureSink, Policy, PrivatePictures] | None = None
        self._shown: tuple[Policy, Memory] | None = None

    def open(self) -> None:
        """Open the desktop now, so that a fault shows before there is work.

        Raises:
            DesktopError: There is no usable desktop.
        """
        if self._backend is None:
            self._backend = Guard(self._open_backend(), self._oversight.consents)

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
            self._show(Doing.LOOKING, command)
            result = self._observe(command, stop, pictures)
            self._oversight.record_observation(command, str(result.status))
        else:
            result = self._perform(record, stop, pictures)
        self._journal.result(command.id, result)
        self._show(Doing.IDLE, command)
        return result

    def _show(
        self, doing: Doing, command: Command, step: Step | None = None, kind: str = ""
    ) -> None:
        number = 0 if step is None else command.steps.index(step) + 1
        self._oversight.status.write(
            Status(
                doing,
                self._oversight.origin.who,
                command.run_id,
                number,
                len(command.steps),
                kind or ("" if step is None else str(step.action.kind)),
            )
        )

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
                effects.append(not_performed(step, reason))
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

        def look(guard: Guard, policy: Policy) -> tuple[str | None, CommandResult]:
            sink = self._private(pictures, policy)
            key = None if sink is None else _screen_picture(guard, sink)
            snapshot = take_snapshot(guard, command.device_id, hides=policy.hides)
            snapshot = private_snapshot(snapshot, policy)
            return key, CommandResult(status=CommandStatus.DONE, snapshot=snapshot)

        try:
            return self.looked(stop, look)
        except StoppedError:
            why = text("look.stopped")
        except RefusedError as error:
            why = error.message
        except DesktopError as error:
            why = str(error)
        except Exception as error:
            _log_fault("observe", command.id, error)
            why = text("desktop.failed_look", kind=type(error).__name__)
        return None, CommandResult(status=CommandStatus.FAILED, error=why[:2000])

    def looked(self, stop: StopSignal, look: Callable[[Guard, Policy], T]) -> T:
        """Look at the desktop under the policy in force; a lost one is opened again, once.

        Args:
            stop: Tells the work to stop.
            look: Looks, and may be called twice.

        Raises:
            StoppedError: The work was stopped.
            RefusedError: The policy does not let the screen be observed.
            DesktopError: There is no usable desktop.
        """
        stop.check()
        policy = self._load_policy()
        denial = policy.denies_observing()
        if denial is not None:
            raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)
        for last in (False, True):
            try:
                self.open()
                assert self._backend is not None
                with self._backend.looking(policy), redacting(policy.redactor):
                    return look(self._backend, policy)
            except (StoppedError, RefusedError, GoneError, UnsupportedError):
                # The desktop is there; what was looked for is not.
                raise
            except Exception:
                self.close()
                if last:
                    raise
        raise AssertionError("the second try returns or raises")

    def _perform(
        self, record: Record, stop: StopSignal, pictures: Pictures | None
    ) -> CommandResult:
        command = record.command
        self._forgive_input()
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
            effects = tuple(with_arrived(effect, arrived) for effect in effects)
        return CommandResult(status=CommandStatus.DONE, effects=effects)

    def _step(
        self, record: Record, step: Step, stop: StopSignal, pictures: Pictures | None
    ) -> Effect:
        """Judge a step, have a person asked where that is needed, perform it, record it."""
        command = record.command
        decisions: list[Decision] = []
        self.lost = None
        self._show(Doing.WORKING, command, step)
        try:
            effect = self._judged(record, step, stop, pictures, decisions)
        except StoppedError as error:
            effect = not_performed(step, text(f"stopped.{error.reason}"), EffectError.STOPPED)
        agreed = [one.answer for one in decisions if one.allowed]
        if agreed:
            key = "consent.agreed_run" if Answer.RUN in agreed else "consent.agreed_once"
            evidence = f"{effect.evidence} {text(key)}".strip()[:4000]
            effect = effect.model_copy(update={"evidence": evidence})
        consent = " ".join(dict.fromkeys(str(one.answer) for one in decisions)) or "not_needed"
        self._oversight.record_effect(command, step, effect, consent)
        return effect

    def _judged(
        self,
        record: Record,
        step: Step,
        stop: StopSignal,
        pictures: Pictures | None,
        decisions: list[Decision],
    ) -> Effect:
        command = record.command
        precondition = record.begun.get(step.id)
        policy = self._load_policy()
        source = self._oversight.origin.source
        if precondition is None:
            denial = policy.denies_step(step) or denies_leaving(step, policy, source)
            if denial is not None:
                return refused(step, denial.message, EffectError.DENIED_BY_POLICY)
            if step.risk is not RiskCategory.LOOK:
                self._oversight.pace.wait(
                    policy.limits.steps_per_minute,
                    stop,
                    lambda: self._show(Doing.SLOWED, command, step),
                )

        def begin(found: Precondition) -> None:
            self._journal.begun(command.id, step.id, found)
            self._oversight.record_begun(command, step, policy)

        def run(executor: Executor) -> Effect:
            if precondition is not None:
                return executor.recover(step, precondition)
            return executor.perform(step, begin)

        def decided(decision: Decision) -> None:
            decisions.append(decision)
            self._oversight.record_decision(command, step, decision)

        def asking(kinds: frozenset[RiskKind] | None) -> None:
            doing = Doing.WORKING if kinds is None else Doing.ASKING
            self._show(doing, command, step, " ".join(sorted(kinds or ())))

        def pausing(paused: bool) -> None:
            self._show(Doing.PAUSED if paused else Doing.WORKING, command, step)

        def guarded(guard: Guard) -> Effect:
            found = goals.Unexplained()
            if precondition is None:
                found = explained(command, step, policy, guard, source)
            if found.refused:
                message = text("consent.goal_refused", reasons=found.refused)
                return refused(step, message, EffectError.NOT_AGREED)
            kinds = frozenset({RiskKind.UNEXPLAINED}) if found.asks else frozenset[RiskKind]()
            task = Task(
                step,
                command.run_id,
                self._oversight.origin,
                policy,
                stop,
                kinds,
                pausing,
                asking,
                decided,
            )
            with guard.task(task), redacting(policy.redactor):
                return run(self._executor(policy, stop, self._private(pictures, policy)))

        return self._guarded(step, guarded)

    def _private(self, pictures: PictureSink | None, policy: Policy) -> PictureSink | None:
        """Pictures with everything covered that must not leave."""
        if pictures is None or not policy.screenshots or self._backend is None:
            return None
        if self._shown is None or self._shown[0] != policy:
            self._shown = (policy, Memory())
        if self._covered is None or self._covered[:2] != (pictures, policy):
            private = PrivatePictures(pictures, self._backend, policy, self._shown[1])
            self._covered = (pictures, policy, private)
        return self._covered[2]

    def _forgive_input(self) -> None:
        """Whoever started local work has just used the keyboard for it."""
        if self._oversight.origin.source is Source.LOCAL and self._backend is not None:
            self._backend.forgive_input()

    def _guarded(self, step: Step, run: Callable[[Guard], Effect]) -> Effect:
        """Run a step; a lost desktop is opened again for the next one, not for this one."""
        try:
            self.open()
            assert self._backend is not None
            return run(self._backend)
        except (HomeError, StoppedError):
            raise
        except DesktopError as error:
            self.lost = error
            self._forget()
            return not_performed(step, str(error), EffectError.BACKEND_ERROR)
        except Exception as error:
            _log_fault(f"step {step.id}", "", error)
            self._forget()
            message = text("desktop.failed_step", kind=type(error).__name__)
            return not_performed(step, message, EffectError.BACKEND_ERROR)

    def _executor(self, policy: Policy, stop: StopSignal, sink: PictureSink | None) -> Executor:
        assert self._backend is not None
        if self._current is None or self._current[:3] != (stop, sink, policy):
            executor = Executor(self._backend, policy, stop, sink, self._memory, self.chosen)
            self._current = (stop, sink, policy, executor)
        return self._current[3]

    def _forget(self) -> None:
        self._current = None
        # What was remembered belongs to the desktop that is given back.
        self._memory = UndoMemory()
        self._covered = self._shown = None
        self.close()


def _screen_picture(backend: DesktopBackend, sink: PictureSink) -> str | None:
    """Take the picture that goes with a snapshot; the snapshot is worth more than it."""
    try:
        return sink.add("screen", backend.capture())
    except (DesktopError, UnsupportedError) as error:
        _log.warning("no picture of the screen: %s", type(error).__name__)
        return None


def _log_fault(what: str, command_id: str, error: Exception) -> None:
    """Log where it happened, without the message: it may carry text from the screen."""
    _log.error("%s %s failed: %s at %s", what, command_id, type(error).__name__, place_of(error))
