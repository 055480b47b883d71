"""The configuration table: small documents of a user, by kind and id.

Its partition key is ``<kind>#<owner>``: one user's documents can be listed without an index, and
no request of a user names another one's partition.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qs_cloud.items import Value, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONDITION_FAILED = "ConditionalCheckFailedException"


def etag_of(content: object) -> str:
    """Name a state of a document.

    Args:
        content: JSON data of the document.

    Returns:
        A strong entity tag, quoted as the header carries it.
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents of one kind.

    Attributes:
        table: Name of the configuration table.
        kind: Kind of the documents, e.g. ``template``.
    """

    table: str
    kind: str

    @property
    def _client(self) -> "DynamoDBClient":
        return clients.dynamodb()

    def get(self, owner: str, name: str) -> dict[str, Any] | None:
        """Read a document, consistently.

        Args:
            owner: Cognito ``sub`` of its owner.
            name: Its id.

        Returns:
            Plain values by attribute name, or None if there is none.

        Raises:
            CloudCallError: If the call fails.
        """
        with calling(f"read the {self.kind}"):
            answer = self._client.get_item(
                TableName=self.table, Key=self._key(owner, name), ConsistentRead=True
            )
        item = answer.get("Item")
        return from_item(item) if item else None

    def put(
        self,
        owner: str,
        name: str,
        values: Mapping[str, Value | None],
        *,
        new: bool = False,
        etag: str | None = None,
    ) -> bool:
        """Write a document.

        Args:
            owner: Cognito ``sub`` of its owner.
            name: Its id.
            values: Plain values by attribute name; None is left out.
            new: Whether there must be none yet.
            etag: The entity tag that the present document must have; None for any.

        Returns:
            Whether it was written; False if the condition failed.

        Raises:
            CloudCallError: If the call fails.
        """
        from botocore.exceptions import ClientError

        arguments = self._condition(new=new, etag=etag)
        item = {**self._key(owner, name), **to_item(values)}
        with calling(f"store the {self.kind}"):
            try:
                self._client.put_item(TableName=self.table, Item=item, **arguments)
            except ClientError as error:
                if error_code(error) == _CONDITION_FAILED:
                    return False
                raise
        return True

    def delete(self, owner: str, name: str, etag: str | None = None) -> bool:
        """Delete a document; without an entity tag one that is not there is fine.

        Args:
            owner: Cognito ``sub`` of its owner.
            name: Its id.
            etag: The entity tag that it must have; None for any.

        Returns:
            Whether the condition held.

        Raises:
            CloudCallError: If the call fails.
        """
        from botocore.exceptions import ClientError

        with calling(f"delete the {self.kind}"):
            try:
                self._client.delete_item(
                    TableName=self.table,
                    Key=self._key(owner, name),
                    **self._condition(new=False, etag=etag),
                )
            except ClientError as error:
                if error_code(error) == _CONDITION_FAILED:
                    return False
                raise
        return True

    def page(
        self, owner: str, limit: int, start: str | None
    ) -> tuple[tuple[dict[str, Any], ...], str | None]:
        """Read a page of a user's documents, by id.

        Args:
            owner: Cognito ``sub`` of the user.
            limit: At most so many.
            start: Id after which the page begins; None for the first page.

        Returns:
            Plain values of each document, and the id at which the page ended (None at the end).

        Raises:
            CloudCallError: If the call fails.
        """
        arguments: dict[str, Any] = {
            "TableName": self.table,
            "KeyConditionExpression": "#server = :server",
            "ExpressionAttributeNames": {"#server": "server"},
            "ExpressionAttributeValues": {":server": {"S": self._partition(owner)}},
            "ConsistentRead": True,
            "Limit": limit,
        }
        if start is not None:
            arguments["ExclusiveStartKey"] = self._key(owner, start)
        with calling(f"list the {self.kind}s"):
            answer = self._client.query(**arguments)
        last = answer.get("LastEvaluatedKey")
        found = tuple(from_item(item) for item in answer["Items"])
        return found, last["name"]["S"] if last else None

    def _partition(self, owner: str) -> str:
        return f"{self.kind}#{owner}"

    def _key(self, owner: str, name: str) -> dict[str, Any]:
        return {"server": {"S": self._partition(owner)}, "name": {"S": name}}

    def _condition(self, *, new: bool, etag: str | None) -> dict[str, Any]:
        if new:
            return {
                "ConditionExpression": "attribute_not_exists(#name)",
                "ExpressionAttributeNames": {"#name": "name"},
            }
        if etag is None:
            return {}
        return {
            "ConditionExpression": "#etag = :etag",
            "ExpressionAttributeNames": {"#etag": "etag"},
            "ExpressionAttributeValues": {":etag": {"S": etag}},
        }
