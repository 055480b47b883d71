"""One table with a single key, over the DynamoDB client."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qs_cloud.change import Change
from qs_cloud.command_record import CommandRecord, command_record
from qs_cloud.device_record import device_record
from qs_cloud.errors import CloudCallError
from qs_cloud.items import Value, from_item, to_attribute, to_item
from qs_cloud.run_record import RunRecord, run_record
from qscreen.wire import Device

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RecordT = TypeVar("RecordT")

_BATCH_TRIES = 4
_CONDITION_FAILED = "ConditionalCheckFailedException"
_TRANSACTION_CANCELLED = "TransactionCanceledException"


@dataclass(frozen=True, slots=True)
class Table(Generic[RecordT]):
    """Typed access to one table.

    Attributes:
        name: Name of the table.
        key: Name of its key attribute.
        what: What an item is called in messages.
        read: Reader of an item's plain values.
    """

    name: str
    key: str
    what: str
    read: Callable[[Mapping[str, Any]], RecordT]

    @property
    def _client(self) -> "DynamoDBClient":
        return clients.dynamodb()

    def get(self, identifier: str) -> RecordT | None:
        """Read an item, consistently.

        Args:
            identifier: Value of the key.

        Returns:
            The record, or None if there is none.

        Raises:
            CloudCallError: If the call fails.
        """
        with calling(f"read the {self.what}"):
            answer = self._client.get_item(
                TableName=self.name, Key={self.key: {"S": identifier}}, ConsistentRead=True
            )
        item = answer.get("Item")
        return self.read(from_item(item)) if item else None

    def get_many(self, identifiers: Sequence[str]) -> dict[str, RecordT]:
        """Read up to 100 items, each consistently.

        Args:
            identifiers: Values of the key.

        Returns:
            The records that there are, by key.

        Raises:
            CloudCallError: If the call fails, or the service goes on leaving items out.
        """
        found: dict[str, RecordT] = {}
        keys: Any = [{self.key: {"S": one}} for one in dict.fromkeys(identifiers)]
        for _ in range(_BATCH_TRIES):
            if not keys:
                return found
            with calling(f"read the {self.what}s"):
                answer = self._client.batch_get_item(
                    RequestItems={self.name: {"Keys": keys, "ConsistentRead": True}}
                )
            for item in answer["Responses"].get(self.name, []):
                values = from_item(item)
                found[values[self.key]] = self.read(values)
            left: Any = answer.get("UnprocessedKeys", {})
            keys = left.get(self.name, {}).get("Keys", [])
        if keys:
            raise CloudCallError(f"read the {self.what}s", "UnprocessedKeys", passing=True)
        return found

    def create(self, values: Mapping[str, Value | None]) -> bool:
        """Write an item unless there is one with its key.

        Args:
            values: Plain values by attribute name; None is left out.

        Returns:
            Whether it was written; False if the key is taken.

        Raises:
            CloudCallError: If the call fails.
        """
        from botocore.exceptions import ClientError

        with calling(f"store the {self.what}"):
            try:
                self._client.put_item(
                    TableName=self.name,
                    Item=to_item(values),
                    ConditionExpression="attribute_not_exists(#key)",
                    ExpressionAttributeNames={"#key": self.key},
                )
            except ClientError as error:
                if error_code(error) == _CONDITION_FAILED:
                    return False
                raise
        return True

    def change(self, identifier: str, change: Change) -> RecordT | None:
        """Change an item if its conditions hold.

        Args:
            identifier: Value of the key.
            change: What to change.

        Returns:
            The record after the change, or None if a condition (or the item) failed.

        Raises:
            CloudCallError: If the call fails.
        """
        from botocore.exceptions import ClientError

        with calling(f"change the {self.what}"):
            try:
                answer = self._client.update_item(
                    **change.arguments(self.name, self.key, identifier), ReturnValues="ALL_NEW"
                )
            except ClientError as error:
                if error_code(error) == _CONDITION_FAILED:
                    return None
                raise
        return self.read(from_item(answer["Attributes"]))

    def delete(self, identifier: str) -> None:
        """Delete an item; one that is not there is fine.

        Args:
            identifier: Value of the key.

        Raises:
            CloudCallError: If the call fails.
        """
        with calling(f"delete the {self.what}"):
            self._client.delete_item(TableName=self.name, Key={self.key: {"S": identifier}})

    def scan(
        self, equals: Mapping[str, Value], missing: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        """Read all items with certain values, for work that runs by the clock.

        Args:
            equals: Attributes that must have exactly this value; at least one.
            missing: Attributes that must not exist.

        Yields:
            Plain values by attribute name: one item that cannot be read as a record must not
            hide the others.

        Raises:
            CloudCallError: If a call fails.
        """
        names = {f"#{name}": name for name in (*equals, *missing)}
        conditions = [f"#{name} = :{name}" for name in equals]
        conditions += [f"attribute_not_exists(#{name})" for name in missing]
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "FilterExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {f":{n}": to_attribute(v) for n, v in equals.items()},
        }
        last: Mapping[str, Any] | None = None
        while True:
            if last:
                arguments["ExclusiveStartKey"] = last
            with calling(f"look through the {self.what}s"):
                answer = self._client.scan(**arguments)
            for item in answer["Items"]:
                yield from_item(item)
            last = answer.get("LastEvaluatedKey")
            if not last:
                return

    def page(
        self,
        index: str,
        partition: tuple[str, str],
        limit: int,
        start: Mapping[str, str] | None,
    ) -> tuple[tuple[RecordT, ...], dict[str, str] | None]:
        """Read a page of an index, newest first.

        Args:
            index: Name of the index; its sort key is a time.
            partition: Name and value of its partition key.
            limit: At most so many items.
            start: Key after which the page begins, as an earlier page gave it.

        Returns:
            The records, and the key after which the next page begins (None at the end).

        Raises:
            CloudCallError: If the call fails.
        """
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "IndexName": index,
            "KeyConditionExpression": "#partition = :partition",
            "ExpressionAttributeNames": {"#partition": partition[0]},
            "ExpressionAttributeValues": {":partition": {"S": partition[1]}},
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if start is not None:
            arguments["ExclusiveStartKey"] = to_item(start)
        with calling(f"list the {self.what}s"):
            answer = self._client.query(**arguments)
        last = answer.get("LastEvaluatedKey")
        records = tuple(self.read(from_item(item)) for item in answer["Items"])
        return records, from_item(last) if last else None


def change_together(doing: str, *changes: tuple[Table[Any], str, Change]) -> bool:
    """Make several changes, all or none.

    Args:
        doing: What this does, for the error's message.
        *changes: Table, key and change of each item.

    Returns:
        Whether they were made; False if a condition of any of them failed.

    Raises:
        CloudCallError: If the call fails for another reason.
    """
    from botocore.exceptions import ClientError

    updates: list[Any] = [
        {"Update": change.arguments(table.name, table.key, identifier)}
        for table, identifier, change in changes
    ]
    with calling(doing):
        try:
            clients.dynamodb().transact_write_items(TransactItems=updates)
        except ClientError as error:
            if error_code(error) == _TRANSACTION_CANCELLED and _condition_failed(error.response):
                return False
            raise
    return True


def _condition_failed(response: Mapping[str, Any]) -> bool:
    reasons = response.get("CancellationReasons") or []
    codes = {reason.get("Code") for reason in reasons}
    return "ConditionalCheckFailed" in codes or (
        not codes and "ConditionalCheckFailed" in response.get("Error", {}).get("Message", "")
    )


def runs_table(name: str) -> Table[RunRecord]:
    """Typed access to the runs table.

    Args:
        name: Name of the table.

    Returns:
        The table.
    """
    return Table(name, "run_id", "run", run_record)


def devices_table(name: str) -> Table[Device]:
    """Typed access to the devices table.

    Args:
        name: Name of the table.

    Returns:
        The table.
    """
    return Table(name, "device_id", "device", device_record)


def commands_table(name: str) -> Table[CommandRecord]:
    """Typed access to the commands table.

    Args:
        name: Name of the table.

    Returns:
        The table.
    """
    return Table(name, "command_id", "command", command_record)
