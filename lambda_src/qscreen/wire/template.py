"""Workflow templates: goals with inputs, kept in versions."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from qscreen.wire.base import Identifier, Timestamp, WireModel

PLACEHOLDER = re.compile(r"\{\{ ?([a-z][a-z0-9_]{0,39}) ?\}\}")
"""How a goal names an input, e.g. ``{{file_name}}``."""

MAX_INPUT_LENGTH = 1000

InputName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="Name of the input, e.g. `file_name`."),
]
InputValue = Annotated[
    str,
    Field(
        max_length=MAX_INPUT_LENGTH,
        pattern=r"^[^\x00]*$",
        description="The value as text, whatever the input's kind: `42`, `2026-11-23`.",
    ),
]


class InputKind(StrEnum):
    """Types of inputs; values travel as text and are checked against the kind."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


class TemplateInput(WireModel):
    """One input of a template."""

    name: InputName
    kind: InputKind = InputKind.TEXT
    description: str = Field(default="", max_length=300)
    default: InputValue | None = Field(
        default=None, description="Taken when a run gives no value; without one it must."
    )
    choices: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        default=(), max_length=50, description="The values of a `choice`; empty for other kinds."
    )
    minimum: float | None = Field(default=None, description="Least value of a number.")
    maximum: float | None = Field(default=None, description="Greatest value of a number.")
    max_length: int | None = Field(
        default=None, ge=1, le=MAX_INPUT_LENGTH, description="Most characters of a text."
    )

    @model_validator(mode="after")
    def _fits_itself(self) -> "TemplateInput":
        if (self.kind is InputKind.CHOICE) != bool(self.choices):
            raise ValueError("a choice needs choices, and no other kind takes them")
        numeric = self.kind in {InputKind.INTEGER, InputKind.NUMBER}
        if not numeric and (self.minimum is not None or self.maximum is not None):
            raise ValueError("only integer and number take minimum and maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is greater than maximum")
        if self.kind is not InputKind.TEXT and self.max_length is not None:
            raise ValueError("only text takes max_length")
        if self.default is not None and (fault := self.fault_of(self.default)):
            raise ValueError(f"the default does not fit: {fault}")
        return self

    def fault_of(self, value: str) -> str | None:
        """Say why a value does not fit; the value itself is not repeated.

        Args:
            value: The value as text.

        Returns:
            The reason, or None if it fits.
        """
        match self.kind:
            case InputKind.TEXT:
                if not value:
                    return "It must not be empty."
                if len(value) > (self.max_length or MAX_INPUT_LENGTH):
                    return f"It must have at most {self.max_length or MAX_INPUT_LENGTH} characters."
            case InputKind.CHOICE:
                if value not in self.choices:
                    return f"It must be one of: {', '.join(self.choices)}."
            case InputKind.DATE:
                return _fault_of_date(value)
            case InputKind.INTEGER:
                if not re.fullmatch(r"-?[0-9]{1,15}", value):
                    return "It must be a whole number of at most 15 digits."
                return self._fault_of_bounds(float(value))
            case InputKind.NUMBER:
                if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", value):
                    return "It must be a decimal number, e.g. 12.5."
                return self._fault_of_bounds(float(value))
        return None

    def _fault_of_bounds(self, number: float) -> str | None:
        if self.minimum is not None and number < self.minimum:
            return f"It must be at least {self.minimum:g}."
        if self.maximum is not None and number > self.maximum:
            return f"It must be at most {self.maximum:g}."
        return None


def _fault_of_date(value: str) -> str | None:
    wrong = "It must be a date of the form 2026-11-23."
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return wrong
    try:
        date.fromisoformat(value)
    except ValueError:
        return wrong
    return None


class TemplateRequest(WireModel):
    """Body of `POST /v1/templates` and `PUT /v1/templates/{template_id}`.

    Each `{{name}}` of the goal is an input. A text input must stand inside quotation marks, so
    that whatever its value is, it stays a text and never becomes a step.
    """

    title: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")
    description: str = Field(default="", max_length=1000, pattern=r"^[^\x00]*$")
    goal: str = Field(
        min_length=1,
        max_length=2000,
        pattern=r"^[^\x00]+$",
        description="What to do, in Korean or English, with `{{name}}` for each input.",
    )
    inputs: tuple[TemplateInput, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _inputs_fit_the_goal(self) -> "TemplateRequest":
        declared = [one.name for one in self.inputs]
        if len(set(declared)) != len(declared):
            raise ValueError("two inputs have the same name")
        named = set(PLACEHOLDER.findall(self.goal))
        if unknown := sorted(named - set(declared)):
            raise ValueError(f"the goal names inputs that are not declared: {', '.join(unknown)}")
        if unused := sorted(set(declared) - named):
            raise ValueError(f"inputs that the goal does not name: {', '.join(unused)}")
        rest = PLACEHOLDER.sub("", self.goal)
        if "{{" in rest or "}}" in rest:
            raise ValueError("the goal has braces that name no input; write {{name}}")
        return self


class Template(WireModel):
    """A template as the API shows it, in one version."""

    template_id: Identifier
    owner: str = Field(description="Cognito `sub` of the user whose template it is.")
    version: int = Field(ge=1, description="Counts up with each change; old ones stay readable.")
    etag: str = Field(description="What `If-Match` of a change must name.")
    title: str
    description: str = ""
    goal: str
    inputs: tuple[TemplateInput, ...] = ()
    created_at: Timestamp
    updated_at: Timestamp = Field(description="When this version was made.")


class TemplateSummary(WireModel):
    """A template in a list."""

    template_id: Identifier
    title: str
    version: int = Field(ge=1)
    updated_at: Timestamp


class TemplateList(WireModel):
    """A page of templates, by id."""

    items: tuple[TemplateSummary, ...]
    next_token: str | None = None


class TemplateVersion(WireModel):
    """A version in the list of a template's versions."""

    version: int = Field(ge=1)
    created_at: Timestamp


class TemplateVersionList(WireModel):
    """The versions of a template that are kept, newest first."""

    items: tuple[TemplateVersion, ...]
