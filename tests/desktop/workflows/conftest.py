"""A recorder, its user, and programs of their own for both."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop_programs import (
    PATIENCE_SECONDS,
    Programs,
    programs,
)
from recorded_at_desk import POLICY, Recording
from user_at_desk import User

from qagent.desktop.backend import DesktopBackend


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
