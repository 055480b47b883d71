"""What a run read off a screen: off its picture where the tree was not enough, and of its text."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from qscreen.wire.base import Timestamp, WireModel


class AnalysisCause(StrEnum):
    """Why a picture was to be read, or, with the last one, the text of the screen."""

    TARGET_NOT_IN_TREE = "target_not_in_tree"
    TREE_EMPTY = "tree_empty"
    TREE_TRUNCATED = "tree_truncated"
    DOCUMENT = "document"
    GOAL_ABOUT_TEXT = "goal_about_text"


class AnalysisOutcome(StrEnum):
    """What came of it; with the last two the run goes on with the tree and what rules say."""

    READ = "read"
    CACHED = "cached"
    FAILED = "failed"
    NO_PICTURE = "no_picture"


class Engine(StrEnum):
    """Who reads."""

    REKOGNITION = "rekognition"
    TEXTRACT = "textract"
    COMPREHEND = "comprehend"
    RULES = "rules"


class Reading(WireModel):
    """What one engine found."""

    engine: Engine
    what: str = Field(max_length=40, description="E.g. `lines`, `tables`, `languages`.")
    found: int = Field(default=0, ge=0)
    regions: int = Field(
        default=0,
        ge=0,
        description="In how many regions the picture was read again, since it holds more text than "
        "one answer.",
    )
    unavailable: str | None = Field(
        default=None, max_length=200, description="Name of the error, where it could not be read."
    )


class Analysis(WireModel):
    """One analysis of one picture, or of the text of one screen."""

    at: Timestamp
    cause: AnalysisCause
    outcome: AnalysisOutcome
    duration_ms: float = Field(ge=0, description="Time until the run had it, milliseconds.")
    readings: tuple[Reading, ...] = Field(default=(), max_length=10)
    added: int = Field(
        default=0, ge=0, description="Texts that only the picture shows, added to the tree."
    )
    truncated: bool = Field(
        default=False, description="The picture holds more text than was read at once."
    )
    picture_key: str | None = Field(default=None, description="S3 key of the picture.")
    language: str | None = Field(
        default=None, max_length=10, description="Language of the screen's text, e.g. `ko`."
    )
    intent: str | None = Field(
        default=None, max_length=100, description="What the text's writer wants, e.g. `question`."
    )
    mail_class: str | None = Field(
        default=None, max_length=100, description="What the mail is about, e.g. `invoice`."
    )
    personal_data: tuple[Annotated[str, Field(max_length=60)], ...] = Field(
        default=(),
        max_length=50,
        description="Kinds of personal data in the text, as Comprehend or the redaction names "
        "them; never the data.",
    )
    message: str | None = Field(
        default=None, max_length=1000, description="Why there is none, what to do next."
    )
