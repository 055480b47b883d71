"""Erasing and exporting one user on real PostgreSQL and Redis; every store is read directly."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from aws_seam import AwsSeam, HungUp, Refused, aws_seam
from qs_migrate.migrating import MIGRATIONS, migrate
from qs_user_data import erasing
from qs_user_data.request import read_request
from qs_user_data.stewarding import RunsActiveError, Steward
from redis import Redis

from qs_cloud import clients, kept
from qs_cloud.audit_chain import append, identity_of, lock_chain
from qs_cloud.cache import CacheUnavailableError
from qs_cloud.config import ConfigurationError
from qs_cloud.errors import BadPayloadError, CloudCallError
from qs_cloud.kept import Whose
from qs_cloud.postgres import Database
from qscreen.audit import AuditEntry, AuditRow, verify_chain

USER = "7d1f0c52-6a1e-4f43-9d8e-2f6f7f0a9b11"
OTHER = "0b1c2d3e-1111-4222-8333-444455556666"
NAME = "김철수의 노트북"
TYPED = "비밀 회의록 7층"
BUCKETS = {name: f"qscreen-test-{name}" for name in ("screenshots", "templates", "settings")}
COPIES = {name: f"{bucket}-recovery" for name, bucket in BUCKETS.items()}
RECOVERY = "ap-northeast-1"
AUDIT = "qscreen-test-audit"
KEPT_DAYS = {
    "audit_lock": 365,
    "dynamodb_points_in_time": 35,
    "redis_snapshots": 0,
    "backups": 365,
    "logs": 760,
}
TABLES = {
    "runs": ("run_id",),
    "devices": ("device_id",),
    "sessions": ("session_id",),
    "commands": ("command_id",),
    "idempotency": ("id",),
    "configuration": ("server", "name"),
}


SCHEDULER = clients.scheduler


class FakeScheduler:
    """The one call; keeps what was deleted, knows what there is."""

    def __init__(self) -> None:
        self.there = {"sch-1", "sch-other"}

    def delete_schedule(self, **arguments: str) -> dict[str, Any]:
        from botocore.exceptions import ClientError

        assert arguments["GroupName"] == "qscreen-test"
        if arguments["Name"] not in self.there:
            code = {"Error": {"Code": "ResourceNotFoundException", "Message": "gone"}}
            raise ClientError(code, "DeleteSchedule")
        self.there.remove(arguments["Name"])
        return {}


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> FakeScheduler:
    fake = FakeScheduler()
    monkeypatch.setattr(clients, "scheduler", lambda: fake)
    return fake


@pytest.fixture
def redis(platform: Any) -> Iterator[Redis]:
    with Redis(port=platform.redis.port, username="test", decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture
def steward(
    platform: Any, redis: Redis, scheduler: FakeScheduler, monkeypatch: pytest.MonkeyPatch
) -> Any:
    for purpose, bucket in BUCKETS.items():
        monkeypatch.setenv(f"QS_{purpose.upper()}_BUCKET", bucket)
    for purpose in TABLES:
        monkeypatch.setenv(f"QS_{purpose.upper()}_TABLE", f"qscreen-test-{purpose}")
    monkeypatch.setenv("QS_AUDIT_BUCKET", AUDIT)
    monkeypatch.setenv("QS_SCHEDULE_GROUP", "qscreen-test")
    monkeypatch.setenv("QS_RECOVERY_REGION", RECOVERY)
    monkeypatch.setenv("QS_RECOVERY_BUCKETS", json.dumps(COPIES))
    monkeypatch.setenv("QS_KEPT_DAYS", json.dumps(KEPT_DAYS))
    make_tables()
    for bucket in (*BUCKETS.values(), *COPIES.values(), AUDIT):
        region = RECOVERY if bucket in COPIES.values() else "ap-northeast-2"
        client = clients.s3_in(RECOVERY) if region == RECOVERY else clients.s3()
        client.create_bucket(
            Bucket=bucket,
            ObjectLockEnabledForBucket=bucket == AUDIT,
            CreateBucketConfiguration={"LocationConstraint": region},
        )
        clients.s3().put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    database = Database("qscreen-test/postgres")
    migrate(database, MIGRATIONS)
    database.close()
    for user, marker in ((USER, "1"), (OTHER, "other")):
        lay(platform, redis, user, marker)
    found = Steward.from_environment()
    yield found
    found.database.close()


def make_tables() -> None:
    client = clients.dynamodb()
    client.delete_table(TableName="qscreen-test-runs")
    sorts = {"runs": "created_at", "devices": "enrolled_at", "sessions": "created_at"}
    for name, keys in TABLES.items():
        attributes = [*keys, *(["owner", sorts[name]] if name in sorts else [])]
        index: dict[str, Any] = {
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by_owner",
                    "KeySchema": [
                        {"AttributeName": "owner", "KeyType": "HASH"},
                        {"AttributeName": sorts.get(name, ""), "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ]
        }
        client.create_table(
            TableName=f"qscreen-test-{name}",
            KeySchema=[
                {"AttributeName": key, "KeyType": kind}
                for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes
            ],
            BillingMode="PAY_PER_REQUEST",
            **(index if name in sorts else {}),
        )


def put(table: str, **values: Any) -> None:
    def attribute(value: Any) -> Any:
        if isinstance(value, bool):
            return {"BOOL": value}
        if isinstance(value, int):
            return {"N": str(value)}
        return {"L": [{"S": v} for v in value]} if isinstance(value, list) else {"S": value}

    item = {name: attribute(value) for name, value in values.items()}
    clients.dynamodb().put_item(TableName=f"qscreen-test-{table}", Item=item)


def lay(platform: Any, redis: Redis, user: str, marker: str) -> None:
    """One user's traces in every store."""
    run, gone, device = f"run-{marker}", f"run-old-{marker}", f"dev-{marker}"
    name, typed = f"{NAME} {marker}", f"{TYPED} {marker}"
    at = "2026-11-23T09:00:00.000000+00:00"
    queue = clients.sqs().create_queue(QueueName=f"qscreen-test-device-{marker}")["QueueUrl"]
    put(
        "devices",
        device_id=device,
        owner=user,
        name=name,
        platform="linux",
        agent_version="1",
        screenshots_allowed=True,
        status="active",
        queue_url=queue,
        region="ap-northeast-2",
        enrolled_at=at,
    )
    put(
        "runs",
        run_id=run,
        owner=user,
        device_id=device,
        goal=typed,
        mode="auto",
        status="succeeded",
        confirm_token="a-token-of-the-machine",
        effects=[typed],
        created_at=at,
        updated_at=at,
    )
    put(
        "commands",
        command_id=f"cmd-{marker}",
        owner=user,
        run_id=run,
        device_id=device,
        task_token="a-token-of-the-machine",
        command=json.dumps({"text": typed}, ensure_ascii=False),
    )
    put("sessions", session_id=f"ses-{marker}", owner=user, created_at=at, client_id="agent")
    put("idempotency", id=f"start#{marker}", data=json.dumps(run), expiration=1)
    put("idempotency", id=f"job-{marker}", owner=user, refused=[f"0|You have no device {device}."])
    put("configuration", server=f"setting#{user}", name="report.language", value=typed)
    put("configuration", server=f"template#{user}", name=f"tpl-{marker}", document=typed)
    put("configuration", server=f"schedule#{user}", name=f"sch-{marker}", document=typed)
    event = {
        "source": "qscreen.api",
        "name": "Run Created Unknown",
        "detail": {"event_id": f"a-{marker}", "at": at, "actor": user, "outcome": "unknown"},
    }
    put("configuration", server="audit#a", name=f"{at}#a-{marker}", document=json.dumps(event))
    for bucket, key in (
        ("screenshots", f"runs/{run}/cmd-{marker}/s1.png"),
        ("screenshots", f"runs/{gone}/cmd-0/s1.png"),
        ("screenshots", f"devices/{device}/screen.png"),
        ("screenshots", f"uploads/{user}/upl-1/매출.csv"),
        ("screenshots", f"documents/{user}/job-1.json"),
        ("templates", f"templates/{user}/tpl-{marker}/1.json"),
        ("settings", f"settings/{user}/export.json"),
    ):
        for text in ("first", typed):
            clients.s3().put_object(Bucket=BUCKETS[bucket], Key=key, Body=text.encode())
            # As S3 copies it: by its own role, before anybody thinks of an erasure.
            clients.s3_in(RECOVERY).put_object(Bucket=COPIES[bucket], Key=key, Body=text.encode())
    # An object whose present version is a delete marker still has what it was.
    deleted = f"uploads/{user}/upl-2/gone.csv"
    clients.s3().put_object(Bucket=BUCKETS["screenshots"], Key=deleted, Body=typed.encode())
    clients.s3().delete_object(Bucket=BUCKETS["screenshots"], Key=deleted)
    # A copy whose original was deleted for good by something else than an erasure.
    left = f"uploads/{user}/upl-3/left.csv"
    clients.s3_in(RECOVERY).put_object(Bucket=COPIES["screenshots"], Key=left, Body=typed.encode())
    clients.s3_in(RECOVERY).delete_object(Bucket=COPIES["screenshots"], Key=left)
    redis.hset(f"session:{device}", mapping={"run_id": run, "owner": user})
    redis.set(f"vision:{user}:abc", typed)
    redis.set(f"plan:v1:{marker}", typed)
    for run_id in (run, gone):
        platform.sql(
            "INSERT INTO runs (run_id, owner, device_id, goal, mode, status, attempts, stages, "
            "created_at, finished_at) VALUES (:run_id, :owner, :device, :goal, 'auto', "
            "'succeeded', 1, '[]', now(), now())",
            run_id=run_id,
            owner=user,
            device=device,
            goal=typed,
        )
        platform.sql(
            "INSERT INTO run_steps (run_id, position, step_id, kind, action, because, tries) "
            "VALUES (:run_id, 1, 's1', 'type_text', CAST(:action AS jsonb), 'x', 1)",
            run_id=run_id,
            action=json.dumps({"text": typed}),
        )
    database = Database("qscreen-test/postgres")
    with database.transaction() as connection:
        lock_chain(connection)
        identity = identity_of(connection, user)
        append(
            connection,
            at=datetime.now(UTC),
            actor=identity.pseudonym,
            action="run.finished",
            subject=run,
            detail={"device_id": device, "goal_hmac": identity.digest(typed)},
        )
    database.close()


def everything(platform: Any, redis: Redis) -> dict[str, str]:
    """All that every store holds, as text: the oracle of this page."""
    found: dict[str, str] = {}
    for table in TABLES:
        answer = clients.dynamodb().scan(TableName=f"qscreen-test-{table}")
        found[f"dynamodb {table}"] = json.dumps(answer["Items"], ensure_ascii=False)
    for bucket in (*BUCKETS.values(), *COPIES.values(), AUDIT):
        listed = clients.s3().list_object_versions(Bucket=bucket)
        keys = [
            one["Key"] for one in (*listed.get("Versions", []), *listed.get("DeleteMarkers", []))
        ]
        bodies = [
            clients.s3()
            .get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"]
            .read()
            .decode()
            for one in listed.get("Versions", [])
        ]
        found[f"s3 {bucket}"] = "\n".join(keys + bodies)
    values = []
    for key in redis.scan_iter():
        kind = redis.type(key)
        values.append(f"{key} {redis.hgetall(key) if kind == 'hash' else redis.get(key)}")
    found["redis"] = "\n".join(values)
    tables = platform.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        rows = platform.sql(f"SELECT to_jsonb({table})::text FROM {table}")  # noqa: S608
        found[f"postgresql {table}"] = "\n".join(row[0] for row in rows)
    return found


def holders(platform: Any, redis: Redis, text: str) -> set[str]:
    return {store for store, content in everything(platform, redis).items() if text in content}


def chain(platform: Any) -> list[AuditRow]:
    return [
        AuditRow(
            entry=AuditEntry(
                sequence=row[0],
                at=row[1],
                actor=row[2],
                action=row[3],
                subject=row[4],
                detail=row[5],
            ),
            previous_hash=row[6],
            hash=row[7],
        )
        for row in platform.sql(
            "SELECT sequence, at, actor, action, subject, detail, previous_hash, hash "
            "FROM audit_log ORDER BY sequence"
        )
    ]


def ask(steward: Steward, operation: str = "erase", seconds: float = 600, **more: Any) -> Any:
    event = {"operation": operation, "user_id": USER, "requested_by": "operator-kim", **more}
    work = steward.erase if operation == "erase" else steward.export
    return work(read_request(event), lambda: seconds)


def present_password() -> str:
    secret = clients.secretsmanager().get_secret_value(SecretId="qscreen-test/redis")
    return str(json.loads(secret["SecretString"])["password"])


STORES = {
    "scheduler.schedules": 1,
    "dynamodb.audit_outbox": 1,
    "s3.screenshots": 12,
    "s3.templates": 2,
    "s3.settings": 2,
    "redis": 2,
    "redis.shared": 2,
    "dynamodb.commands": 1,
    "dynamodb.idempotency": 2,
    "dynamodb.sessions": 1,
    "dynamodb.configuration": 3,
    "dynamodb.runs": 1,
    "dynamodb.devices": 1,
    "postgresql.history": 2,
    "postgresql.audit_identity": 1,
    "s3.screenshots@ap-northeast-1": 12,
    "s3.templates@ap-northeast-1": 2,
    "s3.settings@ap-northeast-1": 2,
}
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


def certificate_of(answer: dict[str, Any]) -> dict[str, Any]:
    body = clients.s3().get_object(Bucket=AUDIT, Key=answer["certificate"]["key"])["Body"].read()
    found: dict[str, Any] = json.loads(body)
    return found


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


def test_it_goes_on_where_the_time_was_over(platform: Any, redis: Redis, steward: Steward) -> None:
    answers = []
    for _ in range(40):
        answers.append(ask(steward, seconds=erasing.RESERVE_SECONDS - 1))
        if answers[-1]["state"] == "done":
            break
    assert answers[0]["state"] == "unfinished"
    assert len({answer["erasure_id"] for answer in answers}) == 1
    assert answers[-1]["state"] == "done"
    assert answers[-1]["stores"] == STORES
    # One invocation let the identity go by which the next would have counted them.
    assert certificate_of(answers[-1])["retained"][0]["count"] == 1
    assert holders(platform, redis, USER) == set()


def test_a_store_that_is_away_ends_it_and_the_next_invocation_goes_on(
    platform: Any, redis: Redis, steward: Steward
) -> None:
    platform.set_cache_passwords("another-password-of-the-cache")
    with pytest.raises(CacheUnavailableError):
        ask(steward)
    ((open_since,),) = platform.sql("SELECT started_at FROM erasures WHERE finished_at IS NULL")
    platform.set_cache_passwords(present_password())
    assert ask(steward)["stores"] == STORES
    assert platform.sql("SELECT started_at FROM erasures") == [[open_since]]


def test_s3_that_refuses_one_object_is_no_success(
    platform: Any, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clients.s3()

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def delete_objects(self, **_: Any) -> dict[str, Any]:
            return {"Errors": [{"Key": "k", "Code": "AccessDenied"}]}

    monkeypatch.setattr(clients, "s3", Refusing)
    with pytest.raises(CloudCallError, match="AccessDenied"):
        ask(steward)
    assert platform.sql("SELECT count(*) FROM erasures WHERE finished_at IS NULL") == [[1]]


def test_copies_that_are_out_of_reach_leave_the_erasure_unfinished_until_they_are_not(
    platform: Any, redis: Redis, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    with aws_seam() as server, monkeypatch.context() as patch:
        away = boto3.session.Session().client(
            "s3", region_name=RECOVERY, endpoint_url=server.url, config=clients._config()
        )
        patch.setattr(clients, "s3_in", lambda region: {RECOVERY: away}[region])
        for behaviour, code in (
            (HungUp(), "ConnectionClosedError"),
            (Refused("SlowDown", status=503), "SlowDown"),
            (Refused("AccessDenied", status=403), "AccessDenied"),
        ):
            server.always("s3", "ListObjectVersions", behaviour)
            with pytest.raises(CloudCallError, match=f"ap-northeast-1.*{code}"):
                ask(steward)
        assert server.asked("s3", "ListObjectVersions") == 3 + 3 + 1
    ((erasure_id, finished),) = platform.sql("SELECT erasure_id, finished_at FROM erasures")
    assert finished is None
    # Nothing else waits for it, but what the copies are found by.
    assert {store for store in holders(platform, redis, USER) if store.startswith("s3")} == {
        f"s3 {bucket}" for bucket in COPIES.values()
    }
    assert clients.s3().list_objects_v2(Bucket=AUDIT, Prefix="erasures/")["KeyCount"] == 0
    answer = ask(steward)
    assert (answer["state"], answer["erasure_id"]) == ("done", erasure_id)
    assert answer["stores"] == STORES
    assert holders(platform, redis, USER) == set()


TROUBLES = (
    # In the order in which an erasure asks: each invocation comes as far as the next of them.
    ("dynamodb", "Query", HungUp()),
    ("sqs", "DeleteQueue", HungUp()),
    ("scheduler", "DeleteSchedule", Refused("ThrottlingException", status=429)),
    ("events", "PutEvents", Refused("ThrottlingException")),
    ("s3", "ListObjectVersions", HungUp()),
    ("s3", "DeleteObjects", Refused("SlowDown", status=503)),
    ("secretsmanager", "GetSecretValue", Refused("ThrottlingException")),
    ("dynamodb", "Scan", Refused("ThrottlingException")),
    ("dynamodb", "DeleteItem", Refused("ProvisionedThroughputExceededException")),
    ("s3", "PutObject", HungUp()),
)


def test_a_service_that_is_away_leaves_it_unfinished_and_the_next_invocation_goes_on(
    seam: Callable[[], AwsSeam],
    platform: Any,
    redis: Redis,
    steward: Steward,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clients, "scheduler", SCHEDULER)
    SCHEDULER().create_schedule_group(Name="qscreen-test")
    SCHEDULER().create_schedule(
        GroupName="qscreen-test",
        Name="sch-1",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:sqs:ap-northeast-2:123456789012:jobs",
            "RoleArn": "arn:aws:iam::123456789012:role/schedules",
        },
    )
    services = seam()
    for service, operation, trouble in TROUBLES:
        services.always(service, operation, trouble)
        before = services.asked(service, operation)
        with pytest.raises(CloudCallError):
            ask(steward)
        # It is tried again before it is given up.
        assert services.asked(service, operation) - before >= 2, (service, operation)
        services.mend()
        assert clients.s3().list_objects_v2(Bucket=AUDIT, Prefix="erasures/")["KeyCount"] == 0
        assert platform.sql("SELECT count(*) FROM erasures WHERE finished_at IS NOT NULL") == [[0]]
    answer = ask(steward)
    assert answer["state"] == "done"
    # What earlier invocations have deleted counts, too; nothing is deleted twice.
    assert answer["stores"] == STORES
    assert holders(platform, redis, USER) == set()
    assert platform.sql("SELECT count(*) FROM erasures") == [[1]]


def test_a_copy_that_arrives_after_an_erasure_is_another_one(steward: Steward) -> None:
    first = ask(steward)
    key = f"templates/{USER}/tpl-1/1.json"
    clients.s3_in(RECOVERY).put_object(Bucket=COPIES["templates"], Key=key, Body=b"late")
    clients.s3_in(RECOVERY).delete_object(Bucket=COPIES["templates"], Key=key)
    second = ask(steward)
    assert second["erasure_id"] != first["erasure_id"]
    assert second["stores"]["s3.templates@ap-northeast-1"] == 2


def test_a_platform_without_a_recovery_region_has_no_copies(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QS_RECOVERY_REGION")
    monkeypatch.delenv("QS_RECOVERY_BUCKETS")
    alone = Steward.from_environment()
    answer = ask(alone)
    alone.database.close()
    assert answer["stores"] == {name: n for name, n in STORES.items() if "@" not in name}
    (_, locked) = certificate_of(answer)["retained"]
    assert locked["regions"] == ["ap-northeast-2"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("QS_RECOVERY_BUCKETS", '{"screenshots": "one", "templates": "two"}'),
        ("QS_RECOVERY_BUCKETS", '{"screenshots": "1", "templates": "2", "settings": ""}'),
        ("QS_RECOVERY_BUCKETS", "none"),
        ("QS_KEPT_DAYS", '{"backups": 35}'),
        ("QS_KEPT_DAYS", '{"audit_lock": 365, "backup": 35}'),
        ("QS_KEPT_DAYS", '{"audit_lock": "365"}'),
        ("QS_KEPT_DAYS", "365"),
    ],
)
def test_a_setting_with_which_something_would_be_left_or_untold_is_refused(
    steward: Steward, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=rf"{variable} must be JSON"):
        Steward.from_environment()


def test_what_appears_as_fast_as_it_is_deleted_is_told(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = erasing.Eraser._pass

    def appearing(self: Any, *arguments: Any) -> int:
        done = real(self, *arguments)
        put("sessions", session_id="ses-new", owner=USER, created_at="2026-11-26T09:00:00Z")
        return done

    monkeypatch.setattr(erasing.Eraser, "_pass", appearing)
    with pytest.raises(erasing.TracesRemainError, match="Close the account"):
        ask(steward)


def test_plans_that_others_make_meanwhile_keep_no_erasure_from_its_end(
    redis: Redis, steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, passes = erasing.Eraser._pass, 0

    def busy(self: Any, *arguments: Any) -> int:
        nonlocal passes
        passes += 1
        redis.set(f"plan:v1:of-another-{passes}", "made anew")
        return real(self, *arguments)

    monkeypatch.setattr(erasing.Eraser, "_pass", busy)
    answer = ask(steward)
    assert (answer["state"], passes) == ("done", 2)
    assert answer["stores"] == {**STORES, "redis.shared": 2 + passes}


def test_an_export_holds_everything_of_the_user_and_nothing_of_others(
    platform: Any, redis: Redis, steward: Steward
) -> None:
    before = everything(platform, redis)
    answer = ask(steward, "export")
    assert answer["state"] == "done"
    listed = clients.s3().list_objects_v2(Bucket=answer["bucket"], Prefix=answer["prefix"])
    bodies = {
        one["Key"].removeprefix(answer["prefix"]): clients.s3()
        .get_object(Bucket=answer["bucket"], Key=one["Key"])["Body"]
        .read()
        for one in listed["Contents"]
    }
    data = bodies.pop("data.json")
    assert hashlib.sha256(data).hexdigest() == answer["sha256"]
    document = json.loads(data)
    assert document["user_id"] == USER
    assert document["complete"]
    assert {name: len(found) for name, found in document["data"].items()} == answer["objects"]
    assert document["data"]["dynamodb.runs"][0]["goal"] == f"{TYPED} 1"
    assert [run["run_steps"][0]["action"] for run in document["data"]["postgresql.history"]] == [
        {"text": f"{TYPED} 1"}
    ] * 2
    assert document["data"]["redis"][0]["value"] is not None
    (audit,) = document["data"]["postgresql.audit_identity"]
    assert [(entry["action"], entry["subject"]) for entry in audit["entries"]] == [
        ("run.finished", "run-1"),
        ("user.export.requested", audit["pseudonym"]),
    ]
    assert OTHER not in data.decode()
    assert "a-token-of-the-machine" not in data.decode()
    assert sorted(bodies) == [
        "files/s3.screenshots/devices/dev-1/screen.png",
        f"files/s3.screenshots/documents/{USER}/job-1.json",
        "files/s3.screenshots/runs/run-1/cmd-1/s1.png",
        "files/s3.screenshots/runs/run-old-1/cmd-0/s1.png",
        f"files/s3.screenshots/uploads/{USER}/upl-1/매출.csv",
        f"files/s3.settings/settings/{USER}/export.json",
        f"files/s3.templates/templates/{USER}/tpl-1/1.json",
    ]
    assert {body.decode() for body in bodies.values()} == {f"{TYPED} 1"}
    # Nothing was taken away by it.
    after = everything(platform, redis)
    unchanged = {name for name in before if name.startswith(("dynamodb", "redis"))}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert chain(platform)[-1].entry.action == "user.exported"
    # And an erasure deletes the export, too.
    ask(steward)
    assert holders(platform, redis, USER) == set()


def test_an_export_goes_on_where_the_time_was_over(steward: Steward) -> None:
    assert ask(steward, "export", seconds=1)["state"] == "unfinished"
    assert ask(steward, "export")["state"] == "done"


@pytest.mark.parametrize(
    "wrong",
    [
        {"user_id": "*"},
        {"user_id": "a/../../" + USER},
        {"operation": "sell"},
        {"requested_by": ""},
        {"more": 1},
    ],
)
def test_a_request_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    event = {"operation": "erase", "user_id": USER, "requested_by": "kim", **wrong}
    with pytest.raises(BadPayloadError, match=next(iter(wrong))):
        read_request(event)


def test_the_handler_does_both(steward: Steward, load_handler: Any) -> None:
    module = load_handler("user-data")
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 600_000)
    event = {"user_id": USER, "requested_by": "operator-kim"}
    assert module.handler({**event, "operation": "export"}, context)["state"] == "done"
    assert module.handler({**event, "operation": "erase"}, context)["state"] == "done"
    module._steward.database.close()
