"""Log events as OpenSearch keeps them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from qs_ship_logs.subscription import Batch, LogEvent

INDEX_PREFIX = "qscreen-logs-"

FIELDS = (
    "level",
    "service",
    "run_id",
    "device_id",
    "command_id",
    "request_id",
    "xray_trace_id",
)
"""What is searched by, taken out of a JSON line. A fixed list: each new name in a document
would become a new field of the index, and two lines that use a name in two ways would refuse
each other."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document and where it goes.

    Attributes:
        id: Id of its log event: the same event never becomes two documents.
        action: Line of the bulk request that says what to do.
        source: Line of the bulk request that holds the document.
    """

    id: str
    action: bytes
    source: bytes

    @property
    def size(self) -> int:
        """Bytes in a bulk request."""
        return len(self.action) + len(self.source) + 2


def documents_of(batch: Batch) -> tuple[Document, ...]:
    """Make the documents of a batch.

    Args:
        batch: The batch.

    Returns:
        One document for each event.
    """
    return tuple(_document(batch, event) for event in batch.events)


def _document(batch: Batch, event: LogEvent) -> Document:
    at = datetime.fromtimestamp(event.timestamp / 1000, UTC)
    source = {
        "@timestamp": at.isoformat(timespec="milliseconds"),
        "account": batch.account,
        "log_group": batch.group,
        "log_stream": batch.stream,
        "line": event.message,
        **_fields(event.message),
    }
    action = {"index": {"_index": f"{INDEX_PREFIX}{at:%Y.%m.%d}", "_id": event.id}}
    return Document(event.id, _line(action), _line(source))


def _fields(message: str) -> dict[str, str]:
    if not message.lstrip().startswith("{"):
        return {}
    try:
        line = json.loads(message)
    except (ValueError, RecursionError):
        # Whatever a line is, it is shipped.
        return {}
    return {name: line[name] for name in FIELDS if isinstance(line.get(name), str)}


def _line(value: object) -> bytes:
    # Escaped to ASCII: a lone surrogate in a line is no UTF-8.
    return json.dumps(value, separators=(",", ":")).encode("ascii")
