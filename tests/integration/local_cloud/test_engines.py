"""RDS and ElastiCache are real servers."""

from __future__ import annotations

from typing import Any

import pg8000.dbapi
import psutil
import pytest
import redis

from qops.local import LocalCloud
from qops.local.ports import require_free

PASSWORD = "it's a 'secret' word"


def query(endpoint: dict[str, Any], password: str, *statements: str) -> Any:
    """The rows of the last statement; all of them are one transaction."""
    connection = pg8000.dbapi.connect(
        user="qscreen",
        password=password,
        host=endpoint["Address"],
        port=endpoint["Port"],
        database="qscreen",
        timeout=5,
    )
    try:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return [tuple(row) for row in rows]
    finally:
        connection.close()


@pytest.fixture(scope="module")
def database(client: Any) -> dict[str, Any]:
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="main",
        Engine="postgres",
        EngineVersion="16.4",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="qscreen",
        MasterUserPassword=PASSWORD,
        DBName="qscreen",
    )
    found = rds.describe_db_instances(DBInstanceIdentifier="main")["DBInstances"]
    return dict(found[0])


def test_the_database_is_a_real_postgresql_of_the_asked_version(database: dict[str, Any]) -> None:
    endpoint = database["Endpoint"]
    version = query(endpoint, PASSWORD, "show server_version_num")
    assert int(version[0][0]) // 10000 == 16
    query(
        endpoint,
        PASSWORD,
        "create table marks (name text primary key)",
        "insert into marks values ('값')",
    )
    assert query(endpoint, PASSWORD, "select name from marks") == [("값",)]
    superuser = "select rolsuper from pg_roles where rolname = 'qscreen'"
    assert query(endpoint, PASSWORD, superuser) == [(False,)]


def test_a_wrong_password_is_refused(database: dict[str, Any]) -> None:
    with pytest.raises(pg8000.dbapi.DatabaseError, match="password authentication failed"):
        query(database["Endpoint"], "wrong", "select 1")


def test_an_instance_is_found_by_its_resource_id(client: Any, database: dict[str, Any]) -> None:
    def found(identifier: str) -> list[Any]:
        filters = [{"Name": "dbi-resource-id", "Values": [identifier]}]
        return list(client("rds").describe_db_instances(Filters=filters)["DBInstances"])

    assert [one["DBInstanceIdentifier"] for one in found(database["DbiResourceId"])] == ["main"]
    assert found("db-NOSUCH") == []


def test_a_new_master_password_holds(client: Any, database: dict[str, Any]) -> None:
    client("rds").modify_db_instance(DBInstanceIdentifier="main", MasterUserPassword="an other 1")
    assert query(database["Endpoint"], "an other 1", "select 1") == [(1,)]
    with pytest.raises(pg8000.dbapi.DatabaseError):
        query(database["Endpoint"], PASSWORD, "select 1")
    client("rds").modify_db_instance(DBInstanceIdentifier="main", MasterUserPassword=PASSWORD)


def test_another_engine_is_refused(client: Any) -> None:
    with pytest.raises(client("rds").exceptions.ClientError, match="has no engine mysql"):
        client("rds").create_db_instance(
            DBInstanceIdentifier="other", Engine="mysql", DBInstanceClass="db.t4g.micro"
        )


def test_deleting_an_instance_ends_its_server(client: Any, cloud: LocalCloud) -> None:
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="short",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="qscreen",
        MasterUserPassword=PASSWORD,
    )
    service = {one.name: one for one in cloud.status().services}["postgres (short)"]
    assert service.answered_by == "real"
    assert service.pid is not None
    assert psutil.pid_exists(service.pid)
    rds.delete_db_instance(DBInstanceIdentifier="short", SkipFinalSnapshot=True)
    assert not psutil.pid_exists(service.pid)
    assert service.port is not None
    require_free(service.port)
    with pytest.raises(rds.exceptions.DBInstanceNotFoundFault):
        rds.describe_db_instances(DBInstanceIdentifier="short")


def test_a_snapshot_is_restored_into_a_server_of_its_own(
    client: Any, database: dict[str, Any]
) -> None:
    rds = client("rds")
    made = "create table kept (name text primary key)", "insert into kept values ('before')"
    query(database["Endpoint"], PASSWORD, *made)
    rds.create_db_snapshot(DBInstanceIdentifier="main", DBSnapshotIdentifier="Then")
    rds.copy_db_snapshot(SourceDBSnapshotIdentifier="then", TargetDBSnapshotIdentifier="copied")
    query(database["Endpoint"], PASSWORD, "insert into kept values ('after')")
    answer = rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier="again", DBSnapshotIdentifier="copied"
    )["DBInstance"]
    found = rds.describe_db_instances(DBInstanceIdentifier="again")["DBInstances"][0]
    assert answer["Endpoint"] == found["Endpoint"] != database["Endpoint"]
    assert found["DbiResourceId"] != database["DbiResourceId"]
    assert query(found["Endpoint"], PASSWORD, "select name from kept") == [("before",)]
    with pytest.raises(rds.exceptions.DBInstanceAlreadyExistsFault):
        rds.restore_db_instance_from_db_snapshot(
            DBInstanceIdentifier="again", DBSnapshotIdentifier="then"
        )
    assert query(found["Endpoint"], PASSWORD, "select count(*) from kept") == [(1,)]
    rds.delete_db_instance(
        DBInstanceIdentifier="again", FinalDBSnapshotIdentifier="last", SkipFinalSnapshot=False
    )
    for name in ("then", "copied", "last"):
        rds.delete_db_snapshot(DBSnapshotIdentifier=name)
    with pytest.raises(rds.exceptions.DBSnapshotNotFoundFault):
        rds.restore_db_instance_from_db_snapshot(
            DBInstanceIdentifier="again", DBSnapshotIdentifier="then"
        )
    with pytest.raises(rds.exceptions.DBInstanceNotFoundFault):
        rds.create_db_snapshot(DBInstanceIdentifier="nosuch", DBSnapshotIdentifier="none")


def test_only_the_latest_point_in_time_can_be_restored(
    client: Any, database: dict[str, Any]
) -> None:
    rds = client("rds")
    names = {"SourceDBInstanceIdentifier": "main", "TargetDBInstanceIdentifier": "latest"}
    with pytest.raises(rds.exceptions.ClientError, match="no archive of the transaction log"):
        rds.restore_db_instance_to_point_in_time(**names, RestoreTime="2026-01-01T00:00:00Z")
    query(database["Endpoint"], PASSWORD, "create table late (n int)")
    rds.restore_db_instance_to_point_in_time(**names, UseLatestRestorableTime=True)
    found = rds.describe_db_instances(DBInstanceIdentifier="latest")["DBInstances"][0]
    assert query(found["Endpoint"], PASSWORD, "select count(*) from late") == [(0,)]
    rds.delete_db_instance(DBInstanceIdentifier="latest", SkipFinalSnapshot=True)


def test_the_cache_is_a_real_redis(client: Any, cloud: LocalCloud) -> None:
    cache = client("elasticache")
    cache.create_replication_group(
        ReplicationGroupId="Sessions",
        ReplicationGroupDescription="sessions",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=1,
        AuthToken='a"quoted\\token-long-enough',
    )
    groups = cache.describe_replication_groups(ReplicationGroupId="sessions")
    endpoint = groups["ReplicationGroups"][0]["NodeGroups"][0]["PrimaryEndpoint"]
    members = cache.describe_cache_clusters(CacheClusterId="sessions-001")["CacheClusters"]
    assert members[0]["EngineVersion"] == "7.1.0"
    with redis.Redis(
        host=endpoint["Address"], port=endpoint["Port"], password='a"quoted\\token-long-enough'
    ) as connection:
        connection.set("key", "값", ex=5)
        assert connection.get("key") == "값".encode()
    with (
        redis.Redis(host=endpoint["Address"], port=endpoint["Port"]) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.get("key")
    pid = {one.name: one for one in cloud.status().services}["redis (sessions)"].pid
    cache.delete_replication_group(ReplicationGroupId="sessions")
    assert pid is not None
    assert not psutil.pid_exists(pid)
    with pytest.raises(cache.exceptions.ReplicationGroupNotFoundFault):
        cache.describe_replication_groups(ReplicationGroupId="sessions")
