"""CloudWatch: alarms as they were put.

MiniStack answers DescribeAlarms completely in JSON but not in the query protocol, which Terraform's
provider speaks: it is asked in JSON and answered in whatever protocol the client speaks. It also
adds defaults to settings that an alarm does not have, and forgets some that it has.
"""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, after, operation

_SERVICE = "cloudwatch"
_SETTINGS = (
    *("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period"),
    *("Unit", "DatapointsToAlarm", "Threshold", "ThresholdMetricId", "Metrics"),
    "EvaluateLowSampleCountPercentile",
    *("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"),
)


@after(_SERVICE, "PutMetricAlarm", "PutCompositeAlarm")
async def remember(call: Call, _answer: Answer) -> None:
    """Keeps the settings."""
    params = call.params
    kept = {key: params[key] for key in _SETTINGS if params.get(key) is not None}
    call.records("alarms")[params["AlarmName"]] = kept


@after(_SERVICE, "DeleteAlarms")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets the settings with the alarms."""
    for name in call.params.get("AlarmNames") or []:
        call.records("alarms").pop(name, None)


@operation(_SERVICE, "DescribeAlarms", "DescribeAlarmsForMetric")
async def describe_alarms(call: Call) -> Answer:
    """Describes alarms with all their settings, and with no others."""
    answer = await call.aws(_SERVICE, call.operation, **call.params)
    for kind in ("MetricAlarms", "CompositeAlarms"):
        for alarm in answer.get(kind) or []:
            _settle(alarm, call.records("alarms").get(alarm.get("AlarmName", "")))
    return answer


def _settle(alarm: dict[str, Any], settings: dict[str, Any] | None) -> None:
    if settings is None:
        return
    for key in _SETTINGS:
        alarm.pop(key, None)
    alarm.update(settings)
