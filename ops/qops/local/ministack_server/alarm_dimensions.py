"""CloudWatch: an alarm looks at the metric of its own dimensions, as in AWS.

MiniStack puts the figures of all dimensions together: one slow function makes the alarms of all of
them ring.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from ministack.services import cloudwatch


def install() -> None:
    """Lets each alarm see the points of its dimensions only."""
    code = cloudwatch._evaluate_alarm.__code__

    def evaluate(alarm: Mapping[str, Any]) -> None:
        own = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
        seen = {key: points for key, points in cloudwatch._metrics.items() if key[2] == own}
        types.FunctionType(code, {**vars(cloudwatch), "_metrics": seen})(alarm)

    cloudwatch._evaluate_alarm = evaluate
