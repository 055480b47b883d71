"""A screen that is only described, and somebody's input, for the recorder."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from qagent.desktop.base import (
    Budget,
    Capability,
    Cell,
    CellRange,
    GoneError,
    Node,
    SecureFieldError,
    TextState,
    Tree,
    UnsupportedError,
    ValueState,
)
from qagent.desktop.watching import UserInput
from qagent.workflows.model import GapReason, WorkflowStep
from qscreen.wire import Focus, OpenApp, Rect, Role, Screen, State

SHOWN = frozenset({State.SHOWING, State.ENABLED})
TEXT = frozenset({Capability.TEXT, Capability.EDIT_TEXT})


@dataclass
class Scene:
    """A described screen: its nodes by name, and what has the focus."""

    nodes: dict[str, Node] = field(default_factory=dict)
    focus: str = ""
    front: str = ""
    boxes: tuple[Rect, ...] = ()
    asked: list[str] = field(default_factory=list)
    heard: list[tuple[UserInput, ...]] = field(default_factory=list)
    cell: dict[tuple[int, int], str] = field(default_factory=dict)

    name = "paper"

    def put(self, key: str, role: Role, name: str = "", **values: Any) -> Node:
        parent = values.pop("parent", "w")
        place = len(self.nodes)
        known: dict[str, Any] = {
            "rect": Rect(x=10, y=30 * place, width=80, height=20),
            "states": SHOWN,
            "parent": None if role is Role.WINDOW else parent,
            "window": "w",
            "native_role": "",
        }
        node = Node(ref=key, app="shop", role=role, name=name, **(known | values))
        self.nodes[key] = node
        return node

    def change(self, key: str, **values: Any) -> None:
        self.nodes[key] = replace(self.nodes[key], **values)

    def look(self, budget: Budget, *, window: Node | None = None) -> Tree:
        nodes = tuple(self._seen(one) for one in self.nodes.values())
        return Tree(Screen(width=1000, height=1000), nodes, ("shop",), truncated=False)

    def windows(self) -> tuple[Node, ...]:
        return tuple(self._seen(one) for one in self.nodes.values() if one.window == one.ref)

    def refresh(self, node: Node) -> Node:
        if node.ref not in self.nodes:
            raise GoneError("gone")
        return self._seen(self.nodes[str(node.ref)])

    def has_keys(self, node: Node) -> bool:
        return self.refresh(node).has(State.FOCUSED)

    def text_state(self, node: Node) -> TextState:
        self.asked.append(str(node.ref))
        if node.secure:
            raise SecureFieldError("never read")
        return TextState(self.refresh(node).value or "", 0)

    def value_state(self, node: Node) -> ValueState:
        raise UnsupportedError("none")

    def table_size(self, table: Node) -> tuple[int, int]:
        return 60, 30

    def cells(self, table: Node, wanted: CellRange) -> tuple[tuple[Cell, ...], ...]:
        return tuple(
            tuple(Cell(table, self.cell.get((row, column), "")) for column in wanted.columns)
            for row in wanted.rows
        )

    def options(self, container: Node) -> tuple[str, ...]:
        raise UnsupportedError("none")

    def _seen(self, node: Node) -> Node:
        states = node.states | ({State.FOCUSED} if node.ref == self.focus else set())
        if node.ref == self.front or (node.role is Role.WINDOW and not self.front):
            states |= {State.ACTIVE}
        return replace(node, states=frozenset(states))

    # The watcher

    def take(self, seconds: float) -> tuple[UserInput, ...]:
        return self.heard.pop(0) if self.heard else ()

    def popups(self) -> tuple[Rect, ...]:
        return self.boxes

    def close(self) -> None:
        """Nothing is open."""


class Clock:
    """Time that passes as the test says."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


def key(*names: str) -> UserInput:
    return UserInput(0, keys=names, writes=names == ("space",))


LETTER = UserInput(0, writes=True)


def press(scene: Scene, name: str, button: str = "primary") -> UserInput:
    rect = scene.nodes[name].rect
    assert rect is not None
    return UserInput(0, point=(rect.x + 5, rect.y + 5), button=button)


def into(scene: Scene, name: str, value: str) -> Callable[[], None]:
    def write() -> None:
        scene.focus = name
        scene.change(name, value=value)

    return write


def focus(scene: Scene, name: str) -> Callable[[], None]:
    return lambda: setattr(scene, "focus", name)


def actions(steps: list[WorkflowStep]) -> list[object]:
    return [step.action for step in steps if not isinstance(step.action, Focus | OpenApp)]


def at_once(scene: Scene, clock: Clock, *inputs: UserInput) -> Callable[[], None]:
    """Input that is heard when all of it has happened, some time later."""

    def hear() -> None:
        scene.heard = [tuple(replace(one, at=clock()) for one in inputs)]
        clock.now += 3

    return hear


def gaps(run: Callable[..., list[WorkflowStep]]) -> list[GapReason]:
    return [one.reason for one in run.script.recorded.gaps]  # type: ignore[attr-defined]
