"""The native dialog: only an exact yes is a yes, and every reason for a no is told."""

import stat
import time
from pathlib import Path

import pytest

from qagent.consent.classify import Act, Verb
from qagent.consent.dialog import APP, Answer, NativeDialog, is_own_dialog, zenity_command
from qagent.consent.question import Origin, Question, Source, ask_about, plain, quoted
from qagent.policy import RiskKind
from qagent.stop import StoppedError, StopReason, StopSignal
from qscreen.wire import OpenApp, SaveAs, Step, TypeText

ASKED = Question("Q agent: allow this?", "What: x", "Allow once", "For the run", "Deny", 5)


@pytest.fixture
def zenity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zenity that a test writes; it stands first on the path."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":99")
    return tmp_path / "zenity"


def behaves(zenity: Path, script: str) -> None:
    zenity.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    zenity.chmod(stat.S_IRWXU)


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("exit 0", Answer.ONCE),
        ("echo 'For the run'; exit 1", Answer.RUN),
        ("exit 1", Answer.DENIED),
        ("echo 'Allow once'; exit 1", Answer.DENIED),
        ("echo 'For the run'; exit 0", Answer.UNAVAILABLE),
        ("exit 5", Answer.TIMED_OUT),
        ("exit 3", Answer.UNAVAILABLE),
        ("kill -9 $$", Answer.UNAVAILABLE),
        ("echo 'Gtk-WARNING: cannot open display: :99' >&2; exit 1", Answer.UNAVAILABLE),
        ('[ -z "$ZENITY_CANCEL" ] && exit 1; exit 0', Answer.DENIED),
    ],
)
def test_only_an_exact_yes_is_a_yes(
    zenity: Path, monkeypatch: pytest.MonkeyPatch, script: str, answer: Answer
) -> None:
    monkeypatch.setenv("ZENITY_CANCEL", "0")
    behaves(zenity, script)
    assert NativeDialog().ask(ASKED, StopSignal()).answer is answer


def test_nobody_can_be_asked_without_a_display_or_a_program(
    zenity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    reply = NativeDialog().ask(ASKED, StopSignal())
    assert (reply.answer, "zenity" in reply.why) == (Answer.UNAVAILABLE, True)
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    reply = NativeDialog().ask(ASKED, StopSignal())
    assert (reply.answer, "DISPLAY" in reply.why) == (Answer.UNAVAILABLE, True)


def test_a_dialog_that_hangs_is_ended_and_is_a_no(zenity: Path) -> None:
    behaves(zenity, "exec sleep 300")
    asked = Question("t", "b", "o", "r", "d", 0)
    started = time.monotonic()
    assert NativeDialog().ask(asked, StopSignal()).answer is Answer.TIMED_OUT
    assert time.monotonic() - started < 60


def test_a_stopped_agent_asks_nobody(zenity: Path) -> None:
    behaves(zenity, "exit 0")
    stop = StopSignal()
    stop.set(StopReason.USER)
    with pytest.raises(StoppedError):
        NativeDialog().ask(ASKED, stop)


def test_the_command_line_names_itself_and_never_asks_for_markup() -> None:
    argv = zenity_command(ASKED)
    assert argv[0].startswith(f"{APP}-")
    assert "--no-markup" in argv
    assert "--default-cancel" in argv
    assert argv[0] != zenity_command(ASKED)[0]
    assert is_own_dialog(argv[0], "")
    assert is_own_dialog("org.gnome.Zenity", "Q agent: allow this?")
    assert is_own_dialog("osascript", "Q 에이전트: 이 작업을 허용할까요?")
    assert not is_own_dialog("zenity", "Question")


def test_text_of_the_screen_stays_on_its_line_and_inside_its_quotes() -> None:
    assert plain("a\nb\tc\u202ed\x1b[1m") == "a b cd[1m"
    assert plain("x" * 200) == "x" * 80 + "…"
    assert quoted("say “yes”") == "“say 'yes'”"


def test_the_question_says_what_where_who_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    step = Step(
        id="s1",
        action=SaveAs(filename="start.bat"),
        because="save it",
        consent="Its words come from the screen.",
    )
    origin = Origin(Source.CLOUD, "kim@example.com")
    kinds = frozenset({RiskKind.COMMAND, RiskKind.UNEXPLAINED})
    keys = Act(Verb.KEYS, keys=("ctrl", "shift", "s"))
    body = ask_about(keys, step, kinds, origin, 30).body
    for words in (
        "press the keys ctrl+shift+s, as part of: save as “start.bat”",
        "kim@example.com",
        "it can run commands",
        "your goal does not explain this step",
        "“save it”",
        "“Its words come from the screen.”",
        "The agent cannot undo this.",
        "30 s",
    ):
        assert words in body
    opened = Step(id="s1", action=OpenApp(app="xterm"), because="")
    assert (
        "open the program “xterm”"
        in ask_about(Act(Verb.LAUNCH, program="xterm"), opened, kinds, origin, 30).body
    )
    monkeypatch.setenv("QAGENT_LANG", "ko")
    typed = Step(id="s1", action=TypeText(text="안녕"), because="")
    body = ask_about(Act(Verb.TYPE, text="안녕"), typed, kinds, origin, 30).body
    assert "2자 입력" in body
    assert "되돌릴 수 없는" not in body
