"""`qagent run`: a goal in a person's words, done on this screen without any cloud."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from desktop_programs import PATIENCE_SECONDS

from qagent.outbox import Outbox
from qscreen.wire import Outcome


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("메모장에 '회의 3시'라고 쓰고 local.txt로 저장해 줘", "회의 3시"),
        ("Write 'Meeting at 3' in the text editor and save it as local.txt", "Meeting at 3"),
    ],
)
def test_a_goal_is_done_and_recorded_without_a_cloud(
    desktop: dict[str, str], home: Path, goal: str, words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qagent", "run", goal, "--json"],
        env={**os.environ, "QAGENT_HOME": str(home), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes = [effect["outcome"] for effect in json.loads(done.stdout)["effects"]]
    assert outcomes == ["confirmed"] * 3
    saved = home.parent / "documents" / "local.txt"
    assert saved.read_text(encoding="utf-8") == words
    audited = (home / "audit" / "audit.jsonl").read_text(encoding="utf-8")
    assert audited.count('"step"') >= 3


def test_what_an_enrolled_device_did_alone_waits_for_the_platform(
    desktop: dict[str, str], home: Path
) -> None:
    """The platform cannot be reached; the report is there, redacted, and names the real steps."""
    policy = home / "policy.yaml"
    told = policy.read_text(encoding="utf-8") + "report_local_runs: true\n"
    policy.write_text(told, encoding="utf-8")
    (home / "device.json").write_text("{}", encoding="utf-8")
    goal = "Write 'Mail kim@example.com' in the text editor and save it as told.txt"
    done = subprocess.run(
        [sys.executable, "-m", "qagent", "run", goal],
        env={**os.environ, "QAGENT_HOME": str(home), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (letter,) = Outbox(home / "outbox").waiting()
    kinds = [str(step.action.kind) for step in letter.report.plan.steps]
    assert kinds == ["open_app", "type_text", "save_as"]
    assert {effect.outcome for effect in letter.report.effects} == {Outcome.CONFIRMED}
    assert len(letter.report.effects) == len(kinds)
    assert "kim@" not in letter.report.model_dump_json()
    assert letter.report.plan.goal.startswith("Write 'Mail ")
