"""The scanner checkov finds nothing that is not excepted, by name and for a time."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from terraform_copy import REPOSITORY

VENV = REPOSITORY / ".qscreen" / "checkov-venv"
LOCK = REPOSITORY / "requirements" / "checkov.txt"
LARGEST_SHARE_SKIPPED = 0.02
INSTALL_SECONDS = 600
SCAN_SECONDS = 300


@pytest.fixture(scope="session")
def checkov() -> Path:
    """The scanner in an environment of its own, made anew when its lock has changed."""
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / "stamp"
    program = VENV / "bin" / "checkov"
    if program.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return program
    shutil.rmtree(VENV, ignore_errors=True)
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else "uv"
    python = str(VENV / "bin" / "python")
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(VENV)],
        [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(LOCK)],
    ):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
        assert done.returncode == 0, f"checkov could not be installed: {done.stderr}"
    stamp.write_text(digest, encoding="utf-8")
    return program


@pytest.fixture(scope="session")
def report(checkov: Path) -> dict[str, Any]:
    done = subprocess.run(
        [str(checkov), "--config-file", ".checkov.yaml", "--output", "json"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=SCAN_SECONDS,
        check=False,
    )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_nothing_is_found(report: dict[str, Any]) -> None:
    failed = [
        f"{finding['check_id']} {finding['resource']}: {finding['check_name']}"
        for finding in report["results"]["failed_checks"]
    ]
    assert not failed, "\n" + "\n".join(failed)


def test_exceptions_stay_rare(report: dict[str, Any]) -> None:
    summary = report["summary"]
    checks = summary["passed"] + summary["failed"] + summary["skipped"]
    share = summary["skipped"] / checks
    print(f"checkov: {checks} checks, {summary['skipped']} skipped ({share:.2%})")  # noqa: T201
    assert share < LARGEST_SHARE_SKIPPED


def test_everything_is_read(report: dict[str, Any]) -> None:
    summary = report["summary"]
    blocks = sum(
        len(re.findall(r'^resource "', file.read_text(encoding="utf-8"), re.MULTILINE))
        for folder in ("modules", "terraform")
        for file in (REPOSITORY / folder).rglob("*.tf")
    )
    assert summary["parsing_errors"] == 0
    assert summary["resource_count"] >= blocks
    assert summary["passed"] > blocks
