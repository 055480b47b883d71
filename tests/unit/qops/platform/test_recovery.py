import os
from pathlib import Path

import psutil
import pytest

from qops.platform.recovery import StateRecord, Verdict, explain
from qops.platform.workspace import Workspace
from qops.terraform.errors import KilledInInterruptError, TerraformError


def killed(what: str) -> TerraformError:
    error = TerraformError(what)
    error.killed = True
    return error


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(
        root=tmp_path / "root",
        data=tmp_path / "data",
        values=tmp_path / "values.json",
        plan=tmp_path / "platform.tfplan",
        var_files=(),
    )


@pytest.fixture
def record(workspace: Workspace) -> StateRecord:
    return StateRecord(workspace)


def pretend_applying_process(record: StateRecord, pid: int, created: float) -> None:
    kept = record.read()
    kept.applying_pid, kept.applying_created = pid, created
    record._write(kept)


def test_a_first_start_keeps_nothing_and_loses_nothing(record: StateRecord) -> None:
    assert record.judge("one") is Verdict.KEEP


def test_state_of_the_same_cloud_is_kept(record: StateRecord) -> None:
    record.begin("one")
    record.end("one", digest="d")
    assert record.judge("one") is Verdict.KEEP
    assert record.read().applied_digest == "d"


def test_state_of_another_cloud_is_discarded(record, workspace) -> None:
    record.begin("one")
    record.end("one", digest="d")
    left = workspace.root / "errored.tfstate"
    left.parent.mkdir()
    left.touch()
    workspace.plan.touch()
    assert record.judge("two") is Verdict.DISCARD
    record.discard()
    assert not left.exists()
    assert not workspace.plan.exists()
    assert record.read().applied_digest == ""
    assert record.judge("two") is Verdict.KEEP


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (KeyboardInterrupt(), Verdict.KEEP),
        (TerraformError("it failed"), Verdict.KEEP),
        (killed("it was killed"), Verdict.RESET),
        (KilledInInterruptError(), Verdict.RESET),
    ],
)
def test_an_apply_counts_as_recorded_unless_terraform_was_killed(record, error, verdict) -> None:
    with pytest.raises(type(error)), record.applying("one"):
        raise error
    assert record.judge("one") is verdict


def test_an_apply_that_ended_well_is_recorded(record) -> None:
    with record.applying("one"):
        assert record.read().applying_pid == os.getpid()
    assert record.read().applying_pid is None
    assert record.judge("one") is Verdict.KEEP


def test_an_apply_that_was_killed_makes_the_cloud_start_afresh(record) -> None:
    record.begin("one")
    pretend_applying_process(record, pid=2**22 + 1, created=0.0)
    assert record.judge("one") is Verdict.RESET


def test_a_reused_pid_is_not_the_one_that_applied(record) -> None:
    record.begin("one")
    parent = psutil.Process(os.getppid())
    pretend_applying_process(record, pid=parent.pid, created=parent.create_time() - 1000)
    assert record.judge("one") is Verdict.RESET


def test_an_apply_that_still_runs_is_left_alone(record) -> None:
    record.begin("one")
    parent = psutil.Process(os.getppid())
    pretend_applying_process(record, pid=parent.pid, created=parent.create_time())
    assert record.judge("one") is Verdict.KEEP


def test_a_cloud_killed_in_the_middle_of_an_apply_is_another_cloud_later(record) -> None:
    record.begin("one")
    assert record.judge("two") is Verdict.DISCARD


def test_a_damaged_record_counts_as_none(record, workspace) -> None:
    workspace.plan.with_name("state-record.json").write_text("{")
    assert record.read().generation == ""


def test_recovery_says_what_it_does() -> None:
    said: list[str] = []
    for verdict in Verdict:
        explain(verdict, said.append)
    assert len(said) == 2
    assert all("applied anew" in line for line in said)
