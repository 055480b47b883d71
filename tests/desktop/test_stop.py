"""Stopping on a real desktop: how fast, and that nothing more happens afterwards."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desktop_programs import PATIENCE_SECONDS, PATIENT
from prompt_stops import at_rest, promptly
from Xlib import XK, X, display
from Xlib.ext import xtest

from qagent.consent import Source
from qagent.consent.dialog import APP
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Node
from qagent.doctor import Finding, examine
from qagent.home import AgentHome
from qagent.journal import Journal
from qagent.oversight import oversee
from qagent.policy import load_policy
from qagent.status import Doing, Status, StatusFile
from qagent.stop import StopSignal
from qagent.stop_key import watched
from qagent.stopping import resume_by, stop_by
from qagent.work import Worker
from qscreen.wire import (
    Action,
    Click,
    Command,
    CommandKind,
    Effect,
    EffectError,
    Outcome,
    Role,
    State,
    Step,
    Target,
    TypeText,
    WaitFor,
)

LONG = "abcdefghij" * 400
_numbers = itertools.count(1)


@pytest.fixture
def agent(home: Path) -> AgentHome:
    found = AgentHome(home)
    found.create()
    return found


@contextmanager
def working_for(source: Source, agent: AgentHome) -> Iterator[Worker]:
    """A worker whose steps come from there."""
    journal = Journal(agent.root / "local-journal.jsonl")
    made = Worker(
        journal, open_backend, lambda: load_policy(agent.policy), oversee(agent, source, "a test")
    )
    made.open()
    yield made
    made.close()
    journal.close()


@pytest.fixture
def worker(agent: AgentHome, backend: DesktopBackend) -> Iterator[Worker]:
    with working_for(Source.LOCAL, agent) as made:
        yield made


class Work:
    """One action on its way in a thread."""

    def __init__(self, worker: Worker, agent: AgentHome, action: Action) -> None:
        now = datetime.now(UTC)
        self._command = Command(
            id=f"cmd-{next(_numbers)}",
            run_id="run-1",
            device_id="device-1",
            kind=CommandKind.PERFORM,
            issued_at=now,
            expires_at=now + timedelta(minutes=5),
            heartbeat_seconds=10,
            steps=(Step(id="s1", action=action, because="x"),),
        )
        agent.stop_file.clear()
        self._worker = worker
        self._stop = StopSignal(agent.stop_file)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._effects: tuple[Effect, ...] = ()
        self._thread.start()

    def _run(self) -> None:
        self._effects = self._worker.carry_out(self._command, self._stop).effects

    def effect(self) -> Effect:
        self._thread.join(3 * PATIENCE_SECONDS)
        assert not self._thread.is_alive()
        return self._effects[0]

    def seconds_after(self, moment: float) -> float:
        """Seconds from a moment (`time.time()`) to the end of the step; the record comes after."""
        effect = self.effect()
        return effect.started_at.timestamp() + effect.duration_ms / 1000 - moment


def text_area(backend: DesktopBackend) -> Node:
    tree = backend.look(PATIENT)
    return next(n for n in tree.nodes if n.role is Role.TEXT_AREA and n.has(State.FOCUSED))


def type_by_keys(home: Path) -> None:
    with (home / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write("typing_routes: [keyboard]\n")


def test_a_stop_in_the_middle_of_typing(
    editor: Effect, worker: Worker, agent: AgentHome, backend: DesktopBackend
) -> None:
    type_by_keys(agent.root)
    area = text_area(backend)

    def stop_once() -> float:
        before = len(backend.text_state(area).text)
        work = Work(worker, agent, TypeText(text=LONG))
        assert StopSignal().wait_until(
            lambda: len(backend.text_state(area).text) > before + 200, PATIENCE_SECONDS
        )
        stopped_at = time.time()
        stop_by(agent, "a test")
        effect = work.effect()
        assert (effect.outcome, effect.error) == (Outcome.FAILED, EffectError.STOPPED)
        left = at_rest(lambda: backend.text_state(area).text)
        assert before + 200 < len(left) < before + len(LONG)
        time.sleep(0.5)
        assert backend.text_state(area).text == left
        return work.seconds_after(stopped_at)

    promptly(stop_once)


def test_a_stop_in_the_middle_of_waiting(editor: Effect, worker: Worker, agent: AgentHome) -> None:
    def stop_once() -> float:
        work = Work(worker, agent, WaitFor(target=Target(name="Godot"), timeout_ms=60000))
        time.sleep(0.5)
        stopped_at = time.time()
        stop_by(agent, "a test")
        assert work.effect().error is EffectError.STOPPED
        return work.seconds_after(stopped_at)

    promptly(stop_once)


def test_a_stop_in_the_middle_of_a_question(
    zenity: Callable[..., object], worker: Worker, agent: AgentHome, backend: DesktopBackend
) -> None:
    zenity("--question", "--text=?", "--ok-label=Delete", "--cancel-label=Keep")

    def dialogs() -> list[Node]:
        return [one for one in backend.windows() if one.app.startswith(APP)]

    def stop_once() -> float:
        work = Work(worker, agent, Click(target=Target(name="Delete")))
        assert StopSignal().wait_until(dialogs, PATIENCE_SECONDS)
        assert StatusFile(agent.status).read().doing is Doing.ASKING
        stopped_at = time.time()
        stop_by(agent, "a test")
        assert work.effect().error is EffectError.STOPPED
        assert StopSignal().wait_until(lambda: not dialogs(), PATIENCE_SECONDS)
        return work.seconds_after(stopped_at)

    promptly(stop_once)
    # The question was ended, not answered.
    assert len([one for one in backend.windows() if one.app == "zenity"]) == 1


def test_the_latch_holds_until_it_is_resumed(
    editor: Effect, worker: Worker, agent: AgentHome, backend: DesktopBackend
) -> None:
    stop_by(agent, "a test")
    latched = StopSignal(agent.stop_file)
    assert latched.reason() is not None
    resume_by(agent, "a test")
    assert latched.reason() is None
    assert Work(worker, agent, TypeText(text="again")).effect().outcome is Outcome.CONFIRMED
    assert backend.text_state(text_area(backend)).text == "again"


@pytest.fixture
def person(desktop: dict[str, str]) -> Iterator["Hands"]:
    hands = Hands()
    yield hands
    hands.close()


class Hands:
    """Somebody's keyboard and pointer: another connection to the same display."""

    def __init__(self) -> None:
        self._display = display.Display()

    def press(self, *names: str) -> None:
        codes = [self._display.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Move the pointer to and fro as long as the context is entered."""
        began, done = threading.Event(), threading.Event()

        def move() -> None:
            for step in itertools.cycle(range(50)):
                xtest.fake_input(self._display, X.MotionNotify, x=400 + step, y=400)
                self._display.sync()
                began.set()
                if done.wait(0.02):
                    return

        thread = threading.Thread(target=move)
        thread.start()
        try:
            assert began.wait(PATIENCE_SECONDS)
            yield
        finally:
            done.set()
            thread.join()

    def close(self) -> None:
        self._display.close()


@pytest.mark.parametrize("locks", [(), ("Caps_Lock",), ("Num_Lock",)])
def test_the_stop_key_stops_everything_and_latches(
    locks: tuple[str, ...],
    editor: Effect,
    worker: Worker,
    agent: AgentHome,
    backend: DesktopBackend,
    person: Hands,
) -> None:
    type_by_keys(agent.root)
    keys = load_policy(agent.policy).stop_key
    area = text_area(backend)

    def stop_once() -> float:
        work = Work(worker, agent, WaitFor(target=Target(name="Godot"), timeout_ms=60000))
        time.sleep(0.4)
        pressed_at = time.time()
        person.press("Control_L", "Alt_L", "Escape")
        assert work.effect().error is EffectError.STOPPED
        assert agent.stop_file.is_set()
        return work.seconds_after(pressed_at)

    person.press(*locks)
    try:
        with watched(keys, lambda: stop_by(agent, "stop key")) as fault:
            assert fault == ""
            promptly(stop_once)
    finally:
        person.press(*locks)
    assert backend.text_state(area).text == ""


def test_the_stop_key_is_heard_while_a_menu_holds_the_keyboard(
    editor: Effect, agent: AgentHome, backend: DesktopBackend, person: Hands
) -> None:
    def a_menu_is_open() -> bool:
        nodes = backend.look(PATIENT).nodes
        return any(one.role is Role.MENU_ITEM and one.has(State.SHOWING) for one in nodes)

    presses: list[float] = []
    with watched(("ctrl", "alt", "escape"), lambda: presses.append(time.time())):
        person.press("F10")
        assert StopSignal().wait_until(a_menu_is_open, PATIENCE_SECONDS, 0.1)
        person.press("Control_L", "Alt_L", "Escape")
        assert StopSignal().wait_until(lambda: bool(presses), PATIENCE_SECONDS)
        person.press("Escape")
        person.press("Control_L", "Alt_L", "Escape")
        assert StopSignal().wait_until(lambda: len(presses) == 2, PATIENCE_SECONDS)
    person.press("Control_L", "Alt_L", "Escape")
    time.sleep(0.2)
    assert len(presses) == 2


def test_a_stop_key_that_somebody_else_has_says_so(
    desktop: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "en")
    keys = ("ctrl", "alt", "escape")
    with watched(keys, lambda: None) as first, watched(keys, lambda: None) as second:
        assert first == ""
        assert "taken" in second
        assert "stop_key" in second
    with watched(keys, lambda: None) as again:
        assert again == ""


def test_the_doctor_says_whether_the_stop_key_can_be_had(
    desktop: dict[str, str], agent: AgentHome
) -> None:
    def told() -> Finding:
        return next(one for one in examine(agent) if one.name == "stop_key")

    keys = load_policy(agent.policy).stop_key
    assert told().ok
    with watched(keys, lambda: None) as fault:
        assert fault == ""
        taken = told()
        assert not taken.ok
        assert "taken" in taken.detail
        assert "stop_key" in taken.repair
        StatusFile(agent.status).write(Status())
        assert told().ok, "it is an agent that has it"


def test_a_persons_input_makes_the_agent_wait(
    editor: Effect,
    worker: Worker,
    agent: AgentHome,
    backend: DesktopBackend,
    person: Hands,
) -> None:
    type_by_keys(agent.root)
    with (agent.root / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write("physical_input: {quiet_seconds: 3}\n")
    area = text_area(backend)
    status = StatusFile(agent.status)
    work = Work(worker, agent, TypeText(text=LONG))
    begun = StopSignal().wait_until(
        lambda: len(backend.text_state(area).text) > 100, PATIENCE_SECONDS
    )
    assert begun
    with person.moving():
        paused = StopSignal().wait_until(
            lambda: status.read().doing is Doing.PAUSED, PATIENCE_SECONDS
        )
        assert paused
        held = at_rest(lambda: backend.text_state(area).text)
        time.sleep(0.4)
        assert backend.text_state(area).text == held
        assert status.read().doing is Doing.PAUSED
    assert len(held) < len(LONG)
    effect = work.effect()
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    assert backend.text_state(area).text == LONG


def test_a_person_who_does_not_stop_gets_the_device(
    editor: Effect, agent: AgentHome, backend: DesktopBackend, person: Hands
) -> None:
    with (agent.root / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write("physical_input: {quiet_seconds: 3, give_up_seconds: 4}\n")
    # Input before work of the cloud counts: nobody gave it here.
    with person.moving(), working_for(Source.CLOUD, agent) as worker:
        effect = Work(worker, agent, TypeText(text="not now")).effect()
    assert (effect.outcome, effect.error) == (Outcome.REFUSED, EffectError.USER_ACTIVE)
    assert backend.text_state(text_area(backend)).text == ""
