"""CloudTrail: moto looks for bucket and topic of a trail in its own S3 and SNS, not MiniStack's.

Declared only: a trail records nothing.
"""

from __future__ import annotations

from qops.local.router.owners import Backend
from qops.local.router.registry import Call, Fault, before

_EXISTS = ("BucketAlreadyExists", "BucketAlreadyOwnedByYou")


@before("cloudtrail", "CreateTrail", "UpdateTrail")
async def mirror_bucket(call: Call) -> None:
    """Makes the bucket known to moto when it really exists."""
    bucket = call.params.get("S3BucketName")
    if not bucket:
        return
    try:
        await call.aws("s3", "GetBucketLocation", Bucket=bucket)
    except Fault as fault:
        message = f"S3 bucket {bucket} does not exist!"
        raise Fault("S3BucketDoesNotExistException", message) from fault
    location = {"LocationConstraint": call.region}
    params = {"Bucket": bucket, "CreateBucketConfiguration": location}
    try:
        await call.context.backends.call("s3", "CreateBucket", params, call.region, Backend.MOTO)
    except Fault as fault:
        if fault.code not in _EXISTS:
            raise


@before("cloudtrail", "CreateTrail", "UpdateTrail")
async def mirror_topic(call: Call) -> None:
    """Makes the topic known to moto when it really exists."""
    name = str(call.params.get("SnsTopicName") or "").rpartition(":")[2]
    if not name:
        return
    try:
        await call.aws("sns", "GetTopicAttributes", TopicArn=call.arn(name, service="sns"))
    except Fault as fault:
        message = "SNS Topic does not exist or the topic policy is incorrect!"
        raise Fault("InsufficientSnsTopicPolicyException", message) from fault
    params = {"Name": name}
    await call.context.backends.call("sns", "CreateTopic", params, call.region, Backend.MOTO)
