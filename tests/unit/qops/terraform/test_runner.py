import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from fake_terraform import FakeTerraform

from qops.errors import PrerequisiteError
from qops.processes import PipedProgram
from qops.terraform.errors import (
    KilledInInterruptError,
    ProviderUnavailableError,
    StateLockedError,
    TerraformError,
)
from qops.terraform.events import Changes
from qops.terraform.runner import TerraformRunner

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture
def program(tmp_path: Path) -> FakeTerraform:
    return FakeTerraform(tmp_path / "fake")


@pytest.fixture
def runner(program: FakeTerraform, tmp_path: Path) -> TerraformRunner:
    (tmp_path / "root").mkdir()
    return TerraformRunner(
        program.path,
        tmp_path / "root",
        data_folder=tmp_path / "data",
        environment={"PATH": "/usr/bin:/bin", "AWS_REGION": "xx-test-1"},
        parallelism=30,
    )


def recorded(name: str) -> str:
    return (RECORDED / f"{name}.jsonl").read_text()


def diagnostic(summary: str) -> str:
    return (
        json.dumps(
            {
                "type": "diagnostic",
                "@level": "error",
                "diagnostic": {"severity": "error", "summary": summary, "detail": "because"},
            }
        )
        + "\n"
    )


def test_plan_gives_the_options_and_reads_counts_and_exit_code(program, runner, tmp_path) -> None:
    program.answer("plan", stdout=recorded("plan"), code=2)
    out = tmp_path / "a plan with blanks.tfplan"
    plan = runner.plan(out, var_files=[tmp_path / "one.tfvars", tmp_path / "two.json"])
    assert plan.changes == Changes(add=2)
    assert not plan.empty
    (call,) = program.calls
    assert call["cwd"] == str(tmp_path / "root")
    assert call["arguments"] == [
        "plan", "-json", "-input=false", "-detailed-exitcode", f"-out={out}",
        f"-var-file={tmp_path / 'one.tfvars'}", f"-var-file={tmp_path / 'two.json'}",
        "-parallelism=30",
    ]  # fmt: skip


def test_only_the_given_environment_reaches_terraform(program, runner, monkeypatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    program.answer("output", stdout="{}")
    runner.outputs()
    environment = program.calls[0]["environment"]
    assert environment["AWS_REGION"] == "xx-test-1"
    assert environment["TF_IN_AUTOMATION"] == "1"
    assert "AWS_PROFILE" not in environment


def test_an_empty_plan_is_empty(program, runner, tmp_path) -> None:
    program.answer("plan", stdout=recorded("plan").splitlines()[0] + "\n", code=0)
    assert runner.plan(tmp_path / "p").empty


def test_events_arrive_while_terraform_runs(program, runner, tmp_path) -> None:
    program.answer("apply", stdout=recorded("apply"))
    seen = []
    result = runner.apply(tmp_path / "p.tfplan", on_event=lambda e: seen.append(e.type))
    assert result.changes == Changes(add=2)
    assert seen.count("apply_complete") == 2
    assert program.calls[0]["arguments"][-1] == str(tmp_path / "p.tfplan")


def test_a_failed_apply_names_resource_and_place(program, runner, tmp_path) -> None:
    program.answer("apply", stdout=recorded("fail"), code=1)
    with pytest.raises(TerraformError) as caught:
        runner.apply(tmp_path / "p")
    assert caught.value.why == "local-exec provisioner error"
    assert "module.compute.terraform_data.a (mod/main.tf:7)" in caught.value.details[0]
    assert "apply again" in caught.value.next_step


def test_plain_text_on_stderr_is_not_lost(program, runner, tmp_path) -> None:
    program.answer("plan", stderr="Error: Could not load plugin\n", code=1)
    with pytest.raises(TerraformError) as caught:
        runner.plan(tmp_path / "p")
    assert (caught.value.why, caught.value.details) == ("Error: Could not load plugin", ())


def test_a_missing_provider_has_its_own_error(program, runner) -> None:
    program.answer("init", stdout=diagnostic("Failed to query available provider packages"), code=1)
    with pytest.raises(ProviderUnavailableError) as caught:
        runner.init(backend={"bucket": "b"})
    assert "QOPS_PROVIDER_MIRROR" in caught.value.next_step
    assert "-backend-config=bucket=b" in program.calls[0]["arguments"]


def test_a_held_lock_has_its_own_error(program, runner, tmp_path) -> None:
    program.answer("plan", stdout=diagnostic("Error acquiring the state lock"), code=1)
    with pytest.raises(StateLockedError):
        runner.plan(tmp_path / "p")


def test_outputs_and_show_are_read_as_one_document(program, runner) -> None:
    program.answer("output", stdout='{\n "a": {"value": [1], "sensitive": true}\n}')
    program.answer("show", stdout='{"resource_changes": []}')
    assert runner.outputs()["a"].value == [1]
    assert runner.outputs()["a"].sensitive
    assert runner.show() == {"resource_changes": []}


def test_a_file_that_is_no_plan_is_told_without_colours_and_frames(program, runner, tmp_path):
    text = "\nError: Failed to read the given file\n\nIt is no JSON.\n"
    program.answer("show", stderr=text, code=1)
    with pytest.raises(TerraformError, match=r"could not show .*hosts") as caught:
        runner.show(tmp_path / "hosts")
    assert "-no-color" in program.calls[0]["arguments"]
    assert caught.value.why == "Error: Failed to read the given file"
    assert caught.value.details == ("It is no JSON.",)
    assert "qops plan" in caught.value.next_step


def test_validate_returns_what_is_wrong(program, runner) -> None:
    document = {"valid": False, "diagnostics": [{"severity": "error", "summary": "bad"}]}
    program.answer("validate", stdout=json.dumps(document), code=1)
    assert [d.summary for d in runner.validate()] == ["bad"]


def test_terraform_that_cannot_be_started_is_a_prerequisite(tmp_path) -> None:
    runner = TerraformRunner(
        tmp_path / "none", tmp_path, data_folder=tmp_path / "d", environment={}
    )
    with pytest.raises(PrerequisiteError, match="could not be started"):
        runner.outputs()


def test_an_interrupt_is_passed_on_and_waited_for(program, runner, tmp_path) -> None:
    program.answer("apply", hang=True)

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        runner.apply(tmp_path / "p", on_event=interrupt)
    assert (program.folder / "interrupted").exists()
    assert time.monotonic() - began < 50


def test_a_second_ctrl_c_kills_and_says_so(program, runner, tmp_path, monkeypatch) -> None:
    program.answer("apply", hang=True)
    pids: list[int] = []

    def again(self: PipedProgram, timeout: float | None = None) -> int:
        pids.append(self.pid)
        raise KeyboardInterrupt

    def interrupt(_: object) -> None:
        monkeypatch.setattr(PipedProgram, "wait", again)
        raise KeyboardInterrupt

    with pytest.raises(KilledInInterruptError):
        runner.apply(tmp_path / "p", on_event=interrupt)
    assert len(pids) == 1
    assert not psutil.pid_exists(pids[0])


def test_terraform_does_not_outlive_a_qops_that_was_killed(program, tmp_path) -> None:
    program.answer("apply", hang=True)
    code = (
        "import os, pathlib, signal, sys\n"
        "from qops.terraform.runner import TerraformRunner\n"
        "program, folder = map(pathlib.Path, sys.argv[1:])\n"
        "runner = TerraformRunner(program, folder, data_folder=folder, environment=os.environ)\n"
        "runner.apply(folder / 'p', on_event=lambda e: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, program.path, tmp_path], check=False)
    assert done.returncode == -9
    deadline = time.monotonic() + 50
    while not (program.folder / "interrupted").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_summary_of_many_lines_is_told_once(program, runner, tmp_path) -> None:
    summary = "No account.\n\nErrors: 2 errors occurred:\n\t* one\n\t* two\n"
    event = {"type": "diagnostic", "@level": "error", "@message": summary,
             "diagnostic": {"severity": "error", "summary": summary, "detail": ""}}  # fmt: skip
    program.answer("apply", stdout=json.dumps(event) + "\n", code=1)
    with pytest.raises(TerraformError) as caught:
        runner.apply(tmp_path / "p")
    assert caught.value.why == "No account."
    assert len(caught.value.details) == 1


def test_a_terraform_that_was_killed_is_told_from_one_that_failed(
    runner, program, tmp_path
) -> None:
    program.path.write_text("#!/bin/sh\nkill -9 $$\n")
    with pytest.raises(TerraformError) as caught:
        runner.apply(tmp_path / "p")
    assert caught.value.killed
    program.path.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(TerraformError) as caught:
        runner.apply(tmp_path / "p")
    assert not caught.value.killed
