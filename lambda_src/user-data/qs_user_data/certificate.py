"""The certificate of an erasure: what was deleted, and what stays on which ground."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import stamp
from qs_user_data.steps import Erasure

SCHEMA = "qscreen-erasure-certificate/1"

AUDIT_GROUND = (
    "Art. 17(3)(b) and (e) GDPR: kept for legal obligations and the defence of legal claims. The "
    "entries bear a pseudonym; what tied it to the person, and the key of the digests, was deleted."
)
CLEAR_GROUND = (
    "Art. 17(3)(b) and (e) GDPR: entries of a release without pseudonyms. They name the user by "
    "the random id of his account; the chain allows no change."
)
EXPIRING = {
    "backups and points in time of DynamoDB and PostgreSQL": (
        "Art. 17(1) with Recital 39 GDPR: overwritten by their retention. After a restore, erase "
        "this user again before the data are used."
    ),
    "archive of the event bus, logs of the functions and of the API": (
        "Art. 17(3)(b) GDPR: ids and states without content, for the security of processing (Art. "
        "32); deleted by their retention."
    ),
    "queues and their dead letters": "Deleted by their retention of 14 days at most.",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that lies in the audit bucket.

    Attributes:
        key: Its key.
        sha256: Digest of its bytes, which the audit chain keeps.
    """

    key: str
    sha256: str


def certify(
    bucket: str,
    erasure: Erasure,
    subject_sha256: str,
    steps: Mapping[str, Mapping[str, Any]],
    entries: tuple[int, int],
    finished_at: datetime,
) -> Certificate:
    """Write a certificate under object lock.

    Args:
        bucket: The audit bucket.
        erasure: The erasure.
        subject_sha256: Hash of the user's id.
        steps: What each store has lost.
        entries: Audit entries that stay, under the pseudonym and in clear.
        finished_at: When nothing was left.

    Returns:
        Where it lies and its digest.

    Raises:
        CloudCallError: If the bucket cannot be reached.
    """
    pseudonymous, clear = entries
    retained = [{"what": "audit entries", "count": pseudonymous, "ground": AUDIT_GROUND}]
    if clear:
        retained.append({"what": "audit entries in clear", "count": clear, "ground": CLEAR_GROUND})
    document = {
        "schema": SCHEMA,
        "erasure_id": erasure.id,
        "subject_sha256": subject_sha256,
        "requested_by": erasure.requested_by,
        "started_at": stamp(erasure.started_at),
        "finished_at": stamp(finished_at),
        "deleted": dict(steps),
        "retained": retained,
        "expiring": [{"what": what, "ground": ground} for what, ground in EXPIRING.items()],
        "not_covered": ["the account in Cognito, which the operator deletes"],
    }
    body = json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1).encode()
    key = f"erasures/{finished_at:%Y/%m/%d}/{erasure.id}.json"
    with calling("store the certificate"):
        clients.s3().put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType="application/json",
            # A locked bucket takes no object without a checksum.
            ChecksumAlgorithm="SHA256",
        )
    return Certificate(key, hashlib.sha256(body).hexdigest())
