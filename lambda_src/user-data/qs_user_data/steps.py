"""The steps of an erasure in PostgreSQL: what one invocation did, the next one goes on from."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qs_cloud.postgres import Database

_OPEN = """
SELECT erasure_id, requested_by, started_at FROM erasures
WHERE subject_sha256 = :subject AND finished_at IS NULL
"""

_BEGIN = """
INSERT INTO erasures (erasure_id, subject_sha256, requested_by, started_at)
VALUES (:erasure_id, :subject, :requested_by, :started_at)
ON CONFLICT (subject_sha256) WHERE finished_at IS NULL DO NOTHING
"""

_LAST = """
SELECT erasure_id, certificate_key, certificate_sha256 FROM erasures
WHERE subject_sha256 = :subject AND finished_at IS NOT NULL
ORDER BY finished_at DESC LIMIT 1
"""

_ADD = """
INSERT INTO erasure_steps (erasure_id, store, deleted, ids_sha256, done_at)
VALUES (:erasure_id, :store, :deleted, CAST(:ids AS text[]), NULL)
ON CONFLICT (erasure_id, store) DO UPDATE SET
    deleted = erasure_steps.deleted + EXCLUDED.deleted,
    ids_sha256 = erasure_steps.ids_sha256 || EXCLUDED.ids_sha256
"""

_DONE = """
INSERT INTO erasure_steps (erasure_id, store, deleted, done_at)
VALUES (:erasure_id, :store, 0, :done_at)
ON CONFLICT (erasure_id, store) DO UPDATE SET done_at = EXCLUDED.done_at
"""

_STEPS = """
SELECT store, deleted, ids_sha256, done_at FROM erasure_steps
WHERE erasure_id = :erasure_id ORDER BY store
"""

_KEPT = """
UPDATE erasures SET
    entries_kept = greatest(entries_kept, :own),
    entries_in_clear = greatest(entries_in_clear, :clear)
WHERE erasure_id = :erasure_id RETURNING entries_kept, entries_in_clear
"""

FINISH = """
UPDATE erasures SET
    finished_at = :finished_at, certificate_key = :key, certificate_sha256 = :sha256
WHERE erasure_id = :erasure_id
"""


def hash_of(text: str) -> str:
    """Name an id without showing it.

    Args:
        text: The id; ids are random, so their hashes cannot be tried out.

    Returns:
        SHA-256, hexadecimal.
    """
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure.

    Attributes:
        id: Its id.
        requested_by: Pseudonym of whoever asked.
        started_at: When it began.
    """

    id: str
    requested_by: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """An erasure that came to its end.

    Attributes:
        id: Its id.
        key: Key of its certificate.
        sha256: Digest of its certificate.
    """

    id: str
    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The steps of erasures.

    Attributes:
        database: PostgreSQL.
    """

    database: Database

    def open(self, user_id: str) -> Erasure | None:
        """Find the erasure of a user that is not finished.

        Args:
            user_id: Cognito ``sub``.

        Returns:
            The erasure; None if there is none.
        """
        with self.database.connection() as connection:
            rows = connection.run(_OPEN, subject=hash_of(user_id))
        return Erasure(*rows[0]) if rows else None

    def begin(self, user_id: str, requested_by: str, at: datetime) -> Erasure:
        """Begin an erasure, or go on with the one that is not finished.

        Args:
            user_id: Cognito ``sub``.
            requested_by: Pseudonym of whoever asked.
            at: Present time.

        Returns:
            The erasure.
        """
        with self.database.connection() as connection:
            connection.run(
                _BEGIN,
                erasure_id=f"era-{secrets.token_hex(10)}",
                subject=hash_of(user_id),
                requested_by=requested_by,
                started_at=at,
            )
            (row,) = connection.run(_OPEN, subject=hash_of(user_id)) or ()
        return Erasure(*row)

    def last(self, user_id: str) -> Finished | None:
        """Find the last finished erasure of a user.

        Args:
            user_id: Cognito ``sub``.

        Returns:
            The erasure; None if there was none.
        """
        with self.database.connection() as connection:
            rows = connection.run(_LAST, subject=hash_of(user_id))
        return Finished(*map(str, rows[0])) if rows else None

    def add(self, erasure: Erasure, store: str, count: int, ids: Iterable[str]) -> None:
        """Write down what a store has lost.

        Args:
            erasure: The erasure.
            store: Name of the store.
            count: How many were deleted.
            ids: Ids that the certificate proves.
        """
        with self.database.connection() as connection:
            connection.run(
                _ADD,
                erasure_id=erasure.id,
                store=store,
                deleted=count,
                ids=[hash_of(one) for one in ids],
            )

    def done(self, erasure: Erasure, store: str, at: datetime) -> None:
        """Write down that nothing is left in a store.

        Args:
            erasure: The erasure.
            store: Name of the store.
            at: Present time.
        """
        with self.database.connection() as connection:
            connection.run(_DONE, erasure_id=erasure.id, store=store, done_at=at)

    def kept(self, erasure: Erasure, entries: tuple[int, int]) -> tuple[int, int]:
        """Write down how many audit entries stay, while they can be counted.

        Args:
            erasure: The erasure.
            entries: Entries under the pseudonym and in clear, as they are found now.

        Returns:
            The most that this erasure has found of each.
        """
        own, clear = entries
        with self.database.connection() as connection:
            ((own, clear),) = (
                connection.run(_KEPT, erasure_id=erasure.id, own=own, clear=clear) or ()
            )
        return int(own), int(clear)

    def steps(self, erasure: Erasure) -> dict[str, dict[str, Any]]:
        """Read the steps.

        Args:
            erasure: The erasure.

        Returns:
            ``{"deleted", "ids_sha256"?}`` by store.
        """
        with self.database.connection() as connection:
            rows = connection.run(_STEPS, erasure_id=erasure.id) or ()
        return {
            str(store): {"deleted": int(deleted), **({"ids_sha256": sorted(ids)} if ids else {})}
            for store, deleted, ids, _ in rows
        }
