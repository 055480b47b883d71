"""Judging operations: the stop latch, a person's input, the policy's windows, risky kinds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from qagent.act.context import RefusedError
from qagent.consent.classify import Act, Verb, classify, saves_program
from qagent.consent.decisions import Consents, Decision
from qagent.consent.dialog import is_own_dialog
from qagent.consent.question import Origin
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, GoneError, Node, Ref, Tree, UnsupportedError
from qagent.messages import text
from qagent.policy import Policy, RiskKind
from qagent.presence import Presence
from qagent.stop import StoppedError, StopSignal
from qscreen.wire import EffectError, Rect, SaveAs, State, Step

Look = Callable[[Budget, Node], Tree]
"""Looks at one window."""

RESTORE_SECONDS = 3.0
"""Time the window manager gets to activate the window again that was active before the dialog."""

_CLEAN_UP_SECONDS = 0.15
"""How long after a stop a dialog that the agent opened may still be cancelled."""


@dataclass(slots=True)
class Task:
    """One step under the guard.

    Attributes:
        step: The step.
        run_id: Its run.
        origin: Who asks for it.
        policy: The policy in force.
        stop: Ends it.
        kinds: Risky kinds of the step as a whole, whatever it goes to.
        on_pause: Told when the agent waits for a person to finish, and when it goes on.
        on_ask: Told the kinds before a person is asked, and None afterwards.
        on_decision: Told each answer before anything is done.
        agreed: What was agreed to in this step, by element.
    """

    step: Step
    run_id: str
    origin: Origin
    policy: Policy
    stop: StopSignal
    kinds: frozenset[RiskKind] = frozenset()
    on_pause: Callable[[bool], None] = field(default=lambda _: None)
    on_ask: Callable[[frozenset[RiskKind] | None], None] = field(default=lambda _: None)
    on_decision: Callable[[Decision], None] = field(default=lambda _: None)
    agreed: dict[Ref, set[RiskKind]] = field(default_factory=dict)
    stopped_at: float | None = None


class Gate:
    """Lets operations of the step in hand through, or refuses them.

    Args:
        backend: The desktop itself.
        consents: Asks.
        presence: Tells a person's input from ours.
        look: Looks at one window as plans may see it.
    """

    def __init__(
        self, backend: DesktopBackend, consents: Consents, presence: Presence, look: Look
    ) -> None:
        self._backend = backend
        self._consents = consents
        self._presence = presence
        self._look = look
        self.task: Task | None = None

    def judge(self, act: Act) -> None:
        """Judge an operation; returns when it may happen.

        Args:
            act: What is about to be done, with what it goes to.

        Raises:
            RefusedError: It may not happen.
            StoppedError: The work was stopped.
        """
        task = self.task
        if task is None:
            raise RefusedError(EffectError.DENIED_BY_POLICY, text("guard.no_step"))
        self._check_stop(task, act)
        self.await_quiet()
        if self._is_in_own_dialog(act):
            raise RefusedError(EffectError.DENIED_BY_POLICY, text("consent.own_dialog"))
        if act.window is not None:
            denial = task.policy.denies_window(act.window.name)
            if denial is not None:
                raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)
        kinds = classify(act) | self._kinds_of_step(task)
        denial = task.policy.denies_kinds(kinds)
        if denial is not None:
            raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)
        place = self._place(act)
        agreed = task.agreed.get(place, set()) | task.agreed.get(None, set())
        app = _app_of(act)
        to_ask = self._consents.open_kinds(task.run_id, app, task.policy.asks_about(kinds - agreed))
        if to_ask:
            self._ask(task, act, to_ask, app)
            task.agreed.setdefault(place, set()).update(to_ask)
            # What the step as a whole is of is asked once, and so is replacing a file: the
            # program may ask the same again in a window of its own.
            whole = self._kinds_of_step(task) | {RiskKind.OVERWRITE}
            task.agreed.setdefault(None, set()).update(to_ask & whole)

    def _is_in_own_dialog(self, act: Act) -> bool:
        window = act.window
        if window is None and act.node is not None:
            # An element of a window that was never looked at through the guard.
            wanted = act.node.window
            window = next((one for one in self._backend.windows() if one.ref == wanted), act.node)
        return window is not None and is_own_dialog(window.app, window.name)

    def _kinds_of_step(self, task: Task) -> frozenset[RiskKind]:
        action = task.step.action
        if isinstance(action, SaveAs) and saves_program(action.filename):
            return task.kinds | {RiskKind.COMMAND}
        return task.kinds

    def _place(self, act: Act) -> Ref:
        if act.node is not None:
            return act.node.ref
        return act.window.ref if act.window is not None else act.verb

    def _ask(self, task: Task, act: Act, kinds: frozenset[RiskKind], app: str) -> None:
        active = next((one for one in self._backend.windows() if one.has(State.ACTIVE)), None)
        task.on_ask(kinds)
        try:
            decision = self._consents.ask(
                act, task.step, kinds, app, task.run_id, task.origin, task.policy, task.stop
            )
        finally:
            task.on_ask(None)
            # The answer was a person's input, but it was input that the agent asked for.
            self._presence.note_own()
        task.on_decision(decision)
        if not decision.allowed:
            raise RefusedError(
                EffectError.NOT_AGREED, text("consent.not_agreed", reason=decision.reason)
            )
        if active is not None:
            self._give_back(task, active)
        self._check_unchanged(act, kinds)

    def _give_back(self, task: Task, active: Node) -> None:
        """The window that was active before the dialog gets the keys again."""

        def again() -> bool:
            return any(
                one.ref == active.ref and one.has(State.ACTIVE) for one in self._backend.windows()
            )

        if task.stop.wait_until(again, RESTORE_SECONDS / 2):
            return
        try:
            self._backend.focus(active)
        except (UnsupportedError, GoneError):
            return
        task.stop.wait_until(again, RESTORE_SECONDS / 2)

    def _check_unchanged(self, act: Act, kinds: frozenset[RiskKind]) -> None:
        """What was agreed to is what is done: the element and its surroundings are the same."""
        changed = RefusedError(EffectError.NOT_AGREED, text("consent.changed"))
        try:
            inside = act.inside
            if act.window is not None:
                inside = self._look(Budget(), act.window).nodes
            node = act.node
            if node is not None:
                fresh = self._backend.refresh(node)
                # Labels beside a field give it its name; the system knows none.
                if fresh.name and fresh.name != node.name:
                    raise changed
                node = replace(node, states=fresh.states)
        except GoneError:
            raise changed from None
        if act.verb in {Verb.KEYS, Verb.TYPE} and act.window is not None:
            active = next((one for one in self._backend.windows() if one.has(State.ACTIVE)), None)
            if active is None or active.ref != act.window.ref:
                raise changed
        if (
            act.point is not None
            and node is not None
            and not covers(
                next((one.rect for one in inside if one.ref == node.ref), None), *act.point
            )
        ):
            raise changed
        if not classify(replace(act, inside=inside, node=node)) <= classify(act) | kinds:
            raise changed

    def _check_stop(self, task: Task, act: Act) -> None:
        try:
            task.stop.check()
        except StoppedError:
            now = time.monotonic()
            if task.stopped_at is None:
                task.stopped_at = now
            # What the step opened may be cancelled, at once: nothing half-done remains.
            late = now - task.stopped_at > _CLEAN_UP_SECONDS
            if act.verb is Verb.KEYS and act.keys == ("escape",) and not late:
                return
            raise

    def await_quiet(self) -> None:
        """Wait as long as a person uses keyboard or pointer."""
        task = self.task
        if task is None or not task.policy.physical_input.pause:
            return
        rules = task.policy.physical_input

        def quiet() -> bool:
            since = self._presence.seconds_since_person()
            return since is None or since >= rules.quiet_seconds

        if quiet():
            return
        task.on_pause(True)
        try:
            if not task.stop.wait_until(quiet, rules.give_up_seconds, 0.05):
                raise RefusedError(
                    EffectError.USER_ACTIVE,
                    text("user.active", seconds=f"{rules.give_up_seconds:g}"),
                )
        finally:
            task.on_pause(False)


def _app_of(act: Act) -> str:
    if act.node is not None:
        return act.node.app
    return act.window.app if act.window is not None else act.program


def covers(rect: Rect | None, x: int, y: int) -> bool:
    """Whether a place lies in a rectangle."""
    return (
        rect is not None
        and rect.x <= x < rect.x + rect.width
        and rect.y <= y < rect.y + rect.height
    )
