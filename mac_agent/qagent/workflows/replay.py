"""Doing a workflow again: each step through the same worker, guard, consent and audit as any other.

A step's element is looked for by its target and what was around it, and waited for. A step that is
not confirmed, by what it reports or by its verification, ends the replay with its reason.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from qagent.act.context import RefusedError
from qagent.act.resolve import matches
from qagent.consent import Dialog, Source
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, DesktopError, GoneError, UnsupportedError
from qagent.home import AgentHome
from qagent.journal import PassingJournal
from qagent.locks import held
from qagent.messages import text
from qagent.observe import look, without_apps
from qagent.oversight import oversee
from qagent.policy import Policy, load_policy
from qagent.reporting import Done as Came
from qagent.stop import StoppedError, StopSignal
from qagent.stop_key import watched
from qagent.stopping import stop_by
from qagent.telling import keep_for_platform
from qagent.work import Worker
from qagent.workflows.finding import Sought, seek, target_in
from qagent.workflows.tasks import Task
from qscreen.wire import (
    Command,
    CommandKind,
    Effect,
    EffectError,
    Outcome,
    Scroll,
    State,
    Step,
    Target,
)

PATIENCE_SECONDS = 8.0
"""Time an element gets to be there: the step before may have opened its window."""

_POLL_SECONDS = 0.1
_NOTCHES = 3
"""Of the wheel between two looks: so much of a list stays in sight that nothing is passed by."""

_MOST_PORTIONS = 100
_LOCAL_DEVICE = "local-device"
_OPEN_ENDED = frozenset({Outcome.UNVERIFIABLE, Outcome.SUSPECTED_NOOP})


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one step.

    Attributes:
        step: Its id in the file.
        row: Number of its row, from 1; 0 outside of the repeat.
        kind: Kind of its action.
        because: What it is, in words.
        outcome: Outcome of the action, or of its verification where there is one.
        error: Why it is not confirmed; empty where it is.
        evidence: What was seen, redacted.
        candidates: What else fits, where its element was not told apart.
        by_surroundings: Whether only what was around the element told it apart.
        verified: Whether the step's own verification confirmed it.
        accepted: Whether the replay went on after it.
        ms: How long it took, milliseconds.
    """

    step: str
    row: int
    kind: str
    because: str
    outcome: str
    error: str
    evidence: str
    candidates: tuple[str, ...]
    by_surroundings: bool
    verified: bool
    accepted: bool
    ms: float


@dataclass(slots=True)
class Report:
    """What came of a replay.

    Attributes:
        run: Id of the run, as in the audit log.
        total: How many steps there were to do.
        done: What was done, in order.
    """

    run: str
    total: int
    done: list[Done] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every step was done and accepted."""
        return len(self.done) == self.total and all(one.accepted for one in self.done)

    @property
    def stopped_at(self) -> Done | None:
        """The step at which it ended too early."""
        return next((one for one in self.done if not one.accepted), None)

    def values(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "run": self.run,
            "complete": self.complete,
            "total": self.total,
            "steps": [asdict(one) for one in self.done],
        }


def replay(
    home: AgentHome,
    tasks: list[Task],
    stop: StopSignal,
    who: str,
    *,
    dialog: Dialog | None = None,
    tell: Callable[[Done], None] = lambda _: None,
) -> Report:
    """Do the steps of a workflow on this screen.

    Args:
        home: The agent's folder.
        tasks: The steps.
        stop: Tells the work to stop.
        who: Who asks for it, in words for the person at the device.
        dialog: Asks that person; the native dialog when absent.
        tell: Told of each step when it is done.

    Returns:
        What came of it; it ends with the first step that is not confirmed.

    Raises:
        HomeError: Another process acts on the screen, or the folder cannot be used.
        DesktopError: There is no usable desktop.
    """
    home.create()
    with (
        held(home.root / "screen.lock", what=text("lock.acting")),
        watched(load_policy(home.policy).stop_key, lambda: stop_by(home, "stop key")),
    ):
        # The journal of a replay is in memory: its steps may hold secrets.
        journal = PassingJournal()
        oversight = oversee(home, Source.LOCAL, who, dialog)
        worker = Worker(journal, open_backend, lambda: load_policy(home.policy), oversight)
        report = Report(f"workflow-{uuid4().hex[:20]}", len(tasks))
        told: list[Came] = []
        started_at = datetime.now(UTC)
        try:
            worker.open()
            for task in tasks:
                done = _Step(worker, stop, report.run, told).do(task)
                report.done.append(done)
                tell(done)
                if not done.accepted:
                    break
        finally:
            worker.close()
            journal.close()
            secrets = {secret for task in tasks for secret in task.secrets}
            keep_for_platform(home, who, told, started_at, datetime.now(UTC), secrets)
    return report


class _Step:
    """Does one step of a replay."""

    def __init__(self, worker: Worker, stop: StopSignal, run: str, told: list[Came]) -> None:
        self._worker = worker
        self._stop = stop
        self._run = run
        self._told = told

    def do(self, task: Task) -> Done:
        """Find its element, perform it, and verify it."""
        sought = self._point_at(task)
        effect = self._scroll(task) if isinstance(task.action, Scroll) else None
        effect = effect or self._perform(task.as_step())
        check = task.as_check()
        verified = False
        ms = effect.duration_ms
        if check is not None and effect.outcome in {Outcome.CONFIRMED, *_OPEN_ENDED}:
            seen = self._perform(check)
            verified = seen.outcome is Outcome.CONFIRMED
            ms += seen.duration_ms
            effect = seen
        self._told.append(((task.as_step(),), (effect.model_copy(update={"step_id": "s1"}),)))
        # A password field is never read: what was typed into it is told by nothing.
        unseen = task.secret and effect.outcome is Outcome.UNVERIFIABLE
        return Done(
            task.step.id,
            task.row,
            str(task.step.action.kind),
            task.step.because,
            str(effect.outcome),
            "" if effect.error is None else str(effect.error),
            effect.evidence,
            effect.candidates,
            sought is not None and sought.by_surroundings,
            verified,
            effect.outcome is Outcome.CONFIRMED or unseen,
            round(ms, 1),
        )

    def _scroll(self, task: Task) -> Effect | None:
        """Scroll until what was scrolled to shows; None where only the way is known.

        The list may be longer or shorter than it was: what the wheel was turned is no measure.
        """
        reached = None if task.verify is None else task.verify.target
        if reached is None or not isinstance(task.action, Scroll):
            return None
        portion = task.action.model_copy(update={"amount": min(task.action.amount, _NOTCHES)})
        effect = None
        for _ in range(_MOST_PORTIONS):
            if self._in_sight(reached):
                # Where it shows from the start, the step's verification says so.
                check = task.as_check()
                return effect if effect is not None or check is None else self._perform(check)
            effect = self._perform(task.as_step().model_copy(update={"action": portion}))
            if effect.outcome is not Outcome.CONFIRMED:
                break  # It goes no further.
        return effect

    def _in_sight(self, target: Target) -> bool:
        def shows(backend: DesktopBackend, policy: Policy) -> bool:
            tree = without_apps(look(backend, budget=Budget()), policy.hides)
            return any(one.rect is not None for one in matches(tree, target))

        try:
            return self._worker.looked(self._stop, shows)
        except (StoppedError, RefusedError, DesktopError, GoneError, UnsupportedError):
            return False  # The step itself says why, in its effect.

    def _point_at(self, task: Task) -> Sought | None:
        """Wait until the step's element is there, and point at it where its target fits several."""
        target = target_in(task.action)
        self._worker.chosen.clear()
        if target is None:
            return None
        last: list[Sought] = []

        def there() -> Sought | None:
            found = self._worker.looked(self._stop, lambda desk, policy: _seek(desk, policy, task))
            last[:] = [found]
            return found if found.node is not None else None

        try:
            found = self._stop.wait_until(there, PATIENCE_SECONDS, _POLL_SECONDS)
        except (StoppedError, RefusedError, DesktopError, GoneError, UnsupportedError):
            return None  # The step itself says why, in its effect.
        if found is None:
            return last[0] if last else None
        if found.by_surroundings and found.node is not None:
            self._worker.chosen[target] = found.node
        return found

    def _perform(self, step: Step) -> Effect:
        now = datetime.now(UTC)
        command = Command(
            id=f"local-{uuid4().hex}",
            run_id=self._run,
            device_id=_LOCAL_DEVICE,
            kind=CommandKind.PERFORM,
            issued_at=now,
            expires_at=now + timedelta(hours=1),
            heartbeat_seconds=10,
            steps=(step,),
        )
        result = self._worker.carry_out(command, self._stop)
        if result.effects:
            return result.effects[0]
        return Effect(
            step_id=step.id,
            outcome=Outcome.FAILED,
            evidence=(result.error or "")[:4000],
            error=EffectError.BACKEND_ERROR,
            started_at=now,
            duration_ms=0.0,
        )


def _seek(backend: DesktopBackend, policy: Policy, task: Task) -> Sought:
    """Look for a step's element: in the window that gets the keys, then everywhere."""
    target = target_in(task.action)
    assert target is not None
    windows = backend.windows()
    active = next((one for one in windows if one.has(State.ACTIVE)), None)
    if active is not None and not policy.hides(active.app):
        found = seek(look(backend, budget=Budget(), window=active), task.step, target)
        if found.node is not None:
            return found
    tree = without_apps(look(backend, budget=Budget()), policy.hides)
    return seek(tree, task.step, target)
