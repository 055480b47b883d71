"""Erasing one user on real PostgreSQL and Redis; every store is read directly."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from laid_user import (
    AUDIT,
    BUCKETS,
    NAME,
    OTHER,
    RECOVERY,
    STORES,
    TABLES,
    TYPED,
    USER,
    FakeScheduler,
    ask,
    certificate_of,
    chain,
    everything,
    holders,
    put,
)
from qs_user_data import erasing
from qs_user_data.stewarding import RunsActiveError, Steward
from redis import Redis

from qs_cloud import clients, kept
from qs_cloud.audit_chain import append, identity_of, lock_chain
from qs_cloud.errors import CloudCallError
from qs_cloud.kept import Whose
from qscreen.audit import verify_chain

"""What ``lay`` lays and an erasure deletes: all versions, and plans that are anybody's."""


def test_a_trace_is_laid_wherever_the_platform_keeps_something_of_a_user(
    platform: Any, redis: Redis, steward: Steward
) -> None:
    """Whatever is new in the list must be laid here, and is then looked for after an erasure."""
    theirs = {Whose.NOBODY, Whose.AUDIT}
    keys = {
        purpose: [
            one["Key"] for one in clients.s3().list_objects_v2(Bucket=bucket).get("Contents", ())
        ]
        for purpose, bucket in BUCKETS.items()
    }
    laid = {(purpose, key.split("/")[0]) for purpose, found in keys.items() for key in found}
    folders = {
        (folder.bucket, name) for name, folder in kept.FOLDERS.items() if folder.whose not in theirs
    }
    # An export is made by the test of the export, which erases it, too.
    assert laid == folders - {("screenshots", "exports")}
    cached = {name for name, whose in kept.CACHED.items() if whose not in theirs}
    assert {key.split(":")[0] for key in redis.scan_iter()} - set(kept.CACHED) == set()
    assert cached <= {key.split(":")[0] for key in redis.scan_iter()}
    items = clients.dynamodb().scan(TableName="qscreen-test-configuration")["Items"]
    assert {item["server"]["S"].split("#")[0] for item in items} == set(kept.DOCUMENTS)
    tables = {
        table
        for table in TABLES
        if clients.dynamodb().scan(TableName=f"qscreen-test-{table}")["Items"]
    }
    assert tables == set(kept.ITEMS)
    rows = {
        table
        for table, whose in kept.ROWS.items()
        if whose not in theirs and platform.sql(f"SELECT count(*) FROM {table}") != [[0]]  # noqa: S608
    }
    assert rows == {table for table, whose in kept.ROWS.items() if whose not in theirs}
    queues = clients.sqs().list_queues()["QueueUrls"]
    assert {url.rsplit("/")[-1].split("-")[2] for url in queues} == set(kept.QUEUES)


def test_an_event_on_its_way_reaches_the_audit_and_is_nobodys(
    platform: Any, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []

    class Bus:
        def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
            sent.extend(Entries)
            return {"FailedEntryCount": 0}

    monkeypatch.setattr(clients, "events", Bus)
    ask(steward)
    (event,) = sent
    assert json.loads(event["Detail"])["actor"] == USER
    with steward.database.transaction() as connection:
        assert identity_of(connection, USER).pseudonym == "person-erased"
    assert platform.sql(
        "SELECT count(*) FROM audit_identities WHERE user_id = :user", user=USER
    ) == [[0]]


def test_requests_are_in_the_audit_before_they_are_carried_out(
    platform: Any, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> Any:
        raise CloudCallError("delete the user's objects", "AccessDenied")

    monkeypatch.setattr(erasing.Eraser, "_pass", away)
    with pytest.raises(CloudCallError):
        ask(steward)
    ((erasure_id,),) = platform.sql("SELECT erasure_id FROM erasures")
    entry = chain(platform)[-1].entry
    assert (entry.action, entry.subject) == ("user.erasure.requested", erasure_id)


def test_after_an_erasure_no_store_knows_the_user(
    platform: Any, redis: Redis, steward: Steward, scheduler: FakeScheduler
) -> None:
    before = chain(platform)
    pseudonym = before[0].entry.actor
    others = {s for s, c in everything(platform, redis).items() if OTHER in c}
    assert len(holders(platform, redis, USER)) >= 10
    answer = ask(steward)
    assert answer["state"] == "done"
    assert answer["stores"] == STORES
    for trace in (USER, f"{NAME} 1", f"{TYPED} 1", "operator-kim"):
        left = holders(platform, redis, trace) - {"postgresql audit_identities"}
        assert left == set(), trace
    assert USER not in everything(platform, redis)["postgresql audit_identities"]
    assert pseudonym not in everything(platform, redis)["postgresql audit_identities"]
    # The other user has lost nothing but plans, which are made anew.
    assert {s for s, c in everything(platform, redis).items() if OTHER in c} == others
    assert redis.keys("plan:*") == []
    assert redis.hget("session:dev-other", "owner") == OTHER
    assert scheduler.there == {"sch-other"}
    assert [url.rsplit("/")[-1] for url in clients.sqs().list_queues()["QueueUrls"]] == [
        "qscreen-test-device-other"
    ]


def test_the_chain_stays_whole_and_holds_the_certificate(platform: Any, steward: Steward) -> None:
    before = chain(platform)
    answer = ask(steward)
    after = chain(platform)
    assert after[: len(before)] == before
    assert verify_chain(after).intact
    body = clients.s3().get_object(Bucket=AUDIT, Key=answer["certificate"]["key"])["Body"].read()
    digest = hashlib.sha256(body).hexdigest()
    assert digest == answer["certificate"]["sha256"] == after[-1].entry.detail["certificate_sha256"]
    assert after[-1].entry.action == "user.erased"
    assert after[-1].entry.subject == answer["erasure_id"]
    certificate = json.loads(body)
    assert certificate["subject_sha256"] == hashlib.sha256(USER.encode()).hexdigest()
    counts = {name: step["deleted"] for name, step in certificate["deleted"].items()}
    assert counts == answer["stores"]
    assert certificate["deleted"]["postgresql.history"]["ids_sha256"] == sorted(
        hashlib.sha256(run.encode()).hexdigest() for run in ("run-1", "run-old-1")
    )
    assert certificate["requested_by"] == after[-1].entry.actor
    assert {name: step["region"] for name, step in certificate["deleted"].items()} == {
        name: RECOVERY if name.endswith(f"@{RECOVERY}") else "ap-northeast-2" for name in STORES
    }


def test_the_certificate_says_what_stays_and_why(steward: Steward) -> None:
    entries, locked = certificate_of(ask(steward))["retained"]
    assert (entries["what"], entries["count"]) == ("audit entries", 1)
    assert locked["what"] == "copies of audit entries and certificates under object lock"
    assert (locked["locked_days"], locked["regions"]) == (365, ["ap-northeast-2", RECOVERY])
    assert all("Art. 17(3)(b) and (e)" in one["ground"] for one in (entries, locked))


def test_the_certificate_says_until_when_backups_hold_the_data(steward: Steward) -> None:
    certificate = certificate_of(ask(steward))
    finished = datetime.fromisoformat(certificate["finished_at"])
    ends = {
        one["what"]: (datetime.fromisoformat(one["until"]) - finished).days
        for one in certificate["expiring"]
    }
    # What this platform does not keep (no snapshots of Redis, 0 days) is not named.
    assert ends == {
        "points in time of DynamoDB": 35,
        "backups of DynamoDB and PostgreSQL in AWS Backup": 365,
        "logs of the functions, the API, the stores and the trail": 760,
    }
    assert all(one["ground"] for one in certificate["expiring"])
    assert "erase this user again" in certificate["expiring"][0]["ground"]


def test_entries_of_before_the_pseudonyms_are_named_in_the_certificate(
    platform: Any, steward: Steward
) -> None:
    with steward.database.transaction() as connection:
        lock_chain(connection)
        append(
            connection,
            at=datetime.now(UTC),
            actor=USER,
            action="run.finished",
            subject="run-ancient",
            detail={},
        )
    answer = ask(steward)
    retained = {
        one["what"]: one["count"] for one in certificate_of(answer)["retained"] if "count" in one
    }
    assert retained == {"audit entries": 1, "audit entries in clear": 1}
    assert verify_chain(chain(platform)).intact


def test_a_second_request_answers_with_the_first_certificate(
    platform: Any, steward: Steward
) -> None:
    first = ask(steward)
    entries = len(chain(platform))
    assert ask(steward)["certificate"] == first["certificate"]
    assert len(chain(platform)) == entries
    assert platform.sql("SELECT count(*) FROM erasures") == [[1]]


def test_data_that_appear_later_are_another_erasure(platform: Any, steward: Steward) -> None:
    first = ask(steward)
    put("sessions", session_id="ses-new", owner=USER, created_at="2026-11-26T09:00:00Z")
    second = ask(steward)
    assert second["erasure_id"] != first["erasure_id"]
    assert second["stores"]["dynamodb.sessions"] == 1


def test_a_dry_run_deletes_nothing(platform: Any, redis: Redis, steward: Steward) -> None:
    before = everything(platform, redis)
    answer = ask(steward, dry_run=True)
    assert answer["state"] == "dry_run"
    # Present versions, and no plan, since nobody can say whose it is.
    present = {"s3.screenshots": 5, "s3.templates": 1, "s3.settings": 1}
    stores = {**STORES, **present}
    del stores["redis.shared"]
    assert answer["stores"] == stores
    assert everything(platform, redis) == before


def test_active_runs_refuse_it(platform: Any, redis: Redis, steward: Steward) -> None:
    put(
        "runs",
        run_id="run-now",
        owner=USER,
        device_id="dev-1",
        status="acting",
        created_at="2026-11-26T09:00:00Z",
    )
    before = everything(platform, redis)
    with pytest.raises(RunsActiveError, match="1 runs of the user are not finished, run-now"):
        ask(steward)
    assert everything(platform, redis) == before
