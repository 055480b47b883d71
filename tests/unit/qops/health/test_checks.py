"""Every check is healthy on a healthy platform, and fails for its own reason on a broken one."""

import ssl
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import healthy_services as services
import healthy_stores as stores
import pg8000.native
import pytest
import redis
from botocore.exceptions import ClientError
from health_world import PREFIX

from qops.health.checks import CHECKS, network, queues
from qops.health.model import State

ENGINES = {"data.cache-answers", "data.database-connects"}
SOCKETS = {"network.served-certificate"}
IDS = [check.id for check in CHECKS]


def metric(**figures: float) -> Any:
    return lambda world: world.metrics.update(figures)


def delete_pool(world: Any) -> None:
    pool = world.client("cognito-idp")
    (found,) = pool.list_user_pools(MaxResults=10)["UserPools"]
    pool.delete_user_pool(UserPoolId=found["Id"])


def silence(world: Any) -> None:
    for number in range(2):
        stores.device(world, f"dev-{number}", ago=1000)


def measured(world: Any, milliseconds: float) -> None:
    point = {"ExtendedStatistics": {"p95": milliseconds}}
    world.answer("cloudwatch", "GetMetricStatistics", {"Datapoints": [point]})


def send(world: Any, name: str, count: int) -> None:
    sqs = world.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-{name}")["QueueUrl"]
    for start in range(0, count, 10):
        entries = [{"Id": str(n), "MessageBody": "x"} for n in range(start, min(start + 10, count))]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)


def restorable(world: Any, minutes: float | None) -> None:
    found = {"DBInstanceIdentifier": PREFIX, "BackupRetentionPeriod": 7}
    if minutes is not None:
        found["LatestRestorableTime"] = datetime.now(UTC) - timedelta(minutes=minutes)
    world.answer("rds", "DescribeDBInstances", {"DBInstances": [found]})


def schedule_off(world: Any) -> None:
    world.client("scheduler").update_schedule(
        Name=f"{PREFIX}-reap",
        GroupName=PREFIX,
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=services.SCHEDULE_TARGET,
        State="DISABLED",
    )


def key(world: Any) -> str:
    return str(world.client("kms").list_keys()["Keys"][0]["KeyId"])


def raising(service: str, operation: str, code: str) -> Any:
    error = ClientError({"Error": {"Code": code, "Message": code}}, operation)
    return lambda world: world.answers.update({(service, operation): error})


BREAKAGES = [
    ("client.user-pool", delete_pool, "does not exist"),
    ("client.devices-silent", silence, "2 of 3 devices of this day are silent"),
    (
        "client.agent-versions",
        lambda world: stores.device(world, "dev-1", version="0.1.9"),
        "agent 0.1.9, release 0.2.1",
    ),
    ("network.api-latency-measured", lambda world: measured(world, 1200), "p95 1200 ms"),
    (
        "network.api-dependencies",
        lambda world: services.deep_health(world, "unhealthy"),
        "3 ms",
    ),
    (
        "network.api-dependencies",
        lambda world: services.deep_health(world, "healthy", status=500),
        "status 500",
    ),
    ("network.certificates", lambda world: services.certificate(world, days=29), "29 days to"),
    (
        "network.certificates",
        lambda world: services.certificate(world, days=200, status="PENDING_VALIDATION"),
        "PENDING_VALIDATION",
    ),
    ("network.web-acl", lambda world: services.web_acl(world, None), "no web ACL guards"),
    ("ai.model-life", lambda world: services.model(world, "LEGACY", 59), "LEGACY, 59 days to"),
    ("ai.model-life", lambda world: services.model(world, "LEGACY"), "its status is LEGACY"),
    ("ai.guardrail", lambda world: services.guardrail(world, "FAILED"), "its status is FAILED"),
    (
        "compute.functions",
        lambda world: services.function(world, State="Failed", StateReason="no role"),
        "Failed, last update Successful: no role",
    ),
    (
        "compute.functions",
        lambda world: services.function(world, State="Active", LastUpdateStatus="Failed"),
        "Active, last update Failed",
    ),
    (
        "compute.functions",
        raising("lambda", "GetFunctionConfiguration", "ResourceNotFoundException"),
        "does not exist",
    ),
    ("compute.function-errors", metric(Errors=6), "6 of 100 invocations failed"),
    ("compute.function-throttles", metric(Throttles=2), "2 invocations throttled"),
    (
        "compute.state-machines",
        lambda world: services.state_machine(world, "DELETING"),
        "its status is DELETING",
    ),
    (
        "compute.executions",
        lambda world: services.executions(world, ["FAILED", "TIMED_OUT", "SUCCEEDED"]),
        "2 of 3 executions of the last hour failed",
    ),
    ("compute.event-sources", lambda world: services.mapping(world, "Disabled"), "Disabled"),
    ("compute.schedules", schedule_off, "its state is DISABLED"),
    ("compute.queue-depth", lambda world: send(world, "jobs", 12), "12 waiting"),
    ("compute.queue-age", metric(ApproximateAgeOfOldestMessage=301), "waits for 301 s"),
    ("compute.dead-letters", lambda world: send(world, "jobs-dead-letters", 1), "1 messages"),
    (
        "data.tables",
        lambda world: world.client("dynamodb").delete_table(TableName=f"{PREFIX}-devices"),
        "does not exist",
    ),
    ("data.table-recovery", lambda world: stores.recovery(world, on=False), "DISABLED"),
    ("data.table-throttles", metric(WriteThrottleEvents=4), "4 writes throttled"),
    ("data.cache", lambda world: stores.cache(world, "modifying"), "modifying"),
    ("data.cache", lambda world: stores.cache(world, "available", nodes=1), "1 of 2 nodes"),
    (
        "data.database",
        lambda world: world.client("rds").stop_db_instance(DBInstanceIdentifier=PREFIX),
        "stopped",
    ),
    (
        "data.database-backups",
        lambda world: world.client("rds").modify_db_instance(
            DBInstanceIdentifier=PREFIX, BackupRetentionPeriod=1
        ),
        "kept for 1 days, configured 7",
    ),
    ("data.database-backups", lambda world: restorable(world, minutes=31), "restorable only to"),
    ("data.database-backups", lambda world: restorable(world, None), "no time to which"),
    (
        "data.database-replication",
        lambda world: world.client("rds").modify_db_instance(
            DBInstanceIdentifier=PREFIX, MultiAZ=False
        ),
        "its standby is gone",
    ),
    ("data.database-tls", lambda world: stores.force_ssl(world, "0"), "rds.force_ssl is 0"),
    (
        "data.bucket-versioning",
        lambda world: world.client("s3").put_bucket_versioning(
            Bucket=stores.BUCKET, VersioningConfiguration={"Status": "Suspended"}
        ),
        "versioning is Suspended, configured Enabled",
    ),
    (
        "data.bucket-encryption",
        lambda world: stores.encryption(world, stores.KEY + "other"),
        "another key",
    ),
    (
        "data.bucket-closed",
        lambda world: stores.public(world, closed=False),
        "off: BlockPublicPolicy",
    ),
    (
        "data.bucket-closed",
        lambda world: world.client("s3").delete_public_access_block(Bucket=stores.BUCKET),
        "nothing blocks public access",
    ),
    (
        "data.bucket-replication",
        lambda world: stores.replication(world, "Disabled"),
        "rules that are off: copy",
    ),
    ("data.bucket-replication", metric(OperationsFailedReplication=3), "3 failed in an hour"),
    (
        "security.keys",
        lambda world: world.client("kms").disable_key(KeyId=key(world)),
        "its state is Disabled",
    ),
    (
        "security.keys",
        lambda world: world.client("kms").schedule_key_deletion(KeyId=key(world)),
        "deleted on",
    ),
    (
        "security.key-rotation",
        lambda world: world.client("kms").disable_key_rotation(KeyId=key(world)),
        "does not rotate",
    ),
    ("security.secret-age", lambda world: stores.secret(world, days=46), "46 days old"),
    (
        "security.secret-age",
        lambda world: stores.secret(world, days=1, rotates=False),
        "its rotation is off",
    ),
    (
        "security.trail",
        lambda world: world.answer("cloudtrail", "GetTrailStatus", {"IsLogging": False}),
        "it does not log",
    ),
    (
        "observability.alarms",
        lambda world: world.client("cloudwatch").set_alarm_state(
            AlarmName=f"{PREFIX}-api-errors", StateValue="ALARM", StateReason="many errors"
        ),
        "many errors",
    ),
    (
        "observability.alarms",
        lambda world: world.client("cloudwatch").delete_alarms(AlarmNames=[f"{PREFIX}-api-errors"]),
        "does not exist",
    ),
    (
        "observability.alarms-armed",
        lambda world: stores.alarm(world, ActionsEnabled=False),
        "its actions are off",
    ),
    (
        "observability.log-groups",
        lambda world: world.client("logs").delete_log_group(
            logGroupName=f"/aws/lambda/{PREFIX}-api"
        ),
        "does not exist",
    ),
    (
        "observability.log-groups",
        lambda world: world.client("logs").put_retention_policy(
            logGroupName=f"/aws/lambda/{PREFIX}-api", retentionInDays=1
        ),
        "kept for 1 days, configured 365",
    ),
    ("observability.log-flow", lambda world: stores.logged(world, None), "logged nothing"),
    ("observability.log-flow", lambda world: stores.logged(world, 90), "last logged 90 min ago"),
    ("devops.lambda-concurrency", metric(ConcurrentExecutions=801), "peak 801 of 1000"),
    (
        "devops.lambda-concurrency",
        lambda world: services.concurrency(world, most=1000, free=90),
        "90 not reserved",
    ),
    ("devops.quotas", lambda world: stores.quota(world, 1), "uses 1 of 1"),
    (
        "devops.release",
        lambda world: world.client("ssm").delete_parameter(Name="/qscreen/local/release"),
        "does not exist",
    ),
    ("devops.pipeline", lambda world: stores.pipeline(world, "Failed"), "failed in Test"),
    (
        "devops.backup-jobs",
        lambda world: stores.backup_jobs(world, "FAILED"),
        "1 of 1 jobs of two days failed",
    ),
    (
        "devops.subscriptions",
        lambda world: stores.subscriptions(world, confirmed=0, pending=1),
        "0 of 1 subscriptions confirmed, 1 pending",
    ),
]
ELSEWHERE = {"network.api-answers", "network.api-latency", *SOCKETS, *ENGINES}
"""Broken below, not through a service of AWS."""


def test_no_check_is_without_a_breakage() -> None:
    assert {name for name, *_ in BREAKAGES} | ELSEWHERE == set(IDS)
    assert len(IDS) == len(set(IDS))


def test_a_healthy_platform_is_healthy(world: Any) -> None:
    measured(world, 300)
    results = {name: world.look(name) for name in IDS if name not in SOCKETS | ENGINES}
    wrong = {n: one.findings for n, one in results.items() if one.state is not State.HEALTHY}
    assert not wrong


@pytest.mark.parametrize(("name", "damage", "why"), BREAKAGES)
def test_a_breakage_is_found(name: str, damage: Any, why: str, world: Any, monkeypatch) -> None:
    monkeypatch.setattr(queues, "DEPTH", 10)
    measured(world, 300)
    damage(world)
    result = world.look(name)
    assert result.state is State.UNHEALTHY, result.findings
    assert why in result.findings[0].detail


@pytest.mark.parametrize(("taken", "state"), [(True, State.HEALTHY), (False, State.UNKNOWN)])
def test_a_message_that_has_just_come_is_not_old(
    world: Any, monkeypatch: pytest.MonkeyPatch, taken: bool, state: State
) -> None:
    del world.metrics["ApproximateAgeOfOldestMessage"]
    send(world, "jobs", 1)
    url = world.client("sqs").get_queue_url(QueueName=f"{PREFIX}-jobs")["QueueUrl"]

    def meanwhile(seconds: float) -> None:
        if taken:
            world.client("sqs").purge_queue(QueueUrl=url)

    monkeypatch.setattr(queues.time, "sleep", meanwhile)
    result = world.look("compute.queue-age")
    assert result.state is state, result.findings
    assert ("1 waiting, their age is not measured" in result.findings[0].detail) is not taken


def test_what_cannot_be_reached_is_unknown(world: Any) -> None:
    world.down = True
    for name in IDS:
        if name in SOCKETS | ENGINES:  # below, each with what it reaches
            continue
        result = world.look(name)
        assert result.state is State.UNKNOWN, (name, result.findings)
        assert "no answer" in result.findings[0].detail


@pytest.mark.parametrize(
    ("name", "service", "operation"),
    [
        ("data.tables", "dynamodb", "DescribeTable"),
        ("security.keys", "kms", "DescribeKey"),
        ("observability.alarms", "cloudwatch", "DescribeAlarms"),
    ],
)
def test_what_may_not_be_asked_is_unknown(name: str, service: str, operation: str, world: Any):
    raising(service, operation, "AccessDeniedException")(world)
    result = world.look(name)
    assert result.state is State.UNKNOWN
    assert result.findings[0].detail == f"{operation} was refused: AccessDeniedException"


def test_what_the_emulator_lacks_does_not_apply_but_in_aws_is_unknown(world: Any) -> None:
    raising("bedrock", "GetFoundationModel", "NotImplementedByEmulator")(world)
    assert world.look("ai.model-life").state is State.NOT_APPLICABLE
    world.environment = "prod"
    ssm = world.client("ssm")
    models = ssm.get_parameter(Name="/qscreen/local/models")["Parameter"]["Value"]
    ssm.put_parameter(Name="/qscreen/prod/models", Type="String", Value=models)
    assert world.look("ai.model-life").state is State.UNKNOWN


def test_a_platform_without_a_thing_is_never_healthy_for_it(empty: Any, metrics: Any) -> None:
    # The records of the release and of the models are always due.
    due = {"devops.release", "ai.model-life", "client.agent-versions"}
    for name in IDS:
        wanted = State.UNHEALTHY if name in due else State.NOT_APPLICABLE
        assert empty.look(name).state is wanted, name


def test_the_promise_is_the_one_of_the_alarm(world: Any) -> None:
    measured(world, 700)
    assert world.look("network.api-latency-measured").state is State.HEALTHY
    world.add("aws_cloudwatch_metric_alarm", alarm_name=f"{PREFIX}-api-latency", threshold=500)
    result = world.look("network.api-latency-measured")
    assert result.state is State.UNHEALTHY
    assert "promised 500 ms" in result.findings[0].detail


def test_an_api_that_answers_with_an_error_is_unhealthy(world: Any, web: Any) -> None:
    web["status"] = 502
    assert world.look("network.api-answers").state is State.UNHEALTHY
    assert world.look("network.api-latency").state is State.UNKNOWN  # an error has no latency


def test_a_slow_api_is_unhealthy(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10_000))
    monkeypatch.setattr(network, "time", SimpleNamespace(monotonic=lambda: next(ticks) * 1.5))
    result = world.look("network.api-latency")
    assert result.state is State.UNHEALTHY
    assert "p95 1500 ms of 20 requests" in result.findings[0].detail


def served(monkeypatch: pytest.MonkeyPatch, outcome: Any) -> None:
    class Tls:
        def __enter__(self) -> "Tls":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def getpeercert(self) -> dict[str, str]:
            return {"notAfter": outcome}

    def wrap(*_: object, **__: object) -> Tls:
        if isinstance(outcome, Exception):
            raise outcome
        return Tls()

    monkeypatch.setattr(network.socket, "create_connection", lambda *_, **__: Tls())
    context = SimpleNamespace(wrap_socket=wrap)
    monkeypatch.setattr(network.ssl, "create_default_context", lambda: context)


@pytest.mark.parametrize(
    ("outcome", "state", "why"),
    [
        ("Jan  1 00:00:00 2100 GMT", State.HEALTHY, "to 2100-01-01"),
        ("Jan  1 00:00:00 2020 GMT", State.UNHEALTHY, "to 2020-01-01"),
        (ssl.SSLCertVerificationError("self-signed"), State.UNHEALTHY, "refused"),
        (ConnectionRefusedError("refused"), State.UNKNOWN, "no answer"),
    ],
)
def test_the_certificate_that_the_api_shows(outcome, state, why, world, monkeypatch) -> None:
    served(monkeypatch, outcome)
    result = world.look("network.served-certificate")
    assert result.state is state
    assert why in result.findings[0].detail


def credentials(world: Any, purpose: str) -> None:
    world.outputs["secrets"] = {purpose: "arn"}
    value = (
        '{"username": "u", "password": "p", "host": "h", "port": 1, "dbname": "d",'
        ' "sslmode": "disable", "tls": false}'
    )
    found = {"SecretString": value}
    world.answer("secretsmanager", "GetSecretValue", found)


@pytest.mark.parametrize(
    ("outcome", "state", "why"),
    [
        (None, State.HEALTHY, "credentials"),
        (redis.AuthenticationError("WRONGPASS"), State.UNHEALTHY, "refuses the password"),
        (redis.ConnectionError("refused"), State.UNKNOWN, "no answer: refused"),
    ],
)
def test_redis_is_asked_with_its_secret(outcome, state, why, world, monkeypatch) -> None:
    def ping(self: object) -> bool:
        if outcome is not None:
            raise outcome
        return True

    credentials(world, "redis")
    monkeypatch.setattr(redis.Redis, "ping", ping)
    result = world.look("data.cache-answers")
    assert result.state is state
    assert why in result.findings[0].detail


@pytest.mark.parametrize(
    ("outcome", "state", "why"),
    [
        ([[True, True]], State.HEALTHY, "with TLS"),
        ([[False, True]], State.UNHEALTHY, "no tables"),
        (pg8000.exceptions.DatabaseError({"C": "28P01"}), State.UNHEALTHY, "refuses the password"),
        (pg8000.exceptions.DatabaseError({"C": "53300"}), State.UNHEALTHY, "SQLSTATE 53300"),
        (pg8000.exceptions.InterfaceError("refused"), State.UNKNOWN, "no answer"),
    ],
)
def test_postgres_is_asked_with_its_secret(outcome, state, why, world, monkeypatch) -> None:
    def connect(**_: object) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return SimpleNamespace(run=lambda sql: outcome, close=lambda: None)

    credentials(world, "postgres")
    monkeypatch.setattr(pg8000.native, "Connection", connect)
    result = world.look("data.database-connects")
    assert result.state is state
    assert why in result.findings[0].detail


@pytest.mark.parametrize(
    ("name", "figure", "subject"),
    [
        ("data.database-connects", "DatabaseConnections", PREFIX),
        ("data.cache-answers", "CurrConnections", f"{PREFIX}-001"),
    ],
)
def test_in_aws_connections_tell_of_what_is_private(name, figure, subject, world) -> None:
    world.environment = "prod"
    assert world.look(name).state is State.UNKNOWN
    world.metrics[figure] = 12
    result = world.look(name)
    assert result.state is State.HEALTHY
    assert (result.findings[0].subject, result.findings[0].detail) == (
        subject,
        "up to 12 connections in 15 minutes",
    )


@pytest.mark.parametrize(("lag", "state"), [(2, "healthy"), (31, "unhealthy"), (-1, "unhealthy")])
def test_a_replica_must_keep_up(lag: float, state: str, world: Any) -> None:
    world.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier="copy", SourceDBInstanceIdentifier=PREFIX
    )
    world.metrics["ReplicaLag"] = lag
    assert world.look("data.database-replication").state.value == state
    del world.metrics["ReplicaLag"]
    assert world.look("data.database-replication").state is State.UNKNOWN


def test_the_models_behind_profiles_of_the_platform_are_looked_at(world: Any) -> None:
    found = world.look("ai.model-life").findings
    assert [one.subject for one in found] == [
        "anthropic.one: planner",
        "anthropic.two: fast, planner (fallback)",
    ]
