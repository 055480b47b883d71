"""Embedded metric format: log lines of functions that carry metrics become metrics.

AWS extracts them when the log arrives; here the log groups of functions are read every
:data:`INTERVAL_SECONDS`.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import logging
from dataclasses import dataclass, field
from typing import Any

from qops.local.router.backends import Backends
from qops.local.router.registry import Fault

INTERVAL_SECONDS = 1.0
LOGGER = logging.getLogger("qops.local.emf")
_GROUP_PREFIX = "/aws/lambda/"
_DISCOVERY_ROUNDS = 5
_MOST_VALUES = 100
_MOST_DATA = 500


@dataclass
class _Position:
    """How far a log group has been read."""

    since: int = 0
    seen: set[str] = field(default_factory=set)


def metric_data(line: str) -> dict[str, list[dict[str, Any]]]:
    """The metrics in one log line.

    Args:
        line: A line of a log.

    Returns:
        Data for PutMetricData by namespace; empty when the line carries none or is malformed, as
        CloudWatch ignores such lines.
    """
    start = line.find("{")
    if start < 0 or '"CloudWatchMetrics"' not in line:
        return {}
    try:
        document = json.loads(line[start:])
        directives = document["_aws"]["CloudWatchMetrics"]
        stamp = datetime.datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, datetime.UTC)
        found: dict[str, list[dict[str, Any]]] = {}
        for directive in directives:
            data = found.setdefault(directive["Namespace"], [])
            for names in directive.get("Dimensions") or [[]]:
                dimensions = [{"Name": name, "Value": str(document[name])} for name in names]
                for metric in directive["Metrics"]:
                    data.append(_datum(metric, document[metric["Name"]], dimensions, stamp))
    except (ValueError, KeyError, TypeError, OverflowError):
        return {}
    return found


def _datum(
    metric: dict[str, Any],
    value: Any,
    dimensions: list[dict[str, str]],
    stamp: datetime.datetime,
) -> dict[str, Any]:
    values = value if isinstance(value, list) else [value]
    datum: dict[str, Any] = {
        "MetricName": metric["Name"],
        "Dimensions": dimensions,
        "Timestamp": stamp,
        "Values": [float(one) for one in values[:_MOST_VALUES]],
        "Unit": metric.get("Unit", "None"),
    }
    if metric.get("StorageResolution"):
        datum["StorageResolution"] = int(metric["StorageResolution"])
    return datum


class EmfFollower:
    """Reads the log groups of functions and puts the metrics they carry."""

    def __init__(self, backends: Backends, region: str) -> None:
        self._backends = backends
        self._region = region
        self._groups: dict[str, _Position] = {}

    async def run(self) -> None:
        """Follows until cancelled; an error of a backend is logged and tried again."""
        rounds = 0
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            try:
                if rounds % _DISCOVERY_ROUNDS == 0:
                    await self._discover()
                for name, position in list(self._groups.items()):
                    await self._read(name, position)
            except (Fault, OSError, TimeoutError) as error:
                LOGGER.warning("following logs: %r", error)
            rounds += 1

    async def _discover(self) -> None:
        found = await self._aws("logs", "DescribeLogGroups", logGroupNamePrefix=_GROUP_PREFIX)
        names = {group["logGroupName"] for group in found.get("logGroups", [])}
        for name in names - set(self._groups):
            self._groups[name] = _Position()
        for name in set(self._groups) - names:
            del self._groups[name]

    async def _read(self, group: str, position: _Position) -> None:
        token: dict[str, str] = {}
        while True:
            try:
                page = await self._aws(
                    "logs",
                    "FilterLogEvents",
                    logGroupName=group,
                    startTime=position.since,
                    **token,
                )
            except Fault as fault:
                if fault.code == "ResourceNotFoundException":
                    self._groups.pop(group, None)
                    return
                raise
            for event in page.get("events", []):
                await self._event(event, position)
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}

    async def _event(self, event: dict[str, Any], position: _Position) -> None:
        stamp = int(event["timestamp"])
        # MiniStack gives events no id
        identifier = f"{event.get('logStreamName')} {stamp} {event['message']}"
        if identifier in position.seen:
            return
        if stamp > position.since:
            position.since = stamp
            position.seen.clear()
        position.seen.add(identifier)
        for namespace, data in metric_data(event["message"]).items():
            for start in range(0, len(data), _MOST_DATA):
                batch = data[start : start + _MOST_DATA]
                await self._aws(
                    "cloudwatch", "PutMetricData", Namespace=namespace, MetricData=batch
                )

    async def _aws(self, service: str, operation: str, /, **params: Any) -> dict[str, Any]:
        return await self._backends.call(service, operation, params, self._region)
