"""``qops jobs``: files that are read whole or not at all, jobs that are never lost."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fake_api import NOW, UNREACHABLE, FakeApi, serving
from golden_files import Golden

from qops.errors import UsageError
from qops.jobs import working
from qops.jobs.answers import JobAnswer, JobCancelledAnswer, JobLine, JobsAnswer
from qops.jobs.journal import Entry, Journal
from qops.jobs.reading import read_items
from qops.settings import load_settings
from qscreen.wire import Job, JobItem, JobItemStatus, RunStatus

GOAL = "메모장에 '회의 3시, 2층'이라고 쓰고 memo.txt로 저장해 줘"
QUEUED, STARTED = JobItemStatus.QUEUED, JobItemStatus.STARTED

FILES = {
    "a.csv": f'﻿goal,device_id,mode\n"{GOAL}",dev-01,dry_run\n\n"Press ctrl+s",dev-02,\n',
    "a.json": json.dumps(
        {"items": [{"goal": GOAL, "device_id": "dev-01", "mode": "dry_run"},
                   {"goal": "Press ctrl+s", "device_id": "dev-02"}]}
    ),
    "a.jsonl": json.dumps({"goal": GOAL, "device_id": "dev-01", "mode": "dry_run"})
    + '\n\n{"goal": "Press ctrl+s", "device_id": "dev-02"}\n',
    "a.yaml": f"- goal: \"{GOAL}\"\n  device_id: dev-01\n  mode: dry_run\n"
    "- {goal: Press ctrl+s, device_id: dev-02}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_all_kinds_of_files_hold_the_same(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(FILES[name], encoding="utf-8")
    items = read_items(file, device=None, mode=None)
    found = [(item.goal, item.device_id, item.mode.value) for item in items]
    assert found == [(GOAL, "dev-01", "dry_run"), ("Press ctrl+s", "dev-02", "auto")]


def test_options_fill_in_and_columns_are_inputs(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("template_id,input.month,device_id\ntpl-1,2026-11,\ntpl-1,2026-12,dev-02\n")
    first, second = read_items(file, device="dev-01", mode="confirm")
    assert (first.device_id, dict(first.inputs), first.mode.value) == (
        "dev-01", {"month": "2026-11"}, "confirm",
    )  # fmt: skip
    assert second.device_id == "dev-02"
    file = tmp_path / "b.yaml"
    file.write_text("[Press ctrl+s, Press ctrl+z]")
    assert [item.goal for item in read_items(file, device="dev-01", mode=None)] == [
        "Press ctrl+s", "Press ctrl+z",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", "goal,device\nx,y\n", "'device'"),
        ("a.csv", 'goal,device_id\na,dev-01\nb\n"x', "line"),
        ("a.csv", "goal,device_id\na,dev-01\nb,dev-02,too much\n", "line 3"),
        ("a.csv", "goal,device_id\n,dev-01\na,Dev 1\nb,\n", "3 faults"),
        ("a.csv", "", "no goal"),
        ("a.json", "{", "JSON"),
        ("a.json", '{"runs": []}', "items"),
        ("a.json", "[5]", "item 1"),
        ("a.jsonl", '{"goal": "a", "device_id": "dev-01"}\n{', "line 2"),
        ("a.yaml", "a: [", "YAML"),
        ("a.yaml", "- {goal: a, device_id: dev-01, gaol: b}", "gaol"),
        ("a.txt", "x", ".jsonl"),
        ("a.csv", b"goal\n\xff", "UTF-8"),
        ("a.jsonl", '{"goal": "a", "device_id": "dev-01"}\n' * 1001, "1001"),
    ],
)
def test_a_file_with_a_fault_is_told_and_nothing_of_it_is_sent(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError) as caught:
        read_items(file, device=None, mode=None)
    assert told in str(caught.value) + " ".join(caught.value.details)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_items(tmp_path / "none.csv", device=None, mode=None)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeApi]:
    monkeypatch.setenv("QOPS_HOME", str(tmp_path))
    for name in ("REPEAT_SECONDS", "POLL_SECONDS"):
        monkeypatch.setattr(working, name, 0.0)
    found = FakeApi()
    with serving(found, monkeypatch):
        yield found


@pytest.fixture
def file(tmp_path: Path) -> str:
    found = tmp_path / "goals.jsonl"
    found.write_text('{"goal": "Press ctrl+s", "device_id": "dev-01"}\n' * 250)
    return str(found)


def test_what_the_queue_did_not_take_is_sent_again_under_the_same_key(api, asked, file) -> None:
    api.not_queued = [{3, 4}, {4}]
    code, document = asked("jobs", "submit", file)
    assert (code, document["result"]["tally"]) == (0, {"queued": 250})
    assert [one for one in api.requests if one[0] == "POST"] == [("POST", "/v1/jobs")] * 3
    assert len(api.keys) == 1


def test_what_the_queue_never_takes_is_a_finding(api, asked, file) -> None:
    api.not_queued = [{3}] * 9
    code, document = asked("jobs", "submit", file)
    assert (code, document["result"]["tally"]) == (2, {"not_queued": 1, "queued": 249})


@pytest.mark.parametrize("failure", [UNREACHABLE, 504])
def test_a_job_without_an_answer_can_be_repeated_by_its_key(api, asked, file, failure) -> None:
    api.failing = [failure]
    code, document = asked("jobs", "submit", file)
    assert (code, document["error"]["code"]) == (1, "job_unanswered")
    key = document["error"]["next_step"].rpartition(" ")[2]
    (line,) = asked("jobs", "list")[1]["result"]["jobs"]
    assert (line["job_id"], line["key"]) == (None, key)
    assert asked("jobs", "submit", file, "--key", key)[0] == 0
    (line,) = asked("jobs", "list")[1]["result"]["jobs"]
    assert line["job_id"] == api.keys[key]


def test_a_job_that_was_refused_as_a_whole_is_no_job_without_an_answer(api, asked, file) -> None:
    api.failing = [403]
    assert asked("jobs", "submit", file)[1]["error"]["code"] == "forbidden"


def test_a_job_that_could_not_be_sent_again_is_known(api, asked, file) -> None:
    api.not_queued = [{3}]
    api.failing = [None, UNREACHABLE]
    assert asked("jobs", "submit", file)[1]["error"]["code"] == "job_unanswered"
    (line,) = asked("jobs", "list")[1]["result"]["jobs"]
    assert line["job_id"] in api.keys.values()


def test_a_job_is_shown_with_all_of_its_items(api, asked, file) -> None:
    job_id = asked("jobs", "submit", file)[1]["result"]["job_id"]
    code, document = asked("jobs", "show", job_id)
    assert code == 0
    assert [item["index"] for item in document["result"]["items"]] == list(range(250))
    code, document = asked("jobs", "show", job_id + "x")
    assert code == 1
    assert job_id in document["error"]["why"]


def test_a_line_that_a_crash_cut_off_hides_no_other_job(api, asked, file) -> None:
    asked("jobs", "submit", file)
    journal = Journal(load_settings("local"))
    with journal.file.open("a") as stream:
        stream.write('{"key": "cut')
    assert len(journal.entries()) == 1


def _job(*items: tuple[JobItemStatus, RunStatus | None]) -> Job:
    return Job(
        job_id="job-1", total=len(items), created_at=NOW,
        items=tuple(
            JobItem(
                index=n, status=status, run_id=None if status == "refused" else f"run-0{n}",
                run_status=run, detail="You have no device dev-9." if status == "refused" else None,
            )
            for n, (status, run) in enumerate(items)
        ),
    )  # fmt: skip


def test_a_job_is_cancelled_with_the_runs_that_start_meanwhile(api, asked) -> None:
    for n in range(4):
        ended = RunStatus.SUCCEEDED if n == 1 else RunStatus.ACTING
        api.add_run(f"run-0{n}", status=ended)
    first = [(STARTED, RunStatus.ACTING), (STARTED, RunStatus.SUCCEEDED)]
    refused = (JobItemStatus.REFUSED, None)
    api.jobs["job-1"] = [
        _job(*first, (QUEUED, None), refused),
        _job(*first, (QUEUED, None), refused),
        _job(*first, (STARTED, RunStatus.OBSERVING), refused),
    ]
    code, document = asked("jobs", "cancel", "job-1", "--yes")
    result = document["result"]
    assert (code, result["cancelled"], result["ended"]) == (0, ["run-00", "run-02"], ["run-01"])
    posted = [path for method, path in api.requests if method == "POST"]
    assert posted == ["/v1/runs/run-00/cancel", "/v1/runs/run-02/cancel"]


def test_items_that_are_no_runs_in_time_and_runs_that_refuse_are_told(api, asked) -> None:
    api.add_run("run-00", status=RunStatus.ACTING)
    api.jobs["job-1"] = [_job((STARTED, RunStatus.ACTING), (QUEUED, None))]
    code, document = asked("jobs", "cancel", "job-1", "--yes", "--wait", "0")
    assert (code, document["result"]["waiting"]) == (2, 1)
    api.refusing["POST", "/v1/runs/run-00/cancel"] = 403
    code, document = asked("jobs", "cancel", "job-1", "--yes", "--wait", "0")
    assert (code, document["result"]["failed"]) == (1, {"run-00": "The test says so."})


@pytest.mark.parametrize("trouble", [503, UNREACHABLE])
def test_a_run_of_which_no_answer_came_is_asked_to_end_again(api, asked, trouble: int) -> None:
    for n in range(2):
        api.add_run(f"run-0{n}", status=RunStatus.ACTING)
    api.jobs["job-1"] = [_job((STARTED, RunStatus.ACTING), (STARTED, RunStatus.ACTING))]
    api.failing = [None, trouble]
    code, document = asked("jobs", "cancel", "job-1", "--yes")
    result = document["result"]
    assert (code, result["failed"], sorted(result["cancelled"])) == (0, {}, ["run-00", "run-01"])
    posted = [path for method, path in api.requests if method == "POST"]
    assert posted == [f"/v1/runs/run-0{n}/cancel" for n in (0, 1, 0)]


def test_a_job_is_cancelled_only_when_somebody_wants_it(api, asked) -> None:
    api.jobs["job-1"] = [_job((STARTED, RunStatus.ACTING))]
    assert asked("jobs", "cancel", "job-1")[0] == 3
    assert all(method == "GET" for method, _ in api.requests)
    api.jobs["job-1"] = [_job((STARTED, RunStatus.FAILED))]
    assert asked("jobs", "cancel", "job-1")[0] == 0, "nothing of it goes on: nobody is asked"


def test_outputs(golden: Golden) -> None:
    refused, lost = (JobItemStatus.REFUSED, None), (JobItemStatus.NOT_QUEUED, None)
    job = _job(
        (QUEUED, None), (STARTED, RunStatus.SUCCEEDED), (STARTED, RunStatus.FAILED), refused, lost,
        *[refused] * 25,
    )  # fmt: skip
    golden("jobs show", JobAnswer.of(job), "job-1")
    taken = _job((QUEUED, None), (QUEUED, None))
    golden("jobs submit", JobAnswer.of(taken), "goals.csv")
    file = "/home/김영희/업무/2026-11/월간-매출-목표.csv"
    entry_ = Entry("qops-1f2e3d4c5b6a79880f1e2d3c4b5a6978", file, 30, NOW.isoformat(), "job-1")
    open_ = Entry(entry_.key, file, 30, (NOW + timedelta(hours=1)).isoformat())
    lines = [
        JobLine.of(open_, None, "no answer came to it; it may have been taken"),
        JobLine.of(entry_, job, ""),
        JobLine.of(entry_, None, "the platform has forgotten it (after seven days)"),
    ]
    golden("jobs list", JobsAnswer(jobs=lines, journal="j"))
    golden("jobs list", JobsAnswer(jobs=[], journal="j"), variant="empty")
    done = working.Cancelled(job, ["run-00"], ["run-01"], 2, {"run-02": "The run is another's."})
    golden("jobs cancel", JobCancelledAnswer.of(done), "job-1", "--yes")
