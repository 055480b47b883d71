"""How what somebody does gets into the audit: told to the bus, and never lost on the way there.

An act is written into the outbox before it is carried out, and leaves it when the bus has taken its
event. So a change without a trace is refused before it happens, and a crash or a bus that is away
leaves an item behind: ``reap-devices`` sends it, as ``unknown`` where nobody wrote an outcome.
An event has one id from the outbox to the chain, so that sending it twice writes one entry.

The outbox is in the configuration table, a partition for each first digit of the event's id.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from qs_cloud.bus import put_event
from qs_cloud.clock import stamp
from qs_cloud.config import variable
from qs_cloud.configuration import Documents
from qs_cloud.errors import CloudCallError
from qs_cloud.telemetry import count, logger
from qscreen.audit import Scalar

AUDIT_KIND = "audit"
"""Kind of the outbox's documents in the configuration table."""

SHARDS = "0123456789abcdef"
_PAGE = 100


class Outcome(StrEnum):
    """What became of an act."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    """A fault of the platform; part of it may have happened."""
    UNKNOWN = "unknown"
    """The function ended before it could say."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An event on its way into the audit: ids and states, never texts.

    Attributes:
        source: Part of the platform that tells it, e.g. ``qscreen.api``.
        name: What happened, e.g. ``Run Created``.
        detail: Ids and states; ``event_id`` names the event.
    """

    source: str
    name: str
    detail: Mapping[str, Scalar]

    def write(self) -> str:
        """Write it as JSON text."""
        return json.dumps({"source": self.source, "name": self.name, "detail": dict(self.detail)})

    @classmethod
    def read(cls, text: str) -> "AuditEvent":
        """Read what ``write`` wrote.

        Args:
            text: JSON text.

        Returns:
            The event.
        """
        found = json.loads(text)
        return cls(found["source"], found["name"], found["detail"])


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person asks for and the audit keeps.

    Attributes:
        source: Part of the platform that is asked, e.g. ``qscreen.api``.
        name: What it is called once it is done, e.g. ``Run Created``.
        operation: The operation or the tool.
        actor: Cognito ``sub`` of the person.
        request_id: Id of the request.
        at: When it was asked for.
        subject: Id of what it is done to, where that is known before.
        id: Id of its event.
    """

    source: str
    name: str
    operation: str
    actor: str
    request_id: str
    at: datetime
    subject: str | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(12))

    def event(self, outcome: Outcome, facts: Mapping[str, Scalar] | None = None) -> AuditEvent:
        """Tell what became of it.

        Args:
            outcome: What became of it.
            facts: More ids and states; ``subject`` where it became known.

        Returns:
            The event; the outcome is part of its name unless it was done.
        """
        name = self.name if outcome is Outcome.DONE else f"{self.name} {outcome.value.title()}"
        detail: dict[str, Scalar] = {
            "event_id": self.id,
            "at": stamp(self.at),
            "actor": self.actor,
            "operation": self.operation,
            "outcome": outcome.value,
            "request_id": self.request_id,
        }
        if self.subject is not None:
            detail["subject"] = self.subject
        return AuditEvent(self.source, name, {**detail, **(facts or {})})

    def refusal(self, facts: Mapping[str, Scalar] | None = None) -> AuditEvent:
        """Tell that it was refused; whoever goes on trying is told of once a minute.

        Args:
            facts: More ids and states.

        Returns:
            The event; the same refusal has the same id within a minute.
        """
        event = self.event(Outcome.REFUSED, facts)
        minute = f"{self.at:%Y%m%d%H%M}"
        told = (event.name, self.actor, self.operation, self.subject, minute)
        digest = hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
        return AuditEvent(event.source, event.name, {**event.detail, "event_id": digest[:24]})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item of the outbox.

    Attributes:
        shard: Its partition.
        name: Its name in the partition; begins with the time of the act.
        event: The event.
    """

    shard: str
    name: str
    event: AuditEvent

    @property
    def at(self) -> datetime:
        """When the act was asked for."""
        return datetime.fromisoformat(self.name.partition("#")[0])


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """Tells the audit.

    Attributes:
        documents: The outbox.
        bus: Name of the event bus.
    """

    documents: Documents
    bus: str

    @classmethod
    def from_environment(cls) -> "AuditTrail":
        """Make the trail that the function's environment describes.

        Returns:
            The trail.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            Documents(variable("QS_CONFIGURATION_TABLE"), AUDIT_KIND), variable("QS_EVENT_BUS")
        )

    def begin(self, act: Act) -> None:
        """Write down what is about to be done; it may be done only after this.

        Args:
            act: What it is.

        Raises:
            CloudCallError: If it cannot be written down.
        """
        self._keep(act.event(Outcome.UNKNOWN))

    def drop(self, act: Act) -> None:
        """Take back what was begun: nothing was done, and nobody was denied anything.

        Args:
            act: What it was.
        """
        self._forget(act.event(Outcome.UNKNOWN))

    def settle(self, event: AuditEvent) -> None:
        """Tell what became of an act that was begun.

        What cannot be told now stays in the outbox, at worst as ``begin`` wrote it; the act
        stands, so nothing is raised.

        Args:
            event: The act's event.
        """
        if self._sent(event):
            self._forget(event)
        else:
            self._kept(event)

    def tell(self, event: AuditEvent) -> bool:
        """Tell what nobody could have written down before, e.g. a refusal.

        Args:
            event: The event.

        Returns:
            Whether the bus has taken it or the outbox keeps it; otherwise it is counted as lost.
        """
        if self._sent(event) or self._kept(event):
            return True
        count("AuditEventsLost")
        return False

    def waiting(self) -> Iterator[Waiting]:
        """Read the outbox, each partition from its oldest item on.

        Yields:
            The items.

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        for shard in SHARDS:
            start: str | None = None
            while True:
                found, start = self.documents.page(shard, _PAGE, start)
                for values in found:
                    yield _waiting(shard, values)
                if start is None:
                    break

    def send(self, item: Waiting) -> None:
        """Send an item of the outbox, and take it out.

        Args:
            item: The item.

        Raises:
            CloudCallError: If a service cannot be reached; the item stays.
        """
        self._put(item.event)
        self.documents.delete(item.shard, item.name)

    def _sent(self, event: AuditEvent) -> bool:
        try:
            self._put(event)
        except CloudCallError as error:
            logger().warning("Audit event waits", extra=_ids(event, error))
            count("AuditEventsDelayed")
            return False
        return True

    def _kept(self, event: AuditEvent) -> bool:
        try:
            self._keep(event)
        except CloudCallError as error:
            logger().error("Audit event was not kept", extra=_ids(event, error))
            return False
        return True

    def _put(self, event: AuditEvent) -> None:
        put_event(self.bus, event.source, event.name, event.detail, "tell the audit")

    def _keep(self, event: AuditEvent) -> None:
        self.documents.put(*_place(event), {"document": event.write()})

    def _forget(self, event: AuditEvent) -> None:
        try:
            self.documents.delete(*_place(event))
        except CloudCallError as error:
            # It will be sent once more, under the same id: the audit keeps the first.
            logger().warning("Audit event stays in the outbox", extra=_ids(event, error))


def _place(event: AuditEvent) -> tuple[str, str]:
    event_id = str(event.detail["event_id"])
    return event_id[0], f"{event.detail['at']}#{event_id}"


def _waiting(shard: str, values: Mapping[str, Any]) -> Waiting:
    return Waiting(shard, str(values["name"]), AuditEvent.read(values["document"]))


def _ids(event: AuditEvent, error: CloudCallError) -> dict[str, object]:
    return {
        "event": event.name,
        "event_id": event.detail["event_id"],
        "code": error.code,
    }
