"""What the tools answer."""

from pydantic import BaseModel, ConfigDict, Field

from qs_reading.geometry import Size
from qs_reading.models import Found, Label, Line
from qscreen.wire import Rect


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


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


class LabelsFound(_Answer):
    """Labels of a picture or of a region."""

    picture: Size
    region: Rect | None = None
    labels: tuple[Label, ...]
    cached: bool = False
