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
from qs_user_data.remains import Remains
from qs_user_data.steps import Erasure
from qs_user_data.store import region_of

SCHEMA = "qscreen-erasure-certificate/2"


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
    remains: Remains,
    entries: tuple[int, int],
    finished_at: datetime,
) -> Certificate:
    """Write a certificate under object lock.

    Args:
        bucket: The audit bucket.
        erasure: The erasure.
        subject_sha256: Hash of the user's id.
        steps: What each store has lost.
        remains: What the platform keeps in spite of it.
        entries: Audit entries that stay, under the pseudonym and in clear.
        finished_at: When nothing was left.

    Returns:
        Where it lies and its digest.

    Raises:
        CloudCallError: If the bucket cannot be reached.
    """
    document = {
        "schema": SCHEMA,
        "erasure_id": erasure.id,
        "subject_sha256": subject_sha256,
        "requested_by": erasure.requested_by,
        "started_at": stamp(erasure.started_at),
        "finished_at": stamp(finished_at),
        "deleted": {
            store: {"region": region_of(store, clients.region()), **step}
            for store, step in steps.items()
        },
        "retained": remains.retained(entries),
        "expiring": remains.expiring(finished_at),
        "not_covered": [
            "the account in Cognito, which the operator deletes",
            "what agents keep on the user's own devices (journal, audit, secrets of the sign-in)",
        ],
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
