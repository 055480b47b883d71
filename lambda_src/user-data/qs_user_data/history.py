"""What PostgreSQL keeps of a user: his history, and who he is in the audit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qs_cloud.audit_chain import forget_identity, known_identity
from qs_cloud.postgres import Database
from qs_user_data.store import Found, Person

AT_ONCE = 200

_RUNS = "SELECT to_jsonb(runs) FROM runs WHERE owner = :owner ORDER BY created_at, run_id"
_STEPS = "SELECT to_jsonb(run_steps) FROM run_steps WHERE run_id = :run_id ORDER BY position"
_IDS = "SELECT run_id FROM runs WHERE owner = :owner"
_FORGET = "SELECT forget_runs(:owner, :most)"
_ENTRIES = """
SELECT jsonb_build_object('sequence', sequence, 'at', at, 'action', action, 'subject', subject,
                          'detail', detail)
FROM audit_log WHERE :whose IN (actor, subject)
    OR EXISTS (SELECT FROM jsonb_each_text(detail) AS fact WHERE fact.value = :whose)
ORDER BY sequence
"""
_IN_CLEAR = "SELECT count(*) FROM audit_log WHERE actor = :whose OR subject = :whose"
_NAMING = """
SELECT count(*) FROM audit_log WHERE :whose IN (actor, subject)
    OR EXISTS (SELECT FROM jsonb_each_text(detail) AS fact WHERE fact.value = :whose)
"""


@dataclass(frozen=True, slots=True)
class History:
    """Finished runs and their steps.

    Attributes:
        database: PostgreSQL.
        name: Name in steps and certificates.
    """

    database: Database
    name: str = "postgresql.history"
    keeps_ids: bool = True

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``."""
        with self.database.connection() as connection:
            for (run,) in connection.run(_RUNS, owner=person.user_id) or ():
                steps = connection.run(_STEPS, run_id=run["run_id"]) or ()
                yield Found(run["run_id"], {**run, "run_steps": [step for (step,) in steps]})

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``."""
        while True:
            with self.database.connection() as connection:
                rows = connection.run(_FORGET, owner=person.user_id, most=AT_ONCE) or ()
            if not rows:
                return
            yield tuple(str(run_id) for (run_id,) in rows)

    def run_ids(self, user_id: str) -> frozenset[str]:
        """Find the runs of a user that the history knows.

        Args:
            user_id: Cognito ``sub``.

        Returns:
            Their ids.
        """
        with self.database.connection() as connection:
            return frozenset(str(row[0]) for row in connection.run(_IDS, owner=user_id) or ())


@dataclass(frozen=True, slots=True)
class AuditIdentity:
    """The row that tells who a pseudonym is; without it his entries are nobody's.

    Attributes:
        database: PostgreSQL.
        name: Name in steps and certificates.
    """

    database: Database
    name: str = "postgresql.audit_identity"
    keeps_ids: bool = False

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``; with the entries that the row leads to."""
        with self.database.connection() as connection:
            identity = known_identity(connection, person.user_id)
            if identity is not None:
                entries = connection.run(_ENTRIES, whose=identity.pseudonym) or ()
                content: dict[str, Any] = {
                    "pseudonym": identity.pseudonym,
                    "entries": [entry for (entry,) in entries],
                }
                yield Found(identity.pseudonym, content)

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``."""
        with self.database.connection() as connection:
            identity = known_identity(connection, person.user_id)
            if identity is not None and forget_identity(connection, person.user_id):
                yield (identity.pseudonym,)

    def entries(self, user_id: str) -> tuple[int, int]:
        """Count the entries of the audit that stay.

        Args:
            user_id: Cognito ``sub``.

        Returns:
            Entries under the user's pseudonym, and entries that name him in clear because a
            release from before the pseudonyms wrote them.
        """
        with self.database.connection() as connection:
            identity = known_identity(connection, user_id)
            ((clear,),) = connection.run(_IN_CLEAR, whose=user_id) or ()
            if identity is None:
                return 0, int(clear)
            ((own,),) = connection.run(_NAMING, whose=identity.pseudonym) or ()
        return int(own), int(clear)
