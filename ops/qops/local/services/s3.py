"""S3: bucket settings that MiniStack lacks (declared only), object lock as AWS guards it, and tags.

MiniStack takes an unknown setting of a bucket for the bucket itself: it would make or delete it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from qops.local.router.registry import Answer, Call, Fault, after, before, operation

_SERVICE = "s3"
_BY_ID = ("IntelligentTiering", "Metrics", "Analytics", "Inventory")
_MISSING = "NoSuchConfiguration"


def _declare(setting: str) -> None:
    """Registers the four operations of a setting of which a bucket may have several."""
    name = f"{setting}Configuration"

    @operation(_SERVICE, f"PutBucket{name}")
    async def put(call: Call) -> Answer:
        await _require_bucket(call)
        call.records(setting)[_key(call)] = call.params[name]
        return {}

    @operation(_SERVICE, f"GetBucket{name}")
    async def get(call: Call) -> Answer:
        found = call.records(setting).get(_key(call))
        if found is None:
            raise Fault(_MISSING, "The specified configuration does not exist.", 404)
        return {name: found}

    @operation(_SERVICE, f"DeleteBucket{name}")
    async def delete(call: Call) -> Answer:
        call.records(setting).pop(_key(call), None)
        return {}

    @operation(_SERVICE, f"ListBucket{name}s")
    async def list_all(call: Call) -> Answer:
        bucket = call.params["Bucket"]
        found = [one for key, one in call.records(setting).items() if _is_of(key, bucket)]
        return {"IsTruncated": False, f"{name}List": found}


for _setting in _BY_ID:
    _declare(_setting)


@operation(_SERVICE, "PutBucketRequestPayment")
async def put_request_payment(call: Call) -> Answer:
    """Declares who pays."""
    await _require_bucket(call)
    payer = call.params["RequestPaymentConfiguration"]["Payer"]
    call.records("payers")[call.params["Bucket"]] = payer
    return {}


@operation(_SERVICE, "GetBucketRequestPayment")
async def get_request_payment(call: Call) -> Answer:
    """Tells who pays."""
    await _require_bucket(call)
    return {"Payer": call.records("payers").get(call.params["Bucket"], "BucketOwner")}


@before(_SERVICE, "PutBucketVersioning")
async def keep_versions_of_locked_buckets(call: Call) -> None:
    """A bucket with object lock keeps its versions; MiniStack would suspend them."""
    if (call.params.get("VersioningConfiguration") or {}).get("Status") != "Suspended":
        return
    try:
        await call.aws(_SERVICE, "GetObjectLockConfiguration", Bucket=call.params["Bucket"])
    except Fault:
        return
    message = (
        "An Object Lock configuration is present on this bucket, so the versioning state cannot "
        "be changed."
    )
    raise Fault("InvalidBucketState", message, 409)


@after(_SERVICE, "CreateMultipartUpload")
async def remember_tags(call: Call, answer: Answer) -> None:
    """Keeps the tags of an object that comes in parts, which MiniStack forgets."""
    tagging = call.params.get("Tagging")
    if tagging:
        pairs = [{"Key": key, "Value": value} for key, value in parse_qsl(tagging, True)]
        call.records("uploads")[answer["UploadId"]] = pairs


@after(_SERVICE, "CompleteMultipartUpload")
async def tag_object(call: Call, answer: Answer) -> None:
    """Gives the object its tags once all its parts are there."""
    pairs = call.records("uploads").pop(call.params["UploadId"], None)
    if pairs:
        named = {"Bucket": call.params["Bucket"], "Key": call.params["Key"]}
        if answer.get("VersionId"):
            named["VersionId"] = answer["VersionId"]
        await call.aws(_SERVICE, "PutObjectTagging", Tagging={"TagSet": pairs}, **named)


@after(_SERVICE, "AbortMultipartUpload")
async def forget_tags(call: Call, _answer: Answer) -> None:
    """Forgets the tags of an upload that was given up."""
    call.records("uploads").pop(call.params["UploadId"], None)


@before(_SERVICE, "DeleteBucket")
async def forget(call: Call) -> None:
    """Forgets the settings of a bucket that can be deleted, that is, of an empty one."""
    bucket = call.params["Bucket"]
    versions = await call.aws(_SERVICE, "ListObjectVersions", Bucket=bucket, MaxKeys=1)
    if versions.get("Versions") or versions.get("DeleteMarkers"):
        return
    call.records("payers").pop(bucket, None)
    for setting in _BY_ID:
        records = call.records(setting)
        for key in [key for key in records if _is_of(key, bucket)]:
            del records[key]


async def _require_bucket(call: Call) -> None:
    params: dict[str, Any] = {"Bucket": call.params["Bucket"]}
    await call.aws(_SERVICE, "GetBucketLocation", **params)


def _key(call: Call) -> str:
    return f"{call.params['Bucket']}/{call.params['Id']}"


def _is_of(key: str, bucket: str) -> bool:
    return key.partition("/")[0] == bucket
