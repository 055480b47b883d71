"""``qops drill restore-db`` and ``qops drill clean``."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from qops.drills.answers import (
    CleanAnswer,
    LeftoverAnswer,
    RestoreDbAnswer,
    StageAnswer,
)
from qops.drills.comparing import compare, faults_of
from qops.drills.errors import LeftoverError
from qops.drills.instances import Backup, Copies
from qops.errors import QopsError, UsageError
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.platform.operations import Operation
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


@dataclass(slots=True)
class _Stages:
    """How long each stage took."""

    done: list[StageAnswer] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.done.append(StageAnswer(name=name, seconds=round(time.monotonic() - began, 1)))


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
    drill = f"drill-{datetime.now(UTC):%Y%m%dt%H%M%Sz}"
    backup = None if wanted.fresh else _backup(copies, source, wanted)
    told = "a snapshot made now" if backup is None else backup.name or LATEST
    confirm(
        f"Restores {told} of {settings.prefix} into a new instance {settings.prefix}-{drill} "
        f"({source['DBInstanceClass']}, which costs money while it runs), compares and removes it."
    )
    operation = Operation(settings, aws, kind="drill.restore-db", notice=notice)
    operation.begin(settings.prefix, drill=drill, backup=told)
    try:
        answer = _Drill(settings, aws, wanted, copies, drill, notice).run(source, backup)
    except BaseException as error:
        operation.end("failed" if isinstance(error, Exception) else "interrupted", error)
        raise
    operation.end(
        "holds" if answer.holds else "does not hold",
        backup=answer.backup,
        rto_seconds=answer.rto_seconds,
        rpo_seconds=answer.rpo_seconds,
    )
    return answer


@dataclass(slots=True)
class _Drill:
    """One drill, from the backup to the removal of all that it made."""

    settings: Settings
    aws: Aws
    wanted: Wanted
    copies: Copies
    drill: str
    notice: Notice
    stages: _Stages = field(default_factory=_Stages)

    def run(self, source: dict[str, object], backup: Backup | None) -> RestoreDbAnswer:
        began = datetime.now(UTC)
        with self._cleaning():
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

    @contextmanager
    def _cleaning(self) -> Iterator[None]:
        """Remove what was made, whatever happens; a failure of that never hides the first one."""
        try:
            yield
        except BaseException as error:
            if not isinstance(error, Exception):
                self.notice(
                    "Interrupted: removing the copy. Ctrl-C again leaves it (qops drill clean)."
                )
            try:
                self._remove()
            except LeftoverError as left:
                self.notice(f"! {left}")
                if isinstance(error, QopsError):
                    error.next_step = f"{left.what} {left.next_step} Then: {error.next_step}"
            raise
        self._remove()

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


def clean(
    settings: Settings,
    aws: Aws,
    *,
    limit_seconds: float,
    confirm: Callable[[str], None],
    notice: Notice,
) -> CleanAnswer:
    """Remove what drills have left behind.

    Args:
        settings: Which environment.
        aws: Its clients.
        limit_seconds: Longest time for each, seconds.
        confirm: Called with what will be removed; raises to refuse.
        notice: Called with a line for the person.
    """
    copies = Copies(aws, settings.prefix, notice)
    found = copies.left_behind()
    if found:
        names = ", ".join(f"{kind} {name}" for kind, name, _, _ in found)
        confirm(f"Removes for good what drills left in {settings.environment}: {names}.")
    answers = []
    for kind, name, drill, status in found:
        try:
            if kind == "instance":
                copies.remove(name, limit_seconds)
            else:
                copies.remove_snapshot(name)
            removed = True
        except LeftoverError as left:
            notice(f"! {left}")
            removed = False
        answers.append(
            LeftoverAnswer(kind=kind, name=name, drill=drill, status=status, removed=removed)
        )
    return CleanAnswer(environment=settings.environment, leftovers=answers)


def _backup(copies: Copies, source: dict[str, object], wanted: Wanted) -> Backup:
    if not wanted.latest:
        return copies.newest(wanted.snapshot)
    latest = source.get("LatestRestorableTime")
    # Without backups there is none; RDS then says so by itself when it is asked to restore.
    return Backup(None, latest if isinstance(latest, datetime) else datetime.now(UTC))
