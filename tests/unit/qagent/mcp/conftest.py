"""A desk on paper: the fake desktop under the real worker, guard, policy and audit."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qagent.consent import Answer, Question, Reply
from qagent.desktop.base import Capability, Node, Picture, UnsupportedError
from qagent.home import AgentHome
from qagent.mcp.bench import Bench
from qagent.mcp.desk import Desk
from qagent.stop import StopSignal
from qscreen.wire import Rect, Role, State

SHOWS = frozenset({State.SHOWING, State.ENABLED})


class Person:
    """Answers as a test says; keeps what was asked."""

    def __init__(self) -> None:
        self.answer = Answer.TIMED_OUT
        self.asked: list[Question] = []

    def ask(self, question: Question, stop: StopSignal) -> Reply:
        self.asked.append(question)
        return Reply(self.answer)


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def home(tmp_path: Path) -> AgentHome:
    made = AgentHome(tmp_path / "agent")
    made.create()
    return made


@pytest.fixture
def write_policy(home: AgentHome) -> Callable[..., None]:
    def write(*extra: str, allow: str = "risks: [look, navigate, edit], apps: [mousepad]") -> None:
        lines = ("version: 1", f"allow: {{{allow}}}", "physical_input: {pause: false}", *extra)
        home.policy.write_text("\n".join(lines) + "\n", encoding="utf-8")

    write("screenshots: true")
    return write


@pytest.fixture
def form(paper: Any) -> Any:
    """The paper with two buttons of one name, a Delete button, a secret and a number in a label."""
    paper.pressed = []
    paper.gone = set()
    paper.renamed = {}
    names = {"b1": "Next", "b2": "Next", "d": "Delete", "n": "주민번호 900101-1234568"}
    edges = {"b1": 0, "b2": 20, "d": 40, "n": 60}
    plain = type(paper)._nodes

    def nodes() -> tuple[Node, ...]:
        made = [*plain(paper)]
        for ref, name in names.items():
            role = Role.LABEL if ref == "n" else Role.BUTTON
            can = frozenset() if ref == "n" else frozenset({Capability.PRESS})
            rect = Rect(x=edges[ref], y=50, width=10, height=10)
            shown = paper.renamed.get(ref, name)
            made.append(Node(ref, "w", "w", "mousepad", role, "", shown, SHOWS, can=can, rect=rect))
        secret = Node(
            *("p", "w", "w", "mousepad", Role.PASSWORD_FIELD, "password text", "Password", SHOWS),
            secure=True,
            rect=Rect(x=80, y=50, width=10, height=10),
            value="hunter2",
        )
        made.append(secret)
        return tuple(one for one in made if one.ref not in paper.gone)

    def press(node: Node) -> None:
        paper.pressed.append(node.ref)
        paper.text += f"[{node.ref}]"

    def has_none(node: Node) -> Any:
        raise UnsupportedError("no number")

    paper.value_state = paper.table_size = has_none
    paper._nodes = nodes
    paper.press = press
    paper.capture = lambda: Picture(100, 100, b"\xff" * 40_000)
    return paper


@pytest.fixture
def desk(
    home: AgentHome, form: Any, person: Person, write_policy: Callable[..., None]
) -> Iterator[Desk]:
    made = Desk(home, lambda: form, person)
    yield made
    made.close()


@pytest.fixture
def bench(desk: Desk) -> Bench:
    return Bench(lambda: desk)


@pytest.fixture
def call(bench: Bench, home: AgentHome) -> Callable[..., Any]:
    """Calls a tool with its arguments."""

    def run(name: str, **arguments: Any) -> Any:
        return bench.call(name, arguments, StopSignal(home.stop_file), "Tester 1.0")

    return run
