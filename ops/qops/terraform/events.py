"""The events of Terraform's machine-readable output, as far as qops uses them.

Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui (version 1.2).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A warning or an error of Terraform.

    Attributes:
        severity: ``error`` or ``warning``.
        summary: One line.
        detail: The long text, may be empty.
        address: Resource the diagnostic is about, if any.
        place: ``file:line`` in the configuration, if any.
    """

    severity: str
    summary: str
    detail: str = ""
    address: str | None = None
    place: str | None = None

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Diagnostic":
        """Read a diagnostic object of ``-json`` output."""
        location = data.get("range") or {}
        place = None
        if location:
            place = f"{location.get('filename')}:{location.get('start', {}).get('line')}"
        return cls(
            severity=str(data.get("severity", "error")),
            summary=str(data.get("summary", "")),
            detail=str(data.get("detail", "")),
            address=data.get("address"),
            place=place,
        )

    def __str__(self) -> str:
        where = " ".join(part for part in (self.address, self.place and f"({self.place})") if part)
        text = f"{self.summary}: {self.detail}".rstrip(": \n") if self.detail else self.summary
        return f"{where}: {text}" if where else text


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts of a plan or of an apply."""

    add: int = 0
    change: int = 0
    remove: int = 0
    import_: int = 0

    @property
    def total(self) -> int:
        """All changes."""
        return self.add + self.change + self.remove + self.import_

    def __str__(self) -> str:
        return f"{self.add} to add, {self.change} to change, {self.remove} to destroy"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of ``-json`` output.

    Attributes:
        type: Type of the event, e.g. ``apply_complete``; ``text`` for a line that is no JSON.
        message: Text for a person.
        level: ``info``, ``warn`` or ``error``.
        address: Resource the event is about.
        layer: Top module of that resource, e.g. ``data``; None for the root.
        action: ``create``, ``update``, ``delete``, ``replace``, ``read`` ...
        changes: Counts, for ``change_summary``.
        operation: ``plan``, ``apply`` or ``destroy``, for ``change_summary``.
        diagnostic: For ``diagnostic``.
        at: When Terraform wrote it, epoch seconds.
    """

    type: str
    message: str
    level: str = "info"
    address: str | None = None
    layer: str | None = None
    action: str | None = None
    changes: Changes | None = None
    operation: str | None = None
    diagnostic: Diagnostic | None = None
    at: float | None = None


def layer_of(address: str) -> str | None:
    """The platform layer of a resource address.

    Args:
        address: E.g. ``module.data.aws_s3_bucket.this["x"]``.

    Returns:
        The name of the outermost module, without an index; None for the root module.
    """
    parts = address.split(".", 2)
    if len(parts) < 3 or parts[0] != "module":
        return None
    return parts[1].split("[", 1)[0]


def parse_event(line: str) -> Event:
    """Read one line of ``-json`` output.

    Args:
        line: The line; need not be JSON (Terraform prints plain text when it fails early).

    Returns:
        The event.
    """
    try:
        data = json.loads(line)
    except ValueError:
        return Event(type="text", message=line.strip())
    if not isinstance(data, dict) or "type" not in data:
        return Event(type="text", message=line.strip())
    subject = data.get("hook") or data.get("change") or {}
    address = (subject.get("resource") or {}).get("addr")
    diagnostic = (
        Diagnostic.parse(data["diagnostic"]) if isinstance(data.get("diagnostic"), dict) else None
    )
    if address is None and diagnostic is not None:
        address = diagnostic.address
    counts = data.get("changes") or {}
    return Event(
        type=str(data["type"]),
        message=str(data.get("@message", "")),
        level=str(data.get("@level", "info")),
        address=address,
        layer=layer_of(address) if address else None,
        action=subject.get("action"),
        changes=Changes(
            add=int(counts.get("add", 0)),
            change=int(counts.get("change", 0)),
            remove=int(counts.get("remove", 0)),
            import_=int(counts.get("import", 0)),
        )
        if counts
        else None,
        operation=counts.get("operation"),
        diagnostic=diagnostic,
        at=_epoch_seconds(data.get("@timestamp")),
    )


def _epoch_seconds(text: object) -> float | None:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None
