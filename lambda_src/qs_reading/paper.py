"""Tables of a page, and places on it as ratios."""

from pydantic import BaseModel, ConfigDict, Field


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class Box(_Read):
    """A place on a page, as ratios of its width and height from the top left corner."""

    left: float
    top: float
    width: float
    height: float


class Merged(_Read):
    """A cell over more than one row or column; its text stands in its first cell."""

    row: int = Field(ge=1)
    column: int = Field(ge=1)
    row_span: int = Field(ge=1)
    column_span: int = Field(ge=1)


class Table(_Read):
    """A table of a page."""

    number: int = Field(default=1, ge=1, description="Place in the document, from 1.")
    page: int = Field(ge=1)
    title: str | None = None
    footer: str | None = None
    header_rows: int = Field(default=0, ge=0, description="So many of the first rows are headings.")
    rows: tuple[tuple[str, ...], ...] = Field(
        description="Text by row and column; [x] and [ ] are ticked and empty boxes."
    )
    merged: tuple[Merged, ...] = ()
    confidence: float = Field(ge=0, le=100, description="Percent.")
    box: Box | None = None
    csv: str | None = Field(default=None, description="The same as CSV, if it was asked for.")
