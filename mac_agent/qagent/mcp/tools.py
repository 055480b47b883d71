"""One tool: its arguments, its result, and what a client and a person must know of it."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from qagent.mcp.answers import Answer
from qagent.mcp.desk import Desk
from qagent.mcp.faults import ToolError
from qagent.messages import text
from qscreen.tools import RISK_META, Risk, ToolDefinitionError, naming_fault, shown_faults
from qscreen.wire import RiskCategory

POLICY_META = "qscreen/policy-risk"
"""Key of the category that the device's policy speaks of (`allow.risks`)."""


class Part(StrEnum):
    """The servers that can be started one by one."""

    SCREEN = "screen"
    ACCESSIBILITY = "accessibility"
    VISION = "vision"
    INPUT = "input"


class Given(BaseModel):
    """Base of all arguments: what the tool does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Schema(GenerateJsonSchema):
    """Schemas without what only repeats a field's name to the model."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave titles out."""
        del schema
        return False

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        """What is null is left out instead: results never have it, arguments need not."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """Null as a default says no more than that the field is not required."""
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def generate(self, schema: Any, mode: Any = "validation") -> JsonSchemaValue:
        """Leave the model's own title out too."""
        made = super().generate(schema, mode)
        made.pop("title", None)
        return made


@dataclass(frozen=True, eq=False)
class Tool:
    """One tool.

    Attributes:
        part: The server that has it.
        name: Name that clients call it by.
        title: Name for people.
        description: What the model reads.
        given: Model of the arguments.
        answer: Model of the result.
        run: Carries it out at the desk.
        risk: What it may do to the world.
        policy_risk: What the device's policy calls that.
        idempotent: Whether a second call with the same arguments changes nothing more.
        open_world: Whether it meets what others wrote, or reaches others.
    """

    part: Part
    name: str
    title: str
    description: str
    given: type[Given]
    answer: type[Answer]
    run: Callable[[Desk, Any], Answer]
    risk: Risk
    policy_risk: RiskCategory = RiskCategory.LOOK
    idempotent: bool = True
    open_world: bool = True

    def __post_init__(self) -> None:
        """Refuse a declaration that clients could not use or people could not judge."""
        fault = self._fault()
        if fault:
            raise ToolDefinitionError(f"The tool {self.name!r} cannot be declared: {fault}")

    def _fault(self) -> str | None:
        fault = naming_fault(self.name, self.title, self.description)
        if fault:
            return fault
        if (self.risk is Risk.READ) != (self.policy_risk is RiskCategory.LOOK):
            return "what only looks is of the category READ, and nothing else is."
        return None

    def definition(self) -> dict[str, Any]:
        """The tool as ``tools/list`` shows it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": _schema_of(self.given),
            "outputSchema": _schema_of(self.answer),
            "annotations": {
                "title": self.title,
                "readOnlyHint": self.risk is Risk.READ,
                "destructiveHint": self.risk in {Risk.DESTRUCTIVE, Risk.EXTERNAL},
                "idempotentHint": self.idempotent,
                "openWorldHint": self.open_world,
            },
            "_meta": {RISK_META: str(self.risk), POLICY_META: str(self.policy_risk)},
        }

    def taken(self, arguments: Mapping[str, Any]) -> Given:
        """Check the arguments of a call.

        Args:
            arguments: As the client sent them.

        Raises:
            ToolError: They do not fit.
        """
        try:
            return self.given.model_validate(arguments)
        except ValidationError as error:
            raise bad_arguments(error) from None


def bad_arguments(error: ValidationError) -> ToolError:
    """Say which arguments do not fit; values are not repeated."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return ToolError("bad_arguments", text("mcp.bad_arguments", faults=shown_faults(faults)))


class Tools:
    """The tools of one module, in the order of their declaration."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.declared: list[Tool] = []

    def looks(
        self, title: str, *, open_world: bool = True, part: Part | None = None
    ) -> Callable[[Callable[[Desk, Any], Answer]], Callable[[Desk, Any], Answer]]:
        """Declare a function that only looks; its docstring and types become the definition.

        Args:
            title: Name for people.
            open_world: Whether what it answers may have been written by anybody.
            part: The server that has it, where it is not the module's.
        """

        def declare(function: Callable[[Desk, Any], Answer]) -> Callable[[Desk, Any], Answer]:
            hints = inspect.get_annotations(function, eval_str=True)
            self.declared.append(
                Tool(
                    part or self.part,
                    function.__name__,
                    title,
                    inspect.getdoc(function) or "",
                    hints["given"],
                    hints["return"],
                    function,
                    Risk.READ,
                    open_world=open_world,
                )
            )
            return function

        return declare


def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(schema_generator=_Schema)
