"""The recorder on real engines; the chain is recomputed here, not by the code under test."""

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_seam import Answered, AwsSeam, HungUp, Lost, Refused
from qs_migrate.migrating import MIGRATIONS, migrate
from qs_recorder import recording
from qs_recorder.recording import Recorder
from qs_recorder.task import read_task
from redis import Redis

from qs_cloud import clients
from qs_cloud.errors import CloudCallError
from qs_cloud.postgres import Database, DatabaseUnavailableError

SECRET = "비밀 회의록"
GOAL = f"메모장에 '{SECRET}'이라고 써 줘"


@pytest.fixture
def recorder(platform: Any) -> Any:
    database = Database("qscreen-test/postgres")
    migrate(database, MIGRATIONS)
    database.close()
    found = Recorder.from_environment()
    yield found
    found.database.close()


def lay(run_id: str, outcomes: tuple[str, ...] = ("confirmed", "confirmed"), **more: Any) -> None:
    plan = {
        "goal": GOAL,
        "language": "ko",
        "source": "grammar",
        "created_at": "2026-11-23T09:00:01Z",
        "steps": [
            {"id": "s1", "action": {"kind": "open_app", "app": "메모장"}, "because": "메모장에"},
            {"id": "s2", "action": {"kind": "type_text", "text": SECRET}, "because": "써 줘"},
        ],
    }
    effects = [
        {
            "step_id": f"s{place}",
            "outcome": outcome,
            "route": "accessibility",
            "evidence": SECRET,
            "started_at": "2026-11-23T09:00:02Z",
            "duration_ms": 12.25,
            "after_key": f"runs/{run_id}/cmd-1/s{place}.png",
        }
        for place, outcome in enumerate(outcomes, start=1)
    ]
    item = {
        "run_id": {"S": run_id},
        "owner": {"S": "user-1"},
        "device_id": {"S": "dev-1"},
        "goal": {"S": GOAL},
        "mode": {"S": "auto"},
        "status": {"S": "acting"},
        "attempts": {"N": "1"},
        "cancel_requested": {"BOOL": False},
        "plan": {"S": json.dumps(plan)},
        "effects": {"L": [{"S": json.dumps(effect)} for effect in effects]},
        "marks": {
            "L": [
                {"S": "start|intake|2026-11-23T09:00:00.000000+00:00"},
                {"S": "start|act|2026-11-23T09:00:01.000000+00:00"},
                {"S": "end|act|2026-11-23T09:00:03.500000+00:00"},
            ]
        },
        "created_at": {"S": "2026-11-23T09:00:00.000000+00:00"},
        "updated_at": {"S": "2026-11-23T09:00:00.000000+00:00"},
        **more,
    }
    clients.dynamodb().put_item(TableName="qscreen-test-runs", Item=item)


def item(run_id: str) -> dict[str, Any]:
    found = clients.dynamodb().get_item(
        TableName="qscreen-test-runs", Key={"run_id": {"S": run_id}}
    )["Item"]
    return {name: next(iter(value.values())) for name, value in found.items()}


def record(recorder: Recorder, run_id: str, status: str = "succeeded", **more: Any) -> str:
    return recorder.record(read_task({"run_id": run_id, "status": status, **more})).value


def recomputed_chain(platform: Any) -> list[list[Any]]:
    """Walk the table and recompute each hash from the rule in qscreen.audit's description."""
    rows = platform.sql(
        "SELECT sequence, at, actor, action, subject, detail, previous_hash, hash "
        "FROM audit_log ORDER BY sequence"
    )
    previous = "0" * 64
    for expected, row in enumerate(rows, start=1):
        sequence, at, actor, action, subject, detail, before, found = row
        assert sequence == expected
        assert before == previous
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        entry = {
            "sequence": sequence,
            "at": moment,
            "actor": actor,
            "action": action,
            "subject": subject,
            "detail": detail,
        }
        canonical = json.dumps(
            {"entry": entry, "previous": previous},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        assert hashlib.sha256(canonical.encode()).hexdigest() == found
        previous = found
    return list(rows)


def test_a_nul_that_a_device_sent_does_not_keep_its_run_from_ending(
    platform: Any, recorder: Recorder
) -> None:
    effect = {
        "step_id": "s1",
        "outcome": "failed",
        "evidence": "read\x00this",
        "started_at": "2026-11-23T09:00:02Z",
        "duration_ms": 1,
    }
    typed = "back\\u0000slash and n\x00l"
    step = {"id": "s1", "action": {"kind": "type_text", "text": typed}, "because": "n\x00l"}
    plan = {
        "goal": "type n\x00l",
        "language": "en",
        "source": "grammar",
        "created_at": "2026-11-23T09:00:01Z",
        "steps": [step],
    }
    lay(
        "run-nul",
        effects={"L": [{"S": json.dumps(effect)}]},
        plan={"S": json.dumps(plan)},
        goal={"S": "type n\x00l"},
    )
    error = {"Error": "DeviceFailed", "Cause": "broken\x00pipe"}
    assert record(recorder, "run-nul", "failed", error=error) == "failed"
    (found,) = platform.sql(
        "SELECT message, evidence, goal, because, action->>'text' FROM runs "
        "JOIN run_steps USING (run_id) WHERE run_id = 'run-nul' AND step_id = 's1'"
    )
    assert found == [
        "broken\ufffdpipe",
        "read\ufffdthis",
        "type n\ufffdl",
        "n\ufffdl",
        "back\\u0000slash and n\ufffdl",
    ]


def test_a_cancelled_run_whose_device_went_silent_is_cancelled(recorder: Recorder) -> None:
    lay("run-cancelled", cancel_requested={"BOOL": True})
    error = {"Error": "States.HeartbeatTimeout", "Cause": ""}
    given = {"reason": "device_silent", "error": error}
    assert record(recorder, "run-cancelled", "failed", **given) == "cancelled"


def test_a_planner_that_timed_out_is_not_called_a_silent_device(recorder: Recorder) -> None:
    lay("run-slow")
    given = {"reason": "platform_error", "error": {"Error": "States.Timeout", "Cause": ""}}
    record(recorder, "run-slow", "failed", **given)
    assert item("run-slow")["reason"] == "platform_error"


def test_a_finished_run_is_recorded_everywhere(
    platform: Any, recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    lay("run-1")
    assert record(recorder, "run-1") == "succeeded"
    ((goal, status, attempts, source, created, finished),) = platform.sql(
        "SELECT goal, status, attempts, plan_source, created_at, finished_at FROM runs"
    )
    assert (goal, status, attempts, source) == (GOAL, "succeeded", 1, "grammar")
    assert created == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert finished > created
    steps = platform.sql(
        "SELECT step_id, kind, action->>'text', outcome, tries, duration_ms, after_key "
        "FROM run_steps ORDER BY position"
    )
    assert steps == [
        ["s1", "open_app", None, "confirmed", 1, 12.25, "runs/run-1/cmd-1/s1.png"],
        ["s2", "type_text", SECRET, "confirmed", 1, 12.25, "runs/run-1/cmd-1/s2.png"],
    ]
    (row,) = recomputed_chain(platform)
    ((pseudonym,),) = platform.sql(
        "SELECT pseudonym FROM audit_identities WHERE user_id = 'user-1'"
    )
    assert (row[2], row[3], row[4]) == (pseudonym, "run.finished", "run-1")
    assert "user-1" not in json.dumps(row[5])
    assert SECRET not in json.dumps(row[5], ensure_ascii=False)
    kept = item("run-1")
    assert (kept["status"], kept["audit_sequence"], kept["audit_hash"]) == (
        "succeeded",
        "1",
        row[7],
    )
    assert [mark["S"].split("|")[:2] for mark in kept["marks"]][-2:] == [
        ["start", "record"],
        ["end", "record"],
    ]
    with Redis(
        "127.0.0.1", platform.redis.port, username="test", password="", decode_responses=True
    ) as redis:
        session = redis.hgetall("session:dev-1")
        assert (session["run_id"], session["status"]) == ("run-1", "succeeded")
        assert 3500 < redis.ttl("session:dev-1") <= 3600
    written = capsys.readouterr().out
    for name in ("RunsFinished", "RunDuration", "StageDuration", "StepsByOutcome"):
        assert f'"Name":"{name}"' in written
    assert '"StageDuration":[2500.0]' in written
    assert SECRET not in written


def test_the_event_carries_ids_and_no_text(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []

    class Bus:
        def put_events(self, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
            sent.extend(Entries)
            return {"FailedEntryCount": 0, "Entries": [{}]}

    monkeypatch.setattr(clients, "events", Bus)
    lay("run-1")
    record(recorder, "run-1")
    (entry,) = sent
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "qscreen-test",
        "qscreen.runs",
        "Run Finished",
    )
    detail = json.loads(entry["Detail"])
    assert (detail["run_id"], detail["status"], detail["audit_sequence"]) == (
        "run-1",
        "succeeded",
        1,
    )
    assert SECRET not in entry["Detail"]


def test_a_repeat_records_nothing_twice_and_keeps_the_first_ending(
    platform: Any, recorder: Recorder
) -> None:
    lay("run-1")
    record(recorder, "run-1")
    assert record(recorder, "run-1", "failed", reason="platform_error") == "succeeded"
    assert len(recomputed_chain(platform)) == 1
    assert platform.sql("SELECT status FROM runs") == [["succeeded"]]
    assert item("run-1")["status"] == "succeeded"


def test_a_crash_after_the_commit_is_completed_by_the_repeat(
    platform: Any, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay("run-1")

    def crash(*_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(recording, "emit_figures", crash)
        with pytest.raises(RuntimeError):
            record(recorder, "run-1")
    assert item("run-1")["status"] == "acting"
    # The state machine may come back with another story; what was audited stands.
    again = record(recorder, "run-1", "failed", error={"Error": "States.Timeout", "Cause": ""})
    assert again == "succeeded"
    (row,) = recomputed_chain(platform)
    kept = item("run-1")
    assert (kept["status"], kept["audit_hash"]) == ("succeeded", row[7])


@pytest.mark.parametrize("trouble", [Refused("ThrottlingException"), HungUp()])
def test_a_table_that_is_away_at_the_end_is_completed_by_the_repeat(
    seam: Callable[[], AwsSeam], platform: Any, recorder: Recorder, trouble: Refused | HungUp
) -> None:
    lay("run-1")
    services = seam()
    services.always("dynamodb", "UpdateItem", trouble)
    with pytest.raises(CloudCallError):
        record(recorder, "run-1")
    assert services.asked("dynamodb", "UpdateItem") == 3
    services.mend()
    assert item("run-1")["status"] == "acting"
    assert record(recorder, "run-1") == "succeeded"
    (row,) = recomputed_chain(platform)
    kept = item("run-1")
    assert (kept["status"], kept["audit_hash"]) == ("succeeded", row[7])


def test_an_answer_that_is_lost_after_the_run_was_closed_changes_nothing(
    seam: Callable[[], AwsSeam], platform: Any, recorder: Recorder
) -> None:
    lay("run-1")
    seam().next("dynamodb", "UpdateItem", Lost())
    assert record(recorder, "run-1") == "succeeded"
    assert item("run-1")["status"] == "succeeded"
    assert len(recomputed_chain(platform)) == 1


def test_concurrent_recorders_keep_one_chain(platform: Any, recorder: Recorder) -> None:
    runs = [f"run-{number}" for number in range(12)]
    for run_id in runs:
        lay(run_id)
    failures: list[BaseException] = []

    def work(mine: list[str]) -> None:
        own = Recorder.from_environment()
        try:
            for run_id in mine:
                record(own, run_id)
        except BaseException as error:
            failures.append(error)
        finally:
            own.database.close()

    # Every run is recorded by two threads, in opposite orders.
    threads = [threading.Thread(target=work, args=(runs[n::3],)) for n in range(3)]
    threads += [threading.Thread(target=work, args=(runs[::-1][n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    rows = recomputed_chain(platform)
    assert sorted(row[4] for row in rows) == sorted(runs)
    assert {item(run_id)["audit_hash"] for run_id in runs} == {row[7] for row in rows}


@pytest.mark.parametrize(
    ("outcomes", "task", "expected"),
    [
        (("confirmed", "unverifiable"), {"status": "succeeded"}, ("failed", "not_confirmed")),
        (("confirmed",), {"status": "succeeded"}, ("failed", "not_confirmed")),
        ((), {"status": "planned"}, ("planned", None)),
        (("failed",), {"status": "failed", "reason": "step_failed"}, ("failed", "step_failed")),
        ((), {"status": "failed"}, ("failed", "platform_error")),
        ((), {"status": "cancelled"}, ("cancelled", "cancelled")),
        (
            (),
            {"status": "failed", "error": {"Error": "Cancelled", "Cause": "x"}},
            ("cancelled", "cancelled"),
        ),
        (
            (),
            {"status": "failed", "error": {"Error": "States.HeartbeatTimeout"}},
            ("failed", "device_silent"),
        ),
        (
            (),
            {
                "status": "failed",
                "reason": "platform_error",
                "error": {
                    "Error": "Runtime.HandlerError",
                    "Cause": json.dumps({"errorType": "DeviceFailed", "errorMessage": "revoked"}),
                },
            },
            ("failed", "step_failed"),
        ),
    ],
)
def test_how_a_run_ended(
    platform: Any, recorder: Recorder, outcomes: Any, task: Any, expected: Any
) -> None:
    lay("run-1", outcomes)
    status, reason = expected
    assert record(recorder, "run-1", **task) == status
    assert platform.sql("SELECT status, reason FROM runs") == [[status, reason]]
    kept = item("run-1")
    assert (kept["status"], kept.get("reason")) == (status, reason)
    (row,) = recomputed_chain(platform)
    assert (row[5]["status"], row[5]["reason"]) == (status, reason)


def test_redis_away_is_counted_and_does_not_fail_the_run(
    platform: Any, recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    clients.secretsmanager().put_secret_value(
        SecretId="qscreen-test/redis",
        SecretString='{"host": "127.0.0.1", "port": 1, "tls": false}',
    )
    lay("run-1")
    assert record(recorder, "run-1") == "succeeded"
    assert '"CacheUnavailable":[1.0]' in capsys.readouterr().out


@pytest.mark.parametrize(
    "trouble",
    [
        Refused("ThrottlingException"),
        HungUp(),
        Answered({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}),
    ],
    ids=["throttled", "hung up", "refuses the entry"],
)
def test_a_bus_that_refuses_is_counted_and_does_not_fail_the_run(
    seam: Callable[[], AwsSeam],
    recorder: Recorder,
    capsys: pytest.CaptureFixture[str],
    trouble: Refused | HungUp | Answered,
) -> None:
    lay("run-1")
    seam().always("events", "PutEvents", trouble)
    assert record(recorder, "run-1") == "succeeded"
    assert item("run-1")["status"] == "succeeded"
    assert '"EventsLost":[1.0]' in capsys.readouterr().out


def test_it_connects_to_the_proxy_where_there_is_one(
    recorder: Recorder, change_secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_secret(host="database.invalid")
    monkeypatch.setenv("QS_DB_PROXY", "127.0.0.1")
    through = Recorder.from_environment()
    lay("run-1")
    assert record(through, "run-1") == "succeeded"
    through.database.close()


def test_without_postgresql_the_run_stays_open(
    platform: Any, recorder: Recorder, change_secret: Any
) -> None:
    lay("run-1")
    change_secret(port=1)
    with pytest.raises(DatabaseUnavailableError):
        record(recorder, "run-1")
    assert item("run-1")["status"] == "acting"
    change_secret()
    assert record(recorder, "run-1") == "succeeded"


def test_without_the_schema_it_says_what_to_do(platform: Any, recorder: Recorder) -> None:
    platform.sql("DROP TABLE run_steps")
    lay("run-1")
    with pytest.raises(DatabaseUnavailableError, match="migrate"):
        record(recorder, "run-1")
    assert platform.sql("SELECT count(*) FROM audit_log") == [[0]]
    assert platform.sql("SELECT count(*) FROM runs") == [[0]]


def test_a_connection_that_died_meanwhile_is_replaced(platform: Any, recorder: Recorder) -> None:
    lay("run-1")
    lay("run-2")
    record(recorder, "run-1")
    platform.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'qscreen'"
    )
    assert record(recorder, "run-2") == "succeeded"
    assert len(recomputed_chain(platform)) == 2


def test_a_run_that_its_device_reports_later_ended_when_it_says(
    platform: Any, recorder: Recorder
) -> None:
    lay(
        "run-device",
        origin={"S": "device"},
        updated_at={"S": "2026-11-23T09:00:03.500000+00:00"},
    )
    before = datetime.now(UTC)
    assert record(recorder, "run-device") == "succeeded"
    ((finished_at, at, detail),) = platform.sql(
        "SELECT finished_at, at, detail FROM runs JOIN audit_log ON subject = run_id "
        "WHERE run_id = 'run-device' AND action = 'run.finished'"
    )
    assert finished_at == datetime(2026, 11, 23, 9, 0, 3, 500000, tzinfo=UTC)
    # The audit says when it was told: its entries stand in the order of their times.
    assert at >= before
    assert detail["origin"] == "device"
    assert recomputed_chain(platform)
