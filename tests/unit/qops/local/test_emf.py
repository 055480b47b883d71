"""Metrics in log lines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qops.local.followers.emf import metric_data


def line(**changes: Any) -> str:
    directive = {
        "Namespace": "QScreen",
        "Dimensions": [["service"], ["service", "stage"]],
        "Metrics": [{"Name": "Runs", "Unit": "Count"}, {"Name": "Seconds"}],
    }
    document = {
        "_aws": {"Timestamp": 1_700_000_000_000, "CloudWatchMetrics": [directive]},
        "service": "api",
        "stage": "local",
        "Runs": 1,
        "Seconds": [0.5, 1.5],
    }
    return json.dumps(document | changes)


def test_each_metric_counts_for_each_set_of_dimensions() -> None:
    data = metric_data(line())["QScreen"]
    assert [(one["MetricName"], one["Values"], len(one["Dimensions"])) for one in data] == [
        ("Runs", [1.0], 1),
        ("Seconds", [0.5, 1.5], 1),
        ("Runs", [1.0], 2),
        ("Seconds", [0.5, 1.5], 2),
    ]
    assert data[0]["Unit"] == "Count"
    assert data[0]["Timestamp"].timestamp() == 1_700_000_000


def test_a_prefix_of_the_runtime_does_not_matter() -> None:
    assert metric_data("[INFO] " + line())["QScreen"]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        '{"message": "json without metrics"}',
        line(Runs="many"),
        line(_aws={"CloudWatchMetrics": []}),
        '{"_aws": {"CloudWatchMetrics": [}',
    ],
)
def test_other_lines_carry_none(text: str) -> None:
    assert metric_data(text) == {}
