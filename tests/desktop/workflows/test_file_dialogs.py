"""Files opened and saved in a program's dialog are steps that can be done again."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from desktop_programs import (
    QT_FILES,
    Programs,
    end_editors,
)
from recorded_at_desk import Recording, agent, kinds, replayed
from user_at_desk import User

from qscreen.wire import Role


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
