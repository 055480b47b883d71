"""Two users of whom every store of the platform keeps something, and what it keeps."""

import json
from datetime import UTC, datetime
from typing import Any

from qs_user_data.request import read_request
from qs_user_data.stewarding import Steward
from redis import Redis

from qs_cloud import clients
from qs_cloud.audit_chain import append, identity_of, lock_chain
from qs_cloud.postgres import Database
from qscreen.audit import AuditEntry, AuditRow

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


def make_tables() -> None:
    """Make the tables as the platform has them."""
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
    """Put an item into a table; values are Python's."""

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
    """Names of the stores that hold a text."""
    return {store for store, content in everything(platform, redis).items() if text in content}


def chain(platform: Any) -> list[AuditRow]:
    """The rows of the audit, in order."""
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
    """Ask for an erasure or an export of the user, with so many seconds left."""
    event = {"operation": operation, "user_id": USER, "requested_by": "operator-kim", **more}
    work = steward.erase if operation == "erase" else steward.export
    return work(read_request(event), lambda: seconds)


def present_password() -> str:
    """The password of Redis that the secret holds now."""
    secret = clients.secretsmanager().get_secret_value(SecretId="qscreen-test/redis")
    return str(json.loads(secret["SecretString"])["password"])


def certificate_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The certificate that an answer names."""
    body = clients.s3().get_object(Bucket=AUDIT, Key=answer["certificate"]["key"])["Body"].read()
    found: dict[str, Any] = json.loads(body)
    return found
