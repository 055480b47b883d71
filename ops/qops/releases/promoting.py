"""``qops promote``: what runs healthy in one environment is planned for another."""

from collections.abc import Callable
from pathlib import Path

from qops.errors import RefusedError, UsageError
from qops.health.checking import check_health
from qops.health.model import State
from qops.platform.answers import PlanAnswer
from qops.platform.aws import Aws
from qops.platform.deployment import find_tools
from qops.platform.planning import make_plan
from qops.platform.trails import open_trail
from qops.releases.answers import PromoteAnswer, ValueDifference
from qops.releases.checkouts import checkout, commits_between
from qops.releases.infrastructure import commit_of, plan_file
from qops.releases.listing import Recorded, differences, recorded
from qops.releases.model import APPLIED, ROLLED_BACK, Release, releases_of
from qops.releases.values import read_values, value_differences
from qops.review.model import Review
from qops.settings import Settings

_LISTED = 20


def promote(
    source: Settings,
    target: Settings,
    *,
    from_local: bool,
    allow_unknown: bool,
    notice: Callable[[str], None],
) -> tuple[PromoteAnswer, Review]:
    """Plan for the target exactly the commit that runs in the source; nothing is applied.

    Args:
        source: The environment in which it runs.
        target: The environment that is to get it.
        from_local: Whether the local cloud may be the source.
        allow_unknown: Whether checks of the source's health may be unknown.
        notice: Called with a line for the person.

    Returns:
        The answer, and the review for further writers.

    Raises:
        UsageError: The environments make no sense together.
        RefusedError: What runs in the source is no recorded release of a commit, or not healthy.
        PrerequisiteError: The commit is not to be had.
    """
    _require_sensible(source, target, from_local=from_local)
    found = recorded(source)
    release = _running_release(source, found)
    commit = commit_of(target, release)
    health = _require_healthy(source, found, allow_unknown=allow_unknown)
    made = checkout(target, commit)
    notice(f"  planning {target.environment} from commit {commit[:12]} in {made.repository}")
    values = _values(source, made)
    plan, review = make_plan(made, plan_file(made), notice=notice)
    runs = _runs(target)
    return PromoteAnswer(
        source=source.environment,
        target=target.environment,
        commit=commit,
        release=release.number,
        runs=runs,
        commits=commits_between(target.repository, runs, commit),
        values=values,
        health=health,
        plan=PlanAnswer.of(plan.file, review, plan.warnings),
    ), review


def _require_sensible(source: Settings, target: Settings, *, from_local: bool) -> None:
    if source.environment == target.environment:
        raise UsageError(
            f"{source.environment} cannot be promoted to itself.",
            next_step="Name two environments, e.g. qops promote dev prod.",
        )
    if target.local:
        raise UsageError(
            "Nothing is promoted to the local cloud.",
            why="It runs what is checked out.",
            next_step="Check out the commit, then qops up.",
        )
    if source.local and not from_local:
        raise RefusedError(
            "What runs on the local cloud has not been seen to run in AWS.",
            why="Emulators stand for half of the services there.",
            next_step=f"Apply it to dev first; for a new {target.environment} without a dev: "
            "--from-local",
        )


def _running_release(source: Settings, found: Recorded) -> Release:
    name = source.environment
    unfinished = found.trail.verify().unfinished
    if unfinished:
        raise RefusedError(
            f"An apply to {name} never ended (row {unfinished[-1].entry.sequence}).",
            why="Nobody knows whether all of its commit runs there.",
            next_step=f"Plan and apply the rest: qops plan --env {name}",
        )
    current = found.current
    if current is None:
        newest = found.releases[-1] if found.releases else None
        differs = differences(newest.running, found.now) if newest else []
        raise RefusedError(
            f"What runs in {name} is no recorded release.",
            why="A pipeline or a hand has changed it." if newest else "None is recorded yet.",
            details=differs[:_LISTED],
            next_step=f"Apply a commit there: qops plan --env {name}, qops apply --env {name}",
        )
    if current.kind not in {APPLIED, ROLLED_BACK}:
        raise RefusedError(
            f"Release {current.number} of {name} was not applied by qops.",
            why="Its functions came by another way, and nobody knows of which commit its "
            "infrastructure is.",
            next_step=f"Apply the commit there: qops plan --env {name}, qops apply --env {name}",
        )
    return current


def _require_healthy(source: Settings, found: Recorded, *, allow_unknown: bool) -> dict[str, int]:
    answer = check_health(source, aws=found.aws)
    bad = {State.UNHEALTHY} if allow_unknown else {State.UNHEALTHY, State.UNKNOWN}
    failed = [f"{check.id}: {check.state}" for check in answer.checks if check.state in bad]
    if failed:
        only_unknown = not answer.counts[State.UNHEALTHY]
        raise RefusedError(
            f"{source.environment} is not healthy: {len(failed)} of {len(answer.checks)} checks.",
            why="What does not run well there is not planned for another environment.",
            details=failed[:_LISTED],
            next_step=f"Look at them: qops health --env {source.environment}"
            + ("; if they cannot be told from here: --allow-unknown" if only_unknown else ""),
        )
    return {state.value: count for state, count in answer.counts.items() if count}


def _values(source: Settings, made: Settings) -> list[ValueDifference]:
    terraform: Path = find_tools(made).terraform.path
    platform = made.platform_folder
    return value_differences(
        read_values(terraform, platform, source.environment),
        read_values(terraform, platform, made.environment),
    )


def _runs(target: Settings) -> str:
    """The commit of the target's newest release; empty when none is recorded."""
    releases = releases_of(open_trail(target, Aws(target)).verify().rows)
    return releases[-1].commit if releases else ""
