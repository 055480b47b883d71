"""``$ref`` in a document, and schemas as the self-contained models of API Gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SCHEMAS = "#/components/schemas/"
_DRAFT_4 = "http://json-schema.org/draft-04/schema#"


def resolve(document: Mapping[str, Any], value: Any) -> Any:
    """The value a reference stands for; anything else as it is.

    Raises:
        KeyError: The document has no such place.
    """
    while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
        place: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            place = place[part.replace("~1", "/").replace("~0", "~")]
        value = place
    return value


def referenced_name(schema: Mapping[str, Any]) -> str | None:
    """The name of the schema that a plain reference stands for."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(_SCHEMAS):
        return reference.removeprefix(_SCHEMAS)
    return None


def inline_model(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of draft 4 that carries everything it refers to in ``definitions``."""
    schemas = (document.get("components") or {}).get("schemas") or {}
    definitions: dict[str, Any] = {}

    def rewrite(value: Any) -> Any:
        if isinstance(value, list):
            return [rewrite(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_SCHEMAS):
            name = reference.removeprefix(_SCHEMAS)
            if name not in definitions:
                definitions[name] = {}
                definitions[name] = rewrite(schemas[name])
            return {"$ref": f"#/definitions/{name}"}
        return {key: rewrite(item) for key, item in value.items()}

    model = rewrite(schema)
    if definitions:
        model["definitions"] = {**definitions, **(model.get("definitions") or {})}
    model.setdefault("$schema", _DRAFT_4)
    return dict(model)
