"""What the tools answer."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qs_reading.paper import Box, Table


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class TextLine(_Answer):
    """A line of text."""

    page: int = Field(ge=1)
    text: str
    confidence: float = Field(ge=0, le=100, description="Percent.")
    box: Box | None = None


class FormField(_Answer):
    """A label of a form and what stands beside it."""

    page: int = Field(ge=1)
    key: str
    value: str
    selected: bool | None = Field(default=None, description="Of a box to tick; else null.")
    confidence: float = Field(ge=0, le=100, description="Percent; the lower of key and value.")
    key_box: Box | None = None
    value_box: Box | None = None


class Reply(_Answer):
    """The answer to a question."""

    question: str
    answer: str | None = Field(default=None, description="Null where the document has none.")
    confidence: float | None = Field(default=None, description="Percent.")
    page: int | None = None
    box: Box | None = None


class Warned(_Answer):
    """Pages of a document that could not be read."""

    code: str
    pages: tuple[int, ...]


class TextRead(_Answer):
    """Text of a document."""

    pages: int
    text: str
    lines: tuple[TextLine, ...] = ()
    truncated: bool = False


class TablesRead(_Answer):
    """Tables of a document."""

    pages: int
    tables: tuple[Table, ...]


class FormsRead(_Answer):
    """Labelled fields of a document."""

    pages: int
    fields: tuple[FormField, ...]


class Replies(_Answer):
    """Answers to questions."""

    pages: int
    answers: tuple[Reply, ...]


class FileMade(_Answer):
    """A file that was written for the caller."""

    key: str = Field(description="Handle of the file; the tools take it as document.")
    url: str = Field(description="Link to download it; make a new one with `link`.")
    expires_at: datetime = Field(description="After this the link answers 403.")
    content_type: str
    size_bytes: int = Field(ge=0)
    tables: int = Field(default=0, ge=0)


class JobStatus(StrEnum):
    """How far a job is."""

    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"


class JobState(_Answer):
    """A job."""

    job_id: str
    status: JobStatus
    message: str | None = None
    pages: int | None = Field(default=None, description="Known when it has ended.")
    warnings: tuple[Warned, ...] = Field(default=(), description="What of it could not be read.")
    started_at: datetime
    document: str = Field(description="Key of the document.")
    features: tuple[str, ...]


class JobRead(_Answer):
    """What a job found, for a range of pages."""

    job_id: str
    status: JobStatus
    pages: int
    first_page: int
    last_page: int
    lines: tuple[TextLine, ...] = ()
    text: str | None = None
    tables: tuple[Table, ...] = ()
    fields: tuple[FormField, ...] = ()
    answers: tuple[Reply, ...] = ()
    warnings: tuple[Warned, ...] = ()
    truncated: bool = Field(
        default=False, description="Not all pages asked for are here: ask on from last_page + 1."
    )


CellType = Literal["empty", "text", "number", "boolean", "date", "time", "duration", "error"]


class Column(_Answer):
    """A column of a range."""

    letter: str
    types: tuple[CellType, ...] = Field(description="Types of its cells, the most frequent first.")


class SheetRead(_Answer):
    """A range of a sheet."""

    sheet: str
    sheets: tuple[str, ...]
    range: str = Field(description="What was read, e.g. A1:D20; empty for an empty sheet.")
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | float | bool | None, ...], ...] = Field(
        description="Values; dates as ISO 8601, a formula as the value that was saved with it."
    )
    csv: str | None = Field(default=None, description="The same as CSV, if it was asked for.")
    truncated: bool = Field(default=False, description="There are more rows or columns.")
