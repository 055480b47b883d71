"""What an erasure leaves: what stays and on which ground, and what ends by itself and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qs_cloud import clients
from qs_cloud.clock import stamp
from qs_cloud.config import ConfigurationError, optional_variable, variable

AUDIT_GROUND = (
    "Art. 17(3)(b) and (e) GDPR: kept for legal obligations and the defence of legal claims. The "
    "entries bear a pseudonym; what tied it to the person, and the key of the digests, was deleted."
)
LOCKED_GROUND = (
    "Art. 17(3)(b) and (e) GDPR: they prove that the audit is whole, so an object lock keeps each "
    "from being changed or deleted. They hold what the entries hold, and of the erasure a hash of "
    "the user's id."
)
CLEAR_GROUND = (
    "Art. 17(3)(b) and (e) GDPR: entries of a release without pseudonyms. They name the user by "
    "the random id of his account; the chain allows no change."
)

_BACKUP = (
    "Art. 17(1) with Recital 39 GDPR: deleted by their retention, and read for a restore only. "
    "After a restore, erase this user again before the data are used."
)
_RECORD = (
    "Art. 17(3)(b) GDPR: ids and states without content, for the security of processing (Art. 32); "
    "deleted by their retention."
)
AUDIT_LOCK = "audit_lock"
ENDINGS: Mapping[str, tuple[str, str]] = {
    # key in QS_KEPT_DAYS: what it is, and on which ground
    "dynamodb_points_in_time": ("points in time of DynamoDB", _BACKUP),
    "postgresql_points_in_time": ("automated backups and points in time of PostgreSQL", _BACKUP),
    "redis_snapshots": ("snapshots of Redis", _BACKUP),
    "backups": ("backups of DynamoDB and PostgreSQL in AWS Backup", _BACKUP),
    "backup_copies": ("copies of these backups in the recovery region", _BACKUP),
    "event_archive": ("archive of the event bus", _RECORD),
    "logs": (
        "logs of the functions, the API, the stores and the trail",
        "Art. 17(3)(b) GDPR: ids, states and keys of objects, which end with the names of uploaded "
        "files, for the security of processing (Art. 32); deleted by their retention.",
    ),
    "document_results": (
        "results of jobs of Textract",
        "Art. 17(1) GDPR: what was read in documents, encrypted. Textract deletes a job's result "
        "after its time and none before.",
    ),
    "executions": (
        "histories of the state machine's executions",
        "Art. 17(3)(b) GDPR: ids, states, times and keys of objects, no text of the user, for the "
        "security of processing (Art. 32). Step Functions keeps a history for its time.",
    ),
    "model_calls": (
        "texts and pictures of model calls, which this platform logs",
        "Art. 17(3)(b) GDPR, if the operator has such a duty: content of the user, deleted by its "
        "retention. Delete it from the log group and the bucket of the model calls where not.",
    ),
    "queues": ("queues and their dead letters", "Deleted by their retention."),
}


@dataclass(frozen=True, slots=True)
class Remains:
    """What the platform keeps in spite of an erasure.

    Attributes:
        days: For how many days, by what it is: ``ENDINGS`` and ``audit_lock``.
        regions: Regions that hold copies of the audit under lock.
    """

    days: Mapping[str, int]
    regions: tuple[str, ...]

    @classmethod
    def from_environment(cls) -> "Remains":
        """Read the function's environment.

        Returns:
            What is kept.

        Raises:
            ConfigurationError: If a variable is missing or says something else.
        """
        text = variable("QS_KEPT_DAYS")
        try:
            days = json.loads(text)
        except ValueError:
            days = None
        known = {AUDIT_LOCK, *ENDINGS}
        if (
            not isinstance(days, dict)
            or AUDIT_LOCK not in days
            or not set(days) <= known
            or not all(isinstance(one, int) and one >= 0 for one in days.values())
        ):
            raise ConfigurationError(
                f"The variable QS_KEPT_DAYS must be JSON with days by name ({AUDIT_LOCK}, and any "
                f"of {', '.join(ENDINGS)}), not {text!r}: a certificate says until when something "
                "is kept. Correct it in the function's environment and deploy again."
            )
        recovery = optional_variable("QS_RECOVERY_REGION")
        return cls(days, tuple(filter(None, (clients.region(), recovery))))

    def retained(self, entries: tuple[int, int]) -> list[dict[str, Any]]:
        """Say what stays.

        Args:
            entries: Audit entries under the user's pseudonym, and such that name him in clear.

        Returns:
            Each with its ground, as the certificate shows it.
        """
        pseudonymous, clear = entries
        retained: list[dict[str, Any]] = [
            {"what": "audit entries", "count": pseudonymous, "ground": AUDIT_GROUND},
            {
                "what": "copies of audit entries and certificates under object lock",
                "regions": list(self.regions),
                "locked_days": self.days[AUDIT_LOCK],
                "ground": LOCKED_GROUND,
            },
        ]
        if clear:
            retained.append(
                {"what": "audit entries in clear", "count": clear, "ground": CLEAR_GROUND}
            )
        return retained

    def expiring(self, finished_at: datetime) -> list[dict[str, Any]]:
        """Say what ends by itself, and when the last of it is gone.

        Args:
            finished_at: When nothing was left outside of it.

        Returns:
            Each with its end and its ground, as the certificate shows it.
        """
        return [
            {"what": what, "until": stamp(finished_at + timedelta(days=days)), "ground": ground}
            for name, (what, ground) in ENDINGS.items()
            if (days := self.days.get(name, 0))
        ]
