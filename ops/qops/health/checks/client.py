"""Checks of the layer client: who signs in, and the fleet of devices."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from qops.health.model import Check, Finding, Layer, Severity
from qops.health.surroundings import Surroundings, healthy, judged, not_applicable, unhealthy

SILENT_SECONDS = 300.0
"""A device says that it is alive once a minute; five missed signs are silence."""

SILENT_SHARE = 0.5
"""Computers are switched off; when most of those that were alive this day fall silent, it is us."""

_DAY = timedelta(days=1)
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def _user_pool(at: Surroundings) -> Iterator[Finding]:
    def look(pool: Any) -> Iterator[Finding]:
        client = at.client("cognito-idp")
        found = client.describe_user_pool(UserPoolId=pool.text("id"))["UserPool"]
        clients = at.inventory.of("aws_cognito_user_pool_client")
        for one in clients:
            client.describe_user_pool_client(UserPoolId=pool.text("id"), ClientId=one.text("id"))
        yield healthy(str(found["Name"]), f"exists, with {len(clients)} app client(s)")

    yield from at.each(at.inventory.of("aws_cognito_user_pool"), "name", look)


def _devices(at: Surroundings) -> list[dict[str, str]]:
    tables = at.inventory.output("tables") or {}
    name = tables.get("devices")
    if not name:
        return []
    rows: list[dict[str, str]] = []
    pages = (
        at.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=name,
            ProjectionExpression="device_id, agent_version, last_seen_at, #s",
            ExpressionAttributeNames={"#s": "status"},
        )
    )
    for page in pages:
        rows += [
            {key: str(value.get("S", "")) for key, value in row.items()} for row in page["Items"]
        ]
    return [row for row in rows if row.get("status") == "active"]


def _silent(at: Surroundings) -> Iterator[Finding]:
    limit = timedelta(seconds=SILENT_SECONDS)
    now = at.now()
    alive, silent, gone = 0, [], 0
    for row in _devices(at):
        seen = row.get("last_seen_at")
        age = now - datetime.fromisoformat(seen) if seen else None
        if age is None or age > _DAY:
            gone += 1
        elif age > limit:
            silent.append(row["device_id"])
        else:
            alive += 1
    if not alive and not silent:
        yield not_applicable("fleet", f"no device was seen this day ({gone} enrolled)")
        return
    share = len(silent) / (alive + len(silent))
    names = f": {', '.join(sorted(silent)[:5])}" if silent else ""
    yield judged(
        "fleet",
        share <= SILENT_SHARE,
        f"{len(silent)} of {alive + len(silent)} devices of this day are silent "
        f"for more than {SILENT_SECONDS:g} s{names}",
    )


def _versions(at: Surroundings) -> Iterator[Finding]:
    parameter = f"/qscreen/{at.settings.environment}/release"
    value = at.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    release = str(json.loads(value)["version"])
    wanted = _parsed(release)
    for row in _devices(at):
        version = row.get("agent_version", "")
        if _parsed(version) < wanted:
            yield unhealthy(row["device_id"], f"agent {version or '?'}, release {release}")
        else:
            yield healthy(row["device_id"], f"agent {version}")


def _parsed(version: str) -> tuple[int, int]:
    """Major and minor version; a patch is no reason to call on anybody."""
    found = _VERSION.match(version)
    return (int(found.group(1)), int(found.group(2))) if found else (-1, -1)


CHECKS = (
    Check(
        id="client.user-pool",
        layer=Layer.CLIENT,
        severity=Severity.CRITICAL,
        title="User pool and app clients",
        meaning="Nobody can sign in or refresh a token when the pool or an app client is gone.",
        repair="Plan and apply: Terraform makes them anew. Invite the users of a lost pool again.",
        runbook="sign-in.md#user-pool",
        look=_user_pool,
    ),
    Check(
        id="client.devices-silent",
        layer=Layer.CLIENT,
        severity=Severity.HIGH,
        title="Silent devices",
        meaning="More than half of the devices that were alive this day no longer report. Single "
        "computers are switched off; many at once point to the API, the network or a release.",
        repair="Look at network.api-answers first, then at the agent's log on one of the devices.",
        runbook="devices.md#silent-devices",
        look=_silent,
    ),
    Check(
        id="client.agent-versions",
        layer=Layer.CLIENT,
        severity=Severity.LOW,
        title="Agent versions",
        meaning="A device runs an agent of an older minor version than the platform's release.",
        repair="Update the agent on the device.",
        runbook="devices.md#agent-versions",
        look=_versions,
    ),
)
"""The checks of this layer."""
