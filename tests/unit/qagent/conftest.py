"""What the agent's unit tests share: no sockets, no screen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qagent.desktop.base import (
    Budget,
    Capability,
    Node,
    Picture,
    Surface,
    TextState,
    Tree,
    UnsupportedError,
)
from qagent.policy import Policy, load_policy
from qscreen.wire import (
    Action,
    Command,
    CommandKind,
    Rect,
    Role,
    Screen,
    ScrollDirection,
    State,
    Step,
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_LANG", "en")


@dataclass
class PaperDesktop:
    """A desktop of one editor window that keeps its text in memory."""

    name: str = "paper"
    text: str = ""
    native_edits: bool = True
    typed: list[str] = field(default_factory=list)
    closed: bool = False
    fail_with: Exception | None = None
    shown: tuple[Surface, ...] = ()

    def _nodes(self) -> tuple[Node, ...]:
        active = frozenset({State.ACTIVE, State.SHOWING, State.ENABLED})
        window = Node("w", None, "w", "mousepad", Role.WINDOW, "frame", "Untitled", active)
        area = Node(
            "t",
            "w",
            "w",
            "mousepad",
            Role.TEXT_AREA,
            "text",
            "",
            frozenset({State.EDITABLE, State.FOCUSED, State.SHOWING, State.MULTI_LINE}),
            can=frozenset({Capability.TEXT, Capability.EDIT_TEXT}),
            rect=Rect(x=0, y=0, width=100, height=100),
            value=self.text,
        )
        return window, area

    def look(self, budget: Budget, *, window: Node | None = None) -> Tree:
        if self.fail_with is not None:
            raise self.fail_with
        return Tree(Screen(width=100, height=100), self._nodes(), ("mousepad",), False)

    def windows(self) -> tuple[Node, ...]:
        return self._nodes()[:1]

    def surfaces(self) -> tuple[Surface, ...]:
        return self.shown

    def refresh(self, node: Node) -> Node:
        return next(one for one in self._nodes() if one.ref == node.ref)

    def has_keys(self, node: Node) -> bool:
        return self.refresh(node).has(State.FOCUSED)

    def text_state(self, node: Node) -> TextState:
        return TextState(self.text, len(self.text))

    def insert_text(self, node: Node, state: TextState, text: str) -> None:
        if not self.native_edits:
            raise UnsupportedError("no native edits")
        self.typed.append(text)
        self.text = state.after_typing(text)

    def set_text(self, node: Node, text: str) -> None:
        self.text = text

    def press(self, node: Node) -> None:
        raise UnsupportedError("nothing to press")

    def focus(self, node: Node) -> None:
        """It has the focus anyway."""

    def options(self, container: Node) -> tuple[str, ...]:
        raise UnsupportedError("no options")

    def select_option(self, container: Node, index: int) -> None:
        raise UnsupportedError("no options")

    def is_selected(self, container: Node, index: int) -> bool:
        raise UnsupportedError("no options")

    def type_text(self, text: str, between: Callable[[int], None]) -> None:
        for count, char in enumerate(text):
            between(count)
            self.text += char
        self.typed.append(text)

    def press_keys(self, keys: tuple[str, ...]) -> None:
        """Keys change nothing on paper."""

    def click(self, x: int, y: int, *, meant: Node, button: str, count: int) -> None:
        """Clicks change nothing on paper."""

    def scroll(
        self, x: int, y: int, direction: ScrollDirection, amount: int, *, meant: Node
    ) -> None:
        """Nor does the wheel."""

    def launch(self, argv: tuple[str, ...], folder: Path, service: str) -> Any:
        raise AssertionError("nothing is started on paper")

    def capture(self) -> Picture:
        return Picture(2, 1, bytes(8))

    def idle_seconds(self) -> float:
        return 3600.0

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def paper() -> PaperDesktop:
    return PaperDesktop()


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(
        f"version: 1\ndocuments: {tmp_path / 'documents'}\nscreenshots: true\n"
        "allow: {risks: [look, navigate, edit, write_file], apps: [mousepad]}\n",
        encoding="utf-8",
    )
    return load_policy(path)


@pytest.fixture
def make_command() -> Callable[..., Command]:
    """Makes a command; `actions` make it a perform command."""

    def make(command_id: str, *actions: Action, **changes: Any) -> Command:
        now = datetime.now(UTC)
        command = Command(
            id=command_id,
            run_id="run-1",
            device_id="device-1",
            kind=CommandKind.PERFORM if actions else CommandKind.OBSERVE,
            issued_at=now,
            expires_at=now + timedelta(minutes=1),
            heartbeat_seconds=2,
            steps=tuple(
                Step(id=f"s{number}", action=action, because="test")
                for number, action in enumerate(actions, start=1)
            ),
        )
        return command.model_copy(update=changes)

    return make


@pytest.fixture
def make_tree() -> Iterator[Callable[..., Tree]]:
    """Makes a tree from nodes; the first window is active unless another is."""

    def make(*nodes: Node, truncated: bool = False) -> Tree:
        apps = tuple(dict.fromkeys(node.app for node in nodes))
        return Tree(Screen(width=1440, height=900), nodes, apps, truncated)

    return make


@pytest.fixture
def make_node() -> Callable[..., Node]:
    """Makes a node with sensible defaults."""
    blank = Node("", None, None, "editor", Role.BUTTON, "", "", frozenset({State.SHOWING}))

    def make(ref: str, role: Role, name: str = "", **changes: Any) -> Node:
        return replace(blank, ref=ref, role=role, name=name, **changes)

    return make
