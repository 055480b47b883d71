"""The workflows, read as GitHub reads them: what they call exists, and they may do no more.

They were not run on GitHub; this is what can be told of them here.
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from qops.cli import app

ROOT = Path(__file__).parents[4]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WRITES = {
    "plan.yml": {("plan", "id-token"), ("plan", "pull-requests"), ("plan", "security-events")},
    "deploy.yml": {("plan", "id-token"), ("apply", "id-token")},
    "drift.yml": {("drift", "id-token")},
    "release.yml": {("publish", name) for name in ("contents", "id-token", "attestations")},
}
"""What a job may write; of the workflows that are not named here, nothing."""

OUTSIDE = re.compile(r"\$\{\{\s*(?:inputs|github\.event|github\.head_ref|steps|needs)\b")
"""What others write: put into a script, it would be run."""

AWS = "aws-actions/configure-aws-credentials"


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def jobs(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from read(file)["jobs"].items()


def steps(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in jobs(file):
        for step in job["steps"]:
            yield name, step


def scripts(file: Path) -> list[str]:
    return [step["run"] for _, step in steps(file) if "run" in step]


def known_options(words: list[str]) -> set[str]:
    """The options of a command, which must exist."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    assert not getattr(command, "commands", None) or command.name == "health", words
    return {option for one in command.params for option in (*one.opts, *one.secondary_opts)}


each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@each_file
def test_every_call_of_qops_exists_with_these_options(file: Path) -> None:
    for script in scripts(file):
        for line in script.splitlines():
            for call in re.findall(r"\.venv/bin/qops ([^|;)]+)", line):
                words = shlex.split(call)
                options = known_options(words)
                strange = [word for word in words if word.startswith("-") and word not in options]
                assert strange == [], call


def test_the_calls_are_found_at_all() -> None:
    text = "".join(script for file in FILES for script in scripts(file))
    called = set(re.findall(r"\.venv/bin/qops (\w+)", text))
    assert called >= {"plan", "approve", "apply", "health", "build"}
    assert "--no-such" not in known_options(["plan"])


@each_file
def test_scripts_are_whole_and_the_files_they_name_exist(file: Path) -> None:
    for script in scripts(file):
        done = subprocess.run(
            ["bash", "-n"], input=script, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        for name in re.findall(r"(?<![\w/.])(?:scripts|\.ci)/[\w-]+", script):
            assert (ROOT / name).is_file(), name
        for target in re.findall(r"^make (\w+)", script, re.MULTILINE):
            assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


@each_file
def test_nothing_that_others_write_is_run(file: Path) -> None:
    assert [script for script in scripts(file) if OUTSIDE.search(script)] == []


@each_file
def test_permissions_are_declared_and_the_least(file: Path) -> None:
    document = read(file)
    assert document["permissions"] == {"contents": "read"}
    wanted = {
        (name, scope)
        for name, job in jobs(file)
        for scope, level in job.get("permissions", {}).items()
        if level == "write"
    }
    if file.name in WRITES:
        assert wanted == WRITES[file.name]
    for name, job in jobs(file):
        uses = " ".join(step.get("uses", "") for step in job["steps"])
        token = job.get("permissions", {}).get("id-token") == "write"
        assert token == (AWS in uses or "attest-build-provenance" in uses), name
        assert "timeout-minutes" in job


@each_file
def test_there_is_no_secret_and_no_plan_is_kept(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "AWS_SECRET_ACCESS_KEY" not in text
    assert "AWS_ACCESS_KEY_ID" not in text
    assert "access-key" not in text
    kept = [
        step
        for _, step in steps(file)
        if re.search(r"upload-artifact|actions/cache", step.get("uses", ""))
    ]
    assert "tfplan" not in json.dumps(kept)
    made = set(re.findall(r"--out (\S+\.tfplan)", text))
    for name in made:
        removed = [step for _, step in steps(file) if f"rm -f {name} {name}.seal.json"
                   in step.get("run", "") and step.get("if") == "always()"]  # fmt: skip
        planned = [job for job, step in steps(file) if f"--out {name}" in step.get("run", "")]
        assert len(removed) == len(set(planned)), name


def test_only_a_reviewed_environment_gets_the_role_that_applies() -> None:
    for file in FILES:
        for name, job in jobs(file):
            roles = [
                step["with"]["role-to-assume"]
                for step in job["steps"]
                if step.get("uses", "").startswith(AWS)
            ]
            if any("qscreen-apply-" in role for role in roles):
                assert (file.name, name) == ("deploy.yml", "apply")
                assert job["environment"] == "${{ inputs.environment || 'dev' }}"
                assert all(role.endswith("-apply-" + job["environment"]) for role in roles)
            else:
                assert all(role.endswith("role/qscreen-plan") for role in roles)


def test_what_is_applied_is_what_was_reviewed() -> None:
    file = ROOT / ".github" / "workflows" / "deploy.yml"
    runs = [step.get("run", "") for name, step in steps(file) if name == "apply"]
    words = ("plan-fingerprint", "approvals", "qops approve", "qops apply")
    order = [next(at for at, run in enumerate(runs) if word in run) for word in words]
    assert order == sorted(order)
    assert 'deploy.tfplan review.md)" != "$REVIEWED"' in runs[order[0]]
    text = (ROOT / "terraform" / "bootstrap" / "github.tf").read_text(encoding="utf-8")
    assert "environment:${environment}" in text
    assert ":pull_request" in text


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    seal = {
        "environment": "dev", "plan": "a", "planned_by": "one", "planned_at": "now",
        "lineage": "l", "serial": 4, "configuration": "c", "provider_lock": "p", "commit": "d",
    }  # fmt: skip
    (tmp_path / "x.tfplan.seal.json").write_text(json.dumps(seal))
    (tmp_path / "review.md").write_text("review")
    return tmp_path / "x.tfplan"


def fingerprint(plan: Path) -> str:
    words = [str(ROOT / "scripts" / "plan-fingerprint"), str(plan), str(plan.parent / "review.md")]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("name", ["environment", "lineage", "serial", "configuration",
                                  "provider_lock", "commit"])  # fmt: skip
def test_the_fingerprint_changes_with_what_the_plan_was_made_from(plan: Path, name: str) -> None:
    before, seal = fingerprint(plan), plan.with_name("x.tfplan.seal.json")
    document = json.loads(seal.read_text())
    seal.write_text(json.dumps(document | {"planned_by": "two", "plan": "b", "planned_at": "then"}))
    assert fingerprint(plan) == before, "who planned, and when, is no difference"
    seal.write_text(json.dumps(document | {name: "other"}))
    assert fingerprint(plan) != before


def test_the_fingerprint_changes_with_the_review(plan: Path) -> None:
    before = fingerprint(plan)
    (plan.parent / "review.md").write_text("another review")
    assert fingerprint(plan) != before
    (plan.parent / "review.md").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        fingerprint(plan)
