"""What a run read off a picture of the screen, and why the accessibility tree was not enough."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Timestamp, WireModel


class AnalysisCause(StrEnum):
    """Why a picture was to be read."""

    TARGET_NOT_IN_TREE = "target_not_in_tree"
    TREE_EMPTY = "tree_empty"
    TREE_TRUNCATED = "tree_truncated"
    DOCUMENT = "document"


class AnalysisOutcome(StrEnum):
    """What came of it; with the last two the run goes on with the tree alone."""

    READ = "read"
    CACHED = "cached"
    FAILED = "failed"
    NO_PICTURE = "no_picture"


class Engine(StrEnum):
    """Who reads."""

    REKOGNITION = "rekognition"
    TEXTRACT = "textract"


class Reading(WireModel):
    """What one engine found."""

    engine: Engine
    what: str = Field(max_length=40, description="E.g. `lines`, `labels`, `tables`.")
    found: int = Field(default=0, ge=0)
    unavailable: str | None = Field(
        default=None, max_length=200, description="Name of the error, where it could not be read."
    )


class Analysis(WireModel):
    """One analysis of one picture."""

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
    message: str | None = Field(
        default=None, max_length=1000, description="Why there is none, what to do next."
    )
