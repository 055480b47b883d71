"""``qops drill restore-db``."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from qops.drills.answers import RestoreDbAnswer
from qops.drills.comparing import compare, faults_of
from qops.drills.instances import Backup, Copies
from qops.drills.running import Stages, new_id, recorded, removed_afterwards
from qops.errors import UsageError
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.settings import Settings

LATEST = "latest restorable time"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asks for.

    Attributes:
        snapshot: Snapshot to restore; the newest when nothing else is asked for.
        latest: Restore the latest point in time instead.
        fresh: Make a snapshot for this drill and restore that.
        limit_seconds: Longest time for each of making, restoring and removing, seconds.
        rto_limit_seconds: Longest time from the call that restores to the verdict.
        rpo_limit_seconds: Greatest age of the backup.
    """

    snapshot: str | None = None
    latest: bool = False
    fresh: bool = False
    limit_seconds: float = 3600.0
    rto_limit_seconds: float | None = None
    rpo_limit_seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse what excludes each other.

        Raises:
            UsageError: More than one backup was asked for.
        """
        if [bool(self.snapshot), self.latest, self.fresh].count(True) > 1:
            raise UsageError(
                "--snapshot, --latest and --fresh exclude each other.",
                next_step="Leave all out to restore the newest snapshot there is.",
            )


def restore_database(
    settings: Settings,
    aws: Aws,
    wanted: Wanted,
    *,
    confirm: Callable[[str], None],
    notice: Notice,
) -> RestoreDbAnswer:
    """Restore a backup of the database beside it, compare both, remove the copy.

    Args:
        settings: Which environment.
        aws: Its clients.
        wanted: Which backup, and limits.
        confirm: Called with what will be done; raises to refuse.
        notice: Called with a line for the person.

    Returns:
        The verdict.

    Raises:
        DrillError: The drill could not be carried out; the copy was removed.
        LeftoverError: The copy is still there.
    """
    copies = Copies(aws, settings.prefix, notice)
    source = copies.source()
    drill = new_id()
    backup = None if wanted.fresh else _backup(copies, source, wanted)
    told = "a snapshot made now" if backup is None else backup.name or LATEST
    confirm(
        f"Restores {told} of {settings.prefix} into a new instance {settings.prefix}-{drill} "
        f"({source['DBInstanceClass']}, which costs money while it runs), compares and removes it."
    )
    work = _Drill(settings, aws, wanted, copies, drill, notice)
    return recorded(
        settings,
        aws,
        notice,
        kind="restore-db",
        detail={"drill": drill, "backup": told},
        work=lambda: work.run(source, backup),
        ended=lambda answer: (
            "holds" if answer.holds else "does not hold",
            {
                "backup": answer.backup,
                "rto_seconds": answer.rto_seconds,
                "rpo_seconds": answer.rpo_seconds,
            },
        ),
    )


@dataclass(slots=True)
class _Drill:
    """One drill, from the backup to the removal of all that it made."""

    settings: Settings
    aws: Aws
    wanted: Wanted
    copies: Copies
    drill: str
    notice: Notice
    stages: Stages = field(default_factory=Stages)

    def run(self, source: dict[str, object], backup: Backup | None) -> RestoreDbAnswer:
        began = datetime.now(UTC)
        with removed_afterwards(self._remove, self.notice):
            if backup is None:
                with self.stages.stage("snapshot"):
                    backup = self.copies.make_snapshot(self.drill, self.wanted.limit_seconds)
                began = datetime.now(UTC)
            clock = time.monotonic()
            with self.stages.stage("restore"):
                name = self.copies.restore(self.drill, backup, source)
                copy = self.copies.wait_available(name, self.wanted.limit_seconds)
            with self.stages.stage("compare"):
                place = copy["Endpoint"]
                found = compare(self.settings, self.aws, str(place["Address"]), int(place["Port"]))
            taken = time.monotonic() - clock
        return RestoreDbAnswer(
            environment=self.settings.environment,
            drill=self.drill,
            database=self.settings.prefix,
            backup=backup.name or LATEST,
            backup_at=backup.at,
            copy_name=name,
            holds=found.holds,
            comparison=found,
            rto_seconds=round(taken, 1),
            rpo_seconds=round(max((began - backup.at).total_seconds(), 0.0), 1),
            rto_limit_seconds=self.wanted.rto_limit_seconds,
            rpo_limit_seconds=self.wanted.rpo_limit_seconds,
            stages=self.stages.done,
            faults=faults_of(found),
        )

    def _remove(self) -> None:
        name = f"{self.settings.prefix}-{self.drill}"
        with self.stages.stage("remove"):
            try:
                self.copies.remove(name, self.wanted.limit_seconds)
            finally:
                # What the drill made first is asked to go even where the copy stays.
                if self.wanted.fresh:
                    self.copies.remove_snapshot(name)
        self.notice(f"  {name}: removed")


def _backup(copies: Copies, source: dict[str, object], wanted: Wanted) -> Backup:
    if not wanted.latest:
        return copies.newest(wanted.snapshot)
    latest = source.get("LatestRestorableTime")
    # Without backups there is none; RDS then says so by itself when it is asked to restore.
    return Backup(None, latest if isinstance(latest, datetime) else datetime.now(UTC))
