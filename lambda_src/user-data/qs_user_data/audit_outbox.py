"""What is on its way into the audit: it is sent there before its user is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass

from qs_cloud.audit_trail import AuditTrail
from qs_cloud.kept import DOCUMENTS, Whose
from qs_user_data.store import Found, Person

PARTITIONS = tuple(f"{kind}#" for kind, whose in DOCUMENTS.items() if whose is Whose.OUTBOX)
"""Beginnings of the outbox's partitions in the configuration table."""


@dataclass(frozen=True, slots=True)
class AuditOutbox:
    """The outbox of the audit.

    Attributes:
        trail: The outbox.
        name: Name in steps and certificates.
    """

    trail: AuditTrail
    name: str = "dynamodb.audit_outbox"
    keeps_ids: bool = False

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``."""
        for item in self.trail.waiting():
            if person.is_meant_by(item.event.write()):
                yield Found(item.name, {"event": item.event.name, **item.event.detail})

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``; the audit keeps the event, and knows nobody by it."""
        for item in self.trail.waiting():
            if person.is_meant_by(item.event.write()):
                self.trail.send(item)
                yield (item.name,)
