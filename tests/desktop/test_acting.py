"""The other actions on real programs."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from desktop_programs import PATIENCE_SECONDS, PATIENT

from qagent.act import Executor
from qagent.act.context import centre
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Picture
from qagent.policy import load_policy
from qagent.stop import StopSignal
from qscreen.wire import (
    Action,
    Click,
    Effect,
    EffectError,
    Focus,
    OpenApp,
    Outcome,
    PressKeys,
    Read,
    Role,
    Route,
    Scroll,
    ScrollDirection,
    Select,
    Step,
    Target,
    TypeText,
    WaitFor,
)

Perform = Callable[[Action], Effect]


def test_open_app_takes_the_words_of_users(perform: Perform) -> None:
    for words in ("메모장", "텍스트 편집기", "Text Editor", "mousepad"):
        effect = perform(OpenApp(app=words))
        assert effect.outcome is Outcome.CONFIRMED, (words, effect.evidence)


def test_open_app_again_brings_the_same_window(perform: Perform, backend: DesktopBackend) -> None:
    perform(OpenApp(app="mousepad", new_document=True))
    perform(OpenApp(app="mousepad", new_document=True))
    assert len(backend.windows()) == 2
    assert perform(OpenApp(app="메모장")).outcome is Outcome.CONFIRMED
    assert len(backend.windows()) == 2


def test_the_editor_does_not_depend_on_the_agent(editor: Effect, desktop: dict[str, str]) -> None:
    parents = []
    for process in psutil.process_iter(["name", "environ"]):
        environment = process.info["environ"] or {}
        if process.info["name"] == "mousepad" and environment.get("DISPLAY") == desktop["DISPLAY"]:
            parents.append(process.parent() or process)
    assert len(parents) == 1
    assert parents[0].pid != os.getpid()


def test_an_unknown_program_is_refused(perform: Perform) -> None:
    effect = perform(OpenApp(app="정산프로그램9000"))
    assert effect.outcome is Outcome.REFUSED
    assert effect.error is EffectError.APP_NOT_FOUND


def test_a_program_that_asks_a_question_is_reported(
    perform: Perform, desktop: dict[str, str]
) -> None:
    entries = Path(desktop["XDG_DATA_HOME"]) / "applications"
    entries.mkdir(parents=True, exist_ok=True)
    (entries / "quiz.desktop").write_text(
        "[Desktop Entry]\nType=Application\nName=Quiz\nName[ko]=퀴즈\n"
        "Exec=zenity --question --text=계속할까요?\n",
        encoding="utf-8",
    )
    effect = perform(OpenApp(app="퀴즈"))
    assert effect.outcome is Outcome.FAILED
    assert "계속할까요?" in effect.evidence
    # What the entry shows is not the program that shows it.
    assert perform(OpenApp(app="zenity")).error is EffectError.APP_NOT_FOUND


def test_without_a_policy_only_looking_is_allowed(
    editor: Effect, backend: DesktopBackend, tmp_path: Path
) -> None:
    executor = Executor(backend, load_policy(tmp_path / "absent.yaml"), StopSignal())
    typed = executor.perform(Step(id="s1", action=TypeText(text="x"), because="test"))
    assert (typed.outcome, typed.error) == (Outcome.REFUSED, EffectError.DENIED_BY_POLICY)
    assert "absent.yaml" in typed.evidence
    read = executor.perform(Step(id="s2", action=Read(), because="test"))
    assert read.outcome is Outcome.CONFIRMED
    assert read.evidence == ""


def test_a_program_outside_the_policy_is_refused(
    editor: Effect, backend: DesktopBackend, home: Path
) -> None:
    path = home / "policy.yaml"
    path.write_text("version: 1\nallow: {risks: [edit], apps: [gedit]}\n", encoding="utf-8")
    executor = Executor(backend, load_policy(path), StopSignal())
    effect = executor.perform(Step(id="s1", action=TypeText(text="x"), because="test"))
    assert effect.error is EffectError.DENIED_BY_POLICY
    assert "mousepad" in effect.evidence


def test_click_uses_the_accessible_action_and_sees_the_change(
    zenity: Callable[..., "subprocess.Popen[str]"], perform: Perform
) -> None:
    process = zenity("--question", "--text=?", "--ok-label=예", "--cancel-label=아니요")
    effect = perform(Click(target=Target(name="아니요")))
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    assert effect.route is Route.ACCESSIBILITY
    assert process.wait(PATIENCE_SECONDS) == 1


def test_pointer_click_reaches_the_same_button(
    zenity: Callable[..., "subprocess.Popen[str]"], backend: DesktopBackend
) -> None:
    process = zenity("--question", "--text=?", "--ok-label=예", "--cancel-label=아니요")

    node = next(n for n in backend.look(PATIENT).nodes if n.name == "예")
    backend.click(*centre(node), meant=node, button="primary", count=1)
    assert process.wait(PATIENCE_SECONDS) == 0


def test_focus_moves_and_is_read_back(
    zenity: Callable[..., "subprocess.Popen[str]"], perform: Perform
) -> None:
    zenity("--forms", "--add-entry=하나", "--add-entry=둘")
    for name in ("둘", "하나"):
        assert perform(Focus(target=Target(name=name))).outcome is Outcome.CONFIRMED


def test_select_an_option_of_a_combo_box(
    zenity: Callable[..., "subprocess.Popen[str]"], perform: Perform
) -> None:
    process = zenity("--forms", "--add-combo=크기", "--combo-values=소|중|대")
    effect = perform(Select(option="중"))
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    missing = perform(Select(option="특대"))
    assert missing.error is EffectError.TARGET_NOT_FOUND
    assert "대" in missing.candidates
    perform(Click(target=Target(name="OK", role=Role.BUTTON)))
    assert process.communicate(timeout=PATIENCE_SECONDS)[0] == "중\n"


def test_keys_are_judged_by_what_they_change(editor: Effect, perform: Perform) -> None:
    perform(TypeText(text="가나다"))
    moved = perform(PressKeys(keys=("home",)))
    assert moved.outcome is Outcome.CONFIRMED, moved.evidence
    assert perform(PressKeys(keys=("shift", "a"))).outcome is Outcome.CONFIRMED
    assert perform(Read()).evidence == "A가나다"
    nothing = perform(PressKeys(keys=("f9",)))
    assert nothing.outcome in {Outcome.SUSPECTED_NOOP, Outcome.UNVERIFIABLE}


def test_scroll_is_seen_in_the_picture(editor: Effect, perform: Perform) -> None:
    perform(TypeText(text="\n".join(f"줄 {number}" for number in range(200))))
    effect = perform(Scroll(direction=ScrollDirection.UP, amount=5))
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    perform(PressKeys(keys=("ctrl", "home")))
    still = perform(Scroll(direction=ScrollDirection.UP, amount=5))
    assert still.outcome in {Outcome.SUSPECTED_NOOP, Outcome.CONFIRMED}


def test_wait_for_a_text_and_for_its_end(
    zenity: Callable[..., "subprocess.Popen[str]"], perform: Perform
) -> None:
    process = zenity("--info", "--text=잠시만요")
    shown = perform(WaitFor(target=Target(name="잠시만요"), timeout_ms=60000))
    assert shown.outcome is Outcome.CONFIRMED
    took = []
    while not took or (took[-1] >= 1500 and len(took) < 20):
        # A busy machine gets more chances to show the agent's own time.
        never = perform(WaitFor(target=Target(name="오지 않는 것"), timeout_ms=300))
        assert never.error is EffectError.TIMED_OUT
        took.append(never.duration_ms)
    assert 300 <= min(took) < 1500
    process.terminate()
    gone = perform(
        WaitFor(target=Target(name="잠시만요"), condition="disappears", timeout_ms=60000)
    )
    assert gone.outcome is Outcome.CONFIRMED, gone.evidence


def test_not_found_names_what_is_near(editor: Effect, perform: Perform) -> None:
    effect = perform(Click(target=Target(name="Serch", role=Role.MENU)))
    assert effect.error is EffectError.TARGET_NOT_FOUND
    assert any("Search" in one for one in effect.candidates)


def test_pictures_show_before_and_after(
    editor: Effect, backend: DesktopBackend, home: Path
) -> None:
    taken: dict[str, Picture] = {}

    class Album:
        def add(self, name: str, picture: Picture) -> str:
            taken[name] = picture
            return f"runs/{name}.png"

    executor = Executor(backend, load_policy(home / "policy.yaml"), StopSignal(), Album())
    time.sleep(0.1)
    effect = executor.perform(Step(id="s1", action=TypeText(text="보이는 글자"), because=""))
    assert (effect.before_key, effect.after_key) == (
        "runs/s1-before.png",
        "runs/s1-after.png",
    )
    assert taken["s1-before"].bgra != taken["s1-after"].bgra
    assert (taken["s1-after"].width, taken["s1-after"].height) == (1440, 900)
