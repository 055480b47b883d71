"""``qops runs``, from the command line to the API's HTTP and the buckets of the audit."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from example_runs import effect, refused_run
from fake_api import NOW, UNREACHABLE, FakeApi, serving
from fake_cloud import ACCOUNT, REGION, moto_cloud
from golden_files import Golden

from qops import __main__ as entry
from qops.moments import ago, length, since
from qops.runs import watching
from qops.runs.answers import (
    RunCancelledAnswer,
    RunHistoryAnswer,
    RunReportAnswer,
    RunsAnswer,
    RunShownAnswer,
    RunWatchedAnswer,
)
from qops.runs.finding import Found
from qops.runs.history import RunHistory
from qops.runs.timeline import moments_of
from qscreen.audit import GENESIS_HASH, AuditEntry, AuditRow, chain_row
from qscreen.wire import RunReason, RunReport, RunStatus


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeApi]:
    monkeypatch.setenv("QOPS_HOME", str(tmp_path))
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.0)
    found = FakeApi()
    with serving(found, monkeypatch):
        yield found


@pytest.mark.parametrize("limit", ["1", "7", "100", "1000"])
def test_pages_of_a_filtered_list_skip_nothing_and_repeat_nothing(api, asked, limit) -> None:
    failed = [f"run-{n:03d}" for n in range(230) if n % 3 == 0]
    for n in range(230):
        status = RunStatus.FAILED if n % 3 == 0 else RunStatus.SUCCEEDED
        api.add_run(f"run-{n:03d}", status=status)
    found: list[str] = []
    more: list[str] = []
    while True:
        words = ["runs", "list", "--status", "failed", "--limit", limit, *more]
        code, document = asked(*words)
        assert code == 0
        page = [run["run_id"] for run in document["result"]["runs"]]
        assert len(page) <= int(limit)
        found += page
        token = document["result"]["next_token"]
        if token is None:
            break
        more = ["--next", token]
    assert found == failed[::-1]


def test_since_and_device_narrow_a_list(api, asked, monkeypatch) -> None:
    for n in range(50):
        api.add_run(f"run-{n:02d}", device_id=f"dev-{n % 2}")
    begin = (NOW + timedelta(seconds=30)).isoformat()
    _, document = asked("runs", "list", "--since", begin, "--device", "dev-1", "--limit", "20")
    found = [run["run_id"] for run in document["result"]["runs"]]
    assert found == [f"run-{n}" for n in range(49, 29, -2)]
    assert document["result"]["next_token"] is None


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["list", "--status", "fialed"], 64, "failed"),
        (["list", "--since", "yesterday"], 64, "15m"),
        (["list", "--since", "2099-01-01"], 64, "future"),
        (["show", "run-01jd3k9v7d"], 1, "run-01jd3k9v7c"),
        (["watch", "run-01jd3k9v7d"], 1, "run-01jd3k9v7c"),
        (["cancel", "run-01jd3k9v7d", "--yes"], 1, "run-01jd3k9v7c"),
        (["history", "run-01jd3k9v7d"], 1, "run-01jd3k9v7c"),
        (["report", "run-01jd3k9v7d"], 1, "run-01jd3k9v7c"),
    ],
)
def test_what_is_not_there_is_told_with_what_is_near(api, asked, words, code, told) -> None:
    api.add_run("run-01jd3k9v7c")
    ended, document = asked("runs", *words)
    assert ended == code
    assert told in str(document["error"])


@pytest.mark.parametrize(
    ("status", "code", "exit_code"),
    [(401, "not_signed_in", 1), (403, "forbidden", 3), (429, "throttled", 1), (503, "api", 1),
     (UNREACHABLE, "cloud", 1)],
)  # fmt: skip
def test_refusals_of_the_api_are_told_apart(api, asked, status, code, exit_code) -> None:
    api.failing = [status]
    ended, document = asked("runs", "list")
    assert (ended, document["error"]["code"]) == (exit_code, code)
    assert document["error"]["next_step"]


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ({"status": RunStatus.SUCCEEDED}, 0),
        ({"status": RunStatus.FAILED, "reason": RunReason.DEVICE_SILENT}, 1),
        ({"status": RunStatus.FAILED, "effects": refused_run().effects}, 3),
    ],
)
def test_a_watched_run_is_told_as_it_goes_and_its_end_is_the_exit_code(
    api, capsys, last, code
) -> None:
    begun = api.add_run("run-01", status=RunStatus.QUEUED, effects=(), plan=None, stages=())
    acting = api.add_run("run-02", status=RunStatus.ACTING, effects=(effect("s1"),))
    acting = acting.model_copy(update={"run_id": "run-01", "created_at": begun.created_at})
    api.states["run-01"] = [begun, acting, acting.model_copy(update=last)]
    assert entry.run(["runs", "watch", "run-01"]) == code
    told = capsys.readouterr().err.splitlines()
    assert "queued" in told
    assert any("step s1 confirmed" in line for line in told)
    assert told.index("queued") < told.index("acting, 1 of 3 steps")
    assert len(told) == len(set(told)), "each thing is told once"
    assert not [one for one in api.requests if one[0] != "GET"], "the run is left alone"


@pytest.mark.parametrize("status", [UNREACHABLE, 429, 503, 504])
@pytest.mark.parametrize(("missed", "code"), [(4, 0), (5, 1)])
def test_watching_bears_some_answers_that_stay_away(api, asked, missed, code, status) -> None:
    run = api.add_run("run-01", status=RunStatus.ACTING)
    api.states["run-01"] = [run, run.model_copy(update={"status": RunStatus.SUCCEEDED})]
    api.failing = [None, *[status] * missed]
    assert asked("runs", "watch", "run-01")[0] == code


def test_watching_ends_at_once_where_it_is_refused(api, asked) -> None:
    api.add_run("run-01", status=RunStatus.ACTING)
    api.failing = [None, 403, UNREACHABLE]
    assert asked("runs", "watch", "run-01")[0] != 0
    assert api.failing == [UNREACHABLE], "it is not asked again"


def test_watching_ends_in_time_and_the_run_goes_on(api, asked, monkeypatch) -> None:
    api.add_run("run-01", status=RunStatus.ACTING)
    clock = iter(range(0, 10_000, 30))
    real = watching.watch_run

    def hurried(*words: Any, **more: Any) -> Any:
        return real(*words, **more, now=lambda: float(next(clock)))

    monkeypatch.setattr(watching, "watch_run", hurried)
    code, document = asked("runs", "watch", "run-01", "--timeout", "60")
    assert (code, document["error"]["code"]) == (1, "run_overdue")


def test_a_run_is_cancelled_only_when_somebody_wants_it(api, asked) -> None:
    api.add_run("run-01", status=RunStatus.ACTING, effects=(effect("s1"),))
    code, document = asked("runs", "cancel", "run-01")
    assert code == 3
    assert "s1 were tried and stay done" in document["error"]["why"]
    assert ("POST", "/v1/runs/run-01/cancel") not in api.requests


@pytest.mark.parametrize(
    ("ends_as", "code", "cancelled"),
    [(RunStatus.CANCELLED, 0, True), (RunStatus.SUCCEEDED, 1, False)],
)
def test_cancelling_tells_what_was_done_and_whether_the_run_was_faster(
    api, asked, ends_as, code, cancelled
) -> None:
    run = api.add_run("run-01", status=RunStatus.ACTING, effects=(effect("s1"), effect("s2")))
    ended = run.model_copy(update={"status": ends_as})
    api.states["run-01"] = [run, run, ended]
    found, document = asked("runs", "cancel", "run-01", "--yes")
    result = document["result"]
    assert (found, result["cancelled"]) == (code, cancelled)
    assert result["done_steps"] == ["s1", "s2"]
    assert ("POST", "/v1/runs/run-01/cancel") in api.requests


@pytest.mark.parametrize(
    ("status", "code"), [(RunStatus.SUCCEEDED, 1), (RunStatus.FAILED, 1), (RunStatus.CANCELLED, 0)]
)
def test_what_has_ended_is_not_cancelled(api, asked, status, code) -> None:
    api.add_run("run-01", status=status)
    assert asked("runs", "cancel", "run-01")[0] == code
    assert all(method == "GET" for method, _ in api.requests)


def test_a_report_is_written_where_it_is_wanted(api, asked, tmp_path: Path) -> None:
    api.add_run("run-01")
    file = tmp_path / "보고서" / "r.html"
    code, document = asked("runs", "report", "run-01", "--to", str(file))
    assert (code, document["result"]["file"]) == (0, str(file))
    assert "회의 3시, 2층" in file.read_text(encoding="utf-8")


class Trail:
    """Entries of the chain, and their copies in the locked bucket."""

    def __init__(self, s3: Any) -> None:
        self.s3, self.bucket = s3, f"qscreen-local-audit-{ACCOUNT}"
        s3.create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.last = GENESIS_HASH
        self.rows: list[AuditRow] = []

    def add(self, subject: str, action: str) -> AuditRow:
        entry_ = AuditEntry(
            sequence=len(self.rows) + 1, at=datetime.now(UTC), actor="person-1f", action=action,
            subject=subject, detail={},
        )  # fmt: skip
        self.rows.append(chain_row(self.last, entry_))
        self.last = self.rows[-1].hash
        self.copy(self.rows[-1])
        return self.rows[-1]

    def copy(self, row: AuditRow) -> None:
        key = f"entries/{datetime.now(UTC):%Y/%m/%d}/{row.entry.sequence:020d}.json"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=row.model_dump_json().encode())


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trail]:
    from qops.platform.aws import Aws

    with moto_cloud(monkeypatch):
        from qops.settings import load_settings

        yield Trail(Aws(load_settings("local")).client("s3"))


def _recorded(api: FakeApi, trail: Trail) -> AuditRow:
    now = datetime.now(UTC)
    api.add_run("run-01", created_at=now - timedelta(seconds=9), updated_at=now)
    trail.add("run-01", "run.created")
    trail.add("run-02", "run.created")
    end = trail.add("run-01", "run.finished")
    api.report = {"audit_sequence": end.entry.sequence, "audit_hash": end.hash}
    return end


def test_the_history_holds_the_entries_of_the_run_and_no_others(api, asked, trail) -> None:
    _recorded(api, trail)
    code, document = asked("runs", "history", "run-01")
    result = document["result"]
    assert code == 0
    assert [(row["sequence"], row["action"]) for row in result["rows"]] == [
        (1, "run.created"), (3, "run.finished"),
    ]  # fmt: skip
    assert (result["wrong"], result["missing"]) == ([], [])


def test_an_entry_that_was_changed_is_found(api, asked, trail) -> None:
    end = _recorded(api, trail)
    changed = end.entry.model_copy(update={"actor": "nobody"})
    trail.copy(end.model_copy(update={"entry": changed}))
    code, document = asked("runs", "history", "run-01")
    assert code == 2
    assert "entry 3" in document["result"]["wrong"][0]


def test_an_entry_chained_anew_does_not_match_what_the_api_tells(api, asked, trail) -> None:
    end = _recorded(api, trail)
    forged = end.entry.model_copy(update={"actor": "nobody"})
    trail.copy(chain_row(end.previous_hash, forged))
    code, document = asked("runs", "history", "run-01")
    assert code == 2
    assert "another hash" in document["result"]["wrong"][0]


def test_copies_that_are_missing_are_told(api, asked, trail) -> None:
    end = _recorded(api, trail)
    day = f"entries/{datetime.now(UTC):%Y/%m/%d}"
    trail.s3.delete_object(Bucket=trail.bucket, Key=f"{day}/{end.entry.sequence:020d}.json")
    code, document = asked("runs", "history", "run-01")
    assert code == 0
    assert "entry 3, the run's end, has no copy yet" in document["result"]["missing"]


def test_a_history_of_which_nothing_can_be_read_is_no_success(api, asked, trail) -> None:
    now = datetime.now(UTC)
    api.add_run("run-01", created_at=now - timedelta(seconds=9), updated_at=now)
    assert asked("runs", "history", "run-01")[0] == 0, "the copies may come yet"
    trail.s3.delete_bucket(Bucket=trail.bucket)
    code, document = asked("runs", "history", "run-01")
    assert (code, document["result"]["failed"]) == (1, True)
    assert "NoSuchBucket" in document["result"]["missing"][0]


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("15m", 900), ("2h", 7200), ("3d", 259200), (" 5 min ", 300)]
)
def test_lengths_back_from_now(text: str, seconds: int) -> None:
    assert (NOW - since(text, NOW)).total_seconds() == seconds


def test_a_time_without_an_offset_is_utc() -> None:
    assert since("2026-11-29T00:00:00", NOW) == datetime(2026, 11, 29, tzinfo=UTC)


def test_lengths_are_one_figure_with_its_unit() -> None:
    told = [length(seconds) for seconds in (0.0004, 0.25, 1, 59, 60, 3599, 3600, 5400, 90000)]
    assert told == ["0 ms", "250 ms", "1.0 s", "59.0 s", "1 min", "60 min", "1 h", "1.5 h", "1 d"]
    assert ago(None, NOW) == "never"
    assert ago(NOW + timedelta(seconds=5), NOW) == "just now", "clocks differ"


def test_moments_are_in_order_whatever_the_run() -> None:
    for run in (refused_run(), FakeApi().add_run("run-01")):
        moments = moments_of(run)
        assert all(a.at <= b.at for a, b in pairwise(moments))
        assert len(moments) >= 2 + len(run.stages) + len(run.effects)


def test_outputs(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qops.runs.showing.datetime", _Noon)
    monkeypatch.setattr("qops.runs.answers.datetime", _Noon)
    api = FakeApi()
    goal = "월간 매출 시트를 열어 B열 합계를 메일로 보내줘, 그리고 report-2026-11.txt로 저장해 줘"
    runs = (
        api.add_run("run-8729e1657680033490ac", device_id="dev-658e7b2628620cb9a213"),
        api.add_run(
            "run-4eced45c5eb4bbe85138", status=RunStatus.FAILED, goal=goal,
            reason=RunReason.DEVICE_SILENT, device_id="dev-658e7b2628620cb9a213",
        ),
        api.add_run("run-5b0c7f12ab3498de7712", status=RunStatus.AWAITING_CONFIRMATION),
    )  # fmt: skip
    golden("runs list", RunsAnswer.of(Found(runs, "eyJydW5faWQiOiJydW4tNWIwYzdmMTIifQ", 3)))
    golden("runs list", RunsAnswer.of(Found(runs, None, 3)), "-q", variant="quiet")
    golden("runs list", RunsAnswer.of(Found((), None, 0)), variant="empty")
    row = chain_row(
        GENESIS_HASH,
        AuditEntry(sequence=5, at=NOW, actor="person-96f5e6b1c2", action="run.finished",
                   subject="run-01", detail={}),
    )  # fmt: skip
    report = RunReport(run=runs[0], audit_sequence=5, audit_hash=row.hash)
    golden("runs show", RunShownAnswer.of(report), "run-01")
    golden("runs show", RunShownAnswer.of(report), "run-01", "-q", variant="quiet")
    golden("runs watch", RunWatchedAnswer.of(RunReport(run=refused_run())), "run-01")
    held = RunHistory((row,), (), ("entry 9, the run's end, has no copy yet",))
    golden("runs history", RunHistoryAnswer.of(report, held), "run-01")
    broken = RunHistory((row,), ("entry 5 is not what its hash was made of",), ())
    golden("runs history", RunHistoryAnswer.of(report, broken), "run-01", variant="broken")
    golden("runs history", RunHistoryAnswer.of(report, broken), "run-01", "-q", variant="quiet")
    golden("runs cancel", RunCancelledAnswer.of(runs[2]), "run-01", "--yes", variant="faster")
    ended = runs[2].model_copy(update={"status": RunStatus.CANCELLED, "effects": ()})
    golden("runs cancel", RunCancelledAnswer.of(ended), "run-01", "--yes")
    written = RunReportAnswer(
        run_id="run-01", status=RunStatus.SUCCEEDED, file="/home/김/보고서/run-01.html", opened=True
    )
    golden("runs report", written, "run-01")
    golden("runs report", written, "run-01", "-q", variant="quiet")


class _Noon(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return NOW + timedelta(hours=3)
