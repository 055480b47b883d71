"""The parts of an .xlsx, read within bounds: a small file may unpack to one endless row.

Nothing here trusts what the file says of itself. What is read is counted as it comes, what is done
with is let go at once, and what no spreadsheet program writes is refused.
"""

import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Self

from qs_mcp import ToolFault

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_UNPACKED = 200 * 1024 * 1024
"""What an .xlsx may unpack to: a small file can hold gigabytes."""
MOST_MEMBERS = 5_000
MOST_KEPT = 4 * 1024 * 1024
"""Bytes of a part that is read as a whole, as the list of sheets is, or of one row or text."""
MOST_TAGS = 100_000
"""Tags of a part that is read as a whole: a list of sheets has one for each sheet and each name."""
MOST_ELEMENTS = 100_000
"""Elements of one row or text; 16,384 cells, the most of a row, have some 50,000."""
CHUNK = 64 * 1024
"""The parser looks again through all of a long comment with each chunk, so they are not small."""
SECONDS = 12.0
"""After this a file is given up: API Gateway waits for 29 s, and the answer has to be made too."""

FAILED = "The spreadsheet was not read."
_ANEW = "Open it in a spreadsheet program, save it anew as .xlsx, and upload that."
_PART = "Save the sheet that matters as a file of its own and upload that."
_WORKBOOK = "xl/workbook.xml"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 20 * MOST_MEMBERS
"""So many marks of entries come neither by chance nor of archives that are embedded in it."""
_TYPE_DEFINITION = b"<!DOCTYPE"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    # What the parser of XML raises.
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    RuntimeError,
    ArithmeticError,
    zlib.error,
)
"""What the libraries raise over a broken file."""


class TooLongFault(ToolFault):
    """The time was over before a part was read."""


@dataclass(slots=True)
class Part:
    """A part that is being unpacked.

    Attributes:
        unpacked: The bytes.
        until: When the file is given up, seconds of the monotonic clock.
    """

    unpacked: IO[bytes]
    until: float
    _place: int = 0
    _done: int = 0
    _end: bytes = b""

    def read(self, size: int = -1) -> bytes:
        """Read on.

        Args:
            size: At most so many bytes; less than 0 for the whole part.

        Returns:
            Bytes; none at the end.

        Raises:
            ToolFault: If it is too much, takes too long, or declares entities.
        """
        data = self.unpacked.read(size if size >= 0 else MOST_KEPT + 1)
        self._place += len(data)
        if self._place - self._done > MOST_KEPT or (size < 0 and data.count(b"<") > MOST_TAGS):
            raise larger_than_any()
        # Of UTF-16 every other byte of these characters is NUL.
        if _TYPE_DEFINITION in (looked := (self._end + data).replace(b"\0", b"")):
            raise ToolFault(
                FAILED, "It holds a document type definition, which no spreadsheet may have.", _ANEW
            )
        self._end = looked[1 - len(_TYPE_DEFINITION) :]
        if time.monotonic() > self.until:
            raise TooLongFault(
                FAILED,
                f"It has so much that {SECONDS:.0f} seconds are not enough to come to the range.",
                f"Pass a range nearer to the beginning. {_PART}",
            )
        return data

    def done(self) -> None:
        """Forget what was read: nothing of it is kept any more."""
        self._done = self._place

    def close(self) -> None:
        """Close it."""
        self.unpacked.close()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


@dataclass(frozen=True, slots=True)
class Parts:
    """The archive, as far as openpyxl asks one.

    Attributes:
        archive: The archive.
        until: When the file is given up, seconds of the monotonic clock.
    """

    archive: zipfile.ZipFile
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Open an archive, if it may be one of a spreadsheet.

        Args:
            data: The file.

        Returns:
            Its parts.

        Raises:
            ToolFault: If it is broken, no .xlsx, too large or protected.
        """
        if data.count(_ENTRY) > _MOST_ENTRIES:
            # The archive's own list would take hundreds of megabytes.
            raise _too_large()
        try:
            archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise broken("an .xlsx") from error
        members = archive.infolist()
        if _WORKBOOK not in {member.filename for member in members}:
            raise ToolFault(
                FAILED,
                "It is a ZIP archive, but not an .xlsx.",
                "Save the spreadsheet as .xlsx and upload that.",
            )
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
            raise _too_large()
        if any(one.flag_bits & _ENCRYPTED for one in members):
            raise ToolFault(
                FAILED, "It is protected by a password.", "Remove the password and upload it again."
            )
        if any(one.compress_type not in _METHODS for one in members):
            raise broken("an .xlsx")
        return cls(archive)

    @property
    def filename(self) -> str:
        """Its name, for messages of the library."""
        return "the file"

    def namelist(self) -> list[str]:
        """Name the parts."""
        return self.archive.namelist()

    def open(self, name: str, mode: str = "r") -> Part:
        """Open a part.

        Args:
            name: Its name.
            mode: Only to read.

        Returns:
            The part.

        Raises:
            KeyError: If there is none.
        """
        del mode
        return Part(self.archive.open(name), self.until)

    def read(self, name: str) -> bytes:
        """Read a part as a whole.

        Args:
            name: Its name.

        Returns:
            Its bytes.

        Raises:
            KeyError: If there is none.
            ToolFault: If it is too large.
        """
        with self.open(name) as part:
            return part.read()


def children(part: Part, path: Sequence[str]) -> "Iterator[Element]":
    """Go through the elements below another, each of which is let go before the next.

    Args:
        part: An XML document.
        path: Tags from the root to the element of which the children are wanted.

    Yields:
        The children.

    Raises:
        ToolFault: If one of them is too large, or the document is of another kind.
        SyntaxError: If it is no XML.
    """
    parents: list[Element] = []
    alive = 0
    for event, element in _events(part):
        if event == "start":
            if not parents and element.tag != path[0]:
                raise _other_kind(element.tag)
            parents.append(element)
            alive += 1
            if alive > MOST_ELEMENTS:
                raise ToolFault(
                    FAILED,
                    f"A row or a text of it has more than {MOST_ELEMENTS:,} parts.",
                    _ANEW,
                )
            continue
        parents.pop()
        if len(parents) > len(path) or not parents:
            continue
        if [one.tag for one in parents] == list(path):
            yield element
        parents[-1].remove(element)
        alive = len(parents)
        part.done()


def _events(part: Part) -> "Iterator[tuple[str, Element]]":
    from xml.etree.ElementTree import XMLPullParser

    # Entities, which make this parser unsafe, are refused by the part.
    parser: Any = XMLPullParser(events=("start", "end"))
    while data := part.read(CHUNK):
        parser.feed(data)
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


def broken(what: str) -> ToolFault:
    """Say that a file cannot be read.

    Args:
        what: What it would have to be.

    Returns:
        The fault.
    """
    return ToolFault(
        FAILED,
        f"The file is broken: it cannot be read as {what}.",
        "Open and save it again, and upload that.",
    )


def larger_than_any() -> ToolFault:
    """Say that something of a file is larger than it can be.

    Returns:
        The fault.
    """
    return ToolFault(
        FAILED, "A row or a part of it is larger than any spreadsheet program writes.", _ANEW
    )


def _too_large() -> ToolFault:
    return ToolFault(
        FAILED,
        f"It unpacks to more than {MOST_UNPACKED:,} bytes or {MOST_MEMBERS:,} parts.",
        _PART,
    )


def _other_kind(tag: str) -> ToolFault:
    if tag.startswith(_STRICT):
        return ToolFault(
            FAILED,
            "It is a Strict Open XML Spreadsheet, which is not read here.",
            "Save it as Excel Workbook (.xlsx) and upload that.",
        )
    return broken("an .xlsx")
