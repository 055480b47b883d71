"""Finished runs in their table, which has no expiry: a run that waits must never vanish."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling, error_code
from qs_cloud.clock import stamp
from qs_cloud.run_record import FINAL_STATUSES
from qs_retention.cursors import Cursors

JOB = "retention.runs"
PAGE = 500
MOST_PAGES = 100
"""Pages in one pass."""

_CONDITION_FAILED = "ConditionalCheckFailedException"


def expire_runs(
    table: str, before: datetime, cursors: Cursors, going_on: Callable[[], bool]
) -> int:
    """Delete finished runs that nothing has changed for long.

    Args:
        table: Name of the runs table.
        before: Runs that changed last before this are old.
        cursors: Where the last pass ended.
        going_on: Says whether there still is time.

    Returns:
        How many items were deleted.

    Raises:
        CloudCallError: If the table cannot be reached.
        DatabaseUnavailableError: If PostgreSQL, which keeps the place, cannot be reached.
    """
    names = {"#status": "status", "#updated": "updated_at"}
    values: dict[str, Any] = {
        **{f":s{place}": {"S": status} for place, status in enumerate(FINAL_STATUSES)},
        ":before": {"S": stamp(before)},
    }
    finished = ", ".join(name for name in values if name.startswith(":s"))
    condition = f"#status IN ({finished}) AND #updated < :before"
    deleted = 0
    for _ in range(MOST_PAGES):
        if not going_on():
            break
        place = cursors.read(JOB)
        arguments: dict[str, Any] = {"ExclusiveStartKey": json.loads(place)} if place else {}
        with calling("look for old runs"):
            answer = clients.dynamodb().scan(
                TableName=table,
                Limit=PAGE,
                ProjectionExpression="run_id",
                FilterExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                **arguments,
            )
        for item in answer["Items"]:
            deleted += _delete(table, item["run_id"]["S"], condition, names, values)
        last = answer.get("LastEvaluatedKey")
        cursors.write(JOB, json.dumps(last) if last else "")
        if not last:
            break
    return deleted


def _delete(
    table: str, run_id: str, condition: str, names: dict[str, str], values: dict[str, Any]
) -> int:
    from botocore.exceptions import ClientError

    with calling("delete an old run"):
        try:
            clients.dynamodb().delete_item(
                TableName=table,
                Key={"run_id": {"S": run_id}},
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error_code(error) == _CONDITION_FAILED:
                return 0
            raise
    return 1
