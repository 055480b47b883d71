"""Uploads: files that a user hands to the platform, straight into S3."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Identifier, Timestamp, WireModel

MAX_UPLOAD_BYTES = 25 * 1024 * 1024


class ContentType(StrEnum):
    """Types of files that the platform reads."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    PDF = "application/pdf"
    CSV = "text/csv"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadRequest(WireModel):
    """Body of `POST /v1/uploads`: exactly the file that will be sent."""

    filename: str = Field(
        min_length=1,
        max_length=100,
        pattern=r"^[A-Za-z0-9가-힣][A-Za-z0-9가-힣 ._-]*$",
        description="File name without a folder.",
    )
    content_type: ContentType
    size_bytes: int = Field(ge=1, le=MAX_UPLOAD_BYTES)


class Upload(WireModel):
    """A form upload (presigned S3 POST) for one object of one size and type."""

    upload_id: Identifier
    key: str = Field(description="Key of the object; the tools take it as handle of the file.")
    url: str
    fields: dict[str, str] = Field(description="Form fields to send, all of them, before `file`.")
    content_type: ContentType
    size_bytes: int = Field(description="S3 refuses any other size.")
    expires_at: Timestamp
