"""Doing a workflow again: through the worker, up to the first step that is not confirmed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qagent.audit.reports import steps_done
from qagent.desktop.base import Budget, Node, Picture, Tree
from qagent.home import AgentHome, HomeError
from qagent.outbox import Outbox
from qagent.stop import StopReason, StopSignal
from qagent.workflows import rehearsal, replay
from qagent.workflows.model import Workflow
from qagent.workflows.rehearsal import Readiness, rehearse
from qagent.workflows.tasks import starting_at, tasks_of
from qscreen.wire import Rect, Role, SetValue, State

Made = Callable[..., Workflow]
AREA = {"role": "text_area", "app": "mousepad"}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"action": {"kind": "set_value", "target": AREA, "value": value}} | more


@pytest.fixture
def home(tmp_path: Path) -> AgentHome:
    made = AgentHome(tmp_path / "agent")
    made.create()
    made.policy.write_text(
        "version: 1\nallow: {risks: [look, navigate, edit], apps: [mousepad]}\n"
        "physical_input: {pause: false}\n",
        encoding="utf-8",
    )
    return made


@pytest.fixture
def desk(paper: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for module in (replay, rehearsal):
        monkeypatch.setattr(module, "open_backend", lambda: paper)
    monkeypatch.setattr(replay, "PATIENCE_SECONDS", 0.3)
    monkeypatch.delenv("DISPLAY", raising=False)
    return paper


def do(home: AgentHome, workflow: Workflow, values: dict[str, str], first: str = "") -> Any:
    tasks = starting_at(tasks_of(workflow, values), first)
    return replay.replay(home, tasks, StopSignal(home.stop_file), "a test")


def test_steps_are_done_confirmed_and_audited(made: Made, home: AgentHome, desk: Any) -> None:
    workflow = made(text("{{a}}"), text("{{a}} 둘"), inputs=[{"name": "a"}])
    report = do(home, workflow, {"a": "하나"})
    assert report.complete
    assert desk.text == "하나 둘"
    rows = steps_done(home.audit, report.run, 10)
    assert [(row.kind, row.outcome) for row in rows] == [("set_value", "confirmed")] * 2


def test_it_ends_with_the_first_step_that_is_not_confirmed(
    made: Made, home: AgentHome, desk: Any
) -> None:
    missing = {"kind": "click", "target": {"name": "Nowhere", "role": "button"}}
    workflow = made(text("one"), missing, text("three"))
    report = do(home, workflow, {})
    assert not report.complete
    assert report.stopped_at.step == "s2"
    assert report.stopped_at.error == "target_not_found"
    assert desk.text == "one"
    assert do(home, workflow, {}, "s3").complete
    assert desk.text == "three"


def test_a_verification_that_does_not_hold_ends_it(made: Made, home: AgentHome, desk: Any) -> None:
    check = {"kind": "wait_for", "condition": "text", "text": "two", "target": AREA}
    check["timeout_ms"] = 200
    report = do(home, made(text("one", verify=check), text("x")), {})
    assert (report.stopped_at.step, report.stopped_at.verified) == ("s1", False)
    report = do(home, made(text("two", verify=check)), {})
    assert report.complete
    assert report.done[0].verified


@pytest.mark.parametrize(("turned", "place"), [(0, 0), (2, 2), (9, 9), (40, None)])
def test_scrolling_goes_on_until_what_was_scrolled_to_shows(
    turned: int, place: int | None, made: Made, home: AgentHome, desk: Any
) -> None:
    """The recorded way is two notches; the list is another one by now."""
    scrolled: list[int] = []

    def scroll(x: int, y: int, direction: str, amount: int, *, meant: Node) -> None:
        scrolled.append(amount)
        ends = place is None and sum(scrolled) > 10
        desk.shade = desk.shade if ends else len(scrolled)

    def capture() -> Picture:
        return Picture(100, 100, bytes([getattr(desk, "shade", 0)]) * 40_000)

    def nodes() -> tuple[Node, ...]:
        there = place is not None and sum(scrolled) >= place
        rect = Rect(x=0, y=80, width=90, height=10) if there else None
        states = frozenset({State.SHOWING})
        row = Node("r", "w", "w", "mousepad", Role.LABEL, "", "Row 40", states, rect=rect)
        # What is out of sight is told without a place; what is not there is not told.
        return (*type(desk)._nodes(desk), *([] if place is None else [row]))

    desk.scroll, desk.capture, desk._nodes = scroll, capture, nodes
    check = {"kind": "wait_for", "target": {"name": "Row 40", "role": "label"}, "timeout_ms": 200}
    step = {"action": {"kind": "scroll", "direction": "down", "amount": 2}, "verify": check}
    report = do(home, made(step), {})
    assert report.complete == (place is not None)
    assert report.done[0].verified == report.complete
    assert place is None or place <= sum(scrolled) <= place + 1


def test_rows_are_done_in_their_order(made: Made, home: AgentHome, desk: Any) -> None:
    repeat = {"first": "s1", "last": "s1", "columns": ["c"], "rows": [["a"], ["b"]]}
    workflow = made(text("{{c}}"), text("end"), repeat=repeat)
    report = do(home, workflow, {})
    assert [(one.step, one.row) for one in report.done] == [("s1", 1), ("s1", 2), ("s2", 0)]
    assert [one.row for one in do(home, workflow, {}, "s1:2").done] == [2, 0]
    tasks = tasks_of(workflow, {}, ({"c": "x"}, {"c": "y"}, {"c": "z"}))
    assert [task.action.value for task in tasks if isinstance(task.action, SetValue)] == [
        *("x", "y", "z"),
        "end",
    ]


def test_a_secret_is_written_nowhere(made: Made, home: AgentHome, desk: Any) -> None:
    inputs = [{"name": "secret_1", "kind": "secret"}]
    report = do(home, made(text("{{secret_1}}"), inputs=inputs), {"secret_1": "hunter2-Geheim9"})
    assert desk.text == "hunter2-Geheim9"
    for file in home.root.rglob("*"):
        assert not file.is_file() or b"Geheim9" not in file.read_bytes(), file
    assert report.complete


def test_a_replay_is_told_to_the_platform_without_its_secrets(
    made: Made, home: AgentHome, desk: Any
) -> None:
    inputs = [{"name": "a"}, {"name": "secret_1", "kind": "secret"}]
    missing = {"kind": "click", "target": {"name": "Nowhere", "role": "button"}}
    steps = (text("{{a}}"), text("{{secret_1}}"), text("again {{secret_1}}"), missing, text("x"))
    workflow, values = made(*steps, inputs=inputs), {"a": "회의", "secret_1": "hunter2-Geheim9"}
    outbox = Outbox(home.outbox)
    home.device.write_text("{}", encoding="utf-8")
    do(home, workflow, values)
    assert outbox.count() == 0
    told = home.policy.read_text(encoding="utf-8") + "report_local_runs: true\n"
    home.policy.write_text(told, encoding="utf-8")
    do(home, workflow, values)
    (letter,) = outbox.waiting()
    report = letter.report
    assert report.plan.goal == "a test"
    assert [step.action.kind for step in report.plan.steps] == [*["set_value"] * 3, "click"]
    first = report.plan.steps[0].action
    assert isinstance(first, SetValue)
    assert first.value == "회의"
    assert [one.outcome for one in report.effects] == [*["confirmed"] * 3, "refused"]
    assert "Geheim9" not in report.model_dump_json()


def test_a_stop_ends_it(made: Made, home: AgentHome, desk: Any) -> None:
    stop = StopSignal(home.stop_file)
    stop.set(StopReason.USER)
    report = replay.replay(home, tasks_of(made(text("x"), text("y")), {}), stop, "a test")
    assert [one.error for one in report.done] == ["stopped"]
    assert desk.text == ""


def test_a_step_that_is_not_there_cannot_be_the_first(made: Made) -> None:
    with pytest.raises(HomeError, match="no step s9"):
        starting_at(tasks_of(made(text("x")), {}), "s9")


def test_a_value_that_does_not_fit_its_step_is_refused(made: Made) -> None:
    workflow = made({"kind": "save_as", "filename": "{{f}}"}, inputs=[{"name": "f"}])
    with pytest.raises(HomeError, match="s1"):
        tasks_of(workflow, {"f": "a/b.txt"})


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    made: Made, home: AgentHome, desk: Any
) -> None:
    gone = {"kind": "click", "target": {"name": "Nowhere", "role": "button"}}
    workflow = made(text("x"), gone, {"kind": "press_keys", "keys": ["f5"]}, gone)
    found = rehearse(home, tasks_of(workflow, {}), StopSignal())
    assert [one.readiness for one in found] == [
        Readiness.READY,
        Readiness.MISSING,
        Readiness.LATER,
        Readiness.LATER,
    ]
    assert "text area" in found[0].element
    assert ["cannot undo" in one.note for one in found] == [False, False, True, True]
    assert desk.text == ""
    assert desk.typed == []


def test_a_dry_run_says_what_the_policy_denies(made: Made, home: AgentHome, desk: Any) -> None:
    home.policy.write_text(
        "version: 1\nallow: {risks: [look], apps: [mousepad]}\n", encoding="utf-8"
    )
    (found,) = rehearse(home, tasks_of(made(text("x")), {}), StopSignal())
    assert found.readiness is Readiness.DENIED


def test_an_element_is_waited_for(
    made: Made, home: AgentHome, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    whole = type(desk).look

    def late(self: Any, budget: Budget, *, window: Node | None = None) -> Tree:
        nonlocal looks
        looks += 1
        tree = whole(self, budget, window=window)
        return tree if looks > 4 else Tree(tree.screen, tree.nodes[:1], tree.apps, False)

    monkeypatch.setattr(type(desk), "look", late)
    monkeypatch.setattr(replay, "PATIENCE_SECONDS", 60.0)
    assert do(home, made(text("late")), {}).complete
