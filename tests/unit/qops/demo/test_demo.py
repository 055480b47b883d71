import stat
from pathlib import Path

import pytest
import yaml

from qops.agent import lifecycle as agent
from qops.demo.answers import DemoAnswer, DemoRun, FileState, Round, TraceState
from qops.demo.goals import FIVE_STEP_GOALS, GOALS, check_file, remove_old_files
from qops.demo.measuring import figures_of
from qops.settings import Settings
from qscreen.grammar import understand
from qscreen.wire import Plan


def one_run(*, right: bool = True, trace: bool = True, seconds: float = 2.0) -> DemoRun:
    return DemoRun(
        run_id="run-01", goal="g", status="succeeded", reason=None, message=None, steps=3,
        seconds=seconds, stages={"act": 1.0},
        file=FileState(name="memo.txt", right=right, found="f"),
        traces=[TraceState(name="t", ok=trace, found="x")],
    )  # fmt: skip


def one_round(*runs: DemoRun, seconds: float = 10.0, **stages: float) -> Round:
    return Round(runs=list(runs), stages=stages, seconds=seconds)


def test_the_file_must_have_exactly_the_bytes(tmp_path: Path) -> None:
    korean = GOALS[0]
    assert not check_file(tmp_path, korean).right
    (tmp_path / korean.filename).write_bytes("회의 3시, 2층".encode())
    assert check_file(tmp_path, korean).right
    for wrong in (b"", "회의 3시, 2층\n".encode(), "회의 3시, 2층".encode("utf-16")):
        (tmp_path / korean.filename).write_bytes(wrong)
        found = check_file(tmp_path, korean)
        assert not found.right
        assert f"{len(wrong)} bytes" in found.found


def test_old_files_cannot_be_taken_for_new_ones(tmp_path: Path) -> None:
    for goal in GOALS:
        (tmp_path / goal.filename).write_bytes(goal.content)
    remove_old_files(tmp_path)
    assert not any(check_file(tmp_path, goal).right for goal in GOALS)


@pytest.mark.parametrize(("goals", "steps"), [(GOALS, 3), (FIVE_STEP_GOALS, 5)])
def test_one_goal_is_korean_one_english_and_both_are_understood(goals, steps) -> None:
    assert [goal.content.isascii() for goal in goals] == [False, True]
    for goal in goals:
        plan = understand(goal.words)
        assert isinstance(plan, Plan)
        assert len(plan.steps) == steps


@pytest.mark.parametrize(
    ("rounds", "code"),
    [
        ([one_round(one_run(), one_run())], 0),
        ([one_round(one_run(), one_run(right=False))], 1),
        ([one_round(one_run(trace=False))], 1),
        ([one_round(one_run()), one_round(one_run(right=False))], 1),
        ([], 1),
    ],
)
def test_exit_code_is_zero_only_if_all_was_right(rounds: list[Round], code: int) -> None:
    assert DemoAnswer(rounds=rounds, figures={}, report="r").exit_code == code


def test_figures_are_minimum_median_and_maximum() -> None:
    rounds = [
        one_round(one_run(seconds=1.0), one_run(seconds=3.0), seconds=10, apply=100.0, runs=4.0),
        one_round(one_run(seconds=2.0), one_run(seconds=8.0), seconds=20, runs=6.0),
    ]
    figures = figures_of(rounds)
    assert (figures["runs"].minimum, figures["runs"].median, figures["runs"].maximum) == (4, 5, 6)
    assert figures["run"].count == 4
    assert figures["run"].median == 2.5
    assert figures["apply"].count == 1
    assert figures["total"].maximum == 20


def test_the_agents_policy_allows_the_editor_and_its_folder_only(tmp_path: Path) -> None:
    settings = Settings(repository=tmp_path, home=tmp_path / "a home")
    agent._write_policy(settings)
    file = settings.agent_home / "policy.yaml"
    policy = yaml.safe_load(file.read_text())
    assert policy["allow"]["apps"] == ["mousepad"]
    assert Path(policy["documents"]) == agent.documents_folder(settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_agent_gets_no_credentials_of_the_operator(tmp_path: Path, monkeypatch) -> None:
    root = Path(__file__).resolve().parents[4]
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "operator")
    settings = Settings(repository=root, home=tmp_path, port=4999)
    values = agent._environment(settings, {"DISPLAY": ":97"})
    assert "AWS_SECRET_ACCESS_KEY" not in values
    assert "AWS_ACCESS_KEY_ID" not in values
    assert values["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"
    assert values["DISPLAY"] == ":97"
    assert values["QAGENT_HOME"] == str(settings.agent_home)


def test_an_enrolment_of_another_cloud_is_forgotten(tmp_path: Path) -> None:
    settings = Settings(repository=tmp_path, home=tmp_path)
    settings.demo_home.mkdir()
    agent._remember(settings, "one", "dev-1")
    assert agent._enrolled_device(settings, "one") == "dev-1"
    assert agent._enrolled_device(settings, "two") is None
