"""What the platform keeps of its users, and where: the one list of it.

An export and an erasure (``user-data``) go through what this page names. A test reads every key,
partition, table and bucket that the sources write and fails on one that is missing here; another
lays a trace in each and looks for it after an erasure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """By what a user's part is known."""

    USER = "user"
    """His id stands in the key, or in an attribute ``owner``."""
    RUN = "run"
    """The id of one of his runs stands there."""
    DEVICE = "device"
    """The id of one of his devices stands there."""
    MENTIONED = "mentioned"
    """Any of these ids stands somewhere in the item, whatever its shape."""
    ANYBODY = "anybody"
    """Nobody can say whose it is: all of it is deleted with anybody's data, and made anew."""
    OUTBOX = "outbox"
    """On its way into the audit: it is sent there, not deleted."""
    AUDIT = "audit"
    """The audit knows pseudonyms only, and stays (``docs/decisions/0010``)."""
    NOBODY = "nobody"
    """Nothing of a user."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Objects of one bucket whose keys begin alike.

    Attributes:
        bucket: Purpose of the bucket.
        whose: By what a user's part is known: the second part of the key.
        exported: Whether an export holds them; what is itself an export is not.
    """

    bucket: str
    whose: Whose
    exported: bool = True


FOLDERS: Mapping[str, Folder] = {
    "devices": Folder("screenshots", Whose.DEVICE),
    "documents": Folder("screenshots", Whose.USER),
    "exports": Folder("screenshots", Whose.USER, exported=False),
    "runs": Folder("screenshots", Whose.RUN),
    "uploads": Folder("screenshots", Whose.USER),
    "settings": Folder("settings", Whose.USER),
    "templates": Folder("templates", Whose.USER),
    "entries": Folder("audit", Whose.AUDIT),
    "erasures": Folder("audit", Whose.AUDIT),
}
"""First parts of the keys in S3."""

CACHED: Mapping[str, Whose] = {
    "consumer": Whose.NOBODY,
    "plan": Whose.ANYBODY,
    "session": Whose.DEVICE,
    "vision": Whose.USER,
}
"""First parts of the keys in Redis."""

DOCUMENTS: Mapping[str, Whose] = {
    "audit": Whose.OUTBOX,
    "schedule": Whose.USER,
    "setting": Whose.USER,
    "template": Whose.USER,
}
"""Kinds of documents in the configuration table: ``<kind>#<owner>``."""

ITEMS: Mapping[str, Whose] = {
    "commands": Whose.MENTIONED,
    "configuration": Whose.MENTIONED,
    "devices": Whose.USER,
    "idempotency": Whose.MENTIONED,
    "runs": Whose.USER,
    "sessions": Whose.MENTIONED,
}
"""Tables of DynamoDB by purpose. What is remembered of a request (``createRun#...``), a job of many
runs (``job-...``) and a call that waits for its client (``mcp#...``) lie side by side in
``idempotency``."""

ROWS: Mapping[str, Whose] = {
    "audit_copies": Whose.AUDIT,
    "audit_identities": Whose.USER,
    "audit_log": Whose.AUDIT,
    "erasure_steps": Whose.AUDIT,
    "erasures": Whose.AUDIT,
    "job_cursors": Whose.NOBODY,
    "run_steps": Whose.RUN,
    "runs": Whose.USER,
    "schema_migrations": Whose.NOBODY,
}
"""Tables of PostgreSQL. An erasure is named there by a hash of its subject."""

QUEUES: Mapping[str, Whose] = {"device": Whose.DEVICE}
"""Queues that a user has of his own; the shared ones forget within 14 days."""


def folders_of(bucket: str) -> dict[str, Folder]:
    """Find what a bucket keeps.

    Args:
        bucket: Purpose of the bucket.

    Returns:
        Its folders by name.
    """
    return {name: folder for name, folder in FOLDERS.items() if folder.bucket == bucket}
