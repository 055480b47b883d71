"""Component schemas as the tables of the readable documentation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PREFIX = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a type's table.

    Attributes:
        name: Field name.
        type: Type in words, with links to other types.
        required: Whether it must be present.
        description: What it is, and its default.
    """

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class TypeTable:
    """One type of the documentation.

    Attributes:
        name: Component name.
        fields: Its fields; empty for an enumeration.
        text: Its description.
        values: Values of an enumeration.
    """

    name: str
    fields: tuple[Field, ...]
    text: str
    values: tuple[str, ...]


def type_tables(schemas: Mapping[str, dict[str, Any]]) -> tuple[TypeTable, ...]:
    """Describe component schemas.

    Args:
        schemas: OpenAPI schemas by component name.

    Returns:
        One table for each, in the same order.
    """
    return tuple(
        TypeTable(
            name,
            tuple(
                Field(
                    field,
                    _type(shape),
                    field in schema.get("required", ()),
                    _description(shape),
                )
                for field, shape in schema.get("properties", {}).items()
            ),
            schema.get("description", ""),
            tuple(f"`{value}`" for value in schema.get("enum", ())),
        )
        for name, schema in schemas.items()
    )


def _type(shape: Mapping[str, Any]) -> str:
    if "allOf" in shape:
        return _type(shape["allOf"][0]) + (" or null" if shape.get("nullable") else "")
    if "$ref" in shape:
        name = shape["$ref"].removeprefix(_PREFIX)
        return f"[{name}](#{name.lower()})"
    if "oneOf" in shape:
        return " or ".join(_type(option) for option in shape["oneOf"])
    if "enum" in shape:
        text = " or ".join(f"`{value}`" for value in shape["enum"])
    elif shape.get("type") == "array":
        text = f"list of {_type(shape['items'])}"
    elif isinstance(shape.get("additionalProperties"), dict):
        text = f"map of {_type(shape['additionalProperties'])}"
    else:
        text = shape.get("format") or shape.get("type", "any")
    return text + (" or null" if shape.get("nullable") else "")


def _description(shape: Mapping[str, Any]) -> str:
    parts = [shape.get("description", "")]
    low, high = shape.get("minimum"), shape.get("maximum")
    if low is not None or high is not None:
        parts.append(
            " to ".join(str(bound) for bound in (low, high) if bound is not None).join(
                ("From " if high is None else "", ".")
            )
        )
    if "maxLength" in shape:
        parts.append(f"At most {shape['maxLength']} characters.")
    if "maxItems" in shape:
        parts.append(f"At most {shape['maxItems']} items.")
    if "pattern" in shape:
        parts.append(f"Pattern `{shape['pattern']}`.".replace("|", "\\|"))
    if shape.get("default", ()) not in ((), []):
        parts.append(f"Default `{shape['default']}`.")
    return " ".join(part for part in parts if part)
