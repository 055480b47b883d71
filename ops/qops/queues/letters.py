"""What a dead letter is, told without quoting it.

A letter holds what a user wrote: a goal, the inputs of a template. Ids, kinds and classes of errors
are shown as they are, of every other text only its length.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qscreen.redaction import redact

_OPEN = frozenset(
    {
        "approximateInvokeCount", "batch", "condition", "detail-type", "device_id", "errorType",
        "event_id", "functionArn", "functionError", "id", "job_id", "kind", "mode", "operation",
        "run_id", "schedule_id", "source", "status", "template_id", "template_version", "time",
    }
)  # fmt: skip
"""Fields whose values are ids, kinds or times of the platform's own making."""

_PLAIN = re.compile(r"[\w.:/+ -]{1,160}", re.ASCII)
_DEEPEST = 4
_MOST_FIELDS = 24


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a dead-letter queue.

    Attributes:
        message_id: SQS's id; a letter that is moved gets another one.
        fingerprint: SHA-256 of the body: by it a letter is known again.
        received: How often it was taken from this queue, this time included.
        outline: What it is, field by field.
    """

    message_id: str
    fingerprint: str
    received: int
    outline: Mapping[str, str]


def read_letter(message: Mapping[str, Any]) -> Letter:
    """Read a message of SQS.

    Args:
        message: As ``ReceiveMessage`` gave it.
    """
    body = str(message["Body"])
    return Letter(
        message_id=str(message["MessageId"]),
        fingerprint=fingerprint(body),
        received=int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1)),
        outline=outline(body),
    )


def fingerprint(body: str) -> str:
    """By what a letter is known again: the digest of its body."""
    return hashlib.sha256(body.encode()).hexdigest()


def outline(body: str) -> dict[str, str]:
    """Say what a body holds, without quoting what a user wrote.

    Args:
        body: The body.

    Returns:
        A description by the path of each field, at most 24.
    """
    try:
        document = json.loads(body)
    except ValueError:
        return {"": f"no JSON, {len(body)} characters"}
    found: dict[str, str] = {}
    _walk(document, "", found, 0)
    return found


def _walk(value: object, path: str, found: dict[str, str], depth: int) -> None:
    if len(found) >= _MOST_FIELDS:
        return
    if isinstance(value, dict) and depth < _DEEPEST:
        for name, inner in value.items():
            # A name is somebody's text, too, where a user chose it: inputs of a template.
            shown = name if _PLAIN.fullmatch(str(name)) else f"<{len(name)} characters>"
            _walk(inner, f"{path}.{shown}" if path else shown, found, depth + 1)
    else:
        found[path] = _told(path.rpartition(".")[2], value)


def _told(name: str, value: object) -> str:
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, str):
        if name in _OPEN and _PLAIN.fullmatch(value):
            return redact(value)
        return f"text, {len(value)} characters"
    if isinstance(value, list):
        return f"list of {len(value)}"
    if isinstance(value, dict):
        return f"object of {len(value)}"
    return "number"
