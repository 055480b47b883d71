"""One tool: a function with its types, and what a client and a person must know of it."""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema

from qs_mcp.faults import LargeResultFault, ToolFault
from qs_mcp.sdk import types
from qscreen.tools import RISK_META, Risk, ToolDefinitionError, naming_fault, shown_faults

MAX_RESULT_BYTES = 400_000
"""What the clients hand on to a model at most; more would be cut in the middle."""


class _Schema(GenerateJsonSchema):
    """Schemas without a title for every field, which would only repeat its name to the model."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave titles out.

        Args:
            schema: The field's schema; not used.

        Returns:
            False.
        """
        del schema
        return False


@dataclass(frozen=True, eq=False)
class Tool:
    """One tool.

    Attributes:
        function: What carries it out; it blocks.
        title: Name for people.
        risk: What it may do to the world.
        read_only: Whether it changes nothing.
        destructive: Whether what it does can be lost for good.
        idempotent: Whether a second call with the same arguments changes nothing more.
        open_world: Whether it reaches beyond the platform.
        audit: What the audit calls it once it is done, e.g. ``Run Created``: first the kind of
            what it is done to; None for a tool that only reads.
    """

    function: Callable[..., BaseModel]
    title: str
    risk: Risk
    read_only: bool
    destructive: bool
    idempotent: bool
    open_world: bool
    audit: str | None = None

    def __post_init__(self) -> None:
        """Refuse a declaration that clients could not use or people could not judge."""
        fault = self._fault()
        if fault:
            raise ToolDefinitionError(f"The tool {self.name!r} cannot be declared: {fault}")

    def _fault(self) -> str | None:
        fault = naming_fault(self.name, self.title, self.description)
        if fault:
            return fault
        if inspect.iscoroutinefunction(self.function):
            return "it must be a plain function; each call has a thread of its own."
        if self.read_only != (self.risk is Risk.READ) and self.risk is not Risk.EXTERNAL:
            return "the category READ and the annotation read_only go together."
        if self.read_only and self.destructive:
            return "a tool that only reads destroys nothing."
        if self.read_only == (self.audit is not None):
            return "the audit has a name for every tool that changes something, and for no other."
        if self.destructive != (self.risk is Risk.DESTRUCTIVE) and self.risk is not Risk.EXTERNAL:
            return "the category DESTRUCTIVE and the annotation destructive go together."
        return None

    @property
    def name(self) -> str:
        """Name that clients call it by: the function's."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """What the model reads: the function's docstring."""
        return inspect.getdoc(self.function) or ""

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def output(self) -> type[BaseModel]:
        """Model of the structured result."""
        found = self._hints.get("return")
        if isinstance(found, type) and issubclass(found, BaseModel):
            return found
        raise ToolDefinitionError(
            f"The tool {self.name!r} must be annotated to return a pydantic model."
        )

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """Model of the arguments; refuses what the function does not take."""
        fields: dict[str, Any] = {}
        for name, parameter in inspect.signature(self.function).parameters.items():
            if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                raise ToolDefinitionError(f"The tool {self.name!r} takes {name!r} not by name.")
            if name not in self._hints:
                raise ToolDefinitionError(f"The tool {self.name!r} has {name!r} without a type.")
            optional = parameter.default is not parameter.empty
            fields[name] = (self._hints[name], parameter.default if optional else Field(...))
        model: type[BaseModel] = create_model(
            f"{self.name}_arguments", __config__=ConfigDict(extra="forbid"), **fields
        )
        return model

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        schema = self.arguments.model_json_schema(schema_generator=_Schema)
        schema.pop("title", None)
        return schema

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        """JSON Schema of the structured result."""
        return self.output.model_json_schema(mode="serialization", schema_generator=_Schema)

    @cached_property
    def definition(self) -> types.Tool:
        """The tool as ``tools/list`` shows it."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.input_schema,
            output_schema=self.output_schema,
            annotations=types.ToolAnnotations(
                title=self.title,
                read_only_hint=self.read_only,
                destructive_hint=self.destructive,
                idempotent_hint=self.idempotent,
                open_world_hint=self.open_world,
            ),
            _meta={RISK_META: self.risk.value},
        )

    def taken(self, arguments: Mapping[str, Any]) -> BaseModel:
        """Check the arguments of a call.

        Args:
            arguments: As the client sent them.

        Returns:
            The arguments.

        Raises:
            ToolFault: If they do not fit.
        """
        try:
            return self.arguments.model_validate(arguments)
        except ValidationError as error:
            raise _bad_arguments(error) from None

    def call(self, taken: BaseModel) -> types.CallToolResult:
        """Carry the tool out.

        Args:
            taken: The checked arguments.

        Returns:
            The structured result, and the same as text for clients that know no structure.

        Raises:
            ToolFault: If the tool refuses, or the result is too large.
        """
        result = self.function(
            **{name: getattr(taken, name) for name in self.arguments.model_fields}
        )
        if not isinstance(result, self.output):
            raise TypeError(f"{self.name} promises {self.output.__name__}, not what it returned.")
        text = result.model_dump_json(by_alias=True)
        # The text goes out twice: as it is, and once more inside a JSON string.
        if (
            len(text.encode()) + len(json.dumps(text, ensure_ascii=False).encode())
            > MAX_RESULT_BYTES
        ):
            raise LargeResultFault(
                "The result is too large to hand out.",
                f"It has more than {MAX_RESULT_BYTES:,} bytes.",
                "Ask for less: a smaller part, fewer pages, or a lower limit.",
            )
        return types.CallToolResult(
            content=[types.TextContent(text=text)],
            structured_content=result.model_dump(mode="json", by_alias=True),
        )


def _bad_arguments(error: ValidationError) -> ToolFault:
    """Say which arguments do not fit; values are not repeated."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return ToolFault(
        "The tool was not called.",
        f"Its arguments do not fit its input schema ({shown_faults(faults)}).",
        "Correct these arguments and call it again.",
    )
