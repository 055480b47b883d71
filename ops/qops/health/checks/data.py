"""Checks of the layer data: tables and Redis."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qops.health.model import Check, Finding, Layer, Severity, State
from qops.health.surroundings import Surroundings, healthy, judged, not_applicable, unhealthy
from qops.inventory.model import Resource

if TYPE_CHECKING:
    from redis import Redis

CONNECT_SECONDS = 5.0
"""Limit of a connection and of one answer, seconds."""


def _tables(at: Surroundings) -> Iterator[Finding]:
    def look(table: Any) -> Finding:
        name = table.text("name")
        found = at.client("dynamodb").describe_table(TableName=name)["Table"]
        indexes = {
            str(one["IndexName"]): str(one.get("IndexStatus", "ACTIVE"))
            for one in found.get("GlobalSecondaryIndexes", ())
        }
        bad = [
            f"index {index} is {status}" for index, status in indexes.items() if status != "ACTIVE"
        ]
        # UPDATING serves all requests.
        good = found["TableStatus"] in {"ACTIVE", "UPDATING"} and not bad
        return judged(name, good, "; ".join([f"its status is {found['TableStatus']}", *bad]))

    yield from at.each(at.inventory.of("aws_dynamodb_table"), "name", look)


def _table_recovery(at: Surroundings) -> Iterator[Finding]:
    def look(table: Any) -> Finding:
        name = table.text("name")
        if not table.block("point_in_time_recovery").get("enabled"):
            return not_applicable(name, "configured without point-in-time recovery")
        found = at.client("dynamodb").describe_continuous_backups(TableName=name)
        status = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"][
            "PointInTimeRecoveryStatus"
        ]
        return judged(name, status == "ENABLED", f"point-in-time recovery is {status}")

    yield from at.each(at.inventory.of("aws_dynamodb_table"), "name", look)


def _table_throttles(at: Surroundings) -> Iterator[Finding]:
    def look(table: Any) -> Finding:
        name = table.text("name")
        about = {"TableName": name}
        counts = {
            kind: at.metric("AWS/DynamoDB", f"{kind}ThrottleEvents", about) or 0
            for kind in ("Read", "Write")
        }
        return judged(
            name,
            not any(counts.values()),
            f"{counts['Read']:.0f} reads and {counts['Write']:.0f} writes throttled in 15 minutes",
        )

    yield from at.each(at.inventory.of("aws_dynamodb_table"), "name", look)


def _cache(at: Surroundings) -> Iterator[Finding]:
    def look(group: Any) -> Finding:
        name = group.text("replication_group_id")
        found = at.client("elasticache").describe_replication_groups(ReplicationGroupId=name)[
            "ReplicationGroups"
        ][0]
        wanted = int(group.attributes.get("num_cache_clusters") or 1)
        members = len(found.get("MemberClusters", ()))
        good = found["Status"] == "available" and members >= wanted
        return judged(name, good, f"its status is {found['Status']}, {members} of {wanted} nodes")

    yield from at.each(
        at.inventory.of("aws_elasticache_replication_group"), "replication_group_id", look
    )


def _cache_answers(at: Surroundings) -> Iterator[Finding]:
    if not at.inventory.of("aws_elasticache_replication_group"):
        return
    if not at.settings.local:
        for name in sorted(
            {
                str(member)
                for group in at.inventory.of("aws_elasticache_replication_group")
                for member in group.attributes.get("member_clusters") or ()
            }
        ):
            node = Resource("", "", {"identifier": name})
            yield from at.one(
                name,
                lambda node=node: in_use(  # type: ignore[misc]
                    at, "AWS/ElastiCache", "CurrConnections", "CacheClusterId", node
                ),
            )
        return
    yield from at.one("Redis", lambda: _ping(at))


def cache_client(at: Surroundings) -> "Redis":
    """A client of the local cloud's cache, with the credentials of its secret; to be closed.

    Args:
        at: The surroundings.
    """
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    secret = secret_value(at, "redis")
    return Redis(
        host=str(secret["host"]),
        port=int(secret["port"]),
        ssl=bool(secret.get("tls")),
        username=str(secret["username"]),
        password=str(secret["password"]),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=CONNECT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _ping(at: Surroundings) -> Finding:
    from redis.exceptions import AuthenticationError

    client = cache_client(at)
    try:
        client.ping()
    except AuthenticationError:
        return unhealthy("Redis", "it refuses the password of its secret")
    finally:
        client.close()
    return healthy("Redis", "answers with the credentials of its secret")


def in_use(
    at: Surroundings, namespace: str, metric: str, dimension: str, thing: Resource
) -> Finding:
    """Whether something in the private network is connected to, by its own metric.

    From outside nobody can connect; that functions are connected is what can be seen.

    Args:
        at: The surroundings.
        namespace: Namespace of the metric.
        metric: Its name: how many connections there are.
        dimension: Its dimension.
        thing: Has the dimension's value as its attribute ``identifier``.
    """
    name = thing.text("identifier")
    found = at.metric(namespace, metric, {dimension: name}, statistic="Maximum")
    if not found:
        return Finding(name, State.UNKNOWN, "private, and nobody was connected in 15 minutes")
    return healthy(name, f"up to {found:.0f} connections in 15 minutes")


def secret_value(at: Surroundings, purpose: str) -> dict[str, Any]:
    """The value of one of the platform's secrets; never shown.

    Args:
        at: The surroundings.
        purpose: Its name in the output ``secrets``.
    """
    arn = (at.inventory.output("secrets") or {})[purpose]
    text = at.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    value: dict[str, Any] = json.loads(text)
    return value


CHECKS = (
    Check(
        id="data.tables",
        layer=Layer.DATA,
        severity=Severity.CRITICAL,
        title="Tables and their indexes",
        meaning="A table or an index is gone or not ready: requests that need it fail.",
        repair="If it was deleted, restore it to a point in time before; else wait for its status.",
        runbook="tables.md#not-active",
        look=_tables,
    ),
    Check(
        id="data.table-recovery",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Point-in-time recovery of tables",
        meaning="A table can no longer be restored to an earlier second.",
        repair="Plan and apply: Terraform turns it on. The window starts anew.",
        runbook="tables.md#point-in-time-recovery",
        look=_table_recovery,
    ),
    Check(
        id="data.table-throttles",
        layer=Layer.DATA,
        severity=Severity.MEDIUM,
        title="Throttled tables",
        meaning="DynamoDB refused reads or writes: a hot key, or a jump to twice the former peak.",
        repair="Look at Contributor Insights for the hot key.",
        runbook="tables.md#throttles",
        look=_table_throttles,
    ),
    Check(
        id="data.cache",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Redis is available",
        meaning="Sessions and cached plans are not there: runs are planned anew, and slower.",
        repair="Look at the group's events; the cache can be rebuilt from nothing.",
        runbook="redis.md#not-available",
        look=_cache,
    ),
    Check(
        id="data.cache-answers",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Redis answers",
        meaning="The engine does not take the credentials that functions use.",
        repair="Rotate the secret redis: the rotation sets a password and tests it.",
        runbook="redis.md#refuses-credentials",
        look=_cache_answers,
        deep=True,
    ),
)
"""The checks of tables and Redis."""
