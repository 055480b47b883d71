"""Pace, presence, status, stop and the record of all of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qagent.__main__ import app
from qagent.audit import verify
from qagent.home import AgentHome
from qagent.pace import Pace
from qagent.presence import Presence
from qagent.status import Doing, Status, StatusFile
from qagent.stop import StoppedError, StopReason, StopSignal


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.input_at = 0.0

    def __call__(self) -> float:
        return self.now

    def idle(self) -> float:
        return self.now - self.input_at


class Waits(StopSignal):
    """Lets the clock run instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait_until(self, probe, timeout, interval=0.01):  # type: ignore[no-untyped-def]
        for _ in range(int(timeout * 10)):
            self.check()
            if probe():
                return True
            self._clock.now += 0.1
        return None


def test_steps_beyond_the_limit_wait_for_their_minute() -> None:
    clock = Clock()
    pace, waits, told = Pace(clock), Waits(clock), []
    for _ in range(3):
        assert pace.wait(3, waits, lambda: told.append(1)) == 0
    clock.now += 20
    assert 39 < pace.wait(3, waits, lambda: told.append(1)) < 41
    assert told == [1]


def test_a_stop_ends_the_wait_for_the_limit() -> None:
    clock = Clock()
    pace, waits = Pace(clock), Waits(clock)
    pace.wait(1, waits)
    waits.set(StopReason.USER)
    with pytest.raises(StoppedError):
        pace.wait(1, waits)


def test_only_input_that_is_not_ours_is_a_persons() -> None:
    clock = Clock()
    presence = Presence(clock.idle, clock)
    assert presence.seconds_since_person() == 1000
    clock.input_at = clock.now
    presence.note_own()
    assert presence.seconds_since_person() is None
    clock.now += 1
    clock.input_at = clock.now
    clock.now += 0.5
    assert presence.seconds_since_person() == pytest.approx(0.5)
    presence.note_own()
    assert presence.seconds_since_person() is None


def test_a_late_answer_of_the_system_makes_no_person() -> None:
    clock = Clock()

    def slow() -> float:
        idle = clock.idle()
        clock.now += 0.3
        return idle

    presence = Presence(slow, clock)
    clock.input_at = clock.now
    presence.note_own()
    assert presence.seconds_since_person() is None


def test_a_person_between_two_quick_batches_is_seen() -> None:
    clock = Clock()
    presence = Presence(clock.idle, clock)
    presence.note_own()
    clock.input_at = clock.now + 0.02
    clock.now += 0.03
    assert presence.seconds_since_person() == pytest.approx(0.01)


def test_a_status_of_a_process_that_ended_is_gone(tmp_path: Path) -> None:
    file = StatusFile(tmp_path / "status.json")
    assert file.read().doing is Doing.GONE
    file.write(Status(Doing.WORKING, "who", "run-1", 2, 5, "click"))
    assert file.read().doing is Doing.WORKING
    assert file.read().words() == "step 2 of 5: click"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    values = json.loads((tmp_path / "status.json").read_text(encoding="utf-8"))
    (tmp_path / "status.json").write_text(json.dumps(values | {"pid": ended.pid}), encoding="utf-8")
    assert file.read().doing is Doing.GONE
    (tmp_path / "status.json").write_text("[]", encoding="utf-8")
    assert file.read().doing is Doing.GONE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AgentHome:
    monkeypatch.setenv("QAGENT_HOME", str(tmp_path / "agent"))
    monkeypatch.setenv("COLUMNS", "200")
    return AgentHome(tmp_path / "agent")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_stop_and_resume_are_recorded_and_shown(home: AgentHome) -> None:
    assert run("watch", "--once")[1].strip().endswith("no agent is running")
    assert run("stop")[0] == 0
    assert json.loads(run("watch", "--once", "--json")[1])["doing"] == "stopped"
    assert run("resume")[0] == 0
    code, output = run("audit", "verify", "--json")
    assert (code, json.loads(output)["checked"]) == (0, 2)
    assert "Nothing is recorded" in run("report")[1]


def test_a_broken_log_has_its_own_exit_code(home: AgentHome) -> None:
    run("stop")
    run("resume")
    path = home.audit / "audit.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("resume", "remove"), encoding="utf-8")
    code, output = run("audit", "verify")
    assert code == 2
    assert "audit.jsonl line 2" in output
    assert "→" in output
    assert run("audit", "verify", "--expect", "0" * 64)[0] == 2


def test_a_stop_works_when_it_cannot_be_recorded(home: AgentHome) -> None:
    home.create()
    home.audit.write_text("a file where the folder should be", encoding="utf-8")
    assert run("stop")[0] == 0
    assert home.stop_file.is_set()
    assert run("resume")[0] == 1, "work is not allowed again without a record of it"
    assert home.stop_file.is_set()


def test_the_latch_is_set_before_anything_heavy_is_imported(home: AgentHome) -> None:
    code = (
        "import sys; before = set(sys.modules); import qagent.entry as e; e.set_latch();"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert home.stop_file.is_set()
    assert home.stop_file.path.stat().st_mode & 0o777 == 0o600
    assert eval(done.stdout) == ["qagent", "qagent.entry"]  # noqa: S307 - our own output


def test_the_console_script_stops_and_says_so(home: AgentHome) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qagent.entry", "stop"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert "qagent resume" in done.stdout
    assert home.stop_file.is_set()
    assert verify(home.audit).checked == 1


def test_a_shorter_status_covers_a_longer_one(tmp_path: Path) -> None:
    file = StatusFile(tmp_path / "status.json")
    file.write(Status(Doing.WORKING, "김" * 200, "run-" + "1" * 60, kind="type_text"))
    assert file.read().who == "김" * 200
    file.write(Status(Doing.IDLE))
    assert (file.read().doing, file.read().who) == (Doing.IDLE, "")
    assert (tmp_path / "status.json").stat().st_mode & 0o777 == 0o600


def test_half_of_one_status_and_half_of_another_is_none(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    records = []
    for who in ("aaaa", "bbbb"):
        StatusFile(path).write(Status(Doing.WORKING, who))
        records.append(path.read_bytes())
    torn = records[1][:100] + records[0][100:]
    assert json.loads(torn)["who"] == "bbbb"
    path.write_bytes(torn)
    assert StatusFile(path).read().doing is Doing.GONE
    path.write_bytes(records[1])
    assert StatusFile(path).read().who == "bbbb"
