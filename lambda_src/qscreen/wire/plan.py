"""What will be done: a validated plan, or the reason why there is none."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.action import RISK_OF_KIND, UNDO_OF_KIND, Action, RiskCategory, UndoWay
from qscreen.wire.base import Language, Timestamp, WireModel
from qscreen.wire.snapshot import Rect


class PlanSource(StrEnum):
    """Who made a plan, in the order in which they are asked."""

    CACHE = "cache"
    GRAMMAR = "grammar"
    MODEL = "model"


class Step(WireModel):
    """One action of a plan, and the words of the goal that explain it."""

    id: str = Field(pattern=r"^s[0-9]+$", description="Position in the plan, e.g. `s1`.")
    action: Action
    because: str = Field(
        max_length=1000, description="The part of the goal that asks for this step, as written."
    )
    consent: str | None = Field(
        default=None,
        max_length=1000,
        description="Why a person must agree before this step is done, in the goal's language; "
        "absent when the goal explains it.",
    )
    region: Rect | None = Field(
        default=None,
        description="Where the name of the step's target was read on the picture of the screen, in "
        "pixels of the screen; only where no accessible element has that name. The device reads it "
        "again before it clicks, reads or scrolls there.",
    )

    @property
    def risk(self) -> RiskCategory:
        """Risk category of the step's action."""
        return RISK_OF_KIND[self.action.kind]

    @property
    def undo(self) -> UndoWay:
        """How the step's action can be undone; to be told before it is done."""
        return UNDO_OF_KIND[self.action.kind]


class Plan(WireModel):
    """An ordered list of steps for one goal."""

    goal: str = Field(min_length=1, max_length=2000)
    language: Language
    source: PlanSource
    steps: tuple[Step, ...] = Field(min_length=1, max_length=20)
    created_at: Timestamp

    @property
    def needs_consent(self) -> bool:
        """Whether a person must agree to one of its steps, whatever the run's mode is."""
        return any(step.consent is not None for step in self.steps)


class Suggestion(WireModel):
    """A form of words the grammar knows that is near to what was said."""

    pattern: str = Field(description="The form, e.g. `type '<text>' in <app>`.")
    example: str


class NotUnderstood(WireModel):
    """The honest answer to a goal that the grammar cannot take: never a guess."""

    goal: str
    language: Language
    part: str = Field(description="The part of the goal that was not understood, as written.")
    start: int = Field(ge=0, description="Offset of `part` in the goal, characters.")
    because: str = Field(description="Why, in the goal's language.")
    suggestions: tuple[Suggestion, ...] = Field(default=(), max_length=5)
