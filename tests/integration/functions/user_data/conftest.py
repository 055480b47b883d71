"""A platform that knows two users, and whoever carries out their requests."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from laid_user import (
    AUDIT,
    BUCKETS,
    COPIES,
    KEPT_DAYS,
    OTHER,
    RECOVERY,
    TABLES,
    USER,
    FakeScheduler,
    lay,
    make_tables,
)
from qs_migrate.migrating import MIGRATIONS, migrate
from qs_user_data.stewarding import Steward
from redis import Redis

from qs_cloud import clients
from qs_cloud.postgres import Database


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
