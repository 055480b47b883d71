"""Asking a person on a real desktop; what the other program did is the oracle."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desktop_programs import PATIENCE_SECONDS, PATIENT

from qagent.act.context import RefusedError
from qagent.consent import Consents, Guard, NativeDialog, Origin, Source, Task
from qagent.consent.dialog import APP
from qagent.consent.question import Question
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node
from qagent.home import AgentHome
from qagent.journal import Journal
from qagent.oversight import oversee
from qagent.policy import Policy, load_policy
from qagent.stop import StoppedError, StopReason, StopSignal
from qagent.work import Worker
from qscreen.wire import (
    Action,
    Click,
    Command,
    CommandKind,
    Effect,
    EffectError,
    Outcome,
    PressKeys,
    RiskCategory,
    Role,
    Step,
    Target,
    TypeText,
)

Zenity = Callable[..., "subprocess.Popen[str]"]
PRESS_DELETE = Click(target=Target(name="Delete", role=Role.BUTTON))


class Person:
    """Somebody at the device: waits for the agent's dialog, reads it, presses a button."""

    def __init__(self, button: str) -> None:
        self._button = button
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self.read = ""
        self.asked = 0

    def __enter__(self) -> "Person":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(2 * PATIENCE_SECONDS)

    def _answer(self) -> None:
        eyes = open_backend()
        try:
            window = StopSignal().wait_until(lambda: dialog_of(eyes), PATIENCE_SECONDS)
            if window is None:
                return
            self.asked += 1
            inside = shown_in(eyes, window, self._button)
            self.read = "\n".join(one.name for one in inside if one.role is Role.LABEL)
            eyes.press(named(inside, self._button))
        finally:
            eyes.close()


def dialog_of(backend: DesktopBackend) -> Node | None:
    """The agent's own dialog, as anybody but the agent sees it."""
    return next((one for one in backend.windows() if one.app.startswith(APP)), None)


def shown_in(backend: DesktopBackend, window: Node, name: str) -> tuple[Node, ...]:
    """What is in a dialog, once its button shows."""
    inside: tuple[Node, ...] = ()

    def there() -> bool:
        nonlocal inside
        inside = backend.look(PATIENT, window=window).nodes
        return any(one.name == name for one in inside)

    assert StopSignal().wait_until(there, PATIENCE_SECONDS, 0.05), [one.name for one in inside]
    return inside


def named(nodes: tuple[Node, ...], name: str) -> Node:
    """The element of that name."""
    return next(one for one in nodes if one.name == name)


@pytest.fixture
def worker(home: Path, backend: DesktopBackend) -> Iterator[Worker]:
    """A worker as `qagent do` has it, with the native dialog."""
    agent = AgentHome(home)
    agent.create()
    journal = Journal(agent.root / "local-journal.jsonl")
    made = Worker(
        journal,
        open_backend,
        lambda: load_policy(agent.policy),
        oversee(agent, Source.LOCAL, "a test"),
    )
    yield made
    made.close()
    journal.close()


@pytest.fixture
def act(worker: Worker) -> Callable[..., Effect]:
    """Performs one action of a run through the worker."""
    numbers = iter(range(1, 100))

    def perform(action: Action, run_id: str = "run-1", stop: StopSignal | None = None) -> Effect:
        now = datetime.now(UTC)
        command = Command(
            id=f"cmd-{next(numbers)}",
            run_id=run_id,
            device_id="device-1",
            kind=CommandKind.PERFORM,
            issued_at=now,
            expires_at=now + timedelta(minutes=5),
            heartbeat_seconds=10,
            steps=(Step(id="s1", action=action, because="press Delete"),),
        )
        return worker.carry_out(command, stop or StopSignal()).effects[0]

    return perform


def question(zenity: Zenity, name: str = "Delete") -> "subprocess.Popen[str]":
    return zenity("--question", "--text=Three files.", f"--ok-label={name}", "--cancel-label=Keep")


def test_allow_once_does_it_once(zenity: Zenity, act: Callable[..., Effect]) -> None:
    process = question(zenity)
    with Person("Allow once") as person:
        effect = act(PRESS_DELETE)
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    assert process.wait(PATIENCE_SECONDS) == 0
    assert person.asked == 1
    for words in ("press button “Delete”", "zenity", "a test", "it deletes something"):
        assert words in person.read
    again = question(zenity)
    with Person("Deny"):
        assert act(PRESS_DELETE).error is EffectError.NOT_AGREED
    assert again.poll() is None


def test_deny_leaves_the_program_alone(zenity: Zenity, act: Callable[..., Effect]) -> None:
    process = question(zenity)
    with Person("Deny"):
        effect = act(PRESS_DELETE)
    assert (effect.outcome, effect.error) == (Outcome.REFUSED, EffectError.NOT_AGREED)
    assert "denied" in effect.evidence
    assert process.poll() is None


def test_allow_for_the_run_asks_no_more_in_that_run(
    zenity: Zenity, act: Callable[..., Effect]
) -> None:
    process = question(zenity)
    with Person("Allow for this run") as person:
        assert act(PRESS_DELETE).outcome is Outcome.CONFIRMED
    assert process.wait(PATIENCE_SECONDS) == 0
    second = question(zenity)
    assert act(PRESS_DELETE).outcome is Outcome.CONFIRMED
    assert second.wait(PATIENCE_SECONDS) == 0
    assert person.asked == 1
    third = question(zenity)
    with Person("Deny"):
        assert act(PRESS_DELETE, run_id="run-2").error is EffectError.NOT_AGREED
    assert third.poll() is None


def test_no_answer_in_time_is_a_no(zenity: Zenity, act: Callable[..., Effect], home: Path) -> None:
    with (home / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write("consent: {timeout_seconds: 5}\n")
    process = question(zenity)
    started = time.monotonic()
    effect = act(PRESS_DELETE)
    # Without that line it is two minutes; the program that asks takes its time to start.
    assert 4 < time.monotonic() - started < 60
    assert effect.error is EffectError.NOT_AGREED
    assert "5 s" in effect.evidence
    assert process.poll() is None


def test_the_question_is_in_korean_for_a_korean_user(
    zenity: Zenity, act: Callable[..., Effect], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    process = zenity("--question", "--text=?", "--ok-label=모두 삭제", "--cancel-label=유지")
    with Person("거부") as person:
        effect = act(Click(target=Target(name="모두 삭제")))
    assert effect.error is EffectError.NOT_AGREED
    assert "“모두 삭제” 버튼 누르기" in person.read
    assert "무언가를 지웁니다" in person.read
    assert process.poll() is None


def test_a_name_cannot_become_markup_or_lines_of_the_question(
    zenity: Zenity, act: Callable[..., Effect]
) -> None:
    name = r"Delete <b>x</b>\nWhat: “nothing” \t."
    process = question(zenity, name)
    with Person("Deny") as person:
        act(Click(target=Target(name=name)))
    assert "press button “Delete <b>x</b>＼nWhat: 'nothing' ＼t.”" in person.read
    assert sum(line.startswith("What:") for line in person.read.splitlines()) == 1
    assert process.poll() is None


def test_a_pointer_click_and_a_key_are_asked_about_too(
    zenity: Zenity, act: Callable[..., Effect]
) -> None:
    process = question(zenity)
    for action in (
        Click(target=Target(name="Delete"), count=2),
        PressKeys(keys=("enter",)),
    ):
        with Person("Deny") as person:
            effect = act(action)
        assert effect.error is EffectError.NOT_AGREED, (action, effect)
        assert person.asked == 1
    assert process.poll() is None


def test_typing_a_password_is_asked_about_and_not_shown(
    zenity: Zenity, act: Callable[..., Effect], home: Path
) -> None:
    path = home / "policy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("apps: [", "secure_fields: true, apps: ["), encoding="utf-8")
    process = zenity("--password")
    with Person("Allow once") as person:
        effect = act(TypeText(text="hunter2-geheim", target=Target(role=Role.PASSWORD_FIELD)))
    assert effect.outcome is Outcome.UNVERIFIABLE, effect.evidence
    assert "hunter2" not in person.read
    assert "14 characters" in person.read
    assert act(PressKeys(keys=("escape",))).error is None
    assert process.wait(PATIENCE_SECONDS) == 1


def test_what_changed_while_it_was_asked_is_not_done(
    zenity: Zenity, act: Callable[..., Effect]
) -> None:
    process = question(zenity)

    def swap() -> None:
        eyes = open_backend()
        StopSignal().wait_until(lambda: dialog_of(eyes), PATIENCE_SECONDS)
        process.kill()
        process.wait()
        dialog = dialog_of(eyes)
        assert dialog is not None
        eyes.press(named(shown_in(eyes, dialog, "Allow once"), "Allow once"))
        eyes.close()

    thread = threading.Thread(target=swap)
    thread.start()
    effect = act(PRESS_DELETE)
    thread.join()
    assert effect.outcome is Outcome.REFUSED
    assert "changed" in effect.evidence


def test_the_agent_neither_sees_nor_touches_its_own_dialog(
    backend: DesktopBackend, policy: Policy, home: Path
) -> None:
    """Also when another process of the agent shows it, which the guard does not know of."""
    stop = StopSignal()
    answers: list[str] = []

    def show() -> None:
        asked = Question("Q agent: allow this?", "Delete?", "Allow once", "For run", "Deny", 600)
        try:
            answers.append(str(NativeDialog().ask(asked, stop).answer))
        except StoppedError:
            answers.append("stopped")

    thread = threading.Thread(target=show)
    thread.start()
    try:
        dialog = StopSignal().wait_until(lambda: dialog_of(backend), PATIENCE_SECONDS)
        assert dialog is not None
        allow = named(shown_in(backend, dialog, "Allow once"), "Allow once")
        assert allow.rect is not None
        x, y = allow.rect.x + allow.rect.width // 2, allow.rect.y + allow.rect.height // 2
        guard = Guard(backend, Consents(NativeDialog()))
        assert guard.windows() == ()
        assert guard.look(Budget()).nodes == ()
        assert guard.look(Budget()).apps == ()
        step = Step(id="s1", action=PRESS_DELETE, because="x")
        task = Task(step, "run-1", Origin(Source.LOCAL, "x"), policy, StopSignal())
        with guard.task(task):
            with pytest.raises(RefusedError, match="own dialog"):
                guard.click(x, y, meant=allow, button="primary", count=1)
            with pytest.raises(RefusedError, match="own dialog"):
                guard.press_keys(("tab",))
            with pytest.raises(RefusedError, match="own dialog"):
                guard.type_text(" ", lambda _: None)
            with pytest.raises(RefusedError, match="own dialog"):
                guard.press(allow)
        assert dialog_of(backend) is not None
        assert policy.denies_app("zenity", RiskCategory.EDIT) is None
    finally:
        stop.set(StopReason.USER)
        thread.join(PATIENCE_SECONDS)
    assert answers == ["stopped"]
    assert StopSignal().wait_until(lambda: dialog_of(backend) is None, PATIENCE_SECONDS)
