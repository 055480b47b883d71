"""The desktop as the executor gets it: whatever changes something is judged where it is done.

The guard stands between the decision what to do and the desktop. It sees each operation with the
element that it really goes to, after all resolving and just before it happens, so nothing that a
plan says, and nothing that a screen does in between, gets round it. In this order: the stop
latch, a person's own input, the policy's windows, the agents' own dialogs, then the risky kinds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from qagent.act.context import RefusedError
from qagent.consent.classify import Act, Verb, is_secret
from qagent.consent.closed import is_closed
from qagent.consent.covered import hidden, refusal
from qagent.consent.decisions import Consents
from qagent.consent.dialog import is_own_dialog
from qagent.consent.gate import Gate, Task, covers
from qagent.desktop.backend import DesktopBackend, Launched
from qagent.desktop.base import (
    Budget,
    Cell,
    CellRange,
    CoveredError,
    Node,
    Picture,
    Ref,
    Surface,
    TextState,
    Tree,
    ValueState,
)
from qagent.desktop.lacks import secure
from qagent.messages import text
from qagent.policy import DataClass, Policy
from qagent.presence import Presence
from qscreen.wire import (
    EffectError,
    OpenApp,
    Read,
    Rect,
    ScrollDirection,
    State,
    Target,
    TypeText,
)


class Guard:
    """A desktop on which only judged operations happen.

    Args:
        backend: The desktop itself.
        consents: Asks.
        presence: Tells a person's input from ours; made for the desktop when absent.
    """

    def __init__(
        self, backend: DesktopBackend, consents: Consents, presence: Presence | None = None
    ) -> None:
        self.name = backend.name
        self._backend = backend
        self._presence = presence or Presence(backend.idle_seconds)
        self._seen: dict[Ref | None, tuple[Node, ...]] = {}
        self._gate = Gate(
            backend,
            consents,
            self._presence,
            lambda budget, window: self.look(budget, window=window),
        )
        self._policy: Policy | None = None

    @contextmanager
    def task(self, task: Task) -> Iterator[None]:
        """Judge what happens inside by this step; without one nothing may be changed."""
        self._gate.task = task
        try:
            with self.looking(task.policy):
                yield
        finally:
            self._gate.task = None

    @contextmanager
    def looking(self, policy: Policy) -> Iterator[None]:
        """Show inside only what the policy does not hide."""
        self._policy = policy
        try:
            yield
        finally:
            self._policy = None

    def forgive_input(self) -> None:
        """What a person did up to now does not count: it was how the work was asked for."""
        self._presence.note_own()

    # Looking: free, but for what must not be seen.

    def look(self, budget: Budget, *, window: Node | None = None) -> Tree:
        """Read what shows, without the agents' own dialogs and without hidden windows."""
        tree = self._backend.look(budget, window=window)
        hidden = {one.ref for one in tree.windows() if self._is_hidden(one)}
        nodes = tuple(_without_secret(one) for one in tree.nodes if one.window not in hidden)
        apps = tuple(app for app in tree.apps if not is_own_dialog(app, ""))
        seen: dict[Ref | None, list[Node]] = {}
        for node in nodes:
            seen.setdefault(node.window, []).append(node)
        if window is None:
            self._seen.clear()
        self._seen.update({ref: tuple(inside) for ref, inside in seen.items()})
        return Tree(tree.screen, nodes, apps, tree.truncated)

    def look_at_everything(self, budget: Budget, window: Node | None = None) -> Tree:
        """Read what shows, also what is hidden: to know what to cover in a picture."""
        return self._backend.look(budget, window=window)

    def all_windows(self) -> tuple[Node, ...]:
        """The top-level windows, also those that are hidden: to know what a picture shows."""
        return self._backend.windows()

    def surfaces(self) -> tuple[Surface, ...]:
        """What the window server shows, also what is hidden: to know what a picture shows."""
        return self._backend.surfaces()

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        """What certainly hides parts of windows."""
        return self._backend.in_front(windows, area)

    def windows(self) -> tuple[Node, ...]:
        """The top-level windows, without the agents' own dialogs and without hidden ones."""
        return tuple(one for one in self._backend.windows() if not self._is_hidden(one))

    def refresh(self, node: Node) -> Node:
        """Read one element again."""
        return self._backend.refresh(node)

    def has_keys(self, node: Node) -> bool:
        """Whether the element gets the keys."""
        return self._backend.has_keys(node)

    def text_state(self, node: Node) -> TextState:
        """Read an element's text; never that of a secret field for a plan that asks to read."""
        reads = self._gate.task is not None and isinstance(self._gate.task.step.action, Read)
        if node.secure or (reads and is_secret(node)):
            raise secure(node)
        return self._backend.text_state(node)

    def options(self, container: Node) -> tuple[str, ...]:
        """Names of a container's options."""
        return self._backend.options(container)

    def is_selected(self, container: Node, index: int) -> bool:
        """Whether an option is selected."""
        return self._backend.is_selected(container, index)

    def value_state(self, node: Node) -> ValueState:
        """Read a numeric value and its bounds."""
        return self._backend.value_state(node)

    def table_size(self, table: Node) -> tuple[int, int]:
        """Rows and columns of a table."""
        return self._backend.table_size(table)

    def cells(self, table: Node, wanted: CellRange) -> tuple[tuple[Cell, ...], ...]:
        """Read a block of a table."""
        return self._backend.cells(table, wanted)

    def column_names(self, table: Node, columns: range) -> tuple[str, ...]:
        """What stands above columns."""
        return self._backend.column_names(table, columns)

    def read_clipboard(self) -> str | None:
        """The text in the clipboard, where the policy lets a plan read it."""
        if self._gate.task is not None:
            policy = self._gate.task.policy
            if not policy.may_read(DataClass.CLIPBOARD):
                denial = policy.denies_data(DataClass.CLIPBOARD)
                raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)
        return self._backend.read_clipboard()

    def lend_clipboard(self) -> AbstractContextManager[None]:
        """Give the clipboard's contents back at the end; nobody learns them."""
        return self._backend.lend_clipboard()

    def capture(self) -> Picture:
        """Take a picture of the screen, for comparing; what is sent goes through `privacy`."""
        return self._backend.capture()

    def idle_seconds(self) -> float:
        """Seconds since the last input of any kind."""
        return self._backend.idle_seconds()

    def close(self) -> None:
        """Give the desktop back."""
        self._backend.close()

    # Acting: each operation is judged first.

    def insert_text(self, node: Node, state: TextState, text: str) -> None:
        """Enter text natively."""
        self._gate.judge(self._on(Verb.TYPE, node, text=text))
        self._backend.insert_text(node, state, text)

    def set_text(self, node: Node, text: str) -> None:
        """Replace the whole text natively."""
        self._gate.judge(self._on(Verb.TYPE, node, text=text))
        self._backend.set_text(node, text)

    def press(self, node: Node) -> None:
        """Run an element's chief action."""
        self._gate.judge(self._on(Verb.PRESS, node))
        self._backend.press(node)

    def focus(self, node: Node) -> None:
        """Give an element the keyboard focus."""
        action = None if self._gate.task is None else self._gate.task.step.action
        # Before the focus moves, a person is asked for all that follows.
        typing = isinstance(action, TypeText) and node.ref != node.window
        self._gate.judge(
            self._on(Verb.TYPE, node, text=action.text)
            if typing and isinstance(action, TypeText)
            else self._on(Verb.FOCUS, node)
        )
        self._backend.focus(node)
        # Some systems raise a window by a pointer event of their own.
        self._presence.note_own()

    def reveal(self, node: Node) -> None:
        """Scroll until an element can be seen."""
        self._gate.judge(self._on(Verb.SCROLL, node))
        self._backend.reveal(node)

    def select_option(self, container: Node, index: int) -> None:
        """Select an option."""
        names = self._backend.options(container)
        option = names[index] if 0 <= index < len(names) else ""
        self._gate.judge(self._on(Verb.SELECT, container, text=option))
        self._backend.select_option(container, index)

    def set_value(self, node: Node, value: float) -> None:
        """Set a numeric value."""
        self._gate.judge(self._on(Verb.SET, node, text=f"{value:g}"))
        self._backend.set_value(node, value)

    def write_clipboard(self, text: str) -> None:
        """Put a text into the clipboard."""
        self._gate.judge(Act(Verb.COPY, text=text))
        self._backend.write_clipboard(text)

    def type_text(self, text: str, between: Callable[[int], None]) -> None:
        """Type by synthetic keys into what has the focus; a person's input makes it wait."""
        self._gate.judge(self._on_active(Verb.TYPE, text=text))

        noted = 0

        def checked(count: int) -> None:
            nonlocal noted
            # Asked again before more was typed: what came in the meantime is a person's.
            if count > noted:
                noted = count
                self._presence.note_own()
            between(count)
            self._gate.await_quiet()

        try:
            self._backend.type_text(text, checked)
        finally:
            self._presence.note_own()

    def press_keys(self, keys: tuple[str, ...]) -> None:
        """Press a combination."""
        self._gate.judge(self._on_active(Verb.KEYS, keys=keys))
        try:
            self._backend.press_keys(keys)
        finally:
            self._presence.note_own()

    def click(self, x: int, y: int, *, meant: Node, button: str, count: int) -> None:
        """Press a pointer button at a place."""
        for act in self._at(x, y, button):
            self._gate.judge(act)
        with self._pointing(meant):
            self._backend.click(x, y, meant=meant, button=button, count=count)

    def scroll(
        self, x: int, y: int, direction: ScrollDirection, amount: int, *, meant: Node
    ) -> None:
        """Turn the wheel at a place."""
        node = next((act.node for act in self._at(x, y, "primary")), None)
        self._gate.judge(replace(self._on_maybe(Verb.SCROLL, node), point=(x, y)))
        with self._pointing(meant):
            self._backend.scroll(x, y, direction, amount, meant=meant)

    def drag(
        self, start: tuple[int, int], end: tuple[int, int], *, meant: Node, onto: Node | None
    ) -> None:
        """Drag from one place to another."""
        found = self._at(*end, "primary")[0].node
        for act in self._at(*start, "primary"):
            self._gate.judge(replace(act, verb=Verb.DRAG, end=end, onto=found))
        with self._pointing(meant):
            self._backend.drag(start, end, meant=meant, onto=onto)

    @contextmanager
    def _pointing(self, meant: Node) -> Iterator[None]:
        """Send pointer events inside; one that another program would get is refused."""
        task = self._gate.task
        try:
            yield
        except CoveredError as error:
            # Nothing was sent: what a person did meanwhile still counts as a person's.
            if task is None:
                raise
            raise refusal(error.surface, meant, task.policy, task.step.risk) from error
        except BaseException:
            self._presence.note_own()
            raise
        self._presence.note_own()

    def launch(self, argv: tuple[str, ...], folder: Path, service: str) -> Launched:
        """Start a program."""
        action = None if self._gate.task is None else self._gate.task.step.action
        program = action.app if isinstance(action, OpenApp) else argv[0]
        self._gate.judge(Act(Verb.LAUNCH, program=program, argv=argv))
        return self._backend.launch(argv, folder, service)

    # What an operation goes to.

    def _on(self, verb: Verb, node: Node, *, text: str = "") -> Act:
        inside = self._seen.get(node.window, ())
        window = next((one for one in inside if one.ref == node.window), None)
        if window is None:
            # One that no look has shown, or shows any more: what may not be told is not worked in.
            known = (one for one in self._backend.windows() if one.ref == node.window)
            window = next(known, None)
        return Act(verb, node, window, inside, text=text)

    def _on_maybe(self, verb: Verb, node: Node | None) -> Act:
        return Act(verb) if node is None else self._on(verb, node)

    def _on_active(self, verb: Verb, *, keys: tuple[str, ...] = (), text: str = "") -> Act:
        """What the keys go to, as it is now."""
        windows = self._backend.windows()
        window = next((one for one in windows if one.has(State.ACTIVE)), None)
        if window is None:
            return Act(verb, keys=keys, text=text)
        inside = self._seen.get(window.ref, ())
        if not inside and not self._is_hidden(window):
            inside = self.look(Budget(), window=window).nodes
        focused = [one for one in inside if one.ref != window.ref and one.has(State.FOCUSED)]
        return Act(verb, focused[-1] if focused else None, window, inside, keys=keys, text=text)

    def _at(self, x: int, y: int, button: str) -> list[Act]:
        """What lies at a place: the innermost element of each window that covers it."""
        for window in self._backend.windows():
            if is_own_dialog(window.app, window.name) and covers(window.rect, x, y):
                raise RefusedError(EffectError.DENIED_BY_POLICY, text("consent.own_dialog"))
        self._refuse_hidden_at(x, y)
        acts = []
        for inside in self._seen.values():
            under = [one for one in inside if covers(one.rect, x, y)]
            if under:
                node = min(reversed(under), key=lambda one: _area(one.rect))
                acts.append(replace(self._on(Verb.POINT, node), point=(x, y), button=button))
        acts.sort(key=lambda act: act.window is None or not act.window.has(State.ACTIVE))
        if acts:
            return acts
        action = None if self._gate.task is None else self._gate.task.step.action
        target = getattr(action, "target", None)
        said = target.name or "" if isinstance(target, Target) else ""
        return [Act(Verb.POINT, point=(x, y), button=button, said=said)]

    def _refuse_hidden_at(self, x: int, y: int) -> None:
        """Nothing is done at a place where a window lies on top of which nothing may be told."""
        policy = None if self._gate.task is None else self._gate.task.policy
        for one in self._backend.surfaces() if policy is not None else ():
            if policy is None or not covers(one.rect, x, y):
                continue
            if is_closed(one.apps, one.title, policy):
                raise hidden(policy)
            if not one.veil:
                return

    def _is_hidden(self, window: Node) -> bool:
        if is_own_dialog(window.app, window.name):
            return True
        return self._policy is not None and self._policy.hides_window(window.name)


def _without_secret(node: Node) -> Node:
    return replace(node, value=None) if node.secure and node.value is not None else node


def _area(rect: Rect | None) -> int:
    return 0 if rect is None else rect.width * rect.height
