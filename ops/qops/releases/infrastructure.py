"""``qops rollback --infrastructure``: a plan from a release's own commit, to be reviewed."""

from collections.abc import Callable, Sequence
from pathlib import Path

from qops.applying.seal import seal_file
from qops.errors import RefusedError
from qops.platform.answers import PlanAnswer
from qops.platform.planning import make_plan
from qops.releases.answers import PromoteAnswer
from qops.releases.checkouts import checkout, commits_between, full_commit
from qops.releases.listing import recorded
from qops.releases.model import Release
from qops.review.model import Review
from qops.settings import Settings


def plan_back(
    settings: Settings,
    number: int,
    *,
    destroys: Sequence[str],
    notice: Callable[[str], None],
) -> tuple[PromoteAnswer, Review]:
    """Plan the way back to the configuration of a release; nothing is applied.

    Args:
        settings: Which environment.
        number: The release.
        destroys: Addresses of resources with data that may be destroyed.
        notice: Called with a line for the person.

    Returns:
        The answer, and the review for further writers.

    Raises:
        RefusedError: The commit does not tell the release, or data would be destroyed that was not
            named; no plan is left then.
        PrerequisiteError: The commit is not to be had.
    """
    found = recorded(settings)
    release = found.release(number)
    commit = commit_of(settings, release)
    current = found.current
    made = checkout(settings, commit)
    notice(f"  planning from commit {commit[:12]} in {made.repository}")
    file = plan_file(made)
    plan, review = make_plan(made, file, notice=notice)
    _require_named(review, destroys, number, file)
    runs = current.commit if current else ""
    return PromoteAnswer(
        source=f"release {number}",
        target=settings.environment,
        commit=commit,
        release=number,
        runs=runs,
        commits=commits_between(settings.repository, commit, runs),
        values=[],
        health={},
        plan=PlanAnswer.of(plan.file, review, plan.warnings),
    ), review


def commit_of(settings: Settings, release: Release) -> str:
    """The commit of a release, if it tells all of it and is to be had.

    Args:
        settings: The checkout.
        release: The release.

    Raises:
        RefusedError: The release has no commit, or its sources had changes besides.
        PrerequisiteError: The commit is not to be had.
    """
    if not release.known_commit:
        raise RefusedError(
            f"Nobody knows the commit of release {release.number}.",
            why="It was made outside of a git checkout, or by a hand.",
            next_step="Choose another one: qops releases",
        )
    if not release.clean:
        raise RefusedError(
            f"The commit {release.commit[:12]} is not all of release {release.number}.",
            why="It was applied with changes that were not committed, or something else than an "
            "apply made it: a plan from the commit would be another configuration.",
            next_step="Choose a release that was applied from a clean checkout: qops releases",
        )
    return full_commit(settings.repository, release.commit)


def plan_file(made: Settings) -> Path:
    """Where the plan of a working copy is saved.

    Args:
        made: The settings of the working copy.
    """
    folder = made.work or made.terraform_home
    return folder / f"{made.environment}.tfplan"


def _require_named(review: Review, destroys: Sequence[str], number: int, file: Path) -> None:
    lost = {one.address: str(one.stateful) for one in review.destroyed if one.stateful}
    unnamed = [address for address in lost if address not in destroys]
    if not unnamed:
        return
    file.unlink(missing_ok=True)
    seal_file(file).unlink(missing_ok=True)
    raise RefusedError(
        f"The way back to release {number} destroys {len(unnamed)} resources with data.",
        why="That release did not have them yet, or had them otherwise:",
        details=[f"{address}: {lost[address]}" for address in unnamed],
        next_step="Keep what they hold first. If it may be lost, name each: "
        + " ".join(f"--destroys '{address}'" for address in unnamed[:3]),
    )
