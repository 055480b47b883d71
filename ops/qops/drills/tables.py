"""``qops drill restore-tables``: tables as they were a moment ago, restored beside themselves."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from qops.drills.answers import RestoredTableAnswer, RestoreTablesAnswer
from qops.drills.errors import DrillError, LeftoverError, calling
from qops.drills.items import Digests, compare, differences, read_items
from qops.drills.running import (
    ID_PATTERN,
    POLL_SECONDS,
    Patience,
    Stages,
    left,
    new_id,
    recorded,
    removed_afterwards,
    require_known,
)
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.settings import Settings

TABLES = ("commands", "configuration", "devices", "idempotency", "runs", "sessions")
"""Tables of the platform, by purpose (modules/data)."""

_GONE = "ResourceNotFoundException"
_NOT_YET = "ResourceInUseException"


@dataclass(frozen=True, slots=True)
class WantedTables:
    """What the person asks for.

    Attributes:
        names: Purposes of tables; all when empty.
        limit_seconds: Longest time for each thing that is waited for, seconds.
        rto_limit_seconds: Longest time from the call that restores to the verdict.
        rpo_limit_seconds: Greatest age of what can be restored.
    """

    names: tuple[str, ...] = ()
    limit_seconds: float = 3600.0
    rto_limit_seconds: float | None = None
    rpo_limit_seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no table.

        Raises:
            UsageError: A name is none of the platform's tables.
        """
        require_known("table", self.names, TABLES)


@dataclass(slots=True)
class TableCopies:
    """Makes and removes copies of tables.

    Attributes:
        aws: The environment's clients.
        prefix: Prefix of the environment's names.
        patience: Waits.
    """

    aws: Aws
    prefix: str
    patience: Patience

    @property
    def client(self) -> Any:
        """DynamoDB's client."""
        return self.aws.client("dynamodb")

    def described(self, name: str) -> dict[str, Any] | None:
        """A table as DynamoDB describes it; None where there is none."""
        try:
            found: dict[str, Any] = self.client.describe_table(TableName=name)["Table"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        return found

    def latest(self, name: str) -> datetime | None:
        """The latest moment to which a table can be restored; None where no moments are kept."""
        with calling(f"look at the points in time of {name}"):
            found = self.client.describe_continuous_backups(TableName=name)
        recovery = found["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            return None
        latest: datetime | None = recovery.get("LatestRestorableDateTime")
        return latest

    def wait_restorable(self, name: str, at: datetime) -> None:
        """Wait until a table can be restored to a moment: AWS is minutes behind."""

        def status() -> str:
            latest = self.latest(name)
            return "restorable" if latest is not None and latest >= at else "not restorable yet"

        self.patience.wait(f"table {name}", status, good=frozenset({"restorable"}))

    def restore(self, source: Mapping[str, Any], name: str) -> None:
        """Begin to restore a table as it was a moment ago into a new one.

        Raises:
            DrillError: It was refused; nothing was made.
        """
        key = (source.get("SSEDescription") or {}).get("KMSMasterKeyArn")
        encryption = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
        with calling(f"restore {source['TableName']}"):
            self.client.restore_table_to_point_in_time(
                SourceTableName=source["TableName"],
                TargetTableName=name,
                UseLatestRestorableTime=True,
                **({"SSESpecificationOverride": encryption} if key else {}),
            )

    def wait_active(self, name: str) -> dict[str, Any]:
        """Wait until a copy can be read."""
        found: dict[str, Any] = {}

        def status() -> str:
            nonlocal found
            found = self.described(name) or {}
            return str(found.get("TableStatus", "gone"))

        self.patience.wait(
            f"table {name}",
            status,
            good=frozenset({"ACTIVE"}),
            dead=frozenset({"gone", "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}),
        )
        return found

    def remove(self, name: str) -> None:
        """Remove a copy for good, and wait until it is gone.

        Raises:
            LeftoverError: No drill made it, or it is still there.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        deadline, pause = self.patience.now() + self.patience.limit_seconds, POLL_SECONDS[0]
        asked, why = False, ""
        while True:
            try:
                found = self.described(name)
                if found is None:
                    return
                self._require_copy(name, found)
                if not asked and found["TableStatus"] == "ACTIVE":
                    self._delete(name, found)
                    asked = True
                    continue
            except ClientError as error:
                why = str(error)
                if error.response.get("Error", {}).get("Code") not in {_NOT_YET, _GONE}:
                    raise left(f"Table {name}", why) from error
            except BotoCoreError as error:
                why = str(error)
            if self.patience.now() >= deadline:
                raise left(f"Table {name}", why or "DynamoDB has not removed it yet.")
            self.patience.sleep(pause)
            pause = min(pause * 1.5, POLL_SECONDS[1])

    def left_behind(self) -> tuple[tuple[str, str, str], ...]:
        """What drills have left: name, id of the drill and status of each."""
        with calling("look for what drills left behind"):
            names = [
                name
                for page in self.client.get_paginator("list_tables").paginate()
                for name in page["TableNames"]
            ]
            found = [(name, self.described(name)) for name in names if self._drill_of(name)]
        return tuple(
            (name, self._drill_of(name), str(table["TableStatus"]))
            for name, table in found
            if table is not None and self._is_copy(name, table)
        )

    def _delete(self, name: str, found: Mapping[str, Any]) -> None:
        if found.get("DeletionProtectionEnabled"):
            self.client.update_table(TableName=name, DeletionProtectionEnabled=False)
        self.client.delete_table(TableName=name)

    def _require_copy(self, name: str, found: Mapping[str, Any]) -> None:
        if not self._is_copy(name, found):
            raise LeftoverError(
                f"Table {name} was not removed.",
                why="It was not restored from a table of the platform: no drill made it.",
                next_step="Remove it by hand if you know what it is.",
            )

    def _is_copy(self, name: str, found: Mapping[str, Any]) -> bool:
        drill = self._drill_of(name)
        source = str((found.get("RestoreSummary") or {}).get("SourceTableArn", ""))
        return bool(drill) and source.endswith(f":table/{name.removesuffix(f'-{drill}')}")

    def _drill_of(self, name: str) -> str:
        tables = "|".join(TABLES)
        found = re.fullmatch(f"{re.escape(self.prefix)}-(?:{tables})-({ID_PATTERN})", name)
        return found[1] if found else ""


def restore_tables(
    settings: Settings,
    aws: Aws,
    wanted: WantedTables,
    *,
    confirm: Callable[[str], None],
    notice: Notice,
) -> RestoreTablesAnswer:
    """Restore tables beside themselves, compare every item, remove the copies.

    Args:
        settings: Which environment.
        aws: Its clients.
        wanted: Which tables, and limits.
        confirm: Called with what will be done; raises to refuse.
        notice: Called with a line for the person.

    Returns:
        The verdict.

    Raises:
        DrillError: The drill could not be carried out; the copies were removed.
        LeftoverError: A copy is still there.
    """
    copies = TableCopies(aws, settings.prefix, Patience(wanted.limit_seconds, notice))
    drill = new_id()
    names = wanted.names or TABLES
    sources = [_source(copies, f"{settings.prefix}-{name}") for name in names]
    confirm(
        f"Reads every item of {', '.join(names)} of {settings.prefix}, restores each table into a "
        f"new one (...-{drill}, which costs money while it is there), compares and removes it."
    )
    work = _Drill(settings, wanted, copies, drill, notice)
    return recorded(
        settings,
        aws,
        notice,
        kind="restore-tables",
        detail={"drill": drill, "tables": ", ".join(names)},
        work=lambda: work.run(sources),
        ended=lambda answer: (
            "holds" if answer.holds else "does not hold",
            {"rto_seconds": answer.rto_seconds, "rpo_seconds": answer.rpo_seconds},
        ),
    )


@dataclass(slots=True)
class _Drill:
    """One drill, from the first reading to the removal of all that it made."""

    settings: Settings
    wanted: WantedTables
    copies: TableCopies
    drill: str
    notice: Notice
    stages: Stages = field(default_factory=Stages)
    asked: list[str] = field(default_factory=list)

    def run(self, sources: list[dict[str, Any]]) -> RestoreTablesAnswer:
        names = [str(one["TableName"]) for one in sources]
        ages = [self._age(name) for name in names]
        with removed_afterwards(self._remove, self.notice):
            with self.stages.stage("read"):
                read = [read_items(self.copies.client, one) for one in sources]
            with self.stages.stage("wait"):
                for name, (_, at) in zip(names, read, strict=True):
                    self.copies.wait_restorable(name, at)
            clock = time.monotonic()
            with self.stages.stage("restore"):
                for one in sources:
                    # Before the call: one that is cut short may have made it all the same.
                    self.asked.append(f"{one['TableName']}-{self.drill}")
                    self.copies.restore(one, self.asked[-1])
                restored = [self.copies.wait_active(name) for name in self.asked]
            with self.stages.stage("compare"):
                tables = [
                    self._judge(source, before, copy)
                    for source, (before, _), copy in zip(sources, read, restored, strict=True)
                ]
            taken = time.monotonic() - clock
        return RestoreTablesAnswer(
            environment=self.settings.environment,
            drill=self.drill,
            holds=all(one.holds for one in tables),
            tables=tables,
            rto_seconds=round(taken, 1),
            rpo_seconds=round(max(ages), 1),
            rto_limit_seconds=self.wanted.rto_limit_seconds,
            rpo_limit_seconds=self.wanted.rpo_limit_seconds,
            stages=self.stages.done,
        )

    def _age(self, name: str) -> float:
        latest = self.copies.latest(name)
        if latest is None:
            raise DrillError(
                f"{name} keeps no points in time.",
                why="Its point-in-time recovery is off: nothing could be restored.",
                next_step="docs/runbooks/tables.md#point-in-time-recovery",
            )
        return max((datetime.now(UTC) - latest).total_seconds(), 0.0)

    def _judge(
        self, source: Mapping[str, Any], before: Digests, copy: Mapping[str, Any]
    ) -> RestoredTableAnswer:
        restored, _ = read_items(self.copies.client, copy)
        after, _ = read_items(self.copies.client, source)
        counted, differ = compare(before, restored, after), differences(source, copy)
        name = str(source["TableName"])
        faults = [f"{name}: {one}" for one in differ]
        if counted.lost:
            faults.append(f"{name}: {counted.lost} items are missing in the copy")
        if counted.damaged:
            faults.append(f"{name}: {counted.damaged} items differ in the copy")
        return RestoredTableAnswer(
            table=name,
            items=len(restored),
            same=counted.same,
            moving=counted.moving,
            lost=counted.lost,
            damaged=counted.damaged,
            holds=not faults,
            faults=faults,
        )

    def _remove(self) -> None:
        failed: list[LeftoverError] = []
        with self.stages.stage("remove"):
            for name in self.asked:
                try:
                    self.copies.remove(name)
                except LeftoverError as error:
                    self.notice(f"! {error}")
                    failed.append(error)
        if failed:
            raise failed[0]
        if self.asked:
            self.notice(f"  {len(self.asked)} copies: removed")


def _source(copies: TableCopies, name: str) -> dict[str, Any]:
    with calling(f"look at {name}"):
        found = copies.described(name)
    if found is None:
        raise DrillError(
            f"There is no table {name}.",
            why="DynamoDB does not know it: the platform is not applied, or it was lost.",
            next_step="Apply it (qops up, qops apply). Lost: docs/runbooks/tables.md",
        )
    return found
