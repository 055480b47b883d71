"""Comprehend: classifiers, whose training never ends in moto (declared: nothing is trained)."""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, after

_SERVICE = "comprehend"
_UNDER_WAY = ("SUBMITTED", "TRAINING")


@after(_SERVICE, "DescribeDocumentClassifier")
async def trained_classifier(_call: Call, answer: Answer) -> None:
    """Answers the end of the training, which the provider waits for."""
    _end(answer.get("DocumentClassifierProperties") or {})


@after(_SERVICE, "DescribeEntityRecognizer")
async def trained_recognizer(_call: Call, answer: Answer) -> None:
    """Answers the end of the training, which the provider waits for."""
    _end(answer.get("EntityRecognizerProperties") or {})


def _end(properties: dict[str, Any]) -> None:
    if properties.get("Status") in _UNDER_WAY:
        properties["Status"] = "TRAINED"
