"""JSON Schemas of the wire models in the two dialects that the API document needs.

Pydantic writes JSON Schema 2020-12. OpenAPI 3.0.1 is an older dialect, and API Gateway's models
are JSON Schema draft 4 read out of an OpenAPI document: it ignores ``nullable``, refuses
``discriminator`` and ``exclusiveMinimum``, and takes alphanumeric component names only (AWS,
"Amazon API Gateway important notes for REST APIs").
"""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

from pydantic.json_schema import models_json_schema

from qscreen.wire import WireModel

Schema = dict[str, Any]

_PREFIX = "#/components/schemas/"
_DROPPED = frozenset({"title", "propertyNames", "$schema", "$defs"})


class Dialect(Enum):
    """What reads the schemas."""

    OPENAPI = auto()
    """OpenAPI 3.0.1: the published document."""
    GATEWAY = auto()
    """API Gateway's models: what it cannot read is widened, and the function checks it."""


def component_schemas(models: Iterable[type[WireModel]], dialect: Dialect) -> dict[str, Schema]:
    """Make the component schemas of models and of everything they refer to.

    Args:
        models: The models; duplicates are welcome.
        dialect: Who reads the schemas.

    Returns:
        Schemas by component name, sorted by name.

    Raises:
        ValueError: A model has a name or a form that the dialect cannot express.
    """
    unique = sorted(set(models), key=lambda model: model.__name__)
    _, document = models_json_schema(
        [(model, "validation") for model in unique], ref_template=_PREFIX + "{model}"
    )
    schemas = document["$defs"]
    for name in schemas:
        if not name.isalnum():
            raise ValueError(
                f"component {name!r} is not alphanumeric, which API Gateway demands: "
                "two wire models share a class name, or one is generic; rename it"
            )
    return {name: convert(schemas[name], dialect) for name in sorted(schemas)}


def reference(model: type[WireModel]) -> Schema:
    """Refer to a model's component.

    Args:
        model: A wire model.

    Returns:
        A schema that is one ``$ref``.
    """
    return {"$ref": _PREFIX + model.__name__}


def convert(schema: Schema, dialect: Dialect) -> Schema:
    """Convert one schema from JSON Schema 2020-12.

    Args:
        schema: The schema as Pydantic writes it.
        dialect: Who reads the result.

    Returns:
        An equivalent schema, except that a field with one constant value is required, and
        that the gateway's accepts more where it cannot say the limit (and no null).

    Raises:
        ValueError: The schema has a form the dialect cannot express.
    """
    node = {key: value for key, value in schema.items() if key not in _DROPPED}
    nullable = _take_null(node)
    if "patternProperties" in node:
        # OpenAPI 3.0 cannot say which keys a map takes; the function checks them.
        (node["additionalProperties"],) = node.pop("patternProperties").values()
    _convert_children(node, dialect)
    _convert_keywords(node, dialect)
    if dialect is Dialect.GATEWAY:
        return {"$ref": node["$ref"]} if "$ref" in node else node
    if "$ref" in node and (nullable or len(node) > 1):
        node = {"allOf": [{"$ref": node.pop("$ref")}], **node}
    if nullable:
        node["nullable"] = True
    return node


def _take_null(node: Schema) -> bool:
    """Replace `anyOf: [X, null]` by X; tell whether null was allowed."""
    options = node.get("anyOf")
    if options is None:
        return False
    others = [option for option in options if option.get("type") != "null"]
    if len(others) != 1:
        raise ValueError(
            f"a union of {len(others)} types without a discriminator has no form that API Gateway "
            "reads: give the union a `kind` field and a discriminator"
        )
    del node["anyOf"]
    for key, value in others[0].items():
        node.setdefault(key, value)
    node.pop("title", None)
    return len(others) < len(options)


def _convert_children(node: Schema, dialect: Dialect) -> None:
    for key in ("items", "additionalProperties", "not"):
        if isinstance(node.get(key), dict):
            node[key] = convert(node[key], dialect)
    for key in ("oneOf", "allOf", "prefixItems"):
        if key in node:
            node[key] = [convert(option, dialect) for option in node[key]]
    if "properties" in node:
        # A discriminator's field has a default in Python, but every message carries it.
        kinds = [name for name, value in node["properties"].items() if "const" in value]
        required = [*node.get("required", ()), *kinds]
        if required:
            node["required"] = list(dict.fromkeys(required))
        node["properties"] = {
            name: convert(value, dialect) for name, value in node["properties"].items()
        }


def _convert_keywords(node: Schema, dialect: Dialect) -> None:
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "prefixItems" in node:
        kinds = node.pop("prefixItems")
        same = all(kind == kinds[0] for kind in kinds)
        node["items"] = kinds[0] if same else {"oneOf": kinds}
    _convert_bound(node, "exclusiveMinimum", "minimum", 1, dialect)
    _convert_bound(node, "exclusiveMaximum", "maximum", -1, dialect)
    examples = node.pop("examples", None)
    if dialect is Dialect.GATEWAY:
        for key in ("discriminator", "default"):
            node.pop(key, None)
        return
    if examples:
        node["example"] = examples[0]
    if node.get("default", ...) is None:
        del node["default"]


def _convert_bound(
    node: Schema, exclusive: str, inclusive: str, step: int, dialect: Dialect
) -> None:
    bound = node.pop(exclusive, None)
    if bound is None:
        return
    if node.get("type") == "integer":
        node[inclusive] = int(bound) + step
        return
    node[inclusive] = bound
    if dialect is Dialect.OPENAPI:
        node[exclusive] = True
