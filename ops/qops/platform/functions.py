"""Asks a function of the platform something that only it can tell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from qops.platform.aws import Aws

_LONGEST = 300
"""Characters of an answer that is quoted."""


@dataclass(frozen=True, slots=True)
class FunctionAnswer:
    """What a function answered.

    Attributes:
        text: Its answer, JSON.
        failure: Why it failed, as it said; None when it did not.
    """

    text: str
    failure: str | None

    @property
    def quoted(self) -> str:
        """The beginning of the answer."""
        return self.text[:_LONGEST]


def ask_function(
    aws: Aws, name: str, event: Mapping[str, object], *, answer_seconds: int
) -> FunctionAnswer:
    """Invoke a function and wait for its answer; it is not invoked again when it fails.

    Args:
        aws: The environment's clients.
        name: Name or ARN, with its alias.
        event: What it is asked.
        answer_seconds: Longest time, seconds.
    """
    answer = aws.client("lambda", answer_seconds=answer_seconds).invoke(
        FunctionName=name, Payload=json.dumps(event).encode()
    )
    text = answer["Payload"].read().decode("utf-8", "replace")
    return FunctionAnswer(text, _reason(text) if answer.get("FunctionError") else None)


def _reason(text: str) -> str:
    try:
        document = json.loads(text)
        return f"{document['errorType']}: {document['errorMessage']}"
    except (ValueError, KeyError, TypeError):
        return text[:_LONGEST]
