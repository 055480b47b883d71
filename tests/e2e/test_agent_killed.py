"""An agent killed in the middle of a run: the run ends with a reason, nothing is typed twice."""

import json
import os
import subprocess
import threading
import time
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from e2e_qops import BIN, agent_process, home, qops


def _journal() -> Path:
    return home() / "agent" / "journal.jsonl"


HEARTBEAT_SECONDS = 30
"""The state machine's heartbeat limit in the local environment."""

SLOW_SECONDS = 240.0
"""More than a run takes on any machine, through functions that were never called."""


def _kill_when(entry: str, marker: str, offset: int, killed: list[tuple[float, int]]) -> None:
    """SIGKILL the agent as soon as its journal tells that the step with the text has begun."""
    end = time.monotonic() + SLOW_SECONDS
    typing: str | None = None
    while time.monotonic() < end:
        lines = _journal().read_bytes()[offset:].decode(errors="replace").splitlines()
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event["entry"] == "accepted" and marker in line:
                typing = next(
                    step["id"]
                    for step in event["command"]["steps"]
                    if step["action"]["kind"] == "type_text"
                )
            if typing and event["entry"] == entry and event.get("step") == typing:
                time.sleep(0.05)
                agent = agent_process()
                agent.kill()
                killed.append((time.time(), agent.pid))
                return
        time.sleep(0.002)


def _times_on_screen(marker: str) -> int:
    """How often the marker stands in any text on the agent's desktop."""
    environment = agent_process().environ()
    seen = subprocess.run(
        [BIN / "qagent", "observe", "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    values = [element.get("value") or "" for element in json.loads(seen.stdout)["elements"]]
    return max((value.count(marker) for value in values), default=0)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_killed_while_typing(config: dict[str, Any], language: str) -> None:
    assert qops("demo", "--yes")[0] == 0
    marker = f"M{uuid.uuid4().hex[:8]}"
    text = f"{marker} " + "가나다 abc " * 40
    name = f"{marker}.txt"
    goal = {
        "ko": f"메모장에 '{text}'라고 쓰고 {name}로 저장해 줘",
        "en": f"Write '{text}' in the text editor and save it as {name}",
    }[language]
    killed: list[tuple[float, int]] = []
    offset = _journal().stat().st_size
    watcher = threading.Thread(target=_kill_when, args=("begun", marker, offset, killed))
    watcher.start()
    code, answer = qops("run", goal, timeout=SLOW_SECONDS)
    watcher.join()
    assert killed, f"the agent was not caught typing: {answer}"
    run = answer["result"]["run"]
    ended = datetime.fromisoformat(run["updated_at"]).timestamp()
    (killed_at, killed_pid), restarted = killed[0], agent_process()
    # By its id: the time that the kernel tells of a start is up to a second off.
    assert restarted.pid != killed_pid
    assert ended - restarted.create_time() < HEARTBEAT_SECONDS
    assert ended - killed_at < 2 * HEARTBEAT_SECONDS
    assert run["status"] in {"succeeded", "failed"}
    if run["status"] == "failed":
        assert code == 1
        assert run["reason"]
        assert run["message"]
    saved = home() / "demo" / "documents" / name
    if saved.exists():
        assert saved.read_text(encoding="utf-8").count(marker) == 1
        assert run["status"] == "failed" or saved.read_text(encoding="utf-8") == text
    assert _times_on_screen(marker) <= 1
