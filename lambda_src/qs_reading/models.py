"""What is read off a picture of a screen, and what that makes of its elements."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from qscreen.wire import Rect, Role, State


class Source(StrEnum):
    """Where an element is known from."""

    TREE = "tree"
    OCR = "ocr"
    BOTH = "both"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class Word(_Read):
    """A word of a line."""

    text: str
    rect: Rect
    confidence: float = Field(ge=0, le=100, description="Percent.")


class Line(_Read):
    """A line of text."""

    text: str
    rect: Rect = Field(description="Pixels of the picture.")
    confidence: float = Field(ge=0, le=100, description="Percent.")
    words: tuple[Word, ...] = ()


class Label(_Read):
    """Something that the picture shows."""

    name: str
    confidence: float = Field(ge=0, le=100, description="Percent.")
    rects: tuple[Rect, ...] = Field(
        default=(), description="Where; empty if it is said of the whole picture."
    )
    parents: tuple[str, ...] = ()


class Found(_Read):
    """One element of the user interface."""

    id: str = Field(description="The snapshot's id (e...), or o... of a text that only OCR sees.")
    source: Source
    role: Role | None = Field(default=None, description="Null where only OCR sees it.")
    name: str = Field(default="", description="Accessible name, or the text that was read.")
    text: str | None = Field(default=None, description="Text that OCR read on it.")
    value: str | None = Field(default=None, description="Value in the tree, cut at 200 characters.")
    states: tuple[State, ...] = ()
    rect: Rect | None = Field(default=None, description="Pixels of the picture.")
    confidence: float | None = Field(default=None, description="Of the OCR, percent.")
    score: float | None = Field(default=None, description="How well it fits the text asked for.")
