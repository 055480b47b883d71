"""Copies of the database that drills make: named, tagged, waited for, removed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qops.drills.errors import DrillError, LeftoverError, calling
from qops.drills.running import POLL_SECONDS, Patience, left
from qops.platform.aws import Aws

TAG = "qops-drill"
"""Key of the tag by which everything that a drill made is found again."""

_READY = frozenset({"available"})
_DEAD = frozenset(
    {"failed", "gone", "incompatible-network", "incompatible-restore", "restore-error"}
    | {"storage-full"}
)
_NOT_YET = "InvalidDBInstanceState"
_GONE = "DBInstanceNotFound"


@dataclass(frozen=True, slots=True)
class Backup:
    """What is restored.

    Attributes:
        name: Id of the snapshot; None for the latest restorable time.
        at: The time that it is of.
    """

    name: str | None
    at: datetime


@dataclass(slots=True)
class Copies:
    """Makes and removes copies.

    Attributes:
        aws: The environment's clients.
        prefix: Prefix of the environment's names, which is the database's own name.
        told: Called with a line for each thing that happens.
        now: Monotonic clock, seconds.
        sleep: Waits, seconds.
    """

    aws: Aws
    prefix: str
    told: Callable[[str], None]
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep

    def source(self) -> dict[str, Any]:
        """The database as RDS describes it.

        Raises:
            DrillError: There is none.
        """
        found = self._described(self.prefix)
        if found is None:
            raise DrillError(
                f"There is no database {self.prefix}.",
                why="RDS does not know it: the platform is not applied, or was lost.",
                next_step="Apply it (qops up, qops apply). Lost: docs/runbooks/restore-database.md",
            )
        return found

    def newest(self, name: str | None) -> Backup:
        """The snapshot to restore.

        Args:
            name: Its id; the newest that can be used when absent.

        Raises:
            DrillError: There is none.
        """
        with calling("list the snapshots"):
            pages = self.aws.client("rds").get_paginator("describe_db_snapshots")
            found = [
                one
                for page in pages.paginate(DBInstanceIdentifier=self.prefix)
                for one in page["DBSnapshots"]
                if one["Status"] == "available"
            ]
        if name is not None:
            found = [one for one in found if name.lower() == one["DBSnapshotIdentifier"].lower()]
        if not found:
            raise DrillError(
                f"The database {self.prefix} has no snapshot {name} that can be restored."
                if name
                else f"The database {self.prefix} has no snapshot.",
                why="RDS lists none that is available.",
                next_step="--fresh makes one for the drill, --latest restores the latest point in "
                "time. In AWS the nightly ones are missing: qops health --only data",
            )
        latest = max(found, key=lambda one: one["SnapshotCreateTime"])
        return Backup(str(latest["DBSnapshotIdentifier"]), latest["SnapshotCreateTime"])

    def make_snapshot(self, drill: str, limit_seconds: float) -> Backup:
        """Make a snapshot for this drill.

        Args:
            drill: Id of the drill.
            limit_seconds: Longest time, seconds.

        Raises:
            DrillError: It was refused, or did not become available.
        """
        name = f"{self.prefix}-{drill}"
        client = self.aws.client("rds")
        with calling("make a snapshot"):
            client.create_db_snapshot(
                DBSnapshotIdentifier=name,
                DBInstanceIdentifier=self.prefix,
                Tags=[{"Key": TAG, "Value": drill}],
            )
        self._wait(
            lambda: str(
                client.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"][0]["Status"]
            ),
            f"snapshot {name}",
            limit_seconds,
        )
        found = client.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"][0]
        return Backup(name, found["SnapshotCreateTime"])

    def restore(self, drill: str, backup: Backup, source: Mapping[str, Any]) -> str:
        """Begin to restore a backup into a new instance beside the database.

        Args:
            drill: Id of the drill.
            backup: The backup.
            source: The database as RDS describes it.

        Returns:
            Name of the new instance.

        Raises:
            DrillError: It was refused; nothing was made.
        """
        name = f"{self.prefix}-{drill}"
        tags = [tag for tag in source.get("TagList", []) if not tag["Key"].startswith("aws:")]
        place: dict[str, Any] = {
            "DBInstanceClass": source["DBInstanceClass"],
            "DBSubnetGroupName": source["DBSubnetGroup"]["DBSubnetGroupName"],
            "DBParameterGroupName": source["DBParameterGroups"][0]["DBParameterGroupName"],
            "VpcSecurityGroupIds": [
                group["VpcSecurityGroupId"] for group in source["VpcSecurityGroups"]
            ],
            "MultiAZ": False,
            "PubliclyAccessible": False,
            "DeletionProtection": False,
            "CopyTagsToSnapshot": False,
            "Tags": [*tags, {"Key": TAG, "Value": drill}],
        }
        client = self.aws.client("rds", answer_seconds=300)
        with calling("restore the backup"):
            if backup.name is None:
                client.restore_db_instance_to_point_in_time(
                    SourceDBInstanceIdentifier=self.prefix,
                    TargetDBInstanceIdentifier=name,
                    UseLatestRestorableTime=True,
                    **place,
                )
            else:
                client.restore_db_instance_from_db_snapshot(
                    DBInstanceIdentifier=name, DBSnapshotIdentifier=backup.name, **place
                )
        return name

    def wait_available(self, name: str, limit_seconds: float) -> dict[str, Any]:
        """Wait until an instance can be used.

        Args:
            name: Its name.
            limit_seconds: Longest time, seconds.

        Raises:
            DrillError: It failed, is gone, or takes too long.
        """
        found: dict[str, Any] = {}

        def status() -> str:
            nonlocal found
            found = self._described(name) or {}
            return str(found.get("DBInstanceStatus", "gone"))

        self._wait(status, f"instance {name}", limit_seconds)
        return found

    def remove(self, name: str, limit_seconds: float) -> None:
        """Remove a copy for good, and wait until it is gone.

        Args:
            name: Its name.
            limit_seconds: Longest time, seconds.

        Raises:
            LeftoverError: It is none of a drill's, or is still there.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        deadline, pause, asked, why = self.now() + limit_seconds, POLL_SECONDS[0], False, ""
        while True:
            try:
                found = self._described(name)
                if found is None:
                    return
                self._require_copy(name, found)
                if not asked and found.get("DBInstanceStatus") != "deleting":
                    self.aws.client("rds").delete_db_instance(
                        DBInstanceIdentifier=name,
                        SkipFinalSnapshot=True,
                        DeleteAutomatedBackups=True,
                    )
                    asked = True
                    continue
            except ClientError as error:
                # While it is being made it cannot be deleted yet.
                why = str(error)
                if error.response.get("Error", {}).get("Code") not in {_NOT_YET, _GONE}:
                    raise left(name, why) from error
            except BotoCoreError as error:
                why = str(error)
            if self.now() >= deadline:
                raise left(name, why or "RDS has not removed it yet.")
            self.sleep(pause)
            pause = min(pause * 1.5, POLL_SECONDS[1])

    def remove_snapshot(self, name: str) -> None:
        """Remove a snapshot that a drill made.

        Args:
            name: Its id.

        Raises:
            LeftoverError: It is still there.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        client = self.aws.client("rds")
        try:
            client.delete_db_snapshot(DBSnapshotIdentifier=name)
        except client.exceptions.DBSnapshotNotFoundFault:
            return
        except (BotoCoreError, ClientError) as error:
            raise left(name, str(error)) from error

    def left_behind(self) -> tuple[tuple[str, str, str, str], ...]:
        """What drills have left: kind, name, id of the drill and status of each."""
        client = self.aws.client("rds")
        with calling("look for what drills left behind"):
            instances = [
                ("instance", one["DBInstanceIdentifier"], one, one["DBInstanceStatus"])
                for page in client.get_paginator("describe_db_instances").paginate()
                for one in page["DBInstances"]
            ]
            snapshots = [
                ("snapshot", one["DBSnapshotIdentifier"], one, one["Status"])
                for page in client.get_paginator("describe_db_snapshots").paginate(
                    SnapshotType="manual"
                )
                for one in page["DBSnapshots"]
            ]
        return tuple(
            (kind, name, _drill_of(one), status)
            for kind, name, one, status in (*instances, *snapshots)
            if name.startswith(f"{self.prefix}-") and _drill_of(one)
        )

    def _wait(self, status: Callable[[], str], what: str, limit_seconds: float) -> None:
        Patience(limit_seconds, self.told, self.now, self.sleep).wait(
            what,
            status,
            good=_READY,
            dead=_DEAD,
            next_step="aws rds describe-events says why. Then start the drill again.",
        )

    def _described(self, name: str) -> dict[str, Any] | None:
        client = self.aws.client("rds")
        try:
            found: dict[str, Any] = client.describe_db_instances(DBInstanceIdentifier=name)[
                "DBInstances"
            ][0]
        except client.exceptions.DBInstanceNotFoundFault:
            return None
        return found

    def _require_copy(self, name: str, found: Mapping[str, Any]) -> None:
        if name == self.prefix or not name.startswith(f"{self.prefix}-") or not _drill_of(found):
            raise LeftoverError(
                f"{name} was not removed.",
                why=f"It has no tag {TAG}: no drill made it.",
                next_step="Remove it by hand if you know what it is.",
            )


def _drill_of(found: Mapping[str, Any]) -> str:
    tags = {tag["Key"]: tag["Value"] for tag in found.get("TagList") or ()}
    return str(tags.get(TAG, ""))
