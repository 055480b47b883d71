"""The bytes of a picture or a document, given in the call or kept in S3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qops.local.engines.pool import EngineError
from qops.local.engines.reading import NotReadyError, Reading, UnreadableError
from qops.local.router.registry import Call, Fault

MEBIBYTE = 1024 * 1024
_FOUND = 200
_KINDS = (
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("JPEG", b"\xff\xd8\xff"),
    ("TIFF", b"II*\x00"),
    ("TIFF", b"MM\x00*"),
)
_PDF = b"%PDF-"
_PDF_HEAD = 1024


@dataclass(frozen=True)
class Rules:
    """What a service takes, and its errors for the rest.

    Attributes:
        kinds: Kinds of files.
        most_given: Bytes in the call.
        most_stored: Bytes in S3.
        too_large: Code of the error for more.
        unsupported: Code of the error for another kind.
        unreadable: Code of the error for a broken file.
    """

    kinds: tuple[str, ...]
    most_given: int
    most_stored: int
    too_large: str
    unsupported: str
    unreadable: str


def kind(data: bytes) -> str | None:
    """PNG, JPEG, TIFF or PDF, by the first bytes."""
    for name, start in _KINDS:
        if data.startswith(start):
            return name
    return "PDF" if _PDF in data[:_PDF_HEAD] else None


async def content(call: Call, given: dict[str, Any] | None, rules: Rules) -> bytes:
    """The bytes of what a call names.

    Args:
        call: The call.
        given: ``Image`` or ``Document`` of the call, or a ``DocumentLocation``.
        rules: What the service takes.

    Raises:
        Fault: Nothing or too much is given, the object cannot be read, or it is of another kind.
    """
    data = (given or {}).get("Bytes")
    place = (given or {}).get("S3Object")
    if (data is None) == (place is None):
        raise Fault("InvalidParameterException", "Request has invalid parameters")
    if data is not None:
        _fits(len(data), rules.most_given, rules)
    else:
        data = await stored(call, place or {})
        _fits(len(data), rules.most_stored, rules)
    if not data:
        raise Fault("InvalidParameterException", "Request has invalid parameters")
    if kind(data) not in rules.kinds:
        raise Fault(rules.unsupported, f"Request has unsupported format; {_listed(rules)}.")
    return bytes(data)


async def stored(call: Call, place: dict[str, Any]) -> bytes:
    """The bytes of an object.

    Raises:
        Fault: It cannot be read.
    """
    bucket, key = place.get("Bucket"), place.get("Name")
    if not bucket or not key:
        raise Fault("InvalidParameterException", "Request has invalid parameters")
    answer = await call.context.backends.download(
        str(bucket), str(key), place.get("Version"), call.region
    )
    if answer.status != _FOUND:
        raise Fault(
            "InvalidS3ObjectException",
            "Unable to get object metadata from S3. Check object key, region and/or access"
            " permissions.",
        )
    return answer.body


async def pages(
    call: Call, data: bytes, rules: Rules, *, first: int = 0, last: int = 0, tables: bool = False
) -> Reading:
    """Reads pages.

    Args:
        call: The call.
        data: The document.
        rules: What the service takes.
        first: First page, from 0.
        last: Last page.
        tables: Whether tables are looked for.

    Raises:
        Fault: The document is broken, or the engine is not ready.
    """
    try:
        return await call.context.reader.read(data, first=first, last=last, tables=tables)
    except UnreadableError as error:
        raise Fault(rules.unreadable, f"The file cannot be read: {error}") from error
    except NotReadyError as error:
        raise Fault("ThrottlingException", str(error)) from error
    except EngineError as error:
        raise Fault("InternalServerError", str(error), 500) from error


def _fits(size: int, most: int, rules: Rules) -> None:
    if size > most:
        raise Fault(rules.too_large, f"{size} bytes; the most is {most}.")


def _listed(rules: Rules) -> str:
    return f"supported are {', '.join(rules.kinds)}"
