"""Typing into real programs; the oracle is the file that the editor writes."""

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from desktop_programs import PATIENCE_SECONDS, PATIENT
from prompt_stops import at_rest, promptly

from qagent.act import Executor
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.home import StopFile
from qagent.policy import Policy, TypingRoute
from qagent.stop import StopSignal
from qscreen.wire import (
    Action,
    Click,
    Effect,
    EffectError,
    OpenApp,
    Outcome,
    Read,
    Role,
    Route,
    SaveAs,
    Step,
    Target,
    TypeText,
)

TEXTS = (
    "회의 3시, 2층",
    "Meeting at 3, 2nd floor",
    "월간 매출 보고서 (2026년 11월)",
    "값: ₩12,000 / $9.50 / €8",
    "뷁쀍쫣튊 드문 글자",
    'He said "안녕하세요" & left.',
    "a=b; c<d>e | f && g",
    "가나다라마바사아자차카타파하",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "1234567890-=!@#$%^&*()_+",
    "Größe, naïve, façade, ñandú",
    "한글과 English를 섞어서",
    "ㄱㄴㄷㄹ ㅏㅑㅓㅕ",
    "漢字와 かな",
    "탭\t다음",
    "줄\n바꿈",
    "이모지 😀 ✓ →",
    "[괄호] {중괄호} <꺾쇠>",
    "https //경로/파일.txt?q=값",
    "끝.",
)


@pytest.mark.parametrize("route", list(TypingRoute))
def test_twenty_texts_arrive_exactly(
    route: TypingRoute, backend: DesktopBackend, policy: Policy, documents: Path
) -> None:
    executor = Executor(backend, replace(policy, typing_routes=(route,)), StopSignal())

    def perform(action: Action) -> Effect:
        return executor.perform(Step(id="s1", action=action, because="test"))

    perform(OpenApp(app="text editor", new_document=True))
    for number, text in enumerate(TEXTS):
        effect = perform(TypeText(text=f"{number} {text}\n"))
        assert effect.outcome is Outcome.CONFIRMED, (text, effect.evidence)
        assert effect.route is Route(route)
    saved = perform(SaveAs(filename=f"글 {route}.txt"))
    assert saved.outcome is Outcome.CONFIRMED, saved.evidence
    expected = "".join(f"{number} {text}\n" for number, text in enumerate(TEXTS))
    assert (documents / f"글 {route}.txt").read_bytes() == expected.encode()


def test_typing_replaces_the_selection(
    editor: Effect, perform: Callable[[Action], Effect], backend: DesktopBackend
) -> None:
    perform(TypeText(text="옛 글"))
    backend.press_keys(("ctrl", "a"))
    assert perform(TypeText(text="새 글")).outcome is Outcome.CONFIRMED
    assert perform(Read()).evidence == "새 글"


def test_a_nameless_field_is_found_by_its_label(
    zenity: Callable[..., "subprocess.Popen[str]"], perform: Callable[[Action], Effect]
) -> None:
    form = zenity("--forms", "--add-entry=이름", "--add-entry=Email", "--text=등록")
    for name, text in (("Email", "kim@example.com"), ("이름", "김철수")):
        effect = perform(TypeText(text=text, target=Target(name=name, role=Role.TEXT_FIELD)))
        assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    clicked = perform(Click(target=Target(name="OK", role=Role.BUTTON)))
    assert clicked.outcome is Outcome.CONFIRMED, clicked.evidence
    assert form.communicate(timeout=PATIENCE_SECONDS)[0] == "김철수|kim@example.com\n"


def test_an_ambiguous_target_is_refused_and_nothing_is_typed(
    zenity: Callable[..., "subprocess.Popen[str]"], perform: Callable[[Action], Effect]
) -> None:
    form = zenity("--forms", "--add-entry=이름", "--add-entry=이름")
    effect = perform(TypeText(text="김철수", target=Target(name="이름", role=Role.TEXT_FIELD)))
    assert effect.outcome is Outcome.REFUSED
    assert effect.error is EffectError.AMBIGUOUS_TARGET
    assert len(effect.candidates) == 2
    perform(Click(target=Target(name="OK", role=Role.BUTTON)))
    assert form.communicate(timeout=PATIENCE_SECONDS)[0] == "|\n"


def test_a_password_field_is_refused_without_consent(
    zenity: Callable[..., "subprocess.Popen[str]"],
    perform: Callable[[Action], Effect],
    backend: DesktopBackend,
    policy: Policy,
) -> None:
    form = zenity("--forms", "--add-password=암호")
    target = Target(name="암호")
    typed = perform(TypeText(text="hunter2", target=target))
    assert (typed.outcome, typed.error) == (Outcome.REFUSED, EffectError.SECURE_FIELD)
    read = perform(Read(target=target))
    assert (read.outcome, read.error) == (Outcome.REFUSED, EffectError.SECURE_FIELD)
    executor = Executor(backend, replace(policy, secure_fields=True), StopSignal())
    allowed = executor.perform(
        Step(id="s1", action=TypeText(text="hunter2", target=target), because="test")
    )
    assert allowed.outcome is Outcome.UNVERIFIABLE
    assert "hunter2" not in allowed.model_dump_json()
    perform(Click(target=Target(name="OK", role=Role.BUTTON)))
    assert form.communicate(timeout=PATIENCE_SECONDS)[0] == "hunter2\n"


def test_typing_without_a_focused_field_is_refused(
    zenity: Callable[..., "subprocess.Popen[str]"], perform: Callable[[Action], Effect]
) -> None:
    zenity("--info", "--text=알림")
    effect = perform(TypeText(text="어디에도"))
    assert effect.outcome is Outcome.REFUSED
    assert effect.error is EffectError.TARGET_NOT_FOUND


def test_stop_ends_typing_within_200_ms(
    editor: Effect, backend: DesktopBackend, policy: Policy, home: Path
) -> None:
    latch = StopFile(home / "stop")
    keyboard = replace(policy, typing_routes=(TypingRoute.KEYBOARD,))
    # Every character needs a keycode of its own: the keyboard is remapped all the time.
    text = "".join(chr(0xAC00 + 7 * number) for number in range(1500))
    area = next(one for one in backend.look(PATIENT).nodes if one.role is Role.TEXT_AREA)

    def stop_once() -> float:
        before = backend.text_state(area).text
        stopped_at: list[float] = []

        def stop() -> None:
            eyes = open_backend()
            StopSignal().wait_until(
                lambda: len(eyes.text_state(area).text) > len(before), PATIENCE_SECONDS
            )
            stopped_at.append(time.monotonic())
            latch.set()
            eyes.close()

        thread = threading.Thread(target=stop)
        thread.start()
        executor = Executor(backend, keyboard, StopSignal(latch))
        effect = executor.perform(Step(id="s1", action=TypeText(text=text), because="test"))
        ended_at = time.monotonic()
        thread.join()
        latch.clear()
        assert effect.error is EffectError.STOPPED, effect.evidence
        typed = at_rest(lambda: backend.text_state(area).text).removeprefix(before)
        assert 0 < len(typed) < len(text)
        assert text.startswith(typed)
        return ended_at - stopped_at[0]

    promptly(stop_once)


def test_where_the_keyboard_has_no_room_it_is_pasted_and_the_clipboard_given_back(
    editor: Effect, backend: DesktopBackend, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.write_clipboard("what the user copied")
    monkeypatch.setattr(backend._keyboard, "_slots", [])  # type: ignore[attr-defined]
    routes = (TypingRoute.KEYBOARD, TypingRoute.CLIPBOARD)
    executor = Executor(backend, replace(policy, typing_routes=routes), StopSignal())
    effect = executor.perform(Step(id="s1", action=TypeText(text="뷁쀍 abc"), because="test"))
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    assert effect.route is Route.CLIPBOARD
    read = executor.perform(Step(id="s2", action=Read(), because="test"))
    assert read.evidence == "뷁쀍 abc"
    assert backend.read_clipboard() == "what the user copied"


def test_before_a_batch_only_what_was_typed_earlier_is_waited_for(
    backend: DesktopBackend, policy: Policy, documents: Path
) -> None:
    executor = Executor(backend, policy, StopSignal())
    executor.perform(
        Step(id="s1", action=OpenApp(app="text editor", new_document=True), because="test")
    )
    sent = TEXTS[7] * 20  # more than one batch, of letters that the layout does not have
    heard: list[int] = []
    focused = backend.look(PATIENT).focused()
    assert focused is not None

    def arrived(count: int) -> None:
        heard.append(count)
        assert StopSignal().wait_until(
            lambda: backend.text_state(focused).text == sent[:count], PATIENCE_SECONDS
        ), count

    backend.type_text(sent, arrived)
    assert heard == sorted(heard)
    assert heard[0] == 0
    assert heard[-1] < len(sent)
