"""Items of the tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_user_data.store import Found, Person

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnedItems:
    """A table whose items name their owner, with an index on that.

    Attributes:
        name: Name in steps and certificates.
        table: Name of the table.
        key: Its key attribute.
        keeps_ids: Whether the certificate proves each id.
    """

    name: str
    table: str
    key: str
    keeps_ids: bool = True

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``."""
        for item in self.items(person.user_id):
            yield Found(str(item[self.key]), dict(item))

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``."""
        for item in self.items(person.user_id):
            identifier = str(item[self.key])
            if _delete(self.table, {self.key: {"S": identifier}}):
                yield (identifier,)

    def items(self, user_id: str) -> Iterator[Item]:
        """Read a user's items.

        Args:
            user_id: Cognito ``sub``.

        Yields:
            Plain values by attribute name.

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        start: Mapping[str, Any] | None = None
        while True:
            arguments: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
            with calling(f"find the user's {self.name}"):
                answer = clients.dynamodb().query(
                    TableName=self.table,
                    IndexName="by_owner",
                    KeyConditionExpression="#owner = :owner",
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues={":owner": {"S": user_id}},
                    **arguments,
                )
            for item in answer["Items"]:
                yield plain(item)
            start = answer.get("LastEvaluatedKey")
            if not start:
                return


@dataclass(frozen=True, slots=True)
class MentioningItems:
    """A table without such an index: every item is looked at, whatever its shape.

    Attributes:
        name: Name in steps and certificates.
        table: Name of the table.
        keys: Its key attributes.
        others: Beginnings of the first key of items that are another store's.
    """

    name: str
    table: str
    keys: tuple[str, ...]
    others: tuple[str, ...] = ()
    keeps_ids: bool = False

    def find(self, person: Person) -> Iterator[Found]:
        """See ``Store``."""
        for item in self._mentioning(person):
            yield Found(self._id(item), plain(item))

    def erase(self, person: Person) -> Iterator[tuple[str, ...]]:
        """See ``Store``."""
        for item in self._mentioning(person):
            if _delete(self.table, {key: item[key] for key in self.keys}):
                yield (self._id(item),)

    def _id(self, item: Item) -> str:
        return "/".join(str(item[key]["S"]) for key in self.keys)

    def _mentioning(self, person: Person) -> Iterator[Item]:
        start: Mapping[str, Any] | None = None
        while True:
            arguments: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
            with calling(f"look through the {self.name}"):
                answer = clients.dynamodb().scan(
                    TableName=self.table, ConsistentRead=True, **arguments
                )
            for item in answer["Items"]:
                if str(item[self.keys[0]]["S"]).startswith(self.others):
                    continue
                if any(person.is_meant_by(text) for text in texts(item)):
                    yield item
            start = answer.get("LastEvaluatedKey")
            if not start:
                return


def texts(value: object) -> Iterator[str]:
    """Find every text inside an item.

    Args:
        value: The item, or part of it.

    Yields:
        The texts.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | set | tuple):
        for part in value:
            yield from texts(part)


def plain(item: Item) -> dict[str, Any]:
    """Write an item as JSON data, whoever wrote it.

    Args:
        item: Attribute values by name.

    Returns:
        Plain values by name; numbers as text where they are no whole ones.
    """
    return {name: _plain(attribute) for name, attribute in item.items()}


def _plain(attribute: Mapping[str, Any]) -> Any:
    kind, value = next(iter(attribute.items()))
    match kind:
        case "N":
            return int(value) if value.lstrip("-").isdecimal() else value
        case "L":
            return [_plain(part) for part in value]
        case "M":
            return plain(value)
        case "SS" | "NS":
            return sorted(value)
        case "NULL":
            return None
        case "B" | "BS":
            return repr(value)
        case _:
            return value


def _delete(table: str, key: dict[str, Any]) -> bool:
    """Delete an item; the index may name one that is gone already."""
    with calling("delete an item of the user"):
        answer = clients.dynamodb().delete_item(TableName=table, Key=key, ReturnValues="ALL_OLD")
    return bool(answer.get("Attributes"))
