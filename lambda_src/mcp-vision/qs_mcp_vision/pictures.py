"""Pictures in S3: what they are by their first bytes, their size, and their fingerprint."""

import hashlib
from dataclasses import dataclass

from qs_cloud import clients
from qs_mcp import ToolFault
from qs_mcp_vision.faults import asking
from qs_reading.geometry import Size
from qs_reading.picture_size import JPEG, PNG, size_in

MOST_BYTES = 15 * 1024 * 1024
"""What Rekognition takes of a picture in S3."""
MOST_INLINE = 5 * 1024 * 1024
"""What it takes inside of a request."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was read.

    Attributes:
        bucket: Where it lies.
        key: Its key.
        data: Its bytes.
        size: Its size.
    """

    bucket: str
    key: str
    data: bytes
    size: Size

    @property
    def fingerprint(self) -> str:
        """Digest of the content: the same screen has the same, wherever it lies."""
        return hashlib.sha256(self.data).hexdigest()


def read_picture(bucket: str, key: str) -> Picture:
    """Read a picture.

    Args:
        bucket: Bucket.
        key: Key; the caller may read it.

    Returns:
        The picture.

    Raises:
        ToolFault: If there is none, or it is none that can be analysed.
        CloudCallError: If S3 fails otherwise.
    """
    with asking("The picture was not read.", "read the picture"):
        answer = clients.s3().get_object(Bucket=bucket, Key=key)
        length = answer["ContentLength"]
        if length > MOST_BYTES:
            answer["Body"].close()
            raise _too_large(length)
        try:
            data = answer["Body"].read()
        finally:
            answer["Body"].close()
    return Picture(bucket, key, data, size_of(data))


def size_of(data: bytes) -> Size:
    """Read the size of a picture off its first bytes.

    Args:
        data: The file.

    Returns:
        Its size.

    Raises:
        ToolFault: If it is neither PNG nor JPEG, or broken.
    """
    if not data.startswith((PNG, JPEG)):
        raise ToolFault(
            "The picture was not analysed.",
            f"By its content it is {_kind(data)}, neither PNG nor JPEG.",
            "Pass the key of a screenshot; documents go to the server document.",
        )
    found = size_in(data)
    if found is None:
        raise ToolFault(
            "The picture was not analysed.",
            "The file is broken: it ends before its size is said.",
            "Take the picture again.",
        )
    return found


def _kind(data: bytes) -> str:
    for start, name in (
        (b"%PDF-", "a PDF"),
        (b"GIF8", "a GIF"),
        (b"II*\0", "a TIFF"),
        (b"MM\0*", "a TIFF"),
        (b"BM", "a BMP"),
        (b"PK\x03\x04", "a ZIP archive"),
    ):
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "a WebP"
    return "empty" if not data else "of an unknown type"


def _too_large(length: int) -> ToolFault:
    return ToolFault(
        "The picture was not analysed.",
        f"It has {length:,} bytes, and Rekognition takes {MOST_BYTES:,}.",
        "Take a smaller picture, or one with a lower resolution.",
    )
