"""What every command prints, at 80 and 160 columns; and that no command is left out."""

from datetime import UTC, datetime
from pathlib import Path

import example_plans
from example_runs import analysed_run, finished_run, not_understood_run, refused_run
from golden_files import Golden

from qops.cli import app
from qops.commands.surface import command_line, has_answer, walk
from qops.demo.answers import DemoAnswer, DemoRun, Figures, FileState, Round, TraceState
from qops.errors import QopsError, RefusedError, UsageError
from qops.failures import as_qops_error
from qops.health.checking import explain
from qops.platform.answers import (
    BuildAnswer,
    ChangeCounts,
    DestroyAnswer,
    DownAnswer,
    LayerSeconds,
    PlanAnswer,
    Schema,
    UpAnswer,
)
from qops.prerequisites.answers import DoctorAnswer, Finding
from qops.review.reading import review_of
from qops.runs.answers import RunAnswer
from qops.status.answers import (
    Agent,
    Cloud,
    DeviceState,
    PlatformState,
    RunState,
    Service,
    StatusAnswer,
)
from qscreen.wire import Run

NOW = datetime(2026, 11, 30, 6, 7, 8, tzinfo=UTC)
HOME = "/home/한글 사용자/work/q-screen-automation/.qscreen"
GOAL = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"


def layers() -> list[LayerSeconds]:
    slow = 'aws_cloudwatch_metric_alarm.function_errors["rotate-partner-key"]'
    values = (("network", 31, 0.0, 12.25, "aws_vpc.this"), ("observability", 148, 3.4, 71.0, slow))
    return [
        LayerSeconds(
            name=name, changes=changes, begins=begins, seconds=seconds, slowest=slowest,
            slowest_seconds=seconds / 2,
        )
        for name, changes, begins, seconds, slowest in values
    ]  # fmt: skip


def test_every_command_has_its_output_in_a_file() -> None:
    files = {file.name for file in Path(__file__).parents[1].glob("*/golden/*.txt")}
    answering = [path for path, one in walk(command_line(app)) if has_answer(one)]
    assert "plan" in answering
    assert "health explain" in answering
    lacking = [
        path
        for path in answering
        for width in (80, 160)
        if f"{path.replace(' ', '-')}-{width}.txt" not in files
    ]
    assert not lacking, "tests/support/golden_files.py says how a command gets its files"


def test_up(golden: Golden) -> None:
    stages = {"prerequisites": 0.2, "local cloud": 9.71, "archives": 24.0, "apply": 90.4}
    answer = UpAnswer(
        endpoint="http://127.0.0.1:4566", generation="a1b2", cloud_reused=False, stages=stages,
        changes=ChangeCounts(add=640, change=0, destroy=0),
        database=Schema(version="0007", applied=["0007_runs.sql"]), layers=layers(),
    )  # fmt: skip
    golden("up", answer)
    idle = {"cloud_reused": True, "changes": None, "database": None, "layers": []}
    golden("up", answer.model_copy(update=idle), variant="again")
    golden("up", answer, "--quiet", variant="quiet")


def test_down_and_reset(golden: Golden) -> None:
    golden("down", DownAnswer(agent_stopped=True, cloud_stopped=True))
    golden("down", DownAnswer(agent_stopped=False, cloud_stopped=False), variant="idle")
    golden("reset", DownAnswer(agent_stopped=True, cloud_stopped=False), "--yes")


def test_destroy(golden: Golden) -> None:
    gone = ChangeCounts(add=0, change=0, destroy=640)
    golden("destroy", DestroyAnswer(changes=gone, left=[], layers=layers()))
    address = 'module.data.module.bucket["screenshots"].aws_s3_bucket_lifecycle_configuration.this'
    golden("destroy", DestroyAnswer(changes=gone, left=[address], layers=[]), variant="left")
    nothing = ChangeCounts(add=0, change=0, destroy=0)
    golden("destroy", DestroyAnswer(changes=nothing, left=[], layers=[]), variant="nothing")


def test_build(golden: Golden) -> None:
    names = ("api", "layer", "rotate-partner-key")
    digests = dict.fromkeys(names, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    answer = BuildAnswer(manifest=f"{HOME}/build/local/manifest.json", archives=digests)
    golden("build", answer)
    golden("build", answer, "--quiet", variant="quiet")


def test_doctor(golden: Golden) -> None:
    findings = [
        Finding(name="Python", ok=True, required=True, found=f"3.11.9 in {HOME}/.venv"),
        Finding(
            name="Terraform", ok=False, required=True, found="There is none on the PATH.",
            next_step="qops up fetches the pinned release, or install 1.11.4 yourself and put it "
            "on the PATH before what is there.",
        ),
        Finding(
            name="desktop", ok=False, required=False, found="Xvfb and 메모장 are missing",
            next_step="sudo apt-get install xvfb xfwm4 mousepad at-spi2-core dbus-x11 fonts-nanum",
        ),
    ]  # fmt: skip
    golden("doctor", DoctorAnswer(findings=findings))
    golden("doctor", DoctorAnswer(findings=findings), "--quiet", variant="quiet")


def test_plan_and_show(golden: Golden) -> None:
    review = review_of(example_plans.plan(), "prod")
    file = Path(HOME) / "terraform" / "prod" / "plan.tfplan"
    answer = PlanAnswer.of(file, review)
    golden("plan", answer.model_copy(update={"warnings": ["Deprecated attribute: 이름이 바뀜"]}))
    golden("plan", answer, "--quiet", variant="quiet")
    golden("show", answer)
    golden("show", answer, "--full", variant="full")
    empty = review_of({**example_plans.plan(), "resource_changes": [], "output_changes": {},
                       "resource_drift": []}, "prod")  # fmt: skip
    golden("plan", PlanAnswer.of(file, empty), variant="nothing")


def test_explanations_of_checks(golden: Golden) -> None:
    golden("health explain", explain("data.database-backups"), "data.database-backups")


def run_answer(run: Run) -> RunAnswer:
    return RunAnswer(
        run=run, accepted_seconds=0.05, seconds=4.321, audit_sequence=12, audit_hash="3f5a" * 16,
        report=f"{HOME}/reports/실행-20261130.html",
    )  # fmt: skip


def test_runs(golden: Golden) -> None:
    golden("run", run_answer(finished_run()), GOAL)
    golden("run", run_answer(analysed_run()), GOAL, variant="analysed")
    run = refused_run()
    long = run.effects[0].model_copy(update={"evidence": "회의 3시, 2층 " * 10})
    run = run.model_copy(update={"effects": (long, *run.effects[1:])})
    golden("run", run_answer(run), GOAL, variant="refused")
    golden("run", run_answer(not_understood_run()), "please", variant="not-understood")
    golden("run", run_answer(finished_run()), GOAL, "--quiet", variant="quiet")


def test_status(golden: Golden) -> None:
    emulated = [f"service-{number}" for number in range(12)]
    services = [
        *(Service(name=name, answered_by="emulated by moto", running=True, port=None)
          for name in emulated),
        Service(name="rds", answered_by="real (PostgreSQL 16.4)", running=True, port=40001),
        Service(name="elasticache", answered_by="real (Redis 7.2)", running=False, port=40002),
    ]  # fmt: skip
    device = DeviceState(
        device_id="dev-01JDQ9W3M8C6V5N2X7Z4K1B0AR", name="김영희의 [/]노트북", platform="linux",
        status="active", last_seen_at=NOW,
    )  # fmt: skip
    run = RunState(
        run_id="run-01JDQ9W3M8C6V5N2X7Z4K1B0AR", goal=f"{GOAL}. {GOAL}. {GOAL}", status="failed",
        reason="target_not_found", created_at=NOW,
    )  # fmt: skip
    done = {"status": "succeeded", "reason": None, "goal": "[/] [bold]hi"}
    cloud = Cloud(
        running=True, endpoint="http://127.0.0.1:4566", generation="a1b2", uptime_seconds=3601.4,
        memory_bytes=912 << 20, reason=None, services=services,
    )  # fmt: skip
    answer = StatusAnswer(
        cloud=cloud,
        platform=PlatformState(
            applied=True, api_url="http://127.0.0.1:4566/restapis/0a1b2c3d4e/local", detail=""
        ),
        agent=Agent(running=True, phase="ready", detail="pid 4711, 메모장"),
        devices=[device, device.model_copy(update={"last_seen_at": None, "status": "revoked"})],
        runs=[run, run.model_copy(update=done)],
    )
    golden("status", answer)
    golden("status", answer, "--quiet", variant="quiet")
    problem = "The platform's API does not answer. ReadTimeout: GET /v1/devices got no answer."
    silent = {"devices": [], "runs": [], "problem": problem}
    golden("status", answer.model_copy(update=silent), variant="unreachable")
    down = cloud.model_copy(update={"running": False, "reason": "postgres ended with code 1"})
    bare = {"cloud": down, "agent": None, "devices": [], "runs": [],
            "platform": PlatformState(applied=False, api_url=None, detail="no state")}  # fmt: skip
    golden("status", answer.model_copy(update=bare), variant="down")


def test_demo(golden: Golden) -> None:
    def one(goal: str, **more: object) -> DemoRun:
        values = {
            "run_id": "run-01JDQ9W3M8C6V5N2X7Z4K1B0AR", "goal": goal, "status": "succeeded",
            "reason": None, "message": None, "steps": 3, "seconds": 4.2,
            "stages": {"observe": 1.0, "plan": 0.25, "act": 2.5, "verify": 0.125},
            "file": FileState(name="memo.txt", right=True, found=f"{HOME}/demo/memo.txt"),
            "traces": [TraceState(name="audit row", ok=True, found="#12 3f5a3f5a3f5a")],
        }  # fmt: skip
        return DemoRun.model_validate({**values, **more})

    wrong = one(
        "Write 'Hi' in the text editor and save it as hi.txt", status="failed",
        reason="target_not_found", message="없는 단추: '저장'을 찾지 못했습니다",
        file=FileState(name="hi.txt", right=False, found="no such file"),
        traces=[TraceState(name="pictures", ok=False, found="0 of 6 in s3://qscreen-local-pictures")],
    )  # fmt: skip
    stages = {"local cloud": 9.7, "apply": 90.4, "runs": 8.4}
    first = Round(runs=[one(GOAL)], stages=stages, layers=layers(), seconds=108.5)
    figures = {name: Figures(minimum=seconds, median=seconds, maximum=seconds * 2, count=2)
               for name, seconds in stages.items()}  # fmt: skip
    report = f"{HOME}/reports/demo.html"
    golden("demo", DemoAnswer(rounds=[first], figures={}, report=report))
    failed = first.model_copy(update={"runs": [one(GOAL), wrong]})
    golden(
        "demo", DemoAnswer(rounds=[first, failed], figures=figures, report=report),
        variant="failed",
    )  # fmt: skip


def error(kind: type[QopsError], **more: object) -> QopsError:
    why = "The state is locked by 김영희@laptop since 2026-11-30 06:00:00Z, for an apply."
    return kind("It was not done, and nothing was changed.", why=why, **more)  # type: ignore[arg-type]


def test_errors_of_each_exit_code(golden: Golden) -> None:
    details = ["ID: 6f1e0d9c-57f1-4d3a-93f5-0f3c5c1b8c77", f"Path: {HOME}/terraform.tfstate"]
    shown = {
        "failed": error(QopsError, next_step="Wait until it has ended.", details=details),
        "refused": error(RefusedError, next_step="Ask for a review: qops approve --env prod"),
        "usage": error(UsageError, next_step="qops down --help"),
        "unknown": as_qops_error(ZeroDivisionError("division by zero")),
    }
    assert [int(one.exit_code) for one in shown.values()] == [1, 3, 64, 1]
    for name, one in shown.items():
        golden("down", one, variant=name)
    golden("down", shown["failed"], "-q", variant="failed-quiet")
