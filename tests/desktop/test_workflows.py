"""Somebody works in real programs and is recorded; the programs say what doing it again did.

The user is synthetic keys and clicks at a person's pace. The oracle is the program's own: what it
prints, or the file on the disk.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from desktop_programs import (
    FORM,
    PATIENCE_SECONDS,
    QT_FILES,
    START_SECONDS,
    Programs,
    Running,
    end_editors,
    programs,
)
from user_at_desk import User

from qagent.desktop.base import Budget, CellRange, DesktopBackend
from qagent.observe import look
from qagent.workflows.model import GapReason, Workflow
from qagent.workflows.store import Store
from qscreen.wire import Role, ScrollDirection, State

SECRET = "hunter2-Geheim9"
POLICY = """\
version: 1
documents: {documents}
allow: {{risks: [look, navigate, edit, write_file], apps: ['*'], secure_fields: true}}
deny: {{apps: [galculator], windows: ['*급여*'], kinds: [overwrite]}}
consent: {{without_asking: [send, credentials, unexplained]}}
physical_input: {{pause: false}}
"""


@dataclass
class Recording:
    """A recorder that runs.

    Attributes:
        process: Its process.
        home: The agent's folder.
        user: Who is recorded.
    """

    process: "subprocess.Popen[str]"
    home: Path
    user: User

    def end(self, number: int = signal.SIGINT) -> Workflow:
        """End it, and read what it wrote."""
        self.user.pause()
        if self.process.poll() is None:
            self.process.send_signal(number)
        said = self.process.communicate(timeout=START_SECONDS)
        assert self.process.returncode == 0, said
        return Store(self.home / "workflows").load("work")


def agent(home: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "qagent", *arguments],
        env={**os.environ, "QAGENT_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        timeout=3 * START_SECONDS,
        check=False,
    )


@pytest.fixture
def agent_home(home: Path, documents: Path) -> Path:
    (home / "policy.yaml").write_text(POLICY.format(documents=documents), encoding="utf-8")
    return home


@pytest.fixture
def record(
    agent_home: Path, desktop: dict[str, str], user: User
) -> Iterator[Callable[..., Recording]]:
    """Starts `qagent record` and waits until it hears."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> Recording:
        process = subprocess.Popen(
            [sys.executable, "-m", "qagent", "record", "work", *arguments],
            env={**os.environ, "QAGENT_HOME": str(agent_home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stderr is not None
        assert "Recording" in process.stderr.readline()
        return Recording(process, agent_home, user)

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)


@pytest.fixture
def desk(backend: DesktopBackend, tmp_path: Path) -> Iterator[Programs]:
    """Starts programs; they end with the test, and write no file of ours."""
    before = Path.cwd()
    (tmp_path / "cwd").mkdir()
    os.chdir(tmp_path / "cwd")
    try:
        with programs(backend) as started:
            yield started
    finally:
        os.chdir(before)


@pytest.fixture
def user(backend: DesktopBackend) -> User:
    return User(backend)


def form(desk: Programs) -> Running:
    return desk.zenity(
        "Order form",
        *("--forms", "--text=Order", "--add-entry=Name", "--add-entry=Place"),
        "--add-password=Secret",
    )


def replayed(home: Path, *arguments: str, **variables: str) -> dict[str, Any]:
    done = agent(home, "workflow", "replay", "work", "--json", *arguments, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def kinds(workflow: Workflow) -> list[str]:
    return [str(step.action.kind) for step in workflow.steps]


def nothing_of(secret: str, folder: Path) -> bool:
    return not any(
        secret.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file()
    )


def test_a_gtk_form_with_a_password(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    first = form(desk)
    recording = record()
    user.type("김철수 Kim")
    user.keys("tab")
    user.type("서울 2층")
    user.keys("tab")
    user.type(SECRET)
    user.click("OK", Role.BUTTON)
    wanted = f"김철수 Kim|서울 2층|{SECRET}"
    assert first.line() == wanted
    workflow = recording.end()
    assert kinds(workflow) == ["focus", *["set_value"] * 3, "click"]
    assert nothing_of(SECRET, agent_home)
    check = workflow.steps[-1].verify
    assert check is not None
    assert check.condition == "disappears"
    assert agent(agent_home, "workflow", "lint", "work").returncode == 0
    second = form(desk)
    report = replayed(agent_home, QAGENT_VALUE_SECRET_1=SECRET)
    assert second.line() == wanted
    assert [one["outcome"] for one in report["steps"]].count("confirmed") == 4
    assert nothing_of(SECRET, agent_home)


def test_a_qt_form(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    first = desk.qt_form()
    recording = record()
    user.click("Name", Role.TEXT_FIELD)
    user.type("Kim 회의")
    user.click("Notes", Role.TEXT_AREA)
    user.type("line one\nline 둘")
    user.click("I agree")
    user.click("Country", Role.COMBO_BOX)
    user.keys("down")
    user.keys("enter")
    user.click("Pear")
    user.click("Send")
    told = first.told()
    assert isinstance(told, dict)
    assert (told["name"], told["country"], told["fruit"]) == ("Kim 회의", "Japan", "Pear")
    workflow = recording.end()
    assert kinds(workflow) == ["focus", *["set_value"] * 5, "click"]
    assert workflow.steps[-1].consent is not None
    desk.end()
    second = desk.qt_form()
    rehearsed = agent(agent_home, "workflow", "dry-run", "work", "--json")
    assert rehearsed.returncode == 0, rehearsed.stdout
    assert {one["readiness"] for one in json.loads(rehearsed.stdout)} == {"ready"}
    assert replayed(agent_home)["complete"]
    # The first line that it prints is that of the replay: the dry run has pressed nothing.
    assert second.told() == told


def test_a_page_in_chromium(
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
    backend: DesktopBackend,
) -> None:
    desk.page(FORM, "Order form")
    recording = record()
    user.click("Name", Role.TEXT_FIELD)
    user.type("Kim 회의")
    user.click("Notes", Role.TEXT_AREA)
    user.type("line one\nline 둘")
    user.click("I agree", Role.CHECK_BOX)
    user.click("Country", Role.COMBO_BOX)
    user.keys("down")
    user.keys("enter")
    user.click("Large", Role.RADIO_BUTTON)
    user.click("Send", Role.BUTTON)
    told = sent(backend)
    assert json.loads(told)["country"] == "Japan"
    workflow = recording.end()
    assert kinds(workflow) == ["open_app", *["set_value"] * 5, "click"]
    desk.end()
    desk.page(FORM, "Order form")
    assert replayed(agent_home)["complete"]
    assert sent(backend) == told


def sent(backend: DesktopBackend) -> str:
    """What the page says that it has sent."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        for node in look(backend, budget=Budget()).nodes:
            if node.name.startswith("Sent {"):
                return node.name.removeprefix("Sent ")
        time.sleep(0.1)
    raise AssertionError("the page has sent nothing")


def test_an_editor_with_its_menu_and_save_dialog(
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
    documents: Path,
    tmp_path: Path,
) -> None:
    words = "회의 3시, 2층\nsecond"
    desk.start(("mousepad",), lambda one: one.app == "mousepad")
    recording = record()
    user.type(words)
    user.click("Edit", Role.MENU)
    user.click("Select All", Role.MENU_ITEM)
    user.keys("ctrl", "shift", "s")
    user.find("Save", Role.BUTTON)
    time.sleep(1)
    user.keys("ctrl", "a")
    user.type("memo.txt")
    user.rest()
    user.keys("enter")
    user.until((tmp_path / "cwd" / "memo.txt").exists)
    workflow = recording.end()
    assert kinds(workflow) == ["open_app", "set_value", "choose_menu", "save_as"]
    end_editors(os.environ.get("DISPLAY"))
    assert replayed(agent_home)["complete"]
    assert (documents / "memo.txt").read_text(encoding="utf-8") == words


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A file that is there, and one that is to be written in another folder."""
    source, copy = tmp_path / "in" / "보고서 2026.txt", tmp_path / "out" / "copy.txt"
    source.parent.mkdir()
    copy.parent.mkdir()
    source.write_text("첫 줄, 2층\nsecond\n", encoding="utf-8")
    return source, copy


def test_files_opened_and_saved_in_dialogs_of_gtk(
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
    files: tuple[Path, Path],
) -> None:
    source, copy = files
    desk.start(("mousepad",), lambda one: one.app == "mousepad")
    recording = record()
    user.keys("ctrl", "o")
    user.find("Open", Role.BUTTON)
    user.keys("ctrl", "l")
    user.type(str(source))
    user.until(lambda: user.reads(str(source)))
    user.rest()
    user.leave("Open File")
    user.until(lambda: user.reads(source.read_text(encoding="utf-8")))
    user.keys("ctrl", "shift", "s")
    user.find("Save", Role.BUTTON)
    user.keys("ctrl", "a")
    user.type(str(copy))
    user.until(lambda: user.reads(str(copy)))
    user.rest()
    user.click("Save", Role.BUTTON)
    user.until(copy.exists)
    workflow = recording.end()
    assert workflow.gaps == ()
    assert kinds(workflow) == ["open_app", "press_keys", "set_value", "press_keys", "set_value"]
    end_editors(os.environ.get("DISPLAY"))
    copy.write_bytes(b"older")
    refused = agent(agent_home, "workflow", "replay", "work", "--json")
    assert refused.returncode == 3, refused.stdout
    assert json.loads(refused.stdout)["steps"][-1]["error"] == "denied_by_policy"
    assert copy.read_bytes() == b"older"
    end_editors(os.environ.get("DISPLAY"))
    policy = agent_home / "policy.yaml"
    allowed = policy.read_text(encoding="utf-8").replace(", kinds: [overwrite]", "")
    policy.write_text(allowed.replace("[send,", "[overwrite, send,"), encoding="utf-8")
    assert replayed(agent_home)["complete"]
    assert copy.read_bytes() == source.read_bytes()


def test_files_chosen_in_dialogs_of_qt(
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
    files: tuple[Path, Path],
) -> None:
    source, copy = files
    os.chdir(source.parent)
    desk.qt(QT_FILES, "Qt files")
    recording = record()
    user.click("Attach", Role.BUTTON)
    user.click(source.name, Role.CELL)
    user.until(lambda: user.reads(source.name))
    user.rest()
    user.click("Open", Role.BUTTON)
    user.find("Attached")
    user.click("Export", Role.BUTTON)
    user.find("Save", Role.BUTTON)
    user.type(str(copy))
    user.until(lambda: user.reads(str(copy)))
    user.rest()
    user.leave("Export to")
    user.until(copy.exists)
    workflow = recording.end()
    assert workflow.gaps == ()
    assert kinds(workflow) == ["focus", "click", "set_value", "click", "set_value"]
    desk.end()
    copy.unlink()
    os.chdir(copy.parent)
    desk.qt(QT_FILES, "Qt files")
    assert replayed(agent_home)["complete"]
    assert copy.read_bytes() == source.read_bytes()


def test_rounds_become_a_table_and_are_done_with_other_rows(
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
    tmp_path: Path,
) -> None:
    first = desk.qt_form()
    recording = record()
    for name in ("Kim", "이", "Park"):
        user.click("Name", Role.TEXT_FIELD)
        user.keys("ctrl", "a")
        user.type(name)
        user.click("Send")
    assert [first.told()["name"] for _ in range(3)] == ["Kim", "이", "Park"]  # type: ignore[index]
    workflow = recording.end()
    assert workflow.repeat is not None
    assert workflow.repeat.rows == (("Kim",), ("이",), ("Park",))
    desk.end()
    rows = tmp_path / "rows.csv"
    rows.write_text(f"{workflow.repeat.columns[0]}\n최\nJung\n", encoding="utf-8")
    second = desk.qt_form()
    assert replayed(agent_home, "--rows", str(rows))["complete"]
    assert [second.told()["name"] for _ in range(2)] == ["최", "Jung"]  # type: ignore[index]


SHEET = (("품목", "수량"), ("사과, 큰 것", "12"), ("Kiwi", "40"))


def test_a_spreadsheet(
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
    backend: DesktopBackend,
) -> None:
    policy = agent_home / "policy.yaml"
    # Emptying a cell before it is written is asked about as a deletion.
    asked = policy.read_text(encoding="utf-8").replace("[send,", "[delete, send,")
    policy.write_text(asked, encoding="utf-8")
    desk.calc()
    user.until(lambda: bool(shown_cells(backend)), START_SECONDS)
    recording = record()
    time.sleep(1)
    for number, row in enumerate(SHEET):
        for column, (words, key) in enumerate(zip(row, ("tab", "enter"), strict=True)):
            user.type(words)
            user.keys(key)
            # Calc goes to the next cell some time later: people see it before they type on.
            user.until(lambda at=(number, column), words=words: shown_cell(backend, *at) == words)
    workflow = recording.end()
    assert kinds(workflow) == ["open_app", "write_table"]
    assert getattr(workflow.steps[1].action, "rows", None) == SHEET
    desk.end()
    desk.calc()
    user.until(lambda: bool(shown_cells(backend)), START_SECONDS)
    assert replayed(agent_home)["complete"]
    assert shown_cells(backend) == SHEET


def shown_cell(backend: DesktopBackend, row: int, column: int) -> str:
    """What the spreadsheet says that one of its first cells holds."""
    cells = shown_cells(backend)
    return cells[row][column] if cells else ""


def shown_cells(backend: DesktopBackend) -> tuple[tuple[str, ...], ...]:
    """What the spreadsheet says that its first cells hold; nothing while it is not there."""
    tree = look(backend, budget=Budget())
    table = next((one for one in tree.nodes if one.role is Role.TABLE), None)
    if table is None:
        return ()
    block = backend.cells(table, CellRange(range(3), range(2)))
    return tuple(tuple(cell.text for cell in line) for line in block)


def test_a_replay_ends_where_the_screen_differs(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    form(desk)
    recording = record()
    user.type("Kim")
    user.keys("tab")
    user.type("Seoul")
    user.click("OK", Role.BUTTON)
    recording.end()
    other = desk.zenity("Order form", "--forms", "--text=Order", "--add-entry=Name")
    done = agent(agent_home, "workflow", "replay", "work", "--json")
    assert done.returncode == 3
    steps = json.loads(done.stdout)["steps"]
    assert [one["accepted"] for one in steps] == [True, True, False]
    assert steps[-1]["error"] == "target_not_found"
    assert other.process.poll() is None


@pytest.mark.parametrize("ending", ["keys", "stop", "minutes"])
def test_a_recording_is_visible_and_ends(
    ending: str,
    record: Callable[..., Recording],
    desk: Programs,
    user: User,
    agent_home: Path,
) -> None:
    form(desk)
    recording = record(*(("--minutes", "0.25") if ending == "minutes" else ()))
    user.type("Kim")
    user.keys("tab")
    assert "recording" in agent(agent_home, "watch", "--once").stdout
    if ending == "keys":
        user.keys("ctrl", "alt", "escape")
    elif ending == "stop":
        assert agent(agent_home, "stop").returncode == 0
    out, _ = recording.process.communicate(timeout=PATIENCE_SECONDS)
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
    time.sleep(3)
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


def test_a_long_list_is_scrolled_until_the_row_shows(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    """Done again on a longer list, where the same turns of the wheel would not be enough."""

    def rows(count: int) -> Running:
        last = [f"Filler {n}" for n in range(count)]
        values = (*last, "Wanted", "After", *(f"End {n}" for n in range(20)))
        return desk.zenity("Rows", "--list", "--height=300", "--column=Row", *values)

    first = rows(25)
    recording = record()
    place = user.find("Filler 3").rect
    assert place is not None
    for _ in range(40):
        user.wheel_at(place.x + 5, place.y + 5, ScrollDirection.DOWN)
        if user.shows("Wanted"):
            break
    user.click("Wanted")
    user.click("OK", Role.BUTTON)
    assert first.line() == "Wanted"
    workflow = recording.end()
    scrolled = [step for step in workflow.steps if step.action.kind == "scroll"]
    assert len(scrolled) == 1
    assert scrolled[0].verify is not None
    second = rows(60)
    done = json.loads(agent(agent_home, "workflow", "replay", "work", "--json").stdout)["steps"]
    # Pressing a row is what GTK calls activating it: that ends this dialog with nothing chosen.
    assert second.line() == ""
    assert [one["verified"] for one in done if one["kind"] == "scroll"] == [True]
    assert [(one["kind"], one["outcome"]) for one in done][2] == ("click", "confirmed")


def test_a_killed_recorder_leaves_a_recording(
    record: Callable[..., Recording], desk: Programs, user: User, agent_home: Path
) -> None:
    form(desk)
    recording = record()
    user.type("Kim")
    user.keys("tab")
    user.type("Seoul")
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
