"""A change of one item: what to set, append and remove, and what must hold before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qs_cloud.items import Value, to_attribute


@dataclass(frozen=True, slots=True)
class Change:
    """One atomic update of one item.

    Attributes:
        set: Values to write.
        append: Texts to add at the end of lists; a missing list begins empty.
        remove: Attributes to take away.
        equals: Attributes that must have exactly this value.
        unless: Attributes that must not have this value; a missing attribute has not.
        none_of: Attributes that must have none of these values.
        missing: Attributes that must not exist.
    """

    set: Mapping[str, Value] = field(default_factory=dict)
    append: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remove: Sequence[str] = ()
    equals: Mapping[str, Value] = field(default_factory=dict)
    unless: Mapping[str, Value] = field(default_factory=dict)
    none_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    missing: Sequence[str] = ()

    def arguments(self, table: str, key: str, identifier: str) -> dict[str, Any]:
        """Write the change as arguments of ``UpdateItem`` or of a transaction's ``Update``.

        The item must exist: an update never creates one.

        Args:
            table: Name of the table.
            key: Name of the key attribute.
            identifier: Value of the key attribute.

        Returns:
            Keyword arguments.
        """
        writer = _Writer()
        sets = [f"{writer.name(n)} = {writer.value(v)}" for n, v in self.set.items()]
        for name, texts in self.append.items():
            alias = writer.name(name)
            sets.append(
                f"{alias} = list_append(if_not_exists({alias}, {writer.value([])}), "
                f"{writer.value(texts)})"
            )
        expression = f"SET {', '.join(sets)}" if sets else ""
        if self.remove:
            expression += f" REMOVE {', '.join(writer.name(name) for name in self.remove)}"
        conditions = [f"attribute_exists({writer.name(key)})"]
        conditions += [f"{writer.name(n)} = {writer.value(v)}" for n, v in self.equals.items()]
        for name, value in self.unless.items():
            alias = writer.name(name)
            conditions.append(
                f"(attribute_not_exists({alias}) OR {alias} <> {writer.value(value)})"
            )
        for name, values in self.none_of.items():
            listed = ", ".join(writer.value(value) for value in values)
            conditions.append(f"NOT ({writer.name(name)} IN ({listed}))")
        conditions += [f"attribute_not_exists({writer.name(name)})" for name in self.missing]
        arguments: dict[str, Any] = {
            "TableName": table,
            "Key": {key: {"S": identifier}},
            "UpdateExpression": expression.strip(),
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": writer.names,
        }
        if writer.values:
            arguments["ExpressionAttributeValues"] = writer.values
        return arguments


class _Writer:
    """Aliases every name and value, so that none collides with DynamoDB's reserved words."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, name: str) -> str:
        self.names[f"#{name}"] = name
        return f"#{name}"

    def value(self, value: Value) -> str:
        alias = f":v{len(self.values)}"
        self.values[alias] = to_attribute(value)
        return alias
