"""The audit chain in PostgreSQL: the one place that appends to it and reads it.

Entries never carry a user's id. They carry a pseudonym, and digests under a key of that user;
both lie in one row of ``audit_identities``. Deleting the row leaves the chain whole and takes
away the only way to tell whose entries they are.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from qs_cloud.postgres import Connection
from qscreen.audit import GENESIS_HASH, AuditEntry, AuditRow, Scalar, chain_row

CHAIN_LOCK = 0x5153_4155
"""Key of the advisory lock ("QSAU") that gives the audit chain one writer at a time."""

_LOCK = f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"

LAST_ENTRY = "SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1"

_FIND = "SELECT sequence, hash FROM audit_log WHERE subject = :subject AND action = :action"

_FIND_EVENT = "SELECT sequence, hash FROM audit_log WHERE detail ->> 'event_id' = :event_id"

_INSERT = """
INSERT INTO audit_log (
    sequence, at, actor, action, subject, detail, previous_hash, hash
) VALUES (
    :sequence, :at, :actor, :action, :subject, CAST(:detail AS jsonb), :previous_hash, :hash
)
"""

_READ = """
SELECT sequence, at, actor, action, subject, detail, previous_hash, hash
FROM audit_log WHERE sequence >= :first ORDER BY sequence LIMIT :most
"""

_MEET = """
INSERT INTO audit_identities (user_id, pseudonym, digest_key)
VALUES (:user_id, :pseudonym, :digest_key) ON CONFLICT (user_id) DO NOTHING
"""

_KNOW = "SELECT pseudonym, digest_key FROM audit_identities WHERE user_id = :user_id"

_ERASED = "SELECT 1 FROM erasures WHERE subject_sha256 = :subject LIMIT 1"

ERASED = "person-erased"
"""Whoever was erased, in what is told of him afterwards: no row is made for him again."""

_FORGET = "SELECT forget_identity(:user_id)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the chain.

    Attributes:
        sequence: Its sequence.
        hash: Its hash.
    """

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A user as the audit knows him.

    Attributes:
        pseudonym: What stands in entries in place of his id; random.
        digest_key: Key of his digests, hexadecimal.
    """

    pseudonym: str
    digest_key: str

    def digest(self, text: str) -> str:
        """Make the digest of a text of the user's.

        Without the key nobody can find out, by trying texts, which one it was.

        Args:
            text: The text.

        Returns:
            HMAC-SHA-256, hexadecimal.
        """
        key = bytes.fromhex(self.digest_key)
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def lock_chain(connection: Connection) -> None:
    """Become the chain's only writer until the transaction ends.

    Args:
        connection: A connection inside a transaction.
    """
    connection.run(_LOCK)


def find(connection: Connection, subject: str, action: str) -> Place | None:
    """Find the entry of a subject and an action.

    Args:
        connection: A connection.
        subject: The entry's subject.
        action: The entry's action.

    Returns:
        Its place; None if there is none.
    """
    return _place(connection.run(_FIND, subject=subject, action=action))


def find_event(connection: Connection, event_id: str) -> Place | None:
    """Find the entry of an event.

    Args:
        connection: A connection.
        event_id: Id of the event.

    Returns:
        Its place; None if there is none.
    """
    return _place(connection.run(_FIND_EVENT, event_id=event_id))


def append(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, Scalar],
) -> AuditRow:
    """Append an entry; the lock must be held.

    Args:
        connection: A connection inside a transaction that has called ``lock_chain``.
        at: When it happened.
        actor: Who acted; a pseudonym for a user.
        action: What was done.
        subject: To what.
        detail: More about it.

    Returns:
        The row as it was stored.
    """
    last = last_place(connection)
    entry = AuditEntry(
        sequence=last.sequence + 1 if last else 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=dict(detail),
    )
    row = chain_row(last.hash if last else GENESIS_HASH, entry)
    insert(connection, row)
    return row


def last_place(connection: Connection) -> Place | None:
    """Find the end of the chain.

    Args:
        connection: A connection.

    Returns:
        Its last place; None if the chain is empty.
    """
    return _place(connection.run(LAST_ENTRY))


def insert(connection: Connection, row: AuditRow) -> None:
    """Store a row that is chained already; the lock must be held.

    Args:
        connection: A connection inside a transaction that has called ``lock_chain``.
        row: The row.
    """
    entry = row.entry
    connection.run(
        _INSERT,
        sequence=entry.sequence,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        detail=json.dumps(entry.detail),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def read_rows(connection: Connection, first: int, most: int) -> tuple[AuditRow, ...]:
    """Read part of the chain.

    Args:
        connection: A connection.
        first: Sequence from which to read.
        most: At most so many rows.

    Returns:
        The rows, in their order.
    """
    return tuple(
        AuditRow(
            entry=AuditEntry(
                sequence=sequence,
                at=at,
                actor=actor,
                action=action,
                subject=subject,
                detail=detail,
            ),
            previous_hash=previous_hash,
            hash=own_hash,
        )
        for sequence, at, actor, action, subject, detail, previous_hash, own_hash in connection.run(
            _READ, first=first, most=most
        )
        or ()
    )


def pages(connection: Connection, first: int, size: int) -> Iterator[tuple[AuditRow, ...]]:
    """Walk the chain.

    Args:
        connection: A connection.
        first: Sequence from which to walk.
        size: Rows in a page.

    Yields:
        Pages in their order; none is empty.
    """
    while page := read_rows(connection, first, size):
        yield page
        first = page[-1].entry.sequence + 1


def identity_of(connection: Connection, user_id: str) -> Identity:
    """Know a user in the audit; whoever is new gets a pseudonym.

    An event may reach the audit after its user was erased. It is kept, and nobody's.

    Args:
        connection: A connection.
        user_id: Cognito ``sub``, or the name of an operator.

    Returns:
        His identity.
    """
    known = known_identity(connection, user_id)
    if known is not None:
        return known
    if connection.run(_ERASED, subject=hashlib.sha256(user_id.encode()).hexdigest()):
        return Identity(ERASED, secrets.token_hex(32))
    connection.run(
        _MEET,
        user_id=user_id,
        pseudonym=f"person-{secrets.token_hex(16)}",
        digest_key=secrets.token_hex(32),
    )
    ((pseudonym, digest_key),) = connection.run(_KNOW, user_id=user_id) or ()
    return Identity(str(pseudonym), str(digest_key))


def known_identity(connection: Connection, user_id: str) -> Identity | None:
    """Look a user up in the audit.

    Args:
        connection: A connection.
        user_id: Cognito ``sub``, or the name of an operator.

    Returns:
        His identity; None if the audit does not know him.
    """
    rows = connection.run(_KNOW, user_id=user_id)
    return Identity(str(rows[0][0]), str(rows[0][1])) if rows else None


def forget_identity(connection: Connection, user_id: str) -> bool:
    """Make a user's entries nobody's.

    Args:
        connection: A connection.
        user_id: Cognito ``sub``.

    Returns:
        Whether the audit knew him.
    """
    ((known,),) = connection.run(_FORGET, user_id=user_id) or ()
    return bool(known)


def _place(rows: object) -> Place | None:
    if not isinstance(rows, list | tuple) or not rows:
        return None
    return Place(int(rows[0][0]), str(rows[0][1]))
