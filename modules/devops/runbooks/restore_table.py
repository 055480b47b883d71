"""Restore a table to a point in time, beside the table, and protect the copy like it.

Runs inside SSM Automation steps (`aws:executeScript`), so it stands by itself: boto3 and the
standard library only.
"""

from datetime import UTC, datetime

import boto3


def start(events, _context):
    """Start the restoration into a new table.

    Args:
        events: `table` (name) and `time` (ISO 8601, with its offset).
        _context: Unused.

    Returns:
        `target`: name of the new table.
    """
    client = boto3.client("dynamodb")
    wanted = datetime.fromisoformat(events["time"].replace("Z", "+00:00"))
    if wanted.tzinfo is None:
        raise ValueError("The time needs its offset, as in 2026-01-31T09:00:00+09:00.")
    described = client.describe_continuous_backups(TableName=events["table"])
    recovery = described["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    if recovery["PointInTimeRecoveryStatus"] != "ENABLED":
        raise ValueError(f"{events['table']} keeps no points in time; look for a backup instead.")
    first, last = recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]
    if not first <= wanted <= last:
        raise ValueError(f"The time must lie between {first.isoformat()} and {last.isoformat()}.")
    target = f"{events['table']}-{wanted.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    client.restore_table_to_point_in_time(
        SourceTableName=events["table"], TargetTableName=target, RestoreDateTime=wanted
    )
    return {"target": target}


def protect(events, _context):
    """Give the new table what a restoration leaves out: points in time, expiry, tags.

    Args:
        events: `table` (name) and `target` (name of the new table).
        _context: Unused.

    Returns:
        `target`: name of the new table.
    """
    client = boto3.client("dynamodb")
    client.update_continuous_backups(
        TableName=events["target"],
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    expiry = client.describe_time_to_live(TableName=events["table"])["TimeToLiveDescription"]
    if expiry["TimeToLiveStatus"] in ("ENABLED", "ENABLING"):
        client.update_time_to_live(
            TableName=events["target"],
            TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry["AttributeName"]},
        )
    source = client.describe_table(TableName=events["table"])["Table"]["TableArn"]
    restored = client.describe_table(TableName=events["target"])["Table"]["TableArn"]
    tags = [
        tag
        for tag in client.list_tags_of_resource(ResourceArn=source)["Tags"]
        if not tag["Key"].startswith("aws:")
    ]
    if tags:
        client.tag_resource(ResourceArn=restored, Tags=tags)
    return {"target": events["target"]}
