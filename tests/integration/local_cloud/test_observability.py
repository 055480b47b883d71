"""Logs and metrics: what functions print arrives, and EMF lines become metrics."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

import pytest
from local_cloud_support import eventually, invoke

SOURCE = """
import json, time
def handler(event, context):
    print("plain line")
    print(json.dumps({
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [{
            "Namespace": "QScreen", "Dimensions": [["service"]],
            "Metrics": [{"Name": "RunSeconds", "Unit": "Seconds"}]}]},
        "service": "recorder", "RunSeconds": event}))
"""


def test_metrics_in_log_lines_become_metrics_once(
    client: Any, function: Callable[..., str]
) -> None:
    function("metered", SOURCE)
    for value in (1.5, 2.5):
        invoke(client, "metered", value)
    now = datetime.datetime.now(datetime.UTC)

    def counted() -> Any:
        found = client("cloudwatch").get_metric_statistics(
            Namespace="QScreen",
            MetricName="RunSeconds",
            Dimensions=[{"Name": "service", "Value": "recorder"}],
            StartTime=now - datetime.timedelta(minutes=5),
            EndTime=now + datetime.timedelta(minutes=5),
            Period=3600,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        total = sum(point["SampleCount"] for point in found)
        return (total, sum(point["Sum"] for point in found)) if total >= 2 else None

    assert eventually(counted) == (2, 4.0)
    # another round of the follower must not count them again
    time.sleep(2.5)
    assert counted() == (2, 4.0)


def test_what_a_function_prints_is_in_its_log(client: Any, function: Callable[..., str]) -> None:
    function("printing", SOURCE)
    invoke(client, "printing", 1)

    def lines() -> Any:
        events = client("logs").filter_log_events(logGroupName="/aws/lambda/printing")["events"]
        return [event["message"].strip() for event in events]

    assert eventually(lambda: "plain line" in lines())


def test_an_alarm_looks_at_its_own_dimensions(client: Any) -> None:
    cloudwatch = client("cloudwatch")
    for queue, depth in (("empty", 0.0), ("full", 9.0)):
        own = [{"Name": "QueueName", "Value": queue}]
        cloudwatch.put_metric_data(
            Namespace="Test",
            MetricData=[{"MetricName": "Depth", "Dimensions": own, "Value": depth}],
        )
        cloudwatch.put_metric_alarm(
            AlarmName=queue,
            Namespace="Test",
            MetricName="Depth",
            Dimensions=own,
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanThreshold",
            Threshold=5.0,
        )
    found = cloudwatch.describe_alarms(AlarmNames=["empty", "full"])["MetricAlarms"]
    assert {one["AlarmName"]: one["StateValue"] for one in found} == {
        "empty": "OK",
        "full": "ALARM",
    }
    cloudwatch.delete_alarms(AlarmNames=["empty", "full"])


def test_an_alarm_is_read_back_as_it_was_put(client: Any) -> None:
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="slow",
        Namespace="AWS/ApiGateway",
        MetricName="Latency",
        Dimensions=[{"Name": "ApiName", "Value": "a"}],
        ExtendedStatistic="p95",
        Period=60,
        EvaluationPeriods=5,
        Threshold=1000,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )
    found = cloudwatch.describe_alarms(AlarmNames=["slow"])["MetricAlarms"][0]
    assert found["Dimensions"] == [{"Name": "ApiName", "Value": "a"}]
    assert (found["Period"], found["ExtendedStatistic"]) == (60, "p95")
    assert "Statistic" not in found


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("bedrock", "list_prompt_routers", {}),
        ("xray", "get_insight_summaries", {"StartTime": 1, "EndTime": 2}),
        ("ec2", "describe_scheduled_instances", {}),
    ],
)
def test_what_nobody_implements_is_an_error_that_no_client_repeats(
    client: Any, service: str, operation: str, params: dict[str, Any]
) -> None:
    one = client(service)
    with pytest.raises(one.exceptions.ClientError) as caught:
        getattr(one, operation)(**params)
    answer = caught.value.response
    assert answer["Error"]["Code"] == "NotImplementedByEmulator"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
