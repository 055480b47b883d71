"""DynamoDB items and plain values.

Only text, whole numbers, truth values and lists of them are stored: nested wire models are
stored as JSON text, so that no float has to pass through DynamoDB's decimal numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Value = str | int | bool | Sequence[str]
AttributeMap = dict[str, Any]


def to_attribute(value: Value) -> AttributeMap:
    """Encode one value.

    Args:
        value: Text, whole number, truth value or list of texts.

    Returns:
        DynamoDB's attribute value.
    """
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case _:
            return {"L": [{"S": entry} for entry in value]}


def to_item(values: Mapping[str, Value | None]) -> AttributeMap:
    """Encode an item; absent values (None) are left out.

    Args:
        values: Plain values by attribute name.

    Returns:
        Item as the DynamoDB client takes it.
    """
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """Decode one attribute value.

    Args:
        attribute: DynamoDB's attribute value.

    Returns:
        Text, whole number, truth value, list, or None.

    Raises:
        ValueError: If the attribute is of a kind that our tables never hold.
    """
    kind, value = next(iter(attribute.items()))
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "L":
            return [from_attribute(entry) for entry in value]
        case "NULL":
            return None
    raise ValueError(f"Attribute of kind {kind}: the tables hold S, N, BOOL and L only.")


def from_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Decode an item.

    Args:
        item: Item as the DynamoDB client gives it.

    Returns:
        Plain values by attribute name.
    """
    return {name: from_attribute(attribute) for name, attribute in item.items()}
