"""What all wire models share."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class WireModel(BaseModel):
    """Base of every wire model: unknown fields are refused, instances are immutable."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        # JSON has no infinity: it would be written as null and could not be read again.
        allow_inf_nan=False,
        # A fault may reach a log, and what was sent may be text of a screen.
        hide_input_in_errors=True,
    )


class Language(StrEnum):
    """Languages the command grammar and the user-facing texts know (ISO 639-1)."""

    KO = "ko"
    EN = "en"


Identifier = Annotated[
    str,
    Field(
        min_length=3,
        max_length=64,
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        description="Lower-case id, words joined by hyphens, e.g. `run-01jd3k9v7c`.",
    ),
]
Timestamp = Annotated[AwareDatetime, Field(description="RFC 3339 time with an offset.")]
