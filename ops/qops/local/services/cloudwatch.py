"""CloudWatch: alarms in the query protocol.

MiniStack answers DescribeAlarms completely in JSON but not in the query protocol, which Terraform's
provider speaks: it is asked in JSON and answered in whatever protocol the client speaks.
"""

from __future__ import annotations

from qops.local.router.registry import Answer, Call, operation


@operation("cloudwatch", "DescribeAlarms", "DescribeAlarmsForMetric")
async def describe_alarms(call: Call) -> Answer:
    """Describes alarms with all their settings."""
    answer = await call.aws("cloudwatch", call.operation, **call.params)
    for alarm in answer.get("MetricAlarms") or []:
        if alarm.get("ExtendedStatistic"):
            # an alarm has one of the two; MiniStack adds its default for the other
            alarm.pop("Statistic", None)
    return answer
