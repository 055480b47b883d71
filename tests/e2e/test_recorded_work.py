"""What a person was recorded doing on the demo's desktop, published and run by its own agent."""

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from e2e_qops import demo_agent, home

from qagent.cloud.config import load_enrolment
from qagent.cloud.connection import connected
from qagent.home import AgentHome
from qscreen.wire import RunRequest, RunStatus, Template

SUPPORT = Path(__file__).resolve().parents[1] / "support"
TEXT = "회의 3시, 2층 Room B"
SLOW_SECONDS = 600.0
"""More than a step of this takes on any machine."""


@pytest.fixture(scope="module")
def device(config: dict[str, Any]) -> dict[str, str]:
    """The environment of the demo's agent, which is enrolled and has a desktop."""
    return {**os.environ, **demo_agent().environ(), "QAGENT_LANG": "en"}


def run_on(device: dict[str, str], *command: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        env={**device, **variables},
        capture_output=True,
        text=True,
        timeout=SLOW_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_recording_is_published_and_run_by_the_agent_on_the_real_program(
    device: dict[str, str],
) -> None:
    name = f"r{uuid.uuid4().hex[:8]}"
    saved = home() / "demo" / "documents" / f"{name}.txt"
    person = [str(SUPPORT / "user_recorded.py"), name, TEXT, str(saved)]
    run_on(device, *person, PYTHONPATH=str(SUPPORT))
    assert saved.read_text(encoding="utf-8") == TEXT
    saved.unlink()  # The agent replaces no file.

    published = run_on(device, "-m", "qagent", "workflow", "publish", name, "--json")
    template = Template.model_validate_json(published)
    agent = AgentHome(Path(device["QAGENT_HOME"]))
    enrolment = load_enrolment(agent.device)
    with connected(agent, enrolment) as connection:
        request = RunRequest(template_id=template.template_id, device_id=enrolment.device.device_id)
        run = connection.api.create_run(request, idempotency_key=name)
        end = time.monotonic() + SLOW_SECONDS
        while not run.status.final and time.monotonic() < end:
            time.sleep(0.5)
            run = connection.api.get_run(run.run_id)
    assert run.status is RunStatus.SUCCEEDED, run
    assert saved.read_text(encoding="utf-8") == TEXT
