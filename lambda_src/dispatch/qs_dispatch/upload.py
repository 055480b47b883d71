"""The upload ticket: what lets a device put pictures into S3 without credentials for it."""

from datetime import datetime, timedelta

from qs_cloud import clients
from qs_cloud.calls import calling
from qscreen.wire import UploadTicket

CONTENT_TYPE = "image/png"
MAX_BYTES = 5 * 1024 * 1024
"""Most bytes of one picture: a 4K desktop as PNG stays below it."""
VALID = timedelta(minutes=15)
"""How long a ticket holds: longer than twenty steps with their waits can take."""


def upload_ticket(bucket: str, key_arn: str, prefix: str, now: datetime) -> UploadTicket:
    """Presign a POST that covers one key prefix.

    Args:
        bucket: The screenshots bucket.
        key_arn: KMS key under which S3 must store the pictures.
        prefix: Prefix that every object key must start with.
        now: Present time.

    Returns:
        The ticket; S3 refuses other keys, types, sizes and encryption.

    Raises:
        CloudCallError: If the credentials to sign with cannot be had.
    """
    encryption = {
        "Content-Type": CONTENT_TYPE,
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": key_arn,
    }
    conditions: list[object] = [["content-length-range", 1, MAX_BYTES]]
    conditions += [{name: value} for name, value in encryption.items()]
    with calling("sign the upload ticket"):
        # A key that ends in ${filename} makes the condition ["starts-with", "$key", prefix].
        signed = clients.s3().generate_presigned_post(
            Bucket=bucket,
            Key=prefix + "${filename}",
            Fields=dict(encryption),
            Conditions=conditions,
            ExpiresIn=int(VALID.total_seconds()),
        )
    fields = {name: value for name, value in signed["fields"].items() if name != "key"}
    return UploadTicket(
        url=signed["url"],
        fields=fields,
        key_prefix=prefix,
        content_type=CONTENT_TYPE,
        max_bytes=MAX_BYTES,
        expires_at=now + VALID,
    )
