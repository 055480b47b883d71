"""One log line: what Powertools wrote, without what redaction forbids.

The functions log ids and never a text of a screen; a line of the runtime itself may still quote
one in an exception's message. So every text is redacted before anything shows it, fields whose
name says that they hold a text or a secret are kept back whole, and nothing can move a terminal's
cursor.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from qscreen.harmless import harmless
from qscreen.redaction import redact


class Level(IntEnum):
    """Levels of Powertools' Logger, which are those of Python."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line.

    Attributes:
        id: CloudWatch's id of the event; empty where the endpoint gives none.
        at: When it was written.
        source: Short name of its log group, e.g. ``planner``.
        level: How grave.
        kind: ``log`` (of Powertools), ``text``, ``platform`` (START, END, REPORT) or ``metric``.
        message: What it says, redacted.
        fields: What else it tells, redacted.
    """

    id: str
    at: datetime
    source: str
    level: Level
    kind: str
    message: str
    fields: Mapping[str, str] = field(default_factory=dict)


_ELSEWHERE = frozenset({"level", "message", "timestamp", "service"})
_SECRET_NAMES = re.compile(
    r"authorization|cookie|credential|evidence|goal|password|picture|secret|screen(?!shots_)|"
    r"snapshot|^text$|_text$|title|token(?!s)|typed",
    re.IGNORECASE,
)
_KEPT_BACK = "[redacted:field]"
_PLATFORM = re.compile(r"(START|END|REPORT|INIT_START|INIT_REPORT|EXTENSION|XRAY) ")
_GRAVE = re.compile(r"Traceback|\[ERROR\]|Task timed out|Runtime exited|errorType")
_LONGEST = 4000


def read_line(event: Mapping[str, Any], source: str) -> LogLine:
    """Read an event of CloudWatch Logs.

    Args:
        event: As ``FilterLogEvents`` gives it.
        source: Short name of its log group.
    """
    text = str(event["message"])
    at = datetime.fromtimestamp(int(event["timestamp"]) / 1000, UTC)
    name = str(event.get("eventId", ""))
    document = _document(text)
    if document is None:
        kind = "platform" if _PLATFORM.match(text) else "text"
        level = Level.ERROR if _GRAVE.search(text) else Level.INFO
        return LogLine(name, at, source, level, kind, _safe(text))
    if "_aws" in document:
        told = {key: _value(key, value) for key, value in document.items() if key != "_aws"}
        return LogLine(name, at, source, Level.INFO, "metric", "metrics", told)
    fields = {key: _value(key, value) for key, value in document.items() if key not in _ELSEWHERE}
    message = _safe(str(document.get("message", document.get("type", ""))))
    return LogLine(name, at, source, _level(document.get("level")), "log", message, fields)


def safe(text: str) -> str:
    """A text that may be shown: redacted, and without what moves a terminal's cursor."""
    return _safe(text)


def _document(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _level(name: object) -> Level:
    try:
        return Level[str(name).upper()]
    except KeyError:
        return Level.INFO


def _value(name: str, value: object) -> str:
    if _SECRET_NAMES.search(name):
        return _KEPT_BACK
    if isinstance(value, dict):
        # A field's name may stand deeper, too.
        inner = {str(key): _value(str(key), one) for key, one in value.items()}
        return json.dumps(inner, ensure_ascii=False)
    if isinstance(value, str):
        return _safe(value)
    return _safe(json.dumps(value, ensure_ascii=False))


def _safe(text: str) -> str:
    shown = harmless(text.replace("\r\n", "\n")).rstrip()
    return redact(shown[:_LONGEST])
