"""How a recording begins, ends and is cut off, and what it never holds."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from desktop_programs import (
    PATIENCE_SECONDS,
    START_SECONDS,
    Programs,
)
from recorded_at_desk import SECRET, Recording, agent, form, kinds, nothing_of, replayed
from user_at_desk import User

from qagent.workflows.model import GapReason
from qagent.workflows.store import Store
from qscreen.wire import Role, State


def written(home: Path) -> str:
    """What a recorder has put on disk so far."""
    return Store(home / "workflows").diary("work").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["keys", "stop", "minutes"])
def test_a_recording_is_visible_and_ends(
    ending: str,
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
) -> None:
    form(desk)
    began = time.monotonic()
    assert "recording" not in agent(agent_home, "watch", "--once").stdout
    # Time for a command and for what is typed, on a machine as quick as this one.
    minutes = max(0.25, (time.monotonic() - began) / 10)
    recording = record(*(("--minutes", f"{minutes:.2f}") if ending == "minutes" else ()))
    user.type("Kim")
    user.keys("tab")
    assert "recording" in agent(agent_home, "watch", "--once").stdout
    if ending == "keys":
        user.keys("ctrl", "alt", "escape")
    elif ending == "stop":
        assert agent(agent_home, "stop").returncode == 0
    out, _ = recording.process.communicate(timeout=60 * minutes + PATIENCE_SECONDS)
    assert recording.process.returncode == 0
    words = {"keys": "stop key", "stop": "qagent stop", "minutes": "time"}
    assert words[ending] in out
    assert kinds(recording.end()) == ["focus", "set_value"]


def test_a_recorder_that_gets_no_time_loses_no_step(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    """It hears the fields of a form when the last of them has the keys already."""
    first = form(desk)
    recording = record()
    user.type("K")
    recording.process.send_signal(signal.SIGSTOP)
    user.type("im")
    user.keys("tab")
    user.type("Seoul")
    recording.process.send_signal(signal.SIGCONT)
    user.until(lambda: "Kim" in written(agent_home))
    time.sleep(2)
    user.pause()
    user.click("OK", Role.BUTTON)
    assert first.line() == "Kim|Seoul|"
    workflow = recording.end()
    assert workflow.gaps == ()
    assert kinds(workflow) == ["focus", "set_value", "set_value", "click"]
    second = form(desk)
    assert replayed(agent_home)["complete"]
    assert second.line() == "Kim|Seoul|"


def test_what_a_recorder_slept_through_is_not_saved_as_a_whole_recording(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    """The form is gone, with what was written into it, before the recorder can read it."""
    first = form(desk)
    recording = record()
    user.type("K")
    recording.process.send_signal(signal.SIGSTOP)
    user.type("im")
    user.keys("tab")
    user.type("Seoul")
    user.click("OK", Role.BUTTON)
    assert first.line() == "Kim|Seoul|"
    recording.process.send_signal(signal.SIGCONT)
    time.sleep(1)
    recording.process.send_signal(signal.SIGINT)
    _, said = recording.process.communicate(timeout=START_SECONDS)
    assert recording.process.returncode == 1
    assert "not saved" in said
    assert "unfinished" in agent(agent_home, "workflow", "list").stdout
    assert agent(agent_home, "record", "work", "--recover").returncode == 0
    gaps = Store(agent_home / "workflows").load("work").gaps
    assert GapReason.LATE in {one.reason for one in gaps}


def test_a_killed_recorder_leaves_a_recording(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    form(desk)
    recording = record()
    user.type("Kim")
    user.keys("tab")
    user.type("Seoul")
    user.until(lambda: "Kim" in written(agent_home))
    recording.process.kill()
    recording.process.wait(PATIENCE_SECONDS)
    assert agent(agent_home, "record", "work", "--recover").returncode == 0
    assert kinds(Store(agent_home / "workflows").load("work")) == ["focus", "set_value"]


def test_a_hidden_window_and_its_password_are_not_recorded(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    form(desk)
    recording = record()
    user.type("Kim")
    user.keys("tab")
    hidden = desk.zenity("3월 급여", "--entry", "--text=Sum")
    user.type("987654321")
    user.keys("enter")
    assert hidden.line() == "987654321"
    user.until(lambda: any(one.has(State.ACTIVE) for one in user.windows()))
    user.click("Place", Role.TEXT_FIELD)
    user.type("Seoul")
    user.click("OK", Role.BUTTON)
    workflow = recording.end()
    assert {one.reason for one in workflow.gaps} == {GapReason.HIDDEN}
    assert kinds(workflow) == ["focus", "set_value", "set_value", "click"]
    assert nothing_of("987654321", agent_home)
    assert nothing_of("급여", agent_home / "workflows")


PASSWORDS = """<!doctype html><meta charset=utf-8><title>Sign in</title><form>
<label>User <input name=user></label><br>
<label>Password <input type=password name=pw></label><br>
<label>Shown password <input name=shown></label><br>
<label>Card <input name=card></label></form>"""


QT_PASSWORD = """
import sys
from PyQt6.QtWidgets import *
app = QApplication(["signin"]); app.setApplicationName("signin")
window = QWidget(); form = QFormLayout(window); window.setWindowTitle("Sign in")
user, word, shown, card = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
word.setEchoMode(QLineEdit.EchoMode.Password)
for label, one in (("User", user), ("Password", word), ("Shown password", shown), ("Card", card)):
    form.addRow(label, one)
window.resize(400, 200); window.show(); app.exec()
"""


@pytest.mark.parametrize("toolkit", ["chromium", "qt"])
def test_secrets_of_a_page_and_of_qt_are_in_no_file(
    toolkit: str,
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
) -> None:
    if toolkit == "qt":
        argv = ("/usr/bin/python3", "-c", QT_PASSWORD)
        desk.start(argv, lambda one: one.name == "Sign in")
    else:
        desk.page(PASSWORDS, "Sign in")
    recording = record()
    user.click("User", Role.TEXT_FIELD)
    user.type("kim")
    for name, secret in (
        ("Password", SECRET),
        ("Shown password", "open-Sesam7"),
        ("Card", "4111 1111 1111 1111"),
    ):
        user.click(name)
        user.type(secret)
        assert nothing_of(secret, agent_home)
    workflow = recording.end()
    values = [getattr(step.action, "value", None) for step in workflow.steps]
    assert values[1:] == ["kim", "{{secret_1}}", "{{secret_2}}", "{{secret_3}}"]
    # Not four digits alone: the hashes of the audit log hold those by chance.
    for secret in (SECRET[:9], "open-Ses", "4111 1111"):
        assert nothing_of(secret, agent_home)
