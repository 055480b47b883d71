"""One erasure, step by step; each can be carried out twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qs_cloud.audit_chain import append, identity_of, lock_chain
from qs_cloud.clock import utc_now
from qs_cloud.postgres import Database
from qs_cloud.telemetry import count, logger
from qs_user_data.certificate import Certificate, certify
from qs_user_data.history import AuditIdentity
from qs_user_data.remains import Remains
from qs_user_data.steps import FINISH, Erasure, Ledger, hash_of
from qs_user_data.store import Person, Store

ACTION = "user.erased"
RESERVE_SECONDS = 20.0
"""Time that is kept at the end: one more bit of work, and the answer."""

PASSES = 3
"""Times that all stores are gone through until one pass finds nothing any more."""


class TimeOverError(Exception):
    """The function's time is over; the next invocation goes on."""


class TracesRemainError(Exception):
    """Data of the user appear as fast as they are deleted."""


@dataclass(frozen=True, slots=True)
class Eraser:
    """Carries out erasures.

    Attributes:
        stores: Where data of users lie, in the order in which they are deleted.
        shared: Where nobody can say whose data lie: each pass deletes all of them, and those that
            others make meanwhile are no trace of the user.
        identity: Who the user is in the audit; deleted last.
        ledger: The steps.
        database: PostgreSQL.
        remains: What the platform keeps in spite of an erasure.
        bucket: The audit bucket.
    """

    stores: Sequence[Store]
    shared: Sequence[Store]
    identity: AuditIdentity
    ledger: Ledger
    database: Database
    remains: Remains
    bucket: str

    def erase(
        self, erasure: Erasure, person: Person, remaining: Callable[[], float]
    ) -> Certificate:
        """Delete everything, and certify it.

        Args:
            erasure: The erasure, begun or gone on with.
            person: The user.
            remaining: Says how many seconds there still are.

        Returns:
            The certificate.

        Raises:
            TimeOverError: If the time is over.
            TracesRemainError: If something is always found again.
        """
        for _ in range(PASSES):
            if not self._pass(erasure, person, remaining):
                break
        else:
            raise TracesRemainError(
                "Data of the user appear as fast as they are deleted: somebody is still signed "
                "in with the account. Close the account, wait for an hour, and invoke this again."
            )
        entries = self.ledger.kept(erasure, self.identity.entries(person.user_id))
        self._empty(self.identity, erasure, person, remaining)
        return self._finish(erasure, person, entries)

    def _pass(self, erasure: Erasure, person: Person, remaining: Callable[[], float]) -> int:
        for store in self.shared:
            self._empty(store, erasure, person, remaining)
        return sum(self._empty(store, erasure, person, remaining) for store in self.stores)

    def _empty(
        self, store: Store, erasure: Erasure, person: Person, remaining: Callable[[], float]
    ) -> int:
        deleted = 0
        for ids in store.erase(person):
            self.ledger.add(erasure, store.name, len(ids), ids if store.keeps_ids else ())
            deleted += len(ids)
            if remaining() < RESERVE_SECONDS:
                raise TimeOverError
        self.ledger.done(erasure, store.name, utc_now())
        count("UserDataErased", deleted, dimensions={"store": store.name})
        return deleted

    def _finish(self, erasure: Erasure, person: Person, entries: tuple[int, int]) -> Certificate:
        at = utc_now()
        subject = hash_of(person.user_id)
        steps: dict[str, dict[str, Any]] = self.ledger.steps(erasure)
        certificate = certify(self.bucket, erasure, subject, steps, self.remains, entries, at)
        with self.database.transaction() as connection:
            lock_chain(connection)
            append(
                connection,
                at=at,
                actor=erasure.requested_by,
                action=ACTION,
                subject=erasure.id,
                detail={
                    "certificate_key": certificate.key,
                    "certificate_sha256": certificate.sha256,
                    "deleted": sum(step["deleted"] for step in steps.values()),
                },
            )
            connection.run(
                FINISH,
                erasure_id=erasure.id,
                finished_at=at,
                key=certificate.key,
                sha256=certificate.sha256,
            )
        logger().info("User erased", extra={"erasure_id": erasure.id})
        return certificate


def requester(database: Database, name: str) -> str:
    """Name whoever asked as the audit does.

    Args:
        database: PostgreSQL.
        name: His own name.

    Returns:
        His pseudonym.
    """
    with database.connection() as connection:
        return identity_of(connection, name).pseudonym
