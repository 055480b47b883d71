"""Items of tables as digests, and the verdict on a restored copy. Content is hashed, never kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from qops.drills.errors import calling

Digests = Mapping[bytes, bytes]
"""Digest of each item by the digest of its key."""

_BYTES = 16


@dataclass(frozen=True, slots=True)
class Counted:
    """A copy against what the table was before and after it was made.

    Attributes:
        same: Items that did not change meanwhile, and are so in the copy.
        moving: Items that were written or deleted meanwhile: the copy may have them either way.
        lost: Items that did not change meanwhile, and are missing in the copy.
        damaged: Items that did not change meanwhile, and differ in the copy.
    """

    same: int
    moving: int
    lost: int
    damaged: int


def read_items(dynamodb: Any, table: Mapping[str, Any]) -> tuple[Digests, datetime]:
    """Read a whole table.

    Args:
        dynamodb: boto3 client.
        table: The table as DynamoDB describes it.

    Returns:
        Its items, and a moment by the clock of DynamoDB at which all of them were read.
    """
    keys = sorted(one["AttributeName"] for one in table["KeySchema"])
    found: dict[bytes, bytes] = {}
    at = datetime.now(UTC)
    with calling(f"read {table['TableName']}"):
        pages = dynamodb.get_paginator("scan").paginate(
            TableName=table["TableName"], ConsistentRead=True
        )
        for page in pages:
            for item in page["Items"]:
                found[_digest({key: item[key] for key in keys})] = _digest(item)
            told = page["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
            # The header names whole seconds.
            at = parsedate_to_datetime(told) + timedelta(seconds=1) if told else datetime.now(UTC)
    return found, at


def compare(before: Digests, copy: Digests, after: Digests) -> Counted:
    """Judge a copy that was made between two readings of its table.

    Args:
        before: The table before the moment that the copy is of.
        copy: The copy.
        after: The table after that moment.
    """
    same = moving = lost = damaged = 0
    for key in before.keys() | copy.keys() | after.keys():
        was, restored, now = before.get(key), copy.get(key), after.get(key)
        if was is None or was != now:
            moving += 1
        elif restored == was:
            same += 1
        elif restored is None:
            lost += 1
        else:
            damaged += 1
    return Counted(same, moving, lost, damaged)


def differences(source: Mapping[str, Any], copy: Mapping[str, Any]) -> list[str]:
    """What a restoration must bring back of a table's settings, and did not.

    Args:
        source: The table as DynamoDB describes it.
        copy: The copy.
    """
    return [
        f"{name} differs"
        for name, told in _settings(source).items()
        if told != _settings(copy)[name]
    ]


def _settings(table: Mapping[str, Any]) -> dict[str, object]:
    indexes = table.get("GlobalSecondaryIndexes") or ()
    return {
        "key": table["KeySchema"],
        "indexes": sorted(
            (one["IndexName"], str(one["KeySchema"]), str(one["Projection"])) for one in indexes
        ),
        "billing": (table.get("BillingModeSummary") or {}).get("BillingMode"),
        "encryption": (table.get("SSEDescription") or {}).get("KMSMasterKeyArn"),
    }


def _digest(value: object) -> bytes:
    return hashlib.blake2b(repr(_ordered(value)).encode(), digest_size=_BYTES).digest()


def _ordered(value: object) -> object:
    """The same for the same: names and sets of DynamoDB have no order."""
    if isinstance(value, Mapping):
        return [
            (name, sorted(map(repr, one)) if name in {"SS", "NS", "BS"} else _ordered(one))
            for name, one in sorted(value.items())
        ]
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    return value
