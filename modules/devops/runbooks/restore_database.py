"""Restore the database to a point in time, beside it, and protect the copy like it.

Runs inside SSM Automation steps (`aws:executeScript`), so it stands by itself: boto3 and the
standard library only.
"""

from datetime import UTC, datetime

import boto3


def start(events, _context):
    """Start the restoration into a new instance.

    Args:
        events: `database` (identifier) and `time` (ISO 8601, with its offset).
        _context: Unused.

    Returns:
        `target`: identifier of the new instance.
    """
    client = boto3.client("rds")
    wanted = datetime.fromisoformat(events["time"].replace("Z", "+00:00"))
    if wanted.tzinfo is None:
        raise ValueError("The time needs its offset, as in 2026-01-31T09:00:00+09:00.")
    source = _describe(client, events["database"])
    if not source["BackupRetentionPeriod"]:
        raise ValueError(f"{events['database']} keeps no points in time; look for a snapshot.")
    backups = client.describe_db_instance_automated_backups(
        DBInstanceIdentifier=events["database"]
    )["DBInstanceAutomatedBackups"]
    window = backups[0]["RestoreWindow"] if backups else {}
    first, last = window.get("EarliestTime"), window.get("LatestTime")
    if first is None or last is None:
        raise ValueError(f"{events['database']} has no backup yet; wait for the first one.")
    if not first <= wanted <= last:
        raise ValueError(f"The time must lie between {first.isoformat()} and {last.isoformat()}.")
    target = f"{events['database']}-{wanted.astimezone(UTC):%Y%m%dt%H%M%Sz}"
    client.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier=events["database"],
        TargetDBInstanceIdentifier=target,
        RestoreTime=wanted,
        DBInstanceClass=source["DBInstanceClass"],
        DBSubnetGroupName=source["DBSubnetGroup"]["DBSubnetGroupName"],
        DBParameterGroupName=source["DBParameterGroups"][0]["DBParameterGroupName"],
        VpcSecurityGroupIds=[group["VpcSecurityGroupId"] for group in source["VpcSecurityGroups"]],
        MultiAZ=source["MultiAZ"],
        PubliclyAccessible=False,
        CopyTagsToSnapshot=True,
        EnableIAMDatabaseAuthentication=source["IAMDatabaseAuthenticationEnabled"],
        EnableCloudwatchLogsExports=source.get("EnabledCloudwatchLogsExports", []),
        Tags=[tag for tag in source.get("TagList", []) if not tag["Key"].startswith("aws:")],
    )
    return {"target": target}


def protect(events, _context):
    """Give the new instance what a restoration leaves out: backups and protection.

    Args:
        events: `database` (identifier) and `target` (identifier of the new instance).
        _context: Unused.

    Returns:
        `target`, and `address`: where the new instance answers.
    """
    client = boto3.client("rds")
    source = _describe(client, events["database"])
    client.modify_db_instance(
        DBInstanceIdentifier=events["target"],
        BackupRetentionPeriod=source["BackupRetentionPeriod"],
        DeletionProtection=source["DeletionProtection"],
        ApplyImmediately=True,
    )
    restored = _describe(client, events["target"])
    if restored["StorageEncrypted"] != source["StorageEncrypted"]:
        raise ValueError(f"{events['target']} is not encrypted like its source; do not use it.")
    return {"target": events["target"], "address": restored["Endpoint"]["Address"]}


def _describe(client, database):
    return client.describe_db_instances(DBInstanceIdentifier=database)["DBInstances"][0]
