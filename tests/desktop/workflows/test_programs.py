"""Somebody works in real programs and is recorded; the programs say what doing it again did.

The user is synthetic keys and clicks at a person's pace. The oracle is the program's own: what it
prints, or the file on the disk.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from desktop_programs import (
    FORM,
    PATIENCE_SECONDS,
    PATIENT,
    START_SECONDS,
    Programs,
    Running,
    end_editors,
)
from recorded_at_desk import SECRET, Recording, agent, form, kinds, nothing_of, replayed
from user_at_desk import User

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import CellRange
from qagent.observe import look
from qscreen.wire import Role, ScrollDirection


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
        for node in look(backend, budget=PATIENT).nodes:
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
    user.pause(2)
    user.keys("ctrl", "a")
    user.type("memo.txt")
    user.until(lambda: user.reads("memo.txt"))
    user.rest()
    user.keys("enter")
    user.until((tmp_path / "cwd" / "memo.txt").exists)
    workflow = recording.end()
    assert kinds(workflow) == ["open_app", "set_value", "choose_menu", "save_as"]
    end_editors(os.environ.get("DISPLAY"))
    assert replayed(agent_home)["complete"]
    assert (documents / "memo.txt").read_text(encoding="utf-8") == words


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
    user.pause(2)
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
    tree = look(backend, budget=PATIENT)
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
    row = user.find("Filler 3")
    for _ in range(40):
        user.wheel_over(row, ScrollDirection.DOWN)
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
