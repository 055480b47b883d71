"""What the tools answer."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from qs_mcp_vision.geometry import Size
from qscreen.wire import Rect, Role, State


class Source(StrEnum):
    """Where an element is known from."""

    TREE = "tree"
    OCR = "ocr"
    BOTH = "both"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Word(_Answer):
    """A word of a line."""

    text: str
    rect: Rect
    confidence: float = Field(ge=0, le=100, description="Percent.")


class Line(_Answer):
    """A line of text."""

    text: str
    rect: Rect = Field(description="Pixels of the picture.")
    confidence: float = Field(ge=0, le=100, description="Percent.")
    words: tuple[Word, ...] = ()


class TextFound(_Answer):
    """Text of a picture or of a region."""

    picture: Size
    region: Rect | None = Field(default=None, description="What was read; null: all of it.")
    text: str = Field(description="All lines in reading order.")
    lines: tuple[Line, ...]
    truncated: bool = Field(
        default=False,
        description="There is more text than the service reads at once: ask for a region.",
    )
    cached: bool = Field(default=False, description="The same picture was read before.")


class Found(_Answer):
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


class ElementsFound(_Answer):
    """Elements that fit."""

    picture: Size | None = Field(
        default=None, description="Null without a picture; places are pixels of the screen then."
    )
    region: Rect | None = None
    snapshot_id: str | None = None
    elements: tuple[Found, ...]
    total: int = Field(description="How many fit, before the limit.")
    truncated: bool = Field(
        default=False,
        description="The tree or the text was cut at its source: absence proves nothing.",
    )
    cached: bool = Field(default=False, description="The picture was read before.")


class Label(_Answer):
    """Something that the picture shows."""

    name: str
    confidence: float = Field(ge=0, le=100, description="Percent.")
    rects: tuple[Rect, ...] = Field(
        default=(), description="Where; empty if it is said of the whole picture."
    )
    parents: tuple[str, ...] = ()


class LabelsFound(_Answer):
    """Labels of a picture or of a region."""

    picture: Size
    region: Rect | None = None
    labels: tuple[Label, ...]
    cached: bool = False
