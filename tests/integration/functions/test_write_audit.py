"""The audit of events on a real PostgreSQL; the chain is recomputed here, from its rule."""

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import UTC
from types import SimpleNamespace
from typing import Any

import pytest
from aws_seam import AwsSeam, HungUp, Lost, Refused
from qs_migrate.migrating import MIGRATIONS, migrate
from qs_write_audit.copies import CopyDiffersError
from qs_write_audit.writing import AuditBrokenError, AuditWriter

from qs_cloud import clients
from qs_cloud.errors import BadPayloadError
from qs_cloud.postgres import Database

BUCKET = "qscreen-test-audit"
DENIED = Refused("AccessDenied", status=403)
USER = "7d1f0c52-6a1e-4f43-9d8e-2f6f7f0a9b11"


@pytest.fixture
def writer(platform: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("QS_AUDIT_BUCKET", BUCKET)
    database = Database("qscreen-test/postgres")
    migrate(database, MIGRATIONS)
    database.close()
    s3 = clients.s3()
    s3.create_bucket(
        Bucket=BUCKET,
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"},
    )
    s3.put_object_lock_configuration(
        Bucket=BUCKET,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}},
        },
    )
    found = AuditWriter.from_environment()
    yield found
    found.database.close()


def event(event_id: str = "e-1", **more: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": event_id,
        "source": "qscreen.devices",
        "detail-type": "Device Enrolled",
        "account": "123456789012",
        "time": "2026-11-25T00:00:00Z",
        "region": "ap-northeast-2",
        "resources": [],
        "detail": {"device_id": "dev-1", "owner": USER, "platform": "linux", "count": 2},
        **more,
    }


def batch(*bodies: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{place}",
                "receiptHandle": "r",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-test-audit",
                "awsRegion": "ap-northeast-2",
            }
            for place, body in enumerate(bodies)
        ]
    }


def failed(writer: AuditWriter, *bodies: Any) -> list[str]:
    answer = writer.write(batch(*bodies))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def rows(platform: Any) -> list[Any]:
    return list(
        platform.sql(
            "SELECT sequence, at, actor, action, subject, detail, previous_hash, hash "
            "FROM audit_log ORDER BY sequence"
        )
    )


def recomputed(platform: Any) -> list[Any]:
    previous, found = "0" * 64, rows(platform)
    for expected, (sequence, at, actor, action, subject, detail, before, own) in enumerate(
        found, start=1
    ):
        assert (sequence, before) == (expected, previous)
        entry = {
            "sequence": sequence,
            "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "actor": actor,
            "action": action,
            "subject": subject,
            "detail": detail,
        }
        text = json.dumps(
            {"entry": entry, "previous": previous},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert own == previous
    return found


def objects() -> dict[str, dict[str, Any]]:
    listed = clients.s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {
        one["Key"]: json.loads(
            clients.s3().get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
        )
        for one in listed
    }


def walk(writer: AuditWriter, **event: Any) -> dict[str, Any]:
    return writer.walk(event, lambda: 600.0)


def test_an_event_becomes_an_entry_and_a_locked_copy(platform: Any, writer: AuditWriter) -> None:
    assert failed(writer, event()) == []
    ((sequence, _, actor, action, subject, detail, previous, own),) = recomputed(platform)
    assert (sequence, action, subject) == (1, "device.enrolled", "dev-1")
    assert actor.startswith("person-")
    assert detail == {
        "event_id": "e-1",
        "source": "qscreen.devices",
        "device_id": "dev-1",
        "owner": actor,
        "platform": "linux",
        "count": 2,
    }
    assert platform.sql("SELECT user_id, pseudonym FROM audit_identities") == [[USER, actor]]
    key = "entries/2026/11/25/00000000000000000001.json"
    copy = objects()
    assert list(copy) == [key]
    assert (copy[key]["previous_hash"], copy[key]["hash"]) == (previous, own)
    assert copy[key]["entry"]["detail"] == detail
    assert USER not in json.dumps(copy)
    locked = clients.s3().head_object(Bucket=BUCKET, Key=key)
    assert locked["ObjectLockMode"] == "GOVERNANCE"


def test_a_repeated_event_is_written_once(platform: Any, writer: AuditWriter) -> None:
    assert failed(writer, event(), event()) == []
    assert failed(writer, event()) == []
    assert len(recomputed(platform)) == 1
    versions = clients.s3().list_object_versions(Bucket=BUCKET)["Versions"]
    assert len(versions) == 1


def test_one_subject_may_have_the_same_action_again(platform: Any, writer: AuditWriter) -> None:
    changed = {"source": "qscreen.settings", "detail-type": "Setting Changed"}
    detail = {"setting_name": "report.language", "actor": USER}
    first, second = (event(name, **changed, detail=detail) for name in ("e-1", "e-2"))
    assert failed(writer, first, second) == []
    assert [row[3] for row in recomputed(platform)] == ["setting.changed", "setting.changed"]


def told(bus_id: str, **detail: Any) -> dict[str, Any]:
    """An event as the API tells it."""
    return event(
        bus_id,
        source="qscreen.api",
        **{"detail-type": "Run Cancelled"},
        detail={
            "event_id": "a1",
            "at": "2026-11-24T23:59:59.250000+00:00",
            "actor": USER,
            "operation": "cancelRun",
            "outcome": "done",
            "request_id": "request-1",
            "subject": "run-1",
            "owner": "another-user",
            **detail,
        },
    )


def test_what_the_api_tells_is_one_entry_at_the_time_of_the_act(
    platform: Any, writer: AuditWriter
) -> None:
    # The outbox sends again what the bus had taken: another event, the same act.
    assert failed(writer, told("e-1"), told("e-2", outcome="unknown")) == []
    ((_, at, actor, action, subject, detail, _, _),) = recomputed(platform)
    assert at.astimezone(UTC).isoformat() == "2026-11-24T23:59:59.250000+00:00"
    assert (action, subject) == ("run.cancelled", "run-1")
    owner = detail.pop("owner")
    assert owner.startswith("person-")
    assert owner != actor
    assert detail == {
        "event_id": "a1",
        "source": "qscreen.api",
        "operation": "cancelRun",
        "outcome": "done",
        "request_id": "request-1",
    }
    assert list(objects()) == ["entries/2026/11/24/00000000000000000001.json"]


def test_what_is_told_of_an_erased_user_is_nobodys(platform: Any, writer: AuditWriter) -> None:
    digest = hashlib.sha256(USER.encode()).hexdigest()
    platform.sql(
        "INSERT INTO erasures (erasure_id, subject_sha256, requested_by, started_at) "
        "VALUES ('era-1', :subject, 'person-kim', now())",
        subject=digest,
    )
    assert failed(writer, told("e-1", owner=USER)) == []
    ((_, _, actor, _, _, detail, _, _),) = recomputed(platform)
    assert (actor, detail["owner"]) == ("person-erased", "person-erased")
    assert platform.sql("SELECT user_id FROM audit_identities") == []


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        told("e-9", at="yesterday"),
        told("e-9", at="2026-11-24T23:59:59"),
        {"id": "e-9"},
        event("e-9", source="somebody.else"),
        event("e-9", detail={"nested": {"screen": "text"}}),
        event("e-9", source="aws.secretsmanager", detail={"eventName": "DeleteSecret"}),
    ],
)
def test_a_poisoned_event_fails_alone(platform: Any, writer: AuditWriter, bad: Any) -> None:
    assert failed(writer, event("e-1"), bad, event("e-2")) == ["m1"]
    assert [row[5]["event_id"] for row in recomputed(platform)] == ["e-1", "e-2"]
    assert len(objects()) == 2


def test_a_rotation_is_audited_without_what_the_trail_adds(
    platform: Any, writer: AuditWriter
) -> None:
    arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-test/redis-abcdef"
    detail = {
        "eventName": "RotationSucceeded",
        "additionalEventData": {"SecretId": arn},
        "userIdentity": {"type": "AWSService"},
    }
    rotated = event("e-1", source="aws.secretsmanager", detail=detail)
    assert failed(writer, rotated) == []
    ((_, _, actor, action, subject, kept, _, _),) = recomputed(platform)
    assert (actor, action, subject) == ("platform", "secret.rotation.succeeded", arn)
    assert set(kept) == {"event_id", "source"}


def test_a_long_text_is_kept_as_a_digest_under_the_users_key(
    platform: Any, writer: AuditWriter
) -> None:
    text = "비밀 " * 100
    assert failed(writer, event(detail={"device_id": "dev-1", "owner": USER, "note": text})) == []
    ((key,),) = platform.sql("SELECT digest_key FROM audit_identities")
    detail = recomputed(platform)[0][5]
    assert "note" not in detail
    wanted = hashlib.sha256(b"".join([_pad(bytes.fromhex(key), 0x36), text.encode()])).digest()
    outer = hashlib.sha256(_pad(bytes.fromhex(key), 0x5C) + wanted).hexdigest()
    assert detail["note_hmac"] == outer


def _pad(key: bytes, byte: int) -> bytes:
    """HMAC by its own definition (RFC 2104), not by the library under test."""
    return bytes(one ^ byte for one in key.ljust(64, b"\0"))


def test_a_finished_run_is_not_written_twice_and_a_missing_one_is_noticed(
    platform: Any, writer: AuditWriter
) -> None:
    finished = event("e-1", source="qscreen.runs", **{"detail-type": "Run Finished"})
    finished["detail"] = {"run_id": "run-1", "owner": USER, "audit_sequence": 1}
    # The recorder's entry is not there: the database lost it.
    assert failed(writer, finished) == ["m0"]
    assert rows(platform) == []
    from qs_cloud.audit_chain import append, lock_chain
    from qs_cloud.clock import utc_now

    with writer.database.transaction() as connection:
        lock_chain(connection)
        append(
            connection,
            at=utc_now(),
            actor="person-1",
            action="run.finished",
            subject="run-1",
            detail={},
        )
    # Redriven from the dead letters, it goes through, and the recorder's entry gets its copy.
    assert failed(writer, finished) == []
    assert len(recomputed(platform)) == 1
    assert len(objects()) == 1


def test_writers_at_the_same_time_make_one_chain(platform: Any, writer: AuditWriter) -> None:
    others = [AuditWriter.from_environment() for _ in range(3)]
    answers: list[list[str]] = []

    def work(one: AuditWriter, name: int) -> None:
        events = [event(f"e-{place}") for place in range(name, name + 6)]
        answers.append(failed(one, *events))
        one.database.close()

    threads = [threading.Thread(target=work, args=(one, n)) for n, one in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[], [], []]
    assert sorted(row[5]["event_id"] for row in recomputed(platform)) == [
        f"e-{place}" for place in range(8)
    ]
    assert len(objects()) == 8


def test_a_bucket_that_is_away_loses_nothing(
    platform: Any, writer: AuditWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = AuditWriter(writer.database, type(writer.copies)("qscreen-test-nowhere"))
    assert failed(away, event()) == []
    assert len(rows(platform)) == 1
    assert objects() == {}
    assert walk(writer)["copies_checked"] == 1
    assert len(objects()) == 1


@pytest.mark.parametrize("trouble", [Refused("SlowDown", status=503), HungUp(), DENIED])
def test_a_bucket_that_takes_nothing_for_a_while_gets_its_copies_later(
    seam: Callable[[], AwsSeam], platform: Any, writer: AuditWriter, trouble: Refused | HungUp
) -> None:
    services = seam()
    services.always("s3", "PutObject", trouble)
    assert failed(writer, event()) == []
    assert services.asked("s3", "PutObject") == (1 if trouble == DENIED else 3)
    assert len(rows(platform)) == 1
    services.mend()
    assert objects() == {}
    assert walk(writer)["copies_checked"] == 1
    assert len(objects()) == 1


def test_a_copy_whose_answer_is_lost_is_there_once(
    seam: Callable[[], AwsSeam], platform: Any, writer: AuditWriter
) -> None:
    services = seam()
    services.next("s3", "PutObject", Lost())
    assert failed(writer, event()) == []
    assert len(objects()) == 1
    assert walk(writer)["copies_checked"] == 1
    assert len(recomputed(platform)) == 1


def test_what_lies_in_the_place_of_a_copy_is_not_overwritten(
    platform: Any, writer: AuditWriter
) -> None:
    key = "entries/2026/11/25/00000000000000000001.json"
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=b"{}", ChecksumAlgorithm="SHA256")
    assert failed(writer, event()) == []
    with pytest.raises(CopyDiffersError, match="not entry 1"):
        writer.copy()
    assert platform.sql("SELECT count(*) FROM audit_copies") == [[0]]


def fill(writer: AuditWriter, most: int) -> None:
    assert failed(writer, *(event(f"e-{place}") for place in range(most))) == []


def test_a_walk_over_a_whole_audit(platform: Any, writer: AuditWriter) -> None:
    fill(writer, 5)
    last = recomputed(platform)[-1]
    assert walk(writer) == {
        "checked": 5,
        "last_sequence": 5,
        "last_hash": last[7],
        "copies_checked": 5,
        "complete": True,
    }
    assert walk(writer, first=4)["checked"] == 2
    assert writer.walk({}, lambda: 1.0) | {"copies_checked": 0, "complete": False} == (
        writer.walk({}, lambda: 1.0)
    )


def tamper(platform: Any, statement: str) -> None:
    platform.sql("ALTER TABLE audit_log DISABLE TRIGGER USER")
    platform.sql("DELETE FROM audit_copies WHERE sequence = 3")
    platform.sql(statement)
    platform.sql("ALTER TABLE audit_log ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE audit_log SET actor = 'somebody' WHERE sequence = 3", "entry 3 is not what"),
        ("DELETE FROM audit_log WHERE sequence = 3", "entry 3 is missing"),
        ("UPDATE audit_log SET detail = '{}' WHERE sequence = 3", "entry 3 is not what"),
    ],
)
def test_a_walk_finds_the_first_break(
    platform: Any, writer: AuditWriter, statement: str, message: str
) -> None:
    fill(writer, 5)
    tamper(platform, statement)
    with pytest.raises(AuditBrokenError, match=message):
        walk(writer)


def test_a_walk_finds_rows_that_were_cut_off_at_the_end_by_their_copies(
    platform: Any, writer: AuditWriter
) -> None:
    fill(writer, 3)
    platform.sql("ALTER TABLE audit_log DISABLE TRIGGER USER")
    platform.sql("DELETE FROM audit_copies WHERE sequence = 3")
    platform.sql("DELETE FROM audit_log WHERE sequence = 3")
    platform.sql("ALTER TABLE audit_log ENABLE TRIGGER USER")
    # The next entry takes the place of the lost one, and its copy does not fit.
    assert failed(writer, event("e-new")) == []
    with pytest.raises(CopyDiffersError, match="entry 3"):
        walk(writer)


def test_a_walk_finds_a_missing_and_a_changed_copy(platform: Any, writer: AuditWriter) -> None:
    fill(writer, 3)
    key = "entries/2026/11/25/00000000000000000002.json"
    body = clients.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read()
    clients.s3().delete_object(Bucket=BUCKET, Key=key)
    with pytest.raises(AuditBrokenError, match="copy of entry 2 is missing"):
        walk(writer)
    changed = body.replace(b"dev-1", b"dev-2")
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=changed, ChecksumAlgorithm="SHA256")
    with pytest.raises(AuditBrokenError, match="copy of entry 2 is another one"):
        walk(writer)


def test_a_walk_begins_where_it_is_told(platform: Any, writer: AuditWriter) -> None:
    fill(writer, 2)
    with pytest.raises(AuditBrokenError, match="entry 8 is missing"):
        walk(writer, first=9)
    with pytest.raises(BadPayloadError, match="sequence of 1 or more"):
        walk(writer, first=0)


def cut(platform: Any, after: int) -> None:
    """What a restore to an earlier time does."""
    platform.sql("ALTER TABLE audit_log DISABLE TRIGGER USER")
    platform.sql("DELETE FROM audit_copies WHERE sequence > :after", after=after)
    platform.sql("DELETE FROM audit_log WHERE sequence > :after", after=after)
    platform.sql("ALTER TABLE audit_log ENABLE TRIGGER USER")


@pytest.mark.parametrize("kept", [0, 3])
def test_a_restored_database_gets_back_from_the_copies_what_it_lost(
    platform: Any, writer: AuditWriter, kept: int
) -> None:
    fill(writer, 5)
    whole = recomputed(platform)
    cut(platform, kept)
    assert writer.refill() == {"refilled": 5 - kept, "last_sequence": 5}
    assert recomputed(platform) == whole
    assert writer.refill() == {"refilled": 0, "last_sequence": 5}
    assert failed(writer, event("e-new")) == []
    assert walk(writer)["copies_checked"] == 6


def test_copies_that_do_not_continue_the_database_are_not_believed(
    platform: Any, writer: AuditWriter
) -> None:
    fill(writer, 5)
    cut(platform, 2)
    clients.s3().delete_object(Bucket=BUCKET, Key="entries/2026/11/25/00000000000000000004.json")
    with pytest.raises(AuditBrokenError, match="do not continue the database: entry 4 is missing"):
        writer.refill()
    assert len(rows(platform)) == 2


def test_the_handler_tells_messages_from_the_clock(
    platform: Any, writer: AuditWriter, load_handler: Any
) -> None:
    module = load_handler("write-audit")
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
    assert module.handler(batch(event()), context) == {"batchItemFailures": []}
    assert module.handler({"schedule": "write-audit"}, context)["checked"] == 1
    assert module.handler({"refill": True}, context) == {"refilled": 0, "last_sequence": 1}
    module._writer.database.close()


def test_a_poisoned_event_goes_to_the_dead_letters_and_comes_back(
    platform: Any, writer: AuditWriter
) -> None:
    sqs = clients.sqs()
    dead = sqs.create_queue(QueueName="qscreen-test-audit-dead-letters")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    queue = sqs.create_queue(
        QueueName="qscreen-test-audit",
        Attributes={
            "VisibilityTimeout": "0",
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 2}
            ),
        },
    )["QueueUrl"]
    finished = event("e-1", source="qscreen.runs", **{"detail-type": "Run Finished"})
    finished["detail"] = {"run_id": "run-1", "owner": USER}
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(finished))
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event("e-2")))

    def poll(url: str) -> int:
        """As Lambda does: what did not fail is deleted."""
        taken = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        made = batch(*(message["Body"] for message in taken))
        for record, message in zip(made["Records"], taken, strict=True):
            record["messageId"] = message["MessageId"]
        bad = (
            {f["itemIdentifier"] for f in writer.write(made)["batchItemFailures"]}
            if taken
            else set()
        )
        for message in taken:
            if message["MessageId"] not in bad:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(bad)

    assert [poll(queue), poll(queue), poll(queue)] == [1, 1, 0]
    assert [row[5]["event_id"] for row in rows(platform)] == ["e-2"]
    waiting = sqs.get_queue_attributes(
        QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]["ApproximateNumberOfMessages"]
    assert waiting == "1"
    from qs_cloud.audit_chain import append, lock_chain
    from qs_cloud.clock import utc_now

    with writer.database.transaction() as connection:
        lock_chain(connection)
        append(
            connection,
            at=utc_now(),
            actor="person-1",
            action="run.finished",
            subject="run-1",
            detail={},
        )
    assert poll(dead) == 0
    assert len(recomputed(platform)) == 2
