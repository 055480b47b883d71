"""Checks of PostgreSQL, in the layer data."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from qops.health.checks.data import CONNECT_SECONDS, in_use, secret_value
from qops.health.model import Check, Finding, Layer, Severity, State
from qops.health.surroundings import Surroundings, healthy, judged, not_applicable, unhealthy
from qops.inventory.model import Resource

LAG_SECONDS = 30.0
"""A replica further behind shows people an old history."""

RESTORABLE = timedelta(minutes=30)
"""RDS keeps transaction logs every 5 minutes; six missed ones are a fault."""

_TYPE = "aws_db_instance"
_REFUSED = frozenset({"28000", "28P01"})
"""invalid_authorization_specification, invalid_password"""


def _found(at: Surroundings, instance: Resource) -> dict[str, Any]:
    found: dict[str, Any] = at.client("rds").describe_db_instances(
        DBInstanceIdentifier=instance.text("identifier")
    )["DBInstances"][0]
    return found


def _available(at: Surroundings) -> Iterator[Finding]:
    def look(instance: Resource) -> Finding:
        status = str(_found(at, instance)["DBInstanceStatus"])
        # It serves in all of these; each is RDS at work on a running instance.
        good = status in {"available", "backing-up", "storage-optimization", "modifying"}
        return judged(instance.text("identifier"), good, f"its status is {status}")

    yield from at.each(at.inventory.of(_TYPE), "identifier", look)


def _backups(at: Surroundings) -> Iterator[Finding]:
    def look(instance: Resource) -> Finding:
        name = instance.text("identifier")
        found = _found(at, instance)
        days = int(found.get("BackupRetentionPeriod", 0))
        wanted = int(instance.attributes.get("backup_retention_period") or 0)
        if days == 0 or days < wanted:
            return unhealthy(name, f"backups are kept for {days} days, configured {wanted}")
        latest = found.get("LatestRestorableTime")
        if latest is None:
            return unhealthy(name, "there is no time to which it can be restored")
        age = at.now() - latest
        if age > RESTORABLE:
            return unhealthy(name, f"restorable only to {latest:%Y-%m-%d %H:%M} UTC")
        return healthy(name, f"kept for {days} days, restorable to {latest:%Y-%m-%d %H:%M} UTC")

    yield from at.each(at.inventory.of(_TYPE), "identifier", look)


def _replication(at: Surroundings) -> Iterator[Finding]:
    def look(instance: Resource) -> Iterator[Finding]:
        name = instance.text("identifier")
        found = _found(at, instance)
        told = False
        if instance.attributes.get("multi_az"):
            told = True
            yield judged(
                name,
                bool(found.get("MultiAZ")),
                "standby in another zone" if found.get("MultiAZ") else "its standby is gone",
            )
        for replica in found.get("ReadReplicaDBInstanceIdentifiers", ()):
            told = True
            lag = at.metric(
                "AWS/RDS",
                "ReplicaLag",
                {"DBInstanceIdentifier": replica},
                statistic="Maximum",
                minutes=5,
            )
            if lag is None:
                yield Finding(replica, State.UNKNOWN, "its lag is not measured")
            else:
                # -1: replication does not run.
                yield judged(replica, 0 <= lag <= LAG_SECONDS, f"{lag:.0f} s behind")
        if not told:
            yield not_applicable(name, "one instance without standby or replica, as configured")

    yield from at.each(at.inventory.of(_TYPE), "identifier", look)


def _tls(at: Surroundings) -> Iterator[Finding]:
    def look(group: Resource) -> Finding:
        name = group.text("name")
        configured = {
            one["name"]: str(one["value"]) for one in group.attributes.get("parameter") or ()
        }
        if configured.get("rds.force_ssl") != "1":
            return not_applicable(name, "configured without: PostgreSQL here listens on loopback")
        pages = at.client("rds").get_paginator("describe_db_parameters")
        for page in pages.paginate(DBParameterGroupName=name):
            for one in page["Parameters"]:
                if one["ParameterName"] == "rds.force_ssl":
                    value = one.get("ParameterValue")
                    return judged(name, value == "1", f"rds.force_ssl is {value}")
        return unhealthy(name, "it says nothing of rds.force_ssl")

    yield from at.each(at.inventory.of("aws_db_parameter_group"), "name", look)


def _connects(at: Surroundings) -> Iterator[Finding]:
    if not at.inventory.of(_TYPE):
        return
    if not at.settings.local:
        yield from at.each(
            at.inventory.of(_TYPE),
            "identifier",
            lambda one: in_use(at, "AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", one),
        )
        return
    yield from at.one("PostgreSQL", lambda: _ask(at))


def _ask(at: Surroundings) -> Finding:
    import pg8000.native

    secret = secret_value(at, "postgres")
    mode = str(secret.get("sslmode", "require"))
    try:
        connection = pg8000.native.Connection(
            user=str(secret["username"]),
            password=str(secret["password"]),
            host=str(secret["host"]),
            port=int(secret["port"]),
            database=str(secret["dbname"]),
            timeout=CONNECT_SECONDS,
            ssl_context=_context(mode, secret.get("sslrootcert")),
        )
    except pg8000.exceptions.DatabaseError as error:
        told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        if told.get("C") in _REFUSED:
            return unhealthy("PostgreSQL", "it refuses the password of its secret")
        return unhealthy("PostgreSQL", f"it refuses the connection: SQLSTATE {told.get('C', '?')}")
    try:
        rows = connection.run(
            "SELECT to_regclass('public.runs') IS NOT NULL,"
            " (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())"
        )
    finally:
        connection.close()
    migrated, encrypted = rows[0] if rows else (False, False)
    if not migrated:
        return unhealthy("PostgreSQL", "it has no tables: the migrations were not applied")
    return healthy("PostgreSQL", f"answers, {'with' if encrypted else 'without'} TLS")


def _context(mode: str, authorities: object) -> "ssl.SSLContext | bool":
    if mode == "disable":
        return False
    if authorities:
        return ssl.create_default_context(cadata=str(authorities))
    context = ssl.create_default_context()
    if mode != "verify-full":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


CHECKS = (
    Check(
        id="data.database",
        layer=Layer.DATA,
        severity=Severity.CRITICAL,
        title="PostgreSQL is available",
        meaning="History and audit cannot be written; runs still work and wait in the queue.",
        repair="Look at the instance's events; if it is lost, restore it.",
        runbook="database.md#not-available",
        look=_available,
    ),
    Check(
        id="data.database-backups",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Backups of PostgreSQL",
        meaning="The database cannot be restored to the last half hour.",
        repair="Look at the instance's events for failed backups; an apply sets the retention.",
        runbook="database.md#backups",
        look=_backups,
    ),
    Check(
        id="data.database-replication",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Standby and replicas of PostgreSQL",
        meaning="A failure of the zone would take the database along, or a replica shows old data.",
        repair="Look at the instance's events; a standby is rebuilt by RDS once MultiAZ is set.",
        runbook="database.md#replication",
        look=_replication,
    ),
    Check(
        id="data.database-tls",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="PostgreSQL insists on TLS",
        meaning="The server takes connections without TLS.",
        repair="Plan and apply: the parameter group sets rds.force_ssl.",
        runbook="database.md#tls",
        look=_tls,
    ),
    Check(
        id="data.database-connects",
        layer=Layer.DATA,
        severity=Severity.CRITICAL,
        title="PostgreSQL takes connections and has its schema",
        meaning="Functions cannot connect with their secret, or find no tables.",
        repair="Wrong password: rotate the secret postgres. No tables: invoke migrate.",
        runbook="database.md#refuses-connections",
        look=_connects,
        deep=True,
    ),
)
"""The checks of PostgreSQL."""
