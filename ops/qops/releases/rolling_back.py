"""``qops rollback``: functions and configuration go back to a recorded release at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from qops.applying.trail import ROLLBACK_ENDED, ROLLBACK_STARTED, TrailError
from qops.errors import QopsError, RefusedError, UsageError
from qops.health.checking import check_health
from qops.health.model import State
from qops.platform.answers import TrailRow
from qops.platform.provenance import person
from qops.releases.answers import Move, RollbackAnswer
from qops.releases.listing import Recorded, recorded
from qops.releases.model import (
    RECORDED,
    ROLLED_BACK,
    Release,
    detail_of,
)
from qops.releases.observing import Platform, observe
from qops.releases.shifting import AliasMove, SettingMove, Shifter, ShiftError, value_of
from qops.review.masking import masked_text
from qops.settings import Settings
from qscreen.audit import AuditRow, Scalar

CHECKS = ("compute.functions", "network.api-answers")
"""What must be healthy afterwards: every function can start, and the API answers."""

_TRIES, _PAUSE_SECONDS = 4, 2.0
"""A function that has just been switched starts cold."""

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Way:
    """The way back to a release.

    Attributes:
        release: Where it leads.
        aliases: Aliases that move.
        settings: Parameters that move.
        left: What cannot go back, and why.
    """

    release: Release
    aliases: list[AliasMove]
    settings: list[SettingMove]
    left: list[str]

    def lines(self) -> list[str]:
        """The difference, one line each."""
        moves = [f"{one.alias}: version {one.before} → {one.after}" for one in self.aliases]
        moves += [
            f"{one.name}: version {one.before} → the value of {one.after}" for one in self.settings
        ]
        return moves + [f"stays: {one}" for one in self.left]


def roll_back(
    settings: Settings,
    number: int | None,
    *,
    notice: Callable[[str], None],
    confirm: Callable[[Way], None],
    sleep: Callable[[float], object] = time.sleep,
) -> RollbackAnswer:
    """Move aliases and configuration back to a release, verify, record.

    Args:
        settings: Which environment.
        number: The release; the one before what runs when absent.
        notice: Called with a line for the person.
        confirm: Called with the way; raises to refuse.
        sleep: Waits.

    Returns:
        What was done.

    Raises:
        QopsError: There is no such release, it is not to be had, or it is not healthy; everything
            is where it was before then.
    """
    found = recorded(settings)
    release = found.release(number) if number is not None else _former(found)
    way = way_back(found, release)
    _require_versions(found, way)
    if not way.aliases and not way.settings:
        return _answer(way, found.platform, [], None)
    confirm(way)
    return _Rollback(settings, found, way, notice, sleep).run()


def _former(found: Recorded) -> Release:
    """The newest release that is not what runs."""
    for one in reversed(found.releases):
        if not one.running.agrees_with(found.now):
            return one
    raise UsageError(
        "There is no former release to go back to.",
        why=f"{len(found.releases)} are recorded, and none differs from what runs.",
        next_step="Releases are recorded by qops apply; look at them: qops releases",
    )


def way_back(found: Recorded, release: Release) -> Way:
    """What has to move.

    Args:
        found: What is recorded and what runs.
        release: Where to go.
    """
    now, then = found.now, release.running
    left = [f"{one}: it is no longer there" for one in then.aliases if one not in now.aliases]
    left += [f"{one}: it came later" for one in now.aliases if one not in then.aliases]
    left += [f"{one}: it is no longer there" for one in then.settings if one not in now.settings]
    return Way(
        release=release,
        aliases=[
            AliasMove(one, now.aliases[one], version)
            for one, version in then.aliases.items()
            if now.aliases.get(one, version) != version
        ],
        settings=[
            SettingMove(name, now.settings[name].version, one.version, one.digest)
            for name, one in then.settings.items()
            if name in now.settings and now.settings[name].digest != one.digest
        ],
        left=left,
    )


def _require_versions(found: Recorded, way: Way) -> None:
    """Refuse before anything moves where a version is gone; not every cloud refuses by itself."""
    client = found.aws.client("lambda")
    gone = []
    for move in way.aliases:
        try:
            client.get_function_configuration(
                FunctionName=move.alias.function, Qualifier=move.after
            )
        except client.exceptions.ResourceNotFoundException:
            gone.append(f"version {move.after} of {move.alias.function}")
    if gone:
        raise RefusedError(
            f"Release {way.release.number} is not to be had any more.",
            why=f"Gone is {gone[0]}.",
            details=gone[1:],
            next_step="Build it again from its commit: qops rollback --infrastructure "
            f"{way.release.number}",
        )
    for setting in way.settings:
        value_of(found.aws, setting)


class _Rollback:
    """One rollback, from its first row in the trail to its last."""

    def __init__(
        self,
        settings: Settings,
        found: Recorded,
        way: Way,
        notice: Callable[[str], None],
        sleep: Callable[[float], object],
    ) -> None:
        self._settings = settings
        self._found = found
        self._way = way
        self._notice = notice
        self._sleep = sleep
        self._actor = person(settings, found.aws)

    def run(self) -> RollbackAnswer:
        way, release = self._way, self._way.release
        counts: dict[str, Scalar] = {
            "release": release.number,
            "functions": len(way.aliases),
            "parameters": len(way.settings),
        }
        started = self._append(ROLLBACK_STARTED, **counts)
        shifter = Shifter(self._found.aws, self._found.platform.record)
        try:
            with shifter.all_or_none():
                shifter.move_settings(way.settings)
                shifter.move_aliases(way.aliases)
                shifter.write_record(release.commit, self._short_versions())
                health = self._healthy()
        except BaseException as error:
            result = "failed" if isinstance(error, Exception) else "interrupted"
            told = masked_text(str(error))[:_LONGEST]
            self._end_anyway(started, result=result, error=told)
            raise
        try:
            self._append(ROLLBACK_ENDED, started=started.entry.sequence, result="done", **counts)
            row = self._record()
        except Exception as error:
            raise TrailError(
                f"The way back to release {release.number} is done, and could not be recorded.",
                why=f"{type(error).__name__}: {masked_text(str(error))[:_LONGEST]}",
                next_step="What runs now: qops releases. The next qops apply records it.",
            ) from error
        return _answer(way, self._found.platform, health, row)

    def _record(self) -> AuditRow:
        """Record what runs now; nothing is put back when that fails."""
        way, release = self._way, self._way.release
        running = observe(self._found.platform, self._found.aws)
        detail = detail_of(
            running,
            kind=ROLLED_BACK,
            commit=release.commit,
            clean=release.clean and not way.left,
            of=release.number,
        )
        return self._append(RECORDED, **detail)

    def _healthy(self) -> list[str]:
        for attempt in range(_TRIES):
            answer = check_health(self._settings, only=CHECKS, aws=self._found.aws)
            lines = [
                f"{check.id}: {check.state}"
                + "".join(
                    f"; {one.subject}: {one.detail}"
                    for one in check.findings
                    if one.state is not State.HEALTHY
                )
                for check in answer.checks
            ]
            if all(check.state in {State.HEALTHY, State.NOT_APPLICABLE} for check in answer.checks):
                return lines
            if attempt + 1 < _TRIES:
                self._sleep(_PAUSE_SECONDS)
        raise ShiftError(
            f"Release {self._way.release.number} is not healthy; everything was put back.",
            why=next(line for line in lines if not line.endswith(f": {State.HEALTHY}")),
            details=lines,
            next_step="Look at qops health: what is broken is not the functions' code alone. "
            "Another release: qops releases",
        )

    def _short_versions(self) -> dict[str, str]:
        prefix = f"{self._settings.prefix}-"
        then = self._way.release.running.aliases
        return {
            alias.function.removeprefix(prefix): then.get(alias, version)
            for alias, version in self._found.now.aliases.items()
        }

    def _append(self, action: str, **detail: Scalar) -> AuditRow:
        return self._found.trail.append(
            actor=self._actor, action=action, subject=self._settings.environment, detail=detail
        )

    def _end_anyway(self, started: AuditRow, **detail: Scalar) -> None:
        """Record a failure; it must not hide the failure itself."""
        try:
            self._append(ROLLBACK_ENDED, started=started.entry.sequence, **detail)
        except QopsError as problem:
            self._notice(f"! {problem.what} {problem.why}")


def _answer(
    way: Way, platform: Platform, health: list[str], row: AuditRow | None
) -> RollbackAnswer:
    return RollbackAnswer(
        release=way.release.number,
        commit=way.release.commit,
        functions=[
            Move(name=str(one.alias), before=one.before, after=one.after) for one in way.aliases
        ],
        parameters=[
            Move(name=one.name, before=str(one.before), after=str(one.after))
            for one in way.settings
        ],
        left=way.left,
        health=health,
        next_plan=_next_plan(way, platform),
        audit=TrailRow.of(row) if row else None,
    )


def _next_plan(way: Way, platform: Platform) -> str:
    number = way.release.number
    moved = [one.alias for one in way.aliases]
    forward = [one for one in moved if one not in platform.shifted]
    parts = []
    if forward or way.settings:
        what = [f"{len(forward)} aliases"] if forward else []
        what += [f"{len(way.settings)} parameters"] if way.settings else []
        parts.append(
            f"The next qops plan shows {' and '.join(what)} as drift and would move them forward "
            "again: mend the cause before you apply, or plan the former configuration: "
            f"qops rollback --infrastructure {number}"
        )
    if len(forward) < len(moved):
        parts.append(
            f"qops plan leaves {len(moved) - len(forward)} aliases alone, which CodeDeploy moves: "
            "the pipeline's next release does."
        )
    return " ".join(parts)
