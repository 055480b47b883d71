"""``createUpload``: a form upload bound to one key, one size and one type."""

import secrets
from datetime import timedelta

from qs_api.call import Call
from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.telemetry import count, logger
from qscreen.wire import Upload, UploadRequest

VALID = timedelta(minutes=15)


def create_upload(call: Call, services: Services) -> Upload:
    """Presign a form upload below the caller's own prefix.

    Args:
        call: The request.
        services: Settings.

    Returns:
        The form; S3 refuses another key, size, type and encryption.

    Raises:
        CloudCallError: If the credentials to sign with cannot be had.
    """
    request = call.body_as(UploadRequest)
    upload_id = f"upl-{secrets.token_hex(10)}"
    key = f"uploads/{call.user.sub}/{upload_id}/{request.filename}"
    fields = {
        "Content-Type": request.content_type.value,
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": services.screenshots_key_arn,
    }
    conditions: list[object] = [
        ["content-length-range", request.size_bytes, request.size_bytes],
        *({name: value} for name, value in fields.items()),
    ]
    with calling("sign the upload"):
        signed = clients.s3().generate_presigned_post(
            Bucket=services.bucket,
            Key=key,
            Fields=dict(fields),
            Conditions=conditions,
            ExpiresIn=int(VALID.total_seconds()),
        )
    logger().info("Upload signed", extra={"upload_id": upload_id, "bytes": request.size_bytes})
    count("UploadsSigned", dimensions={"type": request.content_type.value})
    return Upload(
        upload_id=upload_id,
        key=key,
        url=signed["url"],
        fields=signed["fields"],
        content_type=request.content_type,
        size_bytes=request.size_bytes,
        expires_at=call.now + VALID,
    )
