"""Looks for what a run must have left behind, in the stores themselves and not through the API."""

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from qops.platform.aws import Aws
from qops.settings import Settings
from qscreen.audit import AuditEntry, AuditRow, verify_chain
from qscreen.wire import Run

_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Trace:
    """One place that was looked at.

    Attributes:
        name: What was looked for.
        ok: Whether it is there and right.
        found: What is there, for a person.
    """

    name: str
    ok: bool
    found: str


def examine_run(settings: Settings, aws: Aws, run: Run) -> list[Trace]:
    """Look in every store for the traces of a finished run.

    Args:
        settings: Which environment.
        aws: Its clients, with the operator's rights.
        run: The finished run.

    Returns:
        One trace per store; a store that cannot be read is a trace that is not ok.
    """
    looks: tuple[tuple[str, Callable[[Settings, Aws, Run], Trace]], ...] = (
        ("screenshots in S3", _pictures),
        ("audit row in PostgreSQL", _audit),
        ("session in Redis", _session),
        ("metrics in CloudWatch", _metrics),
        ("logs in CloudWatch", _logs),
    )
    traces = []
    for name, look in looks:
        try:
            traces.append(look(settings, aws, run))
        except Exception as error:
            traces.append(Trace(name, False, f"{type(error).__name__}: {error}"))
    return traces


def _pictures(settings: Settings, aws: Aws, run: Run) -> Trace:
    name = "screenshots in S3"
    s3 = aws.client("s3")
    bucket = f"{settings.prefix}-screenshots-{aws.account}"
    alias = f"alias/{settings.prefix}-screenshots"
    key = aws.client("kms").describe_key(KeyId=alias)["KeyMetadata"]["Arn"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"runs/{run.run_id}/")
    pictures = [item["Key"] for item in listed.get("Contents", ()) if item["Key"].endswith(".png")]
    wanted = {k for effect in run.effects for k in (effect.before_key, effect.after_key) if k}
    if not wanted:
        return Trace(name, False, "no effect names a picture")
    missing = wanted - set(pictures)
    if missing:
        return Trace(name, False, f"{len(missing)} of {len(wanted)} pictures are missing")
    for picture in wanted:
        head = s3.head_object(Bucket=bucket, Key=picture)
        if head.get("ServerSideEncryption") != "aws:kms" or head.get("SSEKMSKeyId") != key:
            used = f"{head.get('ServerSideEncryption')} {head.get('SSEKMSKeyId')}"
            return Trace(name, False, f"{picture} is encrypted with {used}, not with {alias}")
    return Trace(name, True, f"{len(wanted)} pictures, encrypted with {alias}")


def _audit(settings: Settings, aws: Aws, run: Run) -> Trace:
    from pg8000.native import Connection

    name = "audit row in PostgreSQL"
    secret = json.loads(
        aws.client("secretsmanager").get_secret_value(SecretId=f"{settings.prefix}/postgres")[
            "SecretString"
        ]
    )
    connection = Connection(
        user=secret["username"],
        password=secret["password"],
        host=secret["host"],
        port=int(secret["port"]),
        database=secret["dbname"],
        ssl_context=False if secret["sslmode"] == "disable" else ssl.create_default_context(),
        timeout=_SECONDS,
    )
    try:
        rows = connection.run(
            "SELECT sequence, at, actor, action, subject, detail, previous_hash, hash "
            "FROM audit_log ORDER BY sequence"
        )
        history = connection.run("SELECT status FROM runs WHERE run_id = :id", id=run.run_id)
    finally:
        connection.close()
    chain = [_row(values) for values in rows or ()]
    # What was asked for has entries of its own, and comes by the bus: before this one or after it.
    mine = [
        row
        for row in chain
        if (row.entry.subject, row.entry.action) == (run.run_id, "run.finished")
    ]
    if not mine or not history or history[0][0] != run.status.value:
        return Trace(name, False, f"history {history}, {len(mine)} audit rows of the run")
    verdict = verify_chain(chain)
    if not verdict.intact:
        return Trace(name, False, f"the chain breaks: {verdict.message}")
    row = mine[-1]
    return Trace(
        name, True, f"#{row.entry.sequence} {row.hash[:12]}, chain of {len(chain)} rows intact"
    )


def _row(values: list[Any]) -> AuditRow:
    sequence, at, actor, action, subject, detail, previous, digest = values
    return AuditRow(
        entry=AuditEntry(
            sequence=sequence,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail=json.loads(detail) if isinstance(detail, str) else detail,
        ),
        previous_hash=previous,
        hash=digest,
    )


def _session(settings: Settings, aws: Aws, run: Run) -> Trace:
    from redis import Redis

    name = "session in Redis"
    address = _cache(settings, aws)
    with Redis(
        host=address["host"],
        port=int(address["port"]),
        username=address["username"],
        password=address["password"],
        ssl=bool(address["tls"]),
        decode_responses=True,
        socket_timeout=_SECONDS,
    ) as client:
        key = f"session:{run.device_id}"
        fields: Any = client.hgetall(key)
        seconds: Any = client.ttl(key)
    if not fields:
        return Trace(name, False, f"{key} does not exist")
    return Trace(name, True, f"{key} with run {fields.get('run_id')}, ends in {seconds} s")


def _cache(settings: Settings, aws: Aws) -> dict[str, Any]:
    """Where Redis is and as whom to enter, from its secret."""
    secrets = aws.client("secretsmanager")
    value = secrets.get_secret_value(SecretId=f"{settings.prefix}/redis")["SecretString"]
    return dict(json.loads(value))


def _metrics(settings: Settings, aws: Aws, run: Run) -> Trace:  # noqa: ARG001
    name = "metrics in CloudWatch"
    cloudwatch = aws.client("cloudwatch")
    recorder = aws.client("lambda").get_function_configuration(
        FunctionName=f"{settings.prefix}-recorder"
    )
    namespace = recorder["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    listed = cloudwatch.list_metrics(Namespace=namespace, MetricName="RunsFinished")["Metrics"]
    now = datetime.now(UTC)
    total = 0.0
    for metric in listed:
        figures = cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName="RunsFinished",
            Dimensions=metric["Dimensions"],
            StartTime=now - timedelta(hours=3),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        total += sum(point["Sum"] for point in figures)
    return Trace(name, total >= 1, f"{namespace} RunsFinished = {total:.0f}")


def _logs(settings: Settings, aws: Aws, run: Run) -> Trace:
    name = "logs in CloudWatch"
    group = f"/aws/lambda/{settings.prefix}-recorder"
    found = aws.client("logs").filter_log_events(
        logGroupName=group, filterPattern=f'"{run.run_id}"', limit=50
    )["events"]
    return Trace(name, bool(found), f"{len(found)} lines of the run in {group}")
