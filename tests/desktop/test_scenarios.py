"""Work from beginning to end on real programs, as `scripts/desktop-report` repeats it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop_programs import Programs, programs
from desktop_scenarios import SCENARIOS

from qagent.act import Executor
from qagent.desktop.backend import DesktopBackend
from qagent.policy import load_policy
from qagent.stop import StopSignal
from qscreen.wire import Action, Effect, Step


@pytest.fixture
def running(backend: DesktopBackend) -> Iterator[Programs]:
    with programs(backend) as started:
        yield started


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_the_work_is_done(
    name: str, backend: DesktopBackend, running: Programs, tmp_path: Path, home: Path
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        f"version: 1\ndocuments: {tmp_path}\n"
        "allow: {risks: [look, navigate, edit, write_file], apps: ['*']}\n",
        encoding="utf-8",
    )
    executor = Executor(backend, load_policy(path), StopSignal())

    def do(action: Action) -> Effect:
        return executor.perform(Step(id="s1", action=action, because="test"))

    SCENARIOS[name](do, running, tmp_path)
