"""Reading items one by one, so that one that cannot be read hides no other."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from qs_cloud.table import RecordT, Table
from qs_cloud.telemetry import count, logger


def readable(table: Table[RecordT], items: Iterable[Mapping[str, Any]]) -> Iterator[RecordT]:
    """Read items as records.

    Args:
        table: The table they are of.
        items: Plain values by attribute name.

    Yields:
        The records; what cannot be read is logged and counted.
    """
    for item in items:
        try:
            record = table.read(item)
        except (ValidationError, KeyError, ValueError) as error:
            logger().error(
                "Item cannot be read",
                extra={
                    "table": table.name,
                    "item": item.get(table.key),
                    "why": type(error).__name__,
                },
            )
            count("ItemsUnreadable", dimensions={"table": table.name})
            continue
        yield record
