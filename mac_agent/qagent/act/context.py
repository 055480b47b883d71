"""What every action works with, and how it reports."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from qagent.act.memory import UndoRecord
from qagent.act.resolve import Ambiguous, Found, NotFound, describe, resolve
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, DesktopError, GoneError, Node, Tree, UnsupportedError
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
_ASKED_FOR_FOCUS, _FOCUS_ASK_SECONDS = 4, 1.5
"""While a program still closes an editor it gives the focus away again: it is asked anew."""

REVEAL_SECONDS = 1.0
PATIENT_SECONDS = 6.0

_READ_BACK_SECONDS, _SECONDS_PER_CHARACTER = 5.0, 0.004


def read_back_seconds(typed: str) -> float:
    """Time a program gets to show what was typed, beside what the typing itself took, seconds.

    Args:
        typed: The text.
    """
    return _READ_BACK_SECONDS + _SECONDS_PER_CHARACTER * len(typed)


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


def _no_memory(_: UndoRecord) -> None:
    """Memory of work that nobody undoes."""


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
        remember: Called with how to undo the step, once it is done.
        last_undo: How to undo the last step that can be undone.
        chosen: Elements that were pointed at in a look, by the targets that stand for them.
        seen: The look at the active window in which the step's element was found.
        place: Where the platform read the target's name on the picture; None where the tree has it.
    """

    backend: DesktopBackend
    policy: Policy
    stop: StopSignal
    risk: RiskCategory
    begin: Callable[[Precondition], None] = field(default=_no_journal)
    remember: Callable[[UndoRecord], None] = field(default=_no_memory)
    last_undo: UndoRecord | None = None
    chosen: Mapping[Target, Node] = field(default_factory=dict)
    seen: Tree | None = None
    place: Rect | None = None

    def look(self, *, window: Node | None = None) -> Tree:
        """Look at the live screen, or at one window of it."""
        return look(self.backend, budget=Budget(), window=window)

    def look_at_active(self) -> Tree:
        """Look at the active window only, or at everything when no window is active."""
        windows = self.backend.windows()
        active = next((one for one in windows if one.has(State.ACTIVE)), None)
        if active is None:
            return self.look()
        try:
            return self.look(window=active)
        except GoneError:
            # It closed in between: what there is now counts.
            return self.look()

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
        self.seen = self.shown(self.look_at_active())
        if target in self.chosen:
            return self._find_again(self.chosen[target])
        found = resolve(self.seen, target, prefer=prefer)
        if isinstance(found, NotFound):
            found = self._find_elsewhere(target, prefer)
        match found:
            case Found(node):
                self.allow(node.app)
                return node
            case Ambiguous(message, candidates):
                raise RefusedError(EffectError.AMBIGUOUS_TARGET, message, candidates)
            case NotFound(message, candidates):
                raise RefusedError(EffectError.TARGET_NOT_FOUND, message, candidates)

    def _find_again(self, known: Node) -> Node:
        """The element that was pointed at, if it still is what it was then."""
        node = None if self.seen is None else self.seen.get(known.ref)
        if node is None:
            self.seen = None
            node = self.look_shown().get(known.ref) or self._into_sight(known)
        if node is None or (node.role, node.name) != (known.role, known.name):
            what = "target.gone" if node is None else "target.other"
            raise RefusedError(EffectError.TARGET_NOT_FOUND, text(what, target=quoted(known)))
        self.allow(node.app)
        return node

    def _into_sight(self, known: Node) -> Node | None:
        """Scroll to the element that was pointed at, where that look found it out of sight."""
        if known.has(State.SHOWING):
            return None
        self.allow(known.app)
        try:
            self.backend.reveal(known)
        except (UnsupportedError, GoneError):
            return None

        def in_sight() -> Node | None:
            self.seen = self.shown(self.look_at_active())
            return self.seen.get(known.ref)

        return self.stop.wait_until(in_sight, REVEAL_SECONDS, 0.03)

    def _find_elsewhere(
        self, target: Target, prefer: Callable[[Node], bool] | None
    ) -> Found | Ambiguous | NotFound:
        """Look for what is not in sight in the active window: scrolled away, or in another one."""
        revealed = self._reveal(target, prefer)
        if revealed is not None:
            return revealed
        tree = self.look()
        self.seen = None
        found = resolve(self.shown(tree), target, prefer=prefer)
        if isinstance(found, NotFound) and tree.truncated:
            # A busy program is given time before it counts as one that has no such element.
            tree = look(self.backend, budget=Budget(seconds=PATIENT_SECONDS))
            found = resolve(self.shown(tree), target, prefer=prefer)
        hidden = resolve(tree, target, prefer=prefer)
        if isinstance(found, NotFound) and isinstance(hidden, Found):
            # It is there, but denied: the caller says so.
            return hidden
        return found

    def _reveal(self, target: Target, prefer: Callable[[Node], bool] | None) -> Found | None:
        """Scroll to the element that is meant, where it is out of sight in the active window."""
        active = None if self.seen is None else self.seen.active_window()
        if active is None:
            return None
        whole = look(self.backend, budget=Budget(hidden=True), window=active)
        found = resolve(self.shown(whole), target, prefer=prefer)
        if not isinstance(found, Found) or found.node.has(State.SHOWING):
            return None
        self.allow(found.node.app)
        try:
            self.backend.reveal(found.node)
        except (UnsupportedError, GoneError):
            return None

        def in_sight() -> Found | None:
            self.seen = self.shown(self.look(window=active))
            again = resolve(self.seen, target, prefer=prefer)
            return again if isinstance(again, Found) else None

        return self.stop.wait_until(in_sight, REVEAL_SECONDS, 0.03)

    def look_shown(self) -> Tree:
        """Look at all programs but those whose name the policy denies."""
        return self.shown(self.look())

    def windows_shown(self) -> tuple[Node, ...]:
        """The windows of all programs but those whose name the policy denies."""
        return tuple(one for one in self.backend.windows() if not self.policy.hides(one.app))

    def shown(self, tree: Tree) -> Tree:
        """A look without the programs whose name the policy denies."""
        return without_apps(tree, self.policy.hides)

    def take_focus(self, node: Node) -> Node:
        """Give an element the keyboard focus and make sure that it has it.

        Raises:
            FailedError: It did not get the focus.
        """
        if not self.has_focus(node) and not self.gets_focus(node):
            raise FailedError(EffectError.BACKEND_ERROR, text("focus.failed", target=quoted(node)))
        return self.backend.refresh(node)

    def gets_focus(self, node: Node) -> bool:
        """Ask for the keyboard focus until the element has it; whether it does."""
        for _ in range(_ASKED_FOR_FOCUS):
            self.backend.focus(node)
            if self.stop.wait_until(lambda: self.has_focus(node), _FOCUS_ASK_SECONDS):
                return True
        return False

    def bring_up(self, node: Node) -> None:
        """Bring the window of an element to the front: a pointer reaches what is on top.

        Raises:
            FailedError: It stays behind another window.
        """
        window = next((one for one in self.backend.windows() if one.ref == node.window), None)
        if window is None or window.has(State.ACTIVE):
            return
        try:
            self.backend.focus(window)
        except UnsupportedError:
            pass
        else:
            if self.stop.wait_until(lambda: self.backend.has_keys(window), FOCUS_SECONDS):
                return
        raise FailedError(EffectError.BACKEND_ERROR, text("focus.failed", target=quoted(window)))

    def click(self, node: Node) -> None:
        """Press the pointer in the middle of an element, once.

        Raises:
            RefusedError: It has no place, or another program lies over that.
        """
        x, y = centre(node)
        self.backend.click(x, y, meant=node, button="primary", count=1)

    @contextmanager
    def closing(self, item: Node, menus: int = 1) -> Iterator[None]:
        """Close menus or lists that were opened again where what is done inside is refused.

        Args:
            item: What is pressed in them.
            menus: How many were opened.
        """
        try:
            yield
        except (RefusedError, DesktopError):
            with suppress(RefusedError, DesktopError):
                active = next(
                    (one for one in self.backend.windows() if one.has(State.ACTIVE)), None
                )
                # The window that got in between may have taken the keys as well.
                if active is not None and active.app == item.app:
                    for _ in range(menus):
                        self.backend.press_keys(("escape",))
            raise

    def has_focus(self, node: Node) -> bool:
        """Whether the element has the focus and its window gets the keys."""
        return self.backend.has_keys(node)


def centre(node: Node) -> tuple[int, int]:
    """The middle of an element, pixels.

    Raises:
        RefusedError: It has no place.
    """
    if node.rect is None:
        raise RefusedError(
            EffectError.BACKEND_ERROR, text("route.unsupported", target=quoted(node))
        )
    return middle(node.rect)


def middle(rect: Rect) -> tuple[int, int]:
    """The middle of a rectangle, pixels."""
    return rect.x + rect.width // 2, rect.y + rect.height // 2


def quoted(node: Node) -> str:
    """An element in words that may leave the device."""
    return redact(describe(node))


def excerpt(content: str, most: int = 200) -> str:
    """The beginning of a text that may leave the device, in quotation marks."""
    clean = redact(content)
    return f"'{clean}'" if len(clean) <= most else f"'{clean[:most]}…'"
