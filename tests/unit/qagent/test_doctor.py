"""What `qagent doctor --fix` repairs, and which settings pane it opens."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from qagent import doctor as subject
from qagent.desktop.base import DesktopError
from qagent.desktop.macos.permissions import (
    INPUT_PANE,
    SCREEN_PANE,
    Permission,
    input_missing,
    screen_missing,
)
from qagent.doctor import Finding, examine, fix
from qagent.home import AgentHome


class Mac:
    """A desktop of a Mac whose user has given some permissions."""

    def __init__(self, *permissions: Permission) -> None:
        self._permissions = permissions
        self.closed = False

    def permissions(self) -> tuple[Permission, ...]:
        return self._permissions

    def look(self, budget: object) -> Any:
        raise DesktopError("looked", "without a permission")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def home(tmp_path: Path) -> AgentHome:
    made = AgentHome(tmp_path / "agent")
    made.create()
    return made


def test_each_permission_that_is_withheld_is_named_with_its_pane(
    home: AgentHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac = Mac(
        Permission("Accessibility", True),
        Permission("Screen Recording", False, screen_missing()),
        Permission("Input Monitoring", False, input_missing()),
    )
    monkeypatch.setattr(subject, "open_backend", lambda: mac)
    monkeypatch.delenv("DISPLAY", raising=False)
    found = {one.name: one for one in examine(home)}
    assert "Accessibility" not in found
    assert found["Screen Recording"].pane == SCREEN_PANE
    assert found["Input Monitoring"].pane == INPUT_PANE
    assert all(not one.ok and one.repair for one in found.values() if one.pane)
    assert mac.closed
    opened: list[str] = []
    done = fix(home, list(found.values()), opened.append)
    assert opened == [SCREEN_PANE]
    assert "Screen Recording" in done[-1]


@pytest.mark.parametrize("permitted", [True, False])
def test_in_korean_nothing_is_told_in_english(
    home: AgentHome, monkeypatch: pytest.MonkeyPatch, permitted: bool
) -> None:
    monkeypatch.setenv("QAGENT_LANG", "ko")
    monkeypatch.setenv("QAGENT_BACKEND", "linux")
    monkeypatch.setenv("PATH", str(home.root))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    if not permitted:
        mac = Mac(Permission("Screen Recording", False, screen_missing()))
        monkeypatch.setattr(subject, "open_backend", lambda: mac)
    home.stop_file.set()
    found = examine(home)
    faults = [one for one in found if not one.ok]
    assert {one.name for one in faults} >= {
        "editor",
        "fonts",
        "policy",
        "consent",
        "stop_key",
        "stop",
    }
    assert len(faults) == 8
    told = [words for one in faults for words in (one.title, one.detail, one.repair)]
    told += [one.title for one in found]
    assert [words for words in told if not re.search("[가-힣]", words)] == []


def test_files_that_others_can_read_are_closed_to_them(home: AgentHome) -> None:
    home.device.write_text("{}", encoding="utf-8")
    home.device.chmod(0o644)
    home.root.chmod(0o755)
    opened: list[str] = []
    finding = Finding("credentials", False, "open", "close it", mode_of=str(home.device))
    done = fix(home, [finding], opened.append)
    assert home.device.stat().st_mode & 0o777 == 0o600
    assert home.root.stat().st_mode & 0o777 == 0o700
    assert len(done) == 2
    assert opened == []
    assert fix(home, [Finding("credentials", True, "kim")], opened.append) == []
