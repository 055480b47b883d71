"""The workflow file: the wire's steps, where each was found, and the values that change."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from qagent.messages import text
from qscreen.wire import InputKind, Step, TemplateInput, WaitFor
from qscreen.wire.template import InputName, InputValue

SCHEMA_ADDRESS = "https://json-schema.org/draft/2020-12/schema"
NAME_PATTERN = r"^[a-z0-9가-힣][a-z0-9가-힣_-]{0,59}$"
MOST_STEPS = 200
MOST_ROWS = 500

_Words = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class VariableKind(StrEnum):
    """Types of variables: those of a template's inputs, and two that only a device has."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    FILE = "file"
    SECRET = "secret"  # noqa: S105 - the name of a type


class Variable(_Part):
    """A value that a replay is given."""

    name: InputName
    kind: VariableKind = VariableKind.TEXT
    description: str = Field(default="", max_length=300)
    default: InputValue | None = Field(
        default=None, description="Taken when a replay gives no value; a secret has none."
    )
    choices: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        default=(), max_length=50, description="The values of a `choice`."
    )

    @model_validator(mode="after")
    def _fits_itself(self) -> "Variable":
        if self.kind is VariableKind.SECRET and self.default is not None:
            raise ValueError(text("yaml.secret_default"))
        self.as_input()
        return self

    def as_input(self) -> TemplateInput:
        """The same as a template's input, whose rules for values it shares."""
        plain = {VariableKind.FILE, VariableKind.SECRET}
        return TemplateInput(
            name=self.name,
            kind=InputKind.TEXT if self.kind in plain else InputKind(self.kind),
            description=self.description,
            default=self.default,
            choices=self.choices,
        )


class Surroundings(_Part):
    """What was around a step's element: it decides where the target alone fits several."""

    window: str = Field(default="", max_length=200, description="Title of the window.")
    within: tuple[_Words, ...] = Field(
        default=(), max_length=5, description="Named elements around it, the innermost first."
    )
    beside: tuple[_Words, ...] = Field(
        default=(), max_length=4, description="Names of what lay nearest to it."
    )
    number: int | None = Field(
        default=None,
        ge=1,
        description="Its place among equals, where nothing else told them apart: a weak target.",
    )


class WorkflowStep(Step):
    """A step of the wire, with what was around its element and what must be so after it."""

    surroundings: Surroundings | None = None
    verify: WaitFor | None = Field(
        default=None, description="What must be seen after the step; without it, what it reports."
    )


class GapReason(StrEnum):
    """Why something that was done is in no step."""

    HIDDEN = "hidden"
    TERMINAL = "terminal"
    NO_ELEMENT = "no_element"
    FOLDER = "folder"
    LIMIT = "limit"
    LATE = "late"


class Gap(_Part):
    """Something that was done and not recorded; what it was is not kept."""

    after: str = Field(pattern=r"^s[0-9]+$", description="The step before it; `s0` at the start.")
    reason: GapReason


class Repeat(_Part):
    """Steps that are done once for each row of a table."""

    first: str = Field(pattern=r"^s[0-9]+$", description="First of the steps.")
    last: str = Field(pattern=r"^s[0-9]+$", description="Last of them.")
    columns: tuple[InputName, ...] = Field(min_length=1, max_length=20)
    rows: tuple[tuple[InputValue, ...], ...] = Field(min_length=1, max_length=MOST_ROWS)

    @model_validator(mode="after")
    def _is_a_table(self) -> "Repeat":
        if len(set(self.columns)) != len(self.columns):
            raise ValueError(text("yaml.same_columns"))
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(text("yaml.row", number=number, count=len(row)))
        return self


class Workflow(_Part):
    """What a person did, as steps that can be done again.

    In the texts of an action and of `verify`, `{{name}}` stands for a variable or for a column of
    the repeat.
    """

    version: Literal[1]
    title: str = Field(min_length=1, max_length=100)
    description: str = Field(default="", max_length=1000)
    recorded_at: AwareDatetime | None = None
    inputs: tuple[Variable, ...] = Field(default=(), max_length=20)
    repeat: Repeat | None = None
    steps: tuple[WorkflowStep, ...] = Field(min_length=1, max_length=MOST_STEPS)
    gaps: tuple[Gap, ...] = Field(default=(), max_length=MOST_STEPS)

    @model_validator(mode="after")
    def _fits_together(self) -> "Workflow":
        ids = [step.id for step in self.steps]
        if len(set(ids)) != len(ids):
            raise ValueError(text("yaml.same_steps"))
        names = [one.name for one in self.inputs]
        if self.repeat is not None:
            names += self.repeat.columns
            if self.repeat.first not in ids or self.repeat.last not in ids:
                raise ValueError(text("yaml.repeat_unknown"))
            if ids.index(self.repeat.first) > ids.index(self.repeat.last):
                raise ValueError(text("yaml.repeat_backwards"))
        if len(set(names)) != len(names):
            raise ValueError(text("yaml.same_names"))
        return self


def schema() -> dict[str, Any]:
    """The workflow file's JSON Schema (2020-12)."""
    return {"$schema": SCHEMA_ADDRESS, **Workflow.model_json_schema(by_alias=True)}
