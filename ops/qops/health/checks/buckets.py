"""Checks of the buckets, in the layer data. Each compares with what Terraform configured."""

from collections.abc import Iterator
from typing import Any

from qops.health.model import Check, Finding, Layer, Severity
from qops.health.surroundings import Surroundings, judged, unhealthy
from qops.inventory.model import Resource

_CLOSED = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)


def _here(at: Surroundings, kind: str) -> tuple[Resource, ...]:
    """Buckets of this region: the copies of the recovery region have their own layer."""
    return tuple(one for one in at.inventory.of(kind) if one.layer != "recovery")


def _versioning(at: Surroundings) -> Iterator[Finding]:
    def look(bucket: Resource) -> Finding:
        name = bucket.text("bucket")
        wanted = str(bucket.block("versioning_configuration").get("status", "Enabled"))
        found = at.client("s3").get_bucket_versioning(Bucket=name).get("Status", "Disabled")
        return judged(name, found == wanted, f"versioning is {found}, configured {wanted}")

    yield from at.each(_here(at, "aws_s3_bucket_versioning"), "bucket", look)


def _encryption(at: Surroundings) -> Iterator[Finding]:
    def look(bucket: Resource) -> Finding:
        name = bucket.text("bucket")
        block: Any = bucket.block("rule").get("apply_server_side_encryption_by_default") or [{}]
        wanted = str(block[0].get("sse_algorithm", "aws:kms"))
        key = str(block[0].get("kms_master_key_id") or "")
        rules = at.client("s3").get_bucket_encryption(Bucket=name)[
            "ServerSideEncryptionConfiguration"
        ]["Rules"]
        used = rules[0]["ApplyServerSideEncryptionByDefault"]
        same = used["SSEAlgorithm"] == wanted and (not key or used.get("KMSMasterKeyID") == key)
        other = "" if same or used["SSEAlgorithm"] != wanted else ", but with another key"
        return judged(name, same, f"{used['SSEAlgorithm']}, configured {wanted}{other}")

    kind = "aws_s3_bucket_server_side_encryption_configuration"
    yield from at.each(_here(at, kind), "bucket", look)


def _closed(at: Surroundings) -> Iterator[Finding]:
    def look(bucket: Resource) -> Finding:
        from botocore.exceptions import ClientError

        name = bucket.text("bucket")
        try:
            found = at.client("s3").get_public_access_block(Bucket=name)[
                "PublicAccessBlockConfiguration"
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchPublicAccessBlockConfiguration":
                return unhealthy(name, "nothing blocks public access")
            raise
        open_ = [one for one in _CLOSED if not found.get(one)]
        return judged(name, not open_, f"off: {', '.join(open_)}" if open_ else "closed")

    yield from at.each(_here(at, "aws_s3_bucket_public_access_block"), "bucket", look)


def _replication(at: Surroundings) -> Iterator[Finding]:
    def look(bucket: Resource) -> Finding:
        name = bucket.text("bucket")
        rules = at.client("s3").get_bucket_replication(Bucket=name)["ReplicationConfiguration"][
            "Rules"
        ]
        off = [str(one.get("ID", "?")) for one in rules if one["Status"] != "Enabled"]
        if off:
            return unhealthy(name, f"rules that are off: {', '.join(off)}")
        target = rules[0]["Destination"]["Bucket"].rpartition(":")[2]
        failed = at.metric(
            "AWS/S3",
            "OperationsFailedReplication",
            {"SourceBucket": name, "DestinationBucket": target, "RuleId": str(rules[0].get("ID"))},
            minutes=60,
        )
        return judged(name, not failed, f"to {target}, {failed or 0:.0f} failed in an hour")

    yield from at.each(_here(at, "aws_s3_bucket_replication_configuration"), "bucket", look)


CHECKS = (
    Check(
        id="data.bucket-versioning",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Versioning of buckets",
        meaning="What is overwritten or deleted in the bucket is gone.",
        repair="Plan and apply; look in the trail for who turned it off.",
        runbook="buckets.md#versioning",
        look=_versioning,
    ),
    Check(
        id="data.bucket-encryption",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Encryption of buckets",
        meaning="New objects are not encrypted with the platform's key.",
        repair="Plan and apply; objects written meanwhile must be copied onto themselves.",
        runbook="buckets.md#encryption",
        look=_encryption,
    ),
    Check(
        id="data.bucket-closed",
        layer=Layer.DATA,
        severity=Severity.CRITICAL,
        title="Buckets are closed to the public",
        meaning="A policy or an ACL could open the bucket to everybody.",
        repair="Block public access at once, then look in the trail for who opened it.",
        runbook="buckets.md#public-access",
        look=_closed,
    ),
    Check(
        id="data.bucket-replication",
        layer=Layer.DATA,
        severity=Severity.HIGH,
        title="Copies of buckets in the recovery region",
        meaning="New objects are not copied: the recovery region falls behind.",
        repair="Look at the role of the replication and at its key, then copy what is missing.",
        runbook="buckets.md#replication",
        look=_replication,
    ),
)
"""The checks of the buckets."""
