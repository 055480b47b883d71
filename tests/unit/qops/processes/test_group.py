"""Groups of real processes (no sockets): started, watched, ended, never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from qops.processes import (
    AlreadyRunningError,
    ChildSpec,
    FileReady,
    GroupSpec,
    GuardedChild,
    LogReady,
    StartFailedError,
    StartInProgressError,
    group_status,
    start_group,
    stop_group,
)

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def eventually(question: Callable[[], Any], seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "group"
    yield path
    stop_group(path)


def shell(folder: Path, name: str, script: str, **settings: Any) -> ChildSpec:
    log = folder / f"{name}.log"
    return ChildSpec(name, ("sh", "-c", script), ENVIRONMENT, log, **settings)


def written(word: str, file: str) -> str:
    """Shell for a word in a file that is there as a whole or not at all."""
    return f"echo {word} > .{file}; mv .{file} {file}"


def group(folder: Path, *children: ChildSpec) -> GroupSpec:
    return GroupSpec("test group", folder, children)


def gone(*pids: int) -> bool:
    for pid in pids:
        try:
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            continue
    return True


def test_children_start_in_order_and_stop_in_reverse(folder: Path) -> None:
    order = folder / "order"

    def noting(name: str) -> str:
        return (
            f"echo +{name} >> {order}; trap 'echo -{name} >> {order}; exit 0' TERM; touch {name};"
            " while :; do sleep 0.05; done"
        )

    first = shell(folder, "a", noting("a"), ready=FileReady(str(folder / "a")))
    second = shell(folder, "b", noting("b"), ready=FileReady(str(folder / "b")), after=("a",))
    told: list[str] = []
    state = start_group(group(folder, first, second), progress=told.append)
    assert state.phase == "ready"
    assert told[0] == "a: starting"
    with pytest.raises(AlreadyRunningError):
        start_group(group(folder, first))
    assert stop_group(folder)
    assert order.read_text().split() == ["+a", "+b", "-b", "-a"]
    stopped = group_status(folder)
    assert stopped is not None
    assert stopped.phase == "stopped"
    assert not stop_group(folder)


def test_a_failed_start_leaves_nothing_and_shows_the_log(folder: Path) -> None:
    stays = shell(folder, "stays", f"{written('$$', 'pid')}; sleep 100")
    fails = shell(folder, "fails", "echo broken by design; exit 7", ready=FileReady("/nonexistent"))
    with pytest.raises(StartFailedError) as caught:
        start_group(group(folder, stays, fails))
    assert "exit code 7" in caught.value.why
    assert "broken by design" in caught.value.details
    pid = folder / "pid"
    assert not pid.exists() or gone(int(pid.read_text()))


def test_a_child_that_is_never_ready_fails_in_time(folder: Path) -> None:
    silent = shell(folder, "silent", "sleep 300", ready=LogReady("never"), ready_timeout=0.3)
    began = time.monotonic()
    with pytest.raises(StartFailedError, match="not ready after"):
        start_group(group(folder, silent))
    assert time.monotonic() - began < 60


def test_a_missing_program_is_named(folder: Path) -> None:
    missing = ChildSpec("m", ("no-such-program",), ENVIRONMENT, folder / "m.log")
    with pytest.raises(StartFailedError, match="no-such-program: No such file"):
        start_group(group(folder, missing))


def test_a_child_that_ends_ends_the_group_unless_told_otherwise(folder: Path) -> None:
    start_group(
        group(
            folder,
            shell(folder, "recorded", "exit 0", on_exit="record"),
            shell(folder, "again", "echo >> starts; exit 0", on_exit="restart"),
            # Not a time but the event itself: a loaded machine restarts "again" late.
            shell(
                folder,
                "needed",
                'while [ "$(cat starts | wc -l)" -lt 2 ]; do sleep 0.05; done; exit 4',
            ),
        )
    )

    def ended() -> Any:
        state = group_status(folder)
        return state if state is not None and state.phase == "failed" else None

    state = eventually(ended)
    assert state is not None
    assert "needed ended by itself with exit code 4" in state.reason
    assert state.child("again").restarts >= 1
    assert state.child("recorded").restarts == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs the subreaper of Linux")
def test_a_killed_supervisor_takes_everything_with_it_also_what_moved_away(folder: Path) -> None:
    moves = f"setsid sh -c '{written('$$', 'moved')}; exec sleep 100' &"
    script = f"{written('$$', 'stayed')}; {moves} exec sleep 100"
    ready = FileReady(str(folder / "moved"))
    state = start_group(group(folder, shell(folder, "a", script, ready=ready)))
    pids = [int((folder / name).read_text()) for name in ("moved", "stayed")]
    os.kill(state.supervisor_pid, signal.SIGKILL)
    assert eventually(lambda: gone(*pids))
    after = group_status(folder)
    assert after is not None
    assert after.phase == "failed"
    assert start_group(group(folder, shell(folder, "b", "sleep 100"))).phase == "ready"


def test_a_child_that_ignores_the_signal_is_killed(folder: Path) -> None:
    script = f"trap '' TERM; {written('$$', 'pid')}; while :; do sleep 0.05; done"
    ready = FileReady(str(folder / "pid"))
    start_group(group(folder, shell(folder, "deaf", script, ready=ready, stop_timeout=0.3)))
    pid = int((folder / "pid").read_text())
    began = time.monotonic()
    stop_group(folder)
    assert time.monotonic() - began < 25, "before the supervisor itself is killed"
    assert gone(pid)


def test_two_starts_at_once_make_one_group(folder: Path) -> None:
    script = "touch begun; while [ ! -e go ]; do sleep 0.05; done; touch up; sleep 300"
    slow = shell(folder, "slow", script, ready=FileReady(str(folder / "up")))
    errors: list[Exception] = []

    def start() -> None:
        try:
            start_group(group(folder, slow))
        except (StartInProgressError, AlreadyRunningError) as error:
            errors.append(error)

    first, second = (threading.Thread(target=start) for _ in range(2))
    first.start()
    assert eventually((folder / "begun").exists)
    second.start()
    second.join(60)
    assert not second.is_alive()
    (folder / "go").touch()
    first.join()
    assert len(errors) == 1
    assert isinstance(errors[0], StartInProgressError)
    state = group_status(folder)
    assert state is not None
    assert state.phase == "ready"


def test_a_reused_pid_is_not_mistaken_for_the_supervisor(folder: Path) -> None:
    start_group(group(folder, shell(folder, "a", "sleep 100")))
    stop_group(folder)
    state = group_status(folder)
    assert state is not None
    state.phase = "ready"
    state.supervisor_pid = os.getpid()
    from qops.processes.state import write_state

    write_state(folder, state)
    after = group_status(folder)
    assert after is not None
    assert after.phase == "failed"
    assert not stop_group(folder)


def test_a_guarded_child_dies_with_its_owner(tmp_path: Path) -> None:
    source = (
        "import sys, time\nfrom pathlib import Path\nfrom qops.processes import GuardedChild\n"
        "child = GuardedChild(['sleep', '100'], env={'PATH': sys.argv[2]},"
        " log=Path(sys.argv[1]) / 'log', cwd=Path(sys.argv[1]))\n"
        "print(child.pid, flush=True)\ntime.sleep(100)\n"
    )
    command = [sys.executable, "-c", source, str(tmp_path), os.environ["PATH"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert not gone(pid)
        owner.kill()
    assert eventually(lambda: gone(pid))


def test_a_guarded_child_tells_its_end(tmp_path: Path) -> None:
    ended: list[int] = []
    child = GuardedChild(
        ["sh", "-c", "exit 5"],
        env=ENVIRONMENT,
        log=tmp_path / "log",
        cwd=tmp_path,
        on_exit=ended.append,
    )
    assert child.wait(60) == 5
    assert eventually(lambda: ended == [5])
    assert child.stop() == 5
