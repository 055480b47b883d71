"""What an order works with: looks at the active window, and steps through the worker."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from qagent.consent import Guard
from qagent.desktop.base import Budget, Node, Tree
from qagent.effects import not_performed, refused
from qagent.messages import text
from qagent.observe import look, without_apps
from qagent.policy import Policy
from qagent.stop import StopSignal
from qagent.work import Worker
from qscreen.orders.model import Kind
from qscreen.wire import (
    Action,
    Command,
    CommandKind,
    Effect,
    EffectError,
    Outcome,
    State,
    Step,
    Target,
)

T = TypeVar("T")

MOST_STEPS = 60
"""Most steps of one goal: what is not reached by then is given up."""

SETTLE_SECONDS = 1.5
"""Time a page gets to come to rest."""

_PAUSE_SECONDS = 0.09
_HOUR = timedelta(hours=1)
_GOES_ON = frozenset({Outcome.CONFIRMED, Outcome.UNVERIFIABLE})


class GivenUpError(Exception):
    """The goal is not pursued any further.

    Attributes:
        message: Why, in words for the user.
        error: The kind of error.
    """

    def __init__(self, message: str, error: EffectError = EffectError.TARGET_NOT_FOUND) -> None:
        super().__init__(message)
        self.message = message
        self.error = error


class Desk:
    """Looks and acts for one goal.

    Args:
        worker: Carries out the steps.
        stop: Ends the work.
        goal: What the user asked for.
        device: Id of this device.

    Attributes:
        effects: What came of the steps so far.
        taken: What was taken from the screen last.
        among: Where what is looked for may be hidden.
        changed: Whether a step of the present order was made.
    """

    def __init__(self, worker: Worker, stop: StopSignal, goal: str, device: str) -> None:
        self._worker = worker
        self.stop = stop
        self.goal = goal
        self._device = device
        self._run = f"local-{uuid4().hex[:12]}"
        self.effects: list[Effect] = []
        self.taken: tuple[str, ...] = ()
        self.among: Kind | None = None
        self.changed = False

    def look(self, *, hidden: bool = False) -> Tree:
        """Look at the active window, or at everything when no window is active.

        Args:
            hidden: Whether what is scrolled out of sight is wanted too.
        """

        def active(guard: Guard, policy: Policy) -> Tree:
            window = next((one for one in guard.windows() if one.has(State.ACTIVE)), None)
            tree = look(guard, budget=Budget(hidden=hidden), window=window)
            return without_apps(tree, policy.hides)

        return self._worker.looked(self.stop, active)

    def looked(self, look: Callable[[Guard, Policy], T]) -> T:
        """Look in a way of one's own, under the policy in force."""
        return self._worker.looked(self.stop, look)

    def read(self, node: Node) -> str:
        """The whole text of an element."""
        return self._worker.looked(self.stop, lambda guard, _: guard.text_state(node).text)

    def act(self, action: Action, *nodes: tuple[Target, Node], faint: bool = False) -> Effect:
        """Carry out an action as a step.

        Args:
            action: The action.
            nodes: The elements that its targets stand for.
            faint: Whether the work goes on when nothing is seen to come of it.

        Raises:
            GivenUpError: The step did not do what it should.
        """
        if len(self.effects) >= MOST_STEPS:
            raise GivenUpError(text("pursuit.too_long", count=MOST_STEPS), EffectError.TIMED_OUT)
        step = Step(id=f"s{len(self.effects) + 1}", action=action, because=self.goal[:1000])
        self._worker.chosen.update(dict(nodes))
        try:
            result = self._worker.carry_out(self._command(step), self.stop)
        finally:
            self._worker.chosen.clear()
        effect = result.effects[0].model_copy(update={"step_id": step.id})
        self.effects.append(effect)
        goes_on = _GOES_ON | {Outcome.SUSPECTED_NOOP} if faint else _GOES_ON
        if effect.outcome not in goes_on:
            raise GivenUpError("", effect.error or EffectError.BACKEND_ERROR)
        self.changed = True
        return effect

    def settle(self, seconds: float = SETTLE_SECONDS) -> Tree:
        """Look until two looks in a row show the same, or the time is over.

        A page tells of a change a moment after it shows it, and what opens slides into place.
        """
        limit = time.monotonic() + seconds
        last = self.look()
        while time.monotonic() < limit:
            self.stop.wait_until(lambda: False, _PAUSE_SECONDS, _PAUSE_SECONDS)
            fresh = self.look()
            if _shape(fresh) == _shape(last):
                return fresh
            last = fresh
        return last

    def until(self, condition: Callable[[Tree], bool], seconds: float) -> Tree | None:
        """Look again and again until something is so; None when it does not become so."""

        def so() -> Tree | None:
            tree = self.look()
            return tree if condition(tree) else None

        return self.stop.wait_until(so, seconds, 0.04)

    def refuse(self, action: Action, fault: GivenUpError) -> None:
        """Note that the next step was not begun."""
        step = Step(id=f"s{len(self.effects) + 1}", action=action, because=self.goal[:1000])
        stopped = fault.error is EffectError.STOPPED
        made = not_performed if stopped else refused
        self.effects.append(made(step, fault.message, fault.error))

    def _command(self, step: Step) -> Command:
        now = datetime.now(UTC)
        return Command(
            id=f"local-{uuid4().hex}",
            run_id=self._run,
            device_id=self._device,
            kind=CommandKind.PERFORM,
            issued_at=now,
            expires_at=now + _HOUR,
            heartbeat_seconds=10,
            steps=(step,),
        )


def _shape(tree: Tree) -> list[tuple[object, object]]:
    return [(node.ref, node.rect) for node in tree.nodes]


def pointed(node: Node) -> Target:
    """A target that stands for an element of a look."""
    return Target(name=node.name.strip()[:200] or None, role=node.role)
