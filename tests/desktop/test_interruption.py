"""Killing the agent in the middle of a step: the text is never typed twice."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from desktop_programs import PATIENCE_SECONDS

from qscreen.wire import Action, Effect, Outcome, Read, SaveAs

# Every character needs a keycode of its own, so that typing takes seconds and not milliseconds.
MARK = "시작표시"
LONG = MARK + "".join(chr(0xAC00 + 11 * number) for number in range(900))


def _steps(path: Path, text: str) -> Path:
    actions: list[dict[str, Any]] = [
        {"kind": "open_app", "app": "mousepad", "new_document": True},
        {"kind": "type_text", "text": text},
        {"kind": "save_as", "filename": "result.txt"},
    ]
    steps = [
        {"id": f"s{number}", "action": action, "because": "test"}
        for number, action in enumerate(actions, start=1)
    ]
    path.write_text(json.dumps({"steps": steps}), encoding="utf-8")
    return path


def _command(steps: Path) -> list[str]:
    return [sys.executable, "-m", "qagent", "do", str(steps), "--json"]


def _run(steps: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        _command(steps),
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )


def _entries(home: Path) -> list[dict[str, Any]]:
    journal = home / "local-journal.jsonl"
    if not journal.exists():
        return []
    lines = journal.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def _kill_when(process: "subprocess.Popen[str]", reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 3 * PATIENCE_SECONDS
    try:
        while not reached():
            assert process.poll() is None, "the agent ended before it could be killed"
            assert time.monotonic() < deadline, "the step was never reached"
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)


def _until_at_rest(display: str) -> None:
    """Wait until editor and window manager have read the keymaps that the typing left them.

    On a busy machine they are seconds behind, and a dialog would open too late.
    """
    behind = [
        one
        for one in psutil.process_iter(["name", "environ"])
        if one.info["name"] in {"openbox", "mousepad"}
        and (one.info["environ"] or {}).get("DISPLAY") == display
    ]
    assert {one.info["name"] for one in behind} == {"openbox", "mousepad"}

    def used() -> float:
        return sum(one.cpu_times().user + one.cpu_times().system for one in behind)

    deadline = time.monotonic() + 120
    before = used() - 1
    while used() - before > 0.03:
        assert time.monotonic() < deadline, "they never come to rest"
        before = used()
        time.sleep(3)


def test_killed_while_typing_never_types_twice(
    home: Path,
    tmp_path: Path,
    documents: Path,
    desktop: dict[str, str],
    perform: Callable[[Action], Effect],
) -> None:
    with (home / "policy.yaml").open("a", encoding="utf-8") as policy:
        policy.write("typing_routes: [keyboard]\n")
    steps = _steps(tmp_path / "steps.json", LONG)
    process = subprocess.Popen(_command(steps), stdout=subprocess.PIPE, text=True)

    def typing() -> bool:
        begun = any(e["entry"] == "begun" and e["step"] == "s2" for e in _entries(home))
        return begun and len(perform(Read()).evidence) > 100

    _kill_when(process, typing)
    partial = perform(Read()).evidence
    assert partial.startswith(MARK)
    assert len(partial) < len(LONG)

    again = _run(steps)
    effects = json.loads(again.stdout)["effects"]
    assert [e["outcome"] for e in effects] == ["confirmed", "failed"]
    assert effects[1]["error"] == "interrupted"
    assert again.returncode == 1
    _until_at_rest(desktop["DISPLAY"])
    saved = perform(SaveAs(filename="oracle.txt"))
    assert saved.outcome is Outcome.CONFIRMED
    content = (documents / "oracle.txt").read_text(encoding="utf-8")
    assert content.count(MARK) == 1
    assert LONG.startswith(content)
    assert not (documents / "result.txt").exists()


@pytest.mark.parametrize("keep", ["begun s2", "begun s3"])
def test_killed_after_acting_is_confirmed_by_reading_back(
    keep: str,
    home: Path,
    tmp_path: Path,
    documents: Path,
    desktop: dict[str, str],
    perform: Callable[[Action], Effect],
) -> None:
    """The kill comes after the program changed and before the effect was noted."""
    steps = _steps(tmp_path / "steps.json", "회의 3시, 2층")
    first = _run(steps)
    assert first.returncode == 0, first.stdout + first.stderr
    journal = home / "local-journal.jsonl"
    kept = []
    for line in journal.read_text(encoding="utf-8").splitlines(keepends=True):
        kept.append(line)
        entry = json.loads(line)
        if entry["entry"] == "begun" and f"begun {entry['step']}" == keep:
            break
    journal.write_text("".join(kept) + '{"at": "torn', encoding="utf-8")
    if keep == "begun s2":
        (documents / "result.txt").unlink()

    again = _run(steps)
    effects = json.loads(again.stdout)["effects"]
    assert [e["outcome"] for e in effects] == ["confirmed"] * 3, effects
    assert (documents / "result.txt").read_bytes() == "회의 3시, 2층".encode()
    assert perform(Read()).evidence == "회의 3시, 2층"


def test_a_finished_file_of_steps_may_be_performed_again(
    home: Path, tmp_path: Path, documents: Path, desktop: dict[str, str], backend: object
) -> None:
    steps = _steps(tmp_path / "steps.json", "한 번")
    assert _run(steps).returncode == 0
    again = _run(steps)
    effects = json.loads(again.stdout)["effects"]
    assert [e["outcome"] for e in effects] == ["confirmed", "confirmed", "refused"]
    assert again.returncode == 3


def test_stop_command_stops_the_running_steps(
    home: Path, tmp_path: Path, perform: Callable[[Action], Effect]
) -> None:
    with (home / "policy.yaml").open("a", encoding="utf-8") as policy:
        policy.write("typing_routes: [keyboard]\n")
    steps = _steps(tmp_path / "steps.json", LONG)
    process = subprocess.Popen(_command(steps), stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 3 * PATIENCE_SECONDS
    while not any(e["entry"] == "begun" and e["step"] == "s2" for e in _entries(home)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.2)
    subprocess.run([sys.executable, "-m", "qagent", "stop"], check=True, capture_output=True)
    out, _ = process.communicate(timeout=PATIENCE_SECONDS)
    effects = json.loads(out)["effects"]
    assert effects[-1]["error"] == "stopped"
    subprocess.run([sys.executable, "-m", "qagent", "resume"], check=True, capture_output=True)
    assert not (home / "stop").exists()
