"""Answers of DetectText as the analysis of a screen keeps them."""

from collections.abc import Sequence
from typing import Any


def columns_of(detections: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Turn detections into columns, as the state machine does.

    Args:
        detections: ``TextDetections`` of an answer.

    Returns:
        The columns; only words have parents.
    """
    return {
        "types": [one["Type"] for one in detections],
        "texts": [one["DetectedText"] for one in detections],
        "boxes": [one["Geometry"]["BoundingBox"] for one in detections],
        "confidences": [one["Confidence"] for one in detections],
        "ids": [one["Id"] for one in detections],
        "parents": [one["ParentId"] for one in detections if "ParentId" in one],
    }
