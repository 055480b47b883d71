"""A recorder that hears a synthetic user, and what doing the recording again says."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_programs import (
    START_SECONDS,
    Programs,
    Running,
)
from user_at_desk import User

from qagent.workflows.model import Workflow
from qagent.workflows.store import Store

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
    """Run `qagent` with its folder, some arguments and further environment variables."""
    return subprocess.run(
        [sys.executable, "-m", "qagent", *arguments],
        env={**os.environ, "QAGENT_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        timeout=3 * START_SECONDS,
        check=False,
    )


def replayed(home: Path, *arguments: str, **variables: str) -> dict[str, Any]:
    """Do the recording again; what the report says."""
    done = agent(home, "workflow", "replay", "work", "--json", *arguments, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def kinds(workflow: Workflow) -> list[str]:
    """The kinds of its steps' actions, in order."""
    return [str(step.action.kind) for step in workflow.steps]


def nothing_of(secret: str, folder: Path) -> bool:
    """Whether no file of a folder holds the secret."""
    while True:
        try:
            files = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
        except FileNotFoundError:
            continue  # Whoever is recording has replaced one meanwhile: all are read anew.
        return not any(secret.encode() in content for content in files)


def form(desk: Programs) -> Running:
    """A GTK form with two fields and a password, which prints what was entered."""
    return desk.zenity(
        "Order form",
        *("--forms", "--text=Order", "--add-entry=Name", "--add-entry=Place"),
        "--add-password=Secret",
    )
