"""What the tools of the server ``planner`` answer."""

from pydantic import BaseModel, Field

from qscreen.wire import Language, PlanSource, RiskCategory, Step, Suggestion


class PlannedStep(BaseModel):
    """A step, with what a person needs to judge it."""

    step: Step
    says: str = Field(description="The step in words, in the language of the goal.")
    risk: RiskCategory
    needs_consent: bool
    reason: str | None = Field(description="Why it needs consent; null if it does not.")


class ModelCost(BaseModel):
    """What one call of a model used."""

    role: str
    model: str
    tokens_in: int
    tokens_out: int
    cache_read: int
    cache_write: int
    cost_usd: float | None = Field(description="null: unpriced, which is not the same as free.")


class PlanMade(BaseModel):
    """A validated plan, or why there is none."""

    goal: str
    language: Language
    planned: bool
    source: PlanSource | None = Field(description="Who made the plan: cache, grammar or model.")
    steps: list[PlannedStep]
    risk: RiskCategory | None = Field(description="The highest risk of its steps.")
    needs_consent: bool
    because: str | None = Field(description="Why there is no plan, in the language of the goal.")
    not_understood: str | None = Field(description="The part that the grammar did not take.")
    suggestions: list[Suggestion]
    model_calls: list[ModelCost]


class Finding(BaseModel):
    """Something that is wrong with a plan, or that a person must look at."""

    step: str | None = Field(description="Id of the step; null for the plan as a whole.")
    kind: str = Field(description="schema, goal, numbering, explanation, consent or refused.")
    text: str


class PlanChecked(BaseModel):
    """Verdict on a plan."""

    valid: bool = Field(description="Whether it may be carried out, after consent where needed.")
    needs_consent: bool
    risk: RiskCategory | None
    findings: list[Finding]


class PlanExplained(BaseModel):
    """A plan in words."""

    language: Language
    lines: list[str] = Field(description="One sentence for each step, in order.")
    risk: RiskCategory | None = Field(description="The highest risk of its steps.")


class FormShown(BaseModel):
    """A form of words that the command grammar understands."""

    language: Language
    action: str
    pattern: str
    example: str


class FormsFound(BaseModel):
    """The forms that need no model."""

    forms: list[FormShown]
