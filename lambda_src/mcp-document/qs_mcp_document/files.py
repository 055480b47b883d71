"""Files in S3: what they are by their content, and whether a tool may take them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qs_cloud import clients
from qs_mcp import ToolFault
from qs_mcp_document.faults import asking

MEBIBYTE = 1024 * 1024
MOST_AT_ONCE = 10 * MEBIBYTE
"""What Textract takes in one call."""
MOST_IN_JOB = 500 * MEBIBYTE
"""What Textract takes of a PDF or TIFF in a job."""
MOST_OPENED = 25 * MEBIBYTE
"""What is opened here: the largest upload."""
MOST_PAGES = 3_000
_MOST_NODES = 4 * MOST_PAGES
"""Nodes of a PDF's tree of pages that are looked at; one that leads back to itself has no end."""
_HEAD = 4_096


class Kind(StrEnum):
    """Types of files, by their first bytes."""

    PDF = "PDF"
    PNG = "PNG"
    JPEG = "JPEG"
    TIFF = "TIFF"
    ZIP = "ZIP archive"
    OLE = "password-protected or old (.xls) Office file"
    TEXT = "text"
    OTHER = "file of an unknown type"


READABLE = (Kind.PDF, Kind.PNG, Kind.JPEG, Kind.TIFF)
"""What Textract reads."""

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was looked at.

    Attributes:
        bucket: Where it lies.
        key: Its key.
        tag: S3's entity tag of it.
        size: Bytes.
        kind: What it is.
        data: Its content; None if it was not needed, or too large to be opened.
    """

    bucket: str
    key: str
    tag: str
    size: int
    kind: Kind
    data: bytes | None


def kind_of(head: bytes) -> Kind:
    """Tell what a file is.

    Args:
        head: Its first bytes.

    Returns:
        Its type, by content; the name and the declared type are not asked.
    """
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    # A PDF may have some bytes before its mark.
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.TEXT
    if not head or any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return Kind.OTHER
    return Kind.TEXT


def look(bucket: str, key: str, *, whole: tuple[Kind, ...]) -> File:
    """Look at a file, and read it where its content is needed.

    Args:
        bucket: Bucket.
        key: Key; the caller may read it.
        whole: Types of which the content is needed.

    Returns:
        The file.

    Raises:
        ToolFault: If there is none.
        CloudCallError: If S3 fails otherwise.
    """
    with asking("The document was not read.", "read the document"):
        answer = clients.s3().get_object(Bucket=bucket, Key=key)
        body: Any = answer["Body"]
        try:
            head = body.read(_HEAD)
            kind = kind_of(head)
            wanted = kind in whole and answer["ContentLength"] <= MOST_OPENED
            data = head + body.read() if wanted else None
        finally:
            body.close()
    return File(
        bucket=bucket,
        key=key,
        tag=answer["ETag"],
        size=answer["ContentLength"],
        kind=kind,
        data=data,
    )


def readable(bucket: str, key: str, *, job: bool) -> File:
    """Look at a file that Textract is to read, and refuse what it would refuse.

    Args:
        bucket: Bucket.
        key: Key; the caller may read it.
        job: Whether it is read by a job, which takes many pages.

    Returns:
        The file.

    Raises:
        ToolFault: If it is of another type, too large, broken, protected, or has too many pages.
        CloudCallError: If S3 fails otherwise.
    """
    file = look(bucket, key, whole=(Kind.PDF,))
    if file.kind not in READABLE:
        raise wrong_kind(file, "PDF, PNG, JPEG or TIFF", _other_tool(file.kind))
    many = job and file.kind in (Kind.PDF, Kind.TIFF)
    most = MOST_IN_JOB if many else MOST_AT_ONCE
    if file.size > most:
        raise ToolFault(
            "The document was not read.",
            f"It has {file.size:,} bytes, and Textract takes {most:,} here.",
            "Use start_job for a PDF or TIFF; else upload a smaller one."
            if not many
            else "Split it and upload the parts.",
        )
    if file.data is not None:
        pages = pdf_pages(file.data)
        if pages is not None and pages > (MOST_PAGES if job else 1):
            raise ToolFault(
                "The document was not read.",
                f"It has {_told(pages)} pages; here {MOST_PAGES if job else 1:,} can be read.",
                "Split it and upload the parts." if job else "Use start_job for it.",
            )
    return file


def pdf_pages(data: bytes) -> int | None:
    """Count the pages of a PDF.

    Args:
        data: The file.

    Returns:
        Pages, counted only until they are too many; None if only Textract can tell, since the
        file is encrypted without a password in a way that is not opened here.

    Raises:
        ToolFault: If it is protected by a password, or broken.
    """
    from io import BytesIO

    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise ToolFault(
                "The document was not read.",
                "It is protected by a password.",
                "Remove the password and upload it again.",
            )
        pages = _count(reader)
    except DependencyError:
        return None
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as e:
        raise _broken() from e
    if not pages:
        raise _broken()
    return pages


def _count(reader: Any) -> int:
    """Count without pypdf's list of pages, which a tree of 100,000 keeps busy for minutes."""
    pages = 0
    left = [reader.root_object["/Pages"]]
    for _ in range(_MOST_NODES):
        if not left or pages > MOST_PAGES:
            return pages
        node = left.pop().get_object()
        kids = node.get("/Kids")
        if kids is None:
            pages += 1
        else:
            left.extend(kids.get_object())
    raise ValueError


def _told(pages: int) -> str:
    return f"{pages:,}" if pages <= MOST_PAGES else f"more than {MOST_PAGES:,}"


def wrong_kind(file: File, wanted: str, next_step: str) -> ToolFault:
    """Say that a file is none that a tool takes.

    Args:
        file: The file.
        wanted: What the tool takes.
        next_step: What to do.

    Returns:
        The fault.
    """
    return ToolFault(
        "The document was not read.",
        f"By its content it is a {file.kind.value}, and the tool takes {wanted}."
        if file.size
        else "It is empty.",
        next_step,
    )


def _other_tool(kind: Kind) -> str:
    if kind in (Kind.ZIP, Kind.TEXT):
        return "For .xlsx and .csv use read_spreadsheet."
    return "Save it as a PDF and upload that."


def _broken() -> ToolFault:
    return ToolFault(
        "The document was not read.",
        "The PDF is broken: its pages cannot be found.",
        "Open and save it again, or print it to a new PDF, and upload that.",
    )
