"""Checks of the layer observability: alarms and the flow of logs."""

from collections.abc import Iterator
from datetime import UTC, datetime

from qops.health.model import Check, Finding, Layer, Severity
from qops.health.surroundings import Surroundings, healthy, judged, not_applicable, unhealthy
from qops.inventory.model import Resource

LOG_MINUTES = 60
"""A function that was invoked within this time must have logged within it, minutes."""


def _alarms(at: Surroundings) -> Iterator[Finding]:
    wanted = {
        one.text("alarm_name")
        for one in at.inventory.of("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    }
    if not wanted:
        yield not_applicable("alarms", "this environment is configured without alarms")
        return
    pages = at.client("cloudwatch").get_paginator("describe_alarms")
    seen: set[str] = set()
    ringing = 0
    for page in pages.paginate(
        AlarmNamePrefix=f"{at.settings.prefix}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    ):
        for one in [*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())]:
            name = str(one["AlarmName"])
            seen.add(name)
            if one["StateValue"] == "ALARM":
                ringing += 1
                yield unhealthy(name, str(one.get("StateReason", "")).partition("\n")[0][:200])
    for name in sorted(wanted - seen):
        yield unhealthy(name, "it is in the state, but does not exist")
    if not ringing:
        yield healthy("alarms", f"none of {len(seen)} is in ALARM")


def _alarms_armed(at: Surroundings) -> Iterator[Finding]:
    wanted = {
        one.text("alarm_name")
        for one in at.inventory.of("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
        if one.attributes.get("alarm_actions") and one.attributes.get("actions_enabled", True)
    }
    if not wanted:
        yield not_applicable("alarms", "no alarm is configured to call anybody")
        return
    pages = at.client("cloudwatch").get_paginator("describe_alarms")
    silenced: list[str] = []
    for page in pages.paginate(
        AlarmNamePrefix=f"{at.settings.prefix}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    ):
        silenced += [
            str(one["AlarmName"])
            for one in [*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())]
            if one["AlarmName"] in wanted and not one.get("ActionsEnabled", True)
        ]
    for name in sorted(silenced):
        yield unhealthy(name, "its actions are off: it would call nobody")
    if not silenced:
        yield healthy("alarms", f"{len(wanted)} alarms call somebody")


def _groups(at: Surroundings) -> Iterator[Finding]:
    def look(group: Resource) -> Finding:
        name = group.text("name")
        found = at.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        mine = next((one for one in found if one["logGroupName"] == name), None)
        if mine is None:
            return unhealthy(name, "it is in the state, but does not exist")
        wanted = int(group.attributes.get("retention_in_days") or 0)
        kept = int(mine.get("retentionInDays") or 0)
        return judged(name, kept == wanted, f"kept for {kept or 'ever'} days, configured {wanted}")

    yield from at.each(at.inventory.of("aws_cloudwatch_log_group"), "name", look)


def _flow(at: Surroundings) -> Iterator[Finding]:
    def look(function: Resource) -> Finding:
        name = function.text("function_name")
        calls = at.metric("AWS/Lambda", "Invocations", {"FunctionName": name}, minutes=LOG_MINUTES)
        if not calls:
            return not_applicable(name, f"not invoked in the last {LOG_MINUTES} minutes")
        group = function.block("logging_config").get("log_group") or f"/aws/lambda/{name}"
        streams = at.client("logs").describe_log_streams(
            logGroupName=group, orderBy="LastEventTime", descending=True, limit=1
        )["logStreams"]
        last = max(
            (one.get("lastIngestionTime") or one.get("lastEventTimestamp") or 0 for one in streams),
            default=0,
        )
        if not last:
            return unhealthy(name, f"invoked {calls:.0f} times and logged nothing")
        age = (at.now() - datetime.fromtimestamp(last / 1000, UTC)).total_seconds() / 60
        return judged(
            name,
            age <= LOG_MINUTES,
            f"invoked {calls:.0f} times in {LOG_MINUTES} minutes, last logged {age:.0f} min ago",
        )

    yield from at.each(at.inventory.of("aws_lambda_function"), "function_name", look)


CHECKS = (
    Check(
        id="observability.alarms",
        layer=Layer.OBSERVABILITY,
        severity=Severity.HIGH,
        title="Alarms",
        meaning="An alarm of the platform rings, or one that must be there is gone.",
        repair="The alarm's description says what to look at.",
        runbook="alarms.md#an-alarm-rings",
        look=_alarms,
    ),
    Check(
        id="observability.alarms-armed",
        layer=Layer.OBSERVABILITY,
        severity=Severity.MEDIUM,
        title="Alarms call somebody",
        meaning="Somebody turned the actions of an alarm off, and it was not Terraform.",
        repair="Turn them on again: aws cloudwatch enable-alarm-actions --alarm-names <name>",
        runbook="alarms.md#actions-are-off",
        look=_alarms_armed,
    ),
    Check(
        id="observability.log-groups",
        layer=Layer.OBSERVABILITY,
        severity=Severity.MEDIUM,
        title="Log groups and their retention",
        meaning="Logs are lost, or are kept for longer than was promised to users.",
        repair="Plan and apply.",
        runbook="logs.md#groups",
        look=_groups,
    ),
    Check(
        id="observability.log-flow",
        layer=Layer.OBSERVABILITY,
        severity=Severity.HIGH,
        title="Logs flow",
        meaning="A function works and does not log: faults would stay unseen.",
        repair="Look at the function's role and at the key of the log group.",
        runbook="logs.md#no-flow",
        look=_flow,
        deep=True,
    ),
)
"""The checks of this layer."""
