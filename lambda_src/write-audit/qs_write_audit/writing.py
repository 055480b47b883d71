"""From a message to an entry, and from entries to their copies."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qs_cloud.audit_chain import (
    Identity,
    append,
    find,
    find_event,
    identity_of,
    insert,
    last_place,
    lock_chain,
    pages,
    read_rows,
)
from qs_cloud.config import variable
from qs_cloud.postgres import (
    Connection,
    Database,
    DatabaseUnavailableError,
    StatementRefusedError,
    application_database,
)
from qs_cloud.telemetry import count, fault, log_ids, logger
from qs_write_audit.copies import Copies, body_of, key_of
from qs_write_audit.events import PEOPLE, Event, read_event, read_place
from qscreen.audit import GENESIS_HASH, AuditRow, Scalar, verify_chain

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

COPY_LOCK = 0x5153_4350
"""Key of the advisory lock ("QSCP") that gives the copies one maker at a time."""

COPIES_AT_ONCE = 25
"""Copies in one transaction: it must end within the time for one answer of PostgreSQL."""

PAGE = 1000
RESERVE_SECONDS = 10.0
"""Time that is kept at the end of a walk, to say what it found."""

LONG_TEXT = 200
"""A longer text is no id and no state: the entry keeps its digest."""

PLATFORM = "platform"
"""Who acted when nobody did."""

_UNCOPIED = "SELECT coalesce(max(sequence), 0) + 1 FROM audit_copies"

_COPIED = "INSERT INTO audit_copies (sequence, object_key) VALUES (:sequence, :object_key)"


class EntryMissingError(Exception):
    """A run was announced as finished and its entry is not in the chain."""


class AuditBrokenError(Exception):
    """The chain or its copies do not hold."""


@dataclass(frozen=True, slots=True)
class AuditWriter:
    """Writes the audit of events.

    Attributes:
        database: PostgreSQL.
        copies: The locked bucket.
    """

    database: Database
    copies: Copies

    @classmethod
    def from_environment(cls) -> "AuditWriter":
        """Make the writer that the function's environment describes.

        Returns:
            The writer.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(application_database(), Copies(variable("QS_AUDIT_BUCKET")))

    def write(self, event: dict[str, Any]) -> dict[str, Any]:
        """Write one batch.

        Args:
            event: Messages of SQS.

        Returns:
            The partial batch response: the messages that failed.
        """
        from aws_lambda_powertools.utilities.batch import (
            BatchProcessor,
            EventType,
            process_partial_response,
        )

        # A batch in which all failed is no fault of the function: it must not raise its alarm.
        processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
        answer = dict(process_partial_response(event, self._message, processor))
        try:
            self.copy()
        except Exception as error:
            # The entries are written. Whatever comes next copies them, and the walk looks.
            logger().error("Entries were not copied", extra=fault(error))
            count("AuditCopiesFailed")
        return answer

    def copy(self) -> int:
        """Copy what has no copy yet.

        Returns:
            How many entries were copied.

        Raises:
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            CopyDiffersError: If something else lies where a copy belongs.
            CloudCallError: If the bucket cannot be reached.
        """
        copied = 0
        while done := self._copy_some():
            copied += done
        return copied

    def walk(self, event: Mapping[str, Any], remaining: Callable[[], float]) -> dict[str, Any]:
        """Copy what has no copy, verify the chain, and compare the newest copies.

        Args:
            event: ``{"first"?}``.
            remaining: Says how many seconds there still are.

        Returns:
            ``{"checked", "last_sequence", "last_hash", "copies_checked", "complete"}``.

        Raises:
            AuditBrokenError: If the chain or a copy does not hold; says where first.
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            CloudCallError: If the bucket cannot be reached.
            BadPayloadError: If the place where the walk begins is none.
        """
        first = read_place(event)
        self.copy()
        checked, complete, last, previous = 0, True, first - 1, GENESIS_HASH
        newest: deque[AuditRow] = deque(maxlen=5 * PAGE)
        with self.database.connection() as connection:
            if first > 1:
                before = read_rows(connection, first - 1, 1)
                if not before or before[0].entry.sequence != first - 1:
                    raise _broken(f"entry {first - 1} is missing, so the walk cannot begin there")
                previous = before[0].hash
            for page in pages(connection, first, PAGE):
                verdict = verify_chain(page, first_sequence=last + 1, previous_hash=previous)
                if not verdict.intact:
                    raise _broken(str(verdict.message))
                checked, last, previous = (
                    checked + len(page),
                    page[-1].entry.sequence,
                    page[-1].hash,
                )
                newest.extend(page)
                if remaining() < RESERVE_SECONDS:
                    complete = False
                    break
        compared = 0
        while newest and remaining() >= RESERVE_SECONDS:
            self._compare(newest.pop())
            compared += 1
        count("AuditEntriesVerified", checked)
        return {
            "checked": checked,
            "last_sequence": last,
            "last_hash": previous,
            "copies_checked": compared,
            "complete": complete,
        }

    def refill(self) -> dict[str, Any]:
        """Give a database that was restored to an earlier time the entries that it lost.

        They come from the copies, and are believed only as far as they chain.

        Returns:
            ``{"refilled", "last_sequence"}``.

        Raises:
            AuditBrokenError: If the copies do not go on where the database ends.
            DatabaseUnavailableError: If PostgreSQL cannot be reached.
            CloudCallError: If the bucket cannot be reached.
        """
        with self.database.transaction() as connection:
            lock_chain(connection)
            last = last_place(connection)
            sequence, previous = (last.sequence, last.hash) if last else (0, GENESIS_HASH)
            rows = self.copies.after(sequence)
            verdict = verify_chain(rows, first_sequence=sequence + 1, previous_hash=previous)
            if not verdict.intact:
                raise _broken(f"the copies do not continue the database: {verdict.message}")
            for row in rows:
                insert(connection, row)
                connection.run(_COPIED, sequence=row.entry.sequence, object_key=key_of(row))
        count("AuditEntriesRefilled", len(rows))
        return {"refilled": len(rows), "last_sequence": sequence + len(rows)}

    def _message(self, record: "SQSRecord") -> None:
        # Powertools passes the message by this name.
        with log_ids(message_id=record.message_id):
            try:
                event = read_event(record.body)
                with log_ids(event_id=event.id):
                    self._entry(event)
            except Exception as error:
                logger().error("Event was not audited", extra={**fault(error), "why": _why(error)})
                count("AuditEventsFailed", dimensions={"error": type(error).__name__})
                raise

    def _entry(self, event: Event) -> None:
        try:
            self._append(event)
        except DatabaseUnavailableError:
            # A connection that died while the function slept is replaced once.
            self._append(event)
        except StatementRefusedError as error:
            raise DatabaseUnavailableError(
                f"PostgreSQL refused the entry (SQLSTATE {error.sqlstate}); nothing of it was "
                "written. Check that the migrations were applied (function migrate)."
            ) from error

    def _append(self, event: Event) -> None:
        with self.database.transaction() as connection:
            lock_chain(connection)
            if event.is_run_finished:
                if find(connection, event.subject, "run.finished") is None:
                    raise EntryMissingError(
                        f"The run {event.subject} was announced as finished, and the chain has "
                        "no entry of it: the database was restored to an earlier time, or rows "
                        "were taken away. Walk the audit, and compare it with the copies."
                    )
                return
            if find_event(connection, event.key) is not None:
                return
            identity = identity_of(connection, event.actor) if event.actor else None
            append(
                connection,
                at=event.at,
                actor=identity.pseudonym if identity else PLATFORM,
                action=event.action,
                subject=_subject(connection, event),
                detail=_detail(connection, event, identity),
            )
        count("AuditEntriesWritten", dimensions={"action": event.action})

    def _copy_some(self) -> int:
        with self.database.transaction() as connection:
            # Whoever comes second waits, and then sees what the first has copied.
            connection.run(f"SELECT pg_advisory_xact_lock({COPY_LOCK})")
            ((first,),) = connection.run(_UNCOPIED) or ()
            rows = read_rows(connection, int(first), COPIES_AT_ONCE)
            for row in rows:
                key = self.copies.put(row)
                connection.run(_COPIED, sequence=row.entry.sequence, object_key=key)
        return len(rows)

    def _compare(self, row: AuditRow) -> None:
        found = self.copies.get(row)
        if found is None:
            raise _broken(f"the copy of entry {row.entry.sequence} is missing")
        if found != body_of(row):
            raise _broken(f"the copy of entry {row.entry.sequence} is another one")


def _subject(connection: Connection, event: Event) -> str:
    subject = event.subject
    people = {value for name, value in event.detail.items() if name in PEOPLE and value}
    return identity_of(connection, subject).pseudonym if subject in people else subject[:200]


def _detail(connection: Connection, event: Event, identity: Identity | None) -> dict[str, Scalar]:
    """Plain values; people by their pseudonyms, long texts by their digests."""
    detail: dict[str, Scalar] = {"event_id": event.key, "source": event.source}
    for name, value in event.facts.items():
        if name in PEOPLE and isinstance(value, str) and value:
            detail[name] = identity_of(connection, value).pseudonym
        elif isinstance(value, str) and len(value) > LONG_TEXT:
            if identity is not None:
                detail[f"{name}_hmac"] = identity.digest(value)
        else:
            detail[name] = value
    return detail


def _broken(where: str) -> AuditBrokenError:
    count("AuditBroken")
    return AuditBrokenError(
        f"The audit does not hold: {where}. Do not write over anything. Compare PostgreSQL, its "
        "backups and the versions in the audit bucket, and find out who changed them."
    )


def _why(error: Exception) -> str | None:
    """Our own errors' messages carry ids only; others may quote what somebody wrote."""
    return str(error) if type(error).__module__.startswith("qs_") else None
