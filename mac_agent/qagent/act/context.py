"""What every action works with, and how it reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qagent.act.resolve import Ambiguous, Found, NotFound, describe, resolve
from qagent.desktop.base import Budget, DesktopBackend, Node, Tree
from qagent.messages import text
from qagent.observe import look, without_apps
from qagent.policy import Policy
from qagent.stop import StopSignal
from qscreen.redaction import redact
from qscreen.wire import EffectError, Outcome, Rect, RiskCategory, Route, State, Target

Precondition = Mapping[str, str | int | bool]
"""What was so before a step acted, as the journal keeps it: enough to judge the step later."""

MODAL_SECONDS = 8.0
FOCUS_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Done:
    """What an action achieved."""

    outcome: Outcome
    evidence: str = ""
    route: Route = Route.NONE
    rect: Rect | None = None
    error: EffectError | None = None
    candidates: tuple[str, ...] = ()


class RefusedError(Exception):
    """The action was not begun: nothing has changed."""

    def __init__(self, error: EffectError, message: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.error = error
        self.message = message
        self.candidates = candidates


class FailedError(Exception):
    """The action was begun and did not succeed."""

    def __init__(self, error: EffectError, message: str, route: Route = Route.NONE) -> None:
        super().__init__(message)
        self.error = error
        self.message = message
        self.route = route


def _no_journal(_: Precondition) -> None:
    """Journal of work that has none."""


@dataclass(slots=True)
class Context:
    """Surroundings of one step.

    Attributes:
        backend: The desktop.
        policy: The policy in force.
        stop: Tells the step to stop.
        risk: The step's risk category.
        begin: Called with the precondition, immediately before the first change; what it writes
            is on disk when it returns.
    """

    backend: DesktopBackend
    policy: Policy
    stop: StopSignal
    risk: RiskCategory
    begin: Callable[[Precondition], None] = field(default=_no_journal)

    def look(self, *, window: Node | None = None) -> Tree:
        """Look at the live screen, or at one window of it."""
        return look(self.backend, budget=Budget(), window=window)

    def look_at_active(self) -> Tree:
        """Look at the active window only, or at everything when no window is active."""
        windows = self.backend.windows()
        active = next((one for one in windows if one.has(State.ACTIVE)), None)
        if active is None:
            return self.look()
        return self.look(window=active)

    def allow(self, app: str) -> None:
        """Refuse when the policy does not allow the program."""
        denial = self.policy.denies_app(app, self.risk)
        if denial is not None:
            raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)

    def find(self, target: Target, *, prefer: Callable[[Node], bool] | None = None) -> Node:
        """The one element that a target means, on the live screen, allowed by the policy.

        Raises:
            RefusedError: None or several fit, or the policy does not allow the program.
        """
        found = resolve(self._shown(self.look_at_active()), target, prefer=prefer)
        if isinstance(found, NotFound):
            tree = self.look()
            found = resolve(self._shown(tree), target, prefer=prefer)
            hidden = resolve(tree, target, prefer=prefer)
            if isinstance(found, NotFound) and isinstance(hidden, Found):
                found = hidden  # It is there, but denied: the answer below says so.
        match found:
            case Found(node):
                self.allow(node.app)
                return node
            case Ambiguous(message, candidates):
                raise RefusedError(EffectError.AMBIGUOUS_TARGET, message, candidates)
            case NotFound(message, candidates):
                raise RefusedError(EffectError.TARGET_NOT_FOUND, message, candidates)

    def look_shown(self) -> Tree:
        """Look at all programs but those whose name the policy denies."""
        return self._shown(self.look())

    def windows_shown(self) -> tuple[Node, ...]:
        """The windows of all programs but those whose name the policy denies."""
        return tuple(one for one in self.backend.windows() if not self.policy.hides(one.app))

    def _shown(self, tree: Tree) -> Tree:
        return without_apps(tree, self.policy.hides)

    def take_focus(self, node: Node) -> Node:
        """Give an element the keyboard focus and make sure that it has it.

        Raises:
            FailedError: It did not get the focus.
        """
        if not self.has_focus(node):
            self.backend.focus(node)
            if not self.stop.wait_until(lambda: self.has_focus(node), FOCUS_SECONDS):
                raise FailedError(
                    EffectError.BACKEND_ERROR, text("focus.failed", target=quoted(node))
                )
        return self.backend.refresh(node)

    def has_focus(self, node: Node) -> bool:
        """Whether the element has the focus and its window gets the keys."""
        return self.backend.has_keys(node)


def quoted(node: Node) -> str:
    """An element in words that may leave the device."""
    return redact(describe(node))


def excerpt(content: str, most: int = 200) -> str:
    """The beginning of a text that may leave the device, in quotation marks."""
    clean = redact(content)
    return f"'{clean}'" if len(clean) <= most else f"'{clean[:most]}…'"
