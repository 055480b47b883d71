"""A private virtual desktop for the tests; a missing program fails them and names its package."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from desktop_programs import PATIENCE_SECONDS

from qagent.act import Executor
from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.policy import Policy, load_policy
from qagent.stop import StopSignal
from qops import desktop as virtual_desktop
from qscreen.wire import Action, Effect, OpenApp, Outcome, Step

MAC = sys.platform == "darwin"
EDITOR = "TextEdit" if MAC else "mousepad"
PROGRAMS = (EDITOR,) if MAC else (EDITOR, "zenity")


@pytest.fixture(scope="session")
def desktop() -> Iterator[dict[str, str]]:
    """The desktop's environment, which is also ours as long as the tests run."""
    if MAC:  # A Mac has one desktop, and it is there.
        yield dict(os.environ)
        return
    for program in PROGRAMS:
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: apt-get install --no-install-recommends {program}")
    # Paths of sockets are short, pytest's own folders are not.
    root = Path(tempfile.mkdtemp(prefix="qd-"))
    environment = dict(virtual_desktop.start(root))
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield environment
    finally:
        os.environ.clear()
        os.environ.update(before)
        virtual_desktop.stop(root)
        shutil.rmtree(root)


@pytest.fixture
def backend(desktop: dict[str, str]) -> Iterator[DesktopBackend]:
    """The desktop's backend; programs on the desktop end with the test."""
    opened = open_backend()
    yield opened
    opened.close()
    _end_programs(desktop.get("DISPLAY"))


def _end_programs(display: str | None) -> None:
    for process in psutil.process_iter(["name", "environ"]):
        environment = process.info["environ"] or {}
        if process.info["name"] in PROGRAMS and (MAC or environment.get("DISPLAY") == display):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
                while process.status() != psutil.STATUS_ZOMBIE:
                    time.sleep(0.01)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An agent's home with a policy that allows the programs of the tests."""
    folder = tmp_path / "agent"
    folder.mkdir(mode=0o700)
    write_policy(folder)
    monkeypatch.setenv("QAGENT_HOME", str(folder))
    monkeypatch.setenv("QAGENT_LANG", "en")
    return folder


def write_policy(folder: Path, *extra: str) -> None:
    """Write a policy; documents go beside the agent's home."""
    lines = (
        "version: 1",
        f"documents: {folder.parent / 'documents'}",
        "screenshots: true",
        "allow: {risks: [look, navigate, edit, write_file], apps: [mousepad, zenity, TextEdit]}",
        *extra,
    )
    (folder / "policy.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def policy(home: Path) -> Policy:
    """The policy of the agent's home."""
    return load_policy(home / "policy.yaml")


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Where saved documents go."""
    return tmp_path / "documents"


@pytest.fixture
def perform(backend: DesktopBackend, policy: Policy) -> Callable[[Action], Effect]:
    """Performs one action."""
    executor = Executor(backend, policy, StopSignal())
    return lambda action: executor.perform(Step(id="s1", action=action, because="test"))


@pytest.fixture
def editor(perform: Callable[[Action], Effect]) -> Effect:
    """An open editor with an empty document."""
    effect = perform(OpenApp(app="메모장", new_document=True))
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    return effect


@pytest.fixture
def zenity(backend: DesktopBackend) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts a dialog of zenity and waits for its window."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            ["zenity", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        started.append(process)
        shown = StopSignal().wait_until(
            lambda: any(w.app == "zenity" and w.has("active") for w in backend.windows()),
            PATIENCE_SECONDS,
        )
        assert shown, "zenity showed no window"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)
