"""Finds runs: one by its id, many by what they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from qops.errors import UsageError
from qops.names import near, or_nearest
from qscreen.api.client import ApiClient
from qscreen.wire import Run, RunList, RunStatus

PAGE = 100
"""Most items of a page of the API."""

MOST_LOOKED_AT = 2000
"""Runs that one listing looks at for those that fit; the rest is told by a token."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run must be to be listed.

    Attributes:
        statuses: One of these; any when empty.
        device: On this device; on any when absent.
        since: Asked for at or after this time.
    """

    statuses: frozenset[RunStatus] = frozenset()
    device: str | None = None
    since: datetime | None = None

    def fits(self, run: Run) -> bool:
        """Whether a run is one of them."""
        return (
            (not self.statuses or run.status in self.statuses)
            and (self.device is None or run.device_id == self.device)
            and (self.since is None or run.created_at >= self.since)
        )


def statuses_of(names: Iterable[str]) -> frozenset[RunStatus]:
    """The statuses of some names.

    Args:
        names: As they were given.

    Raises:
        UsageError: One is none.
    """
    known = [status.value for status in RunStatus]
    wanted = [name.strip().lower().replace("-", "_") for name in names]
    for name in wanted:
        if name not in known:
            meant = near(name, known)
            raise UsageError(
                f"{name!r} is no status of a run.",
                why=f"Did you mean {meant[0]}?" if meant else "",
                next_step=f"Give one of: {', '.join(known)}.",
            )
    return frozenset(map(RunStatus, wanted))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the runs that fit.

    Attributes:
        runs: The runs, newest first.
        next_token: Where to go on; None at the end.
        looked_at: How many runs were looked at for them.
    """

    runs: tuple[Run, ...]
    next_token: str | None
    looked_at: int


def find_runs(api: ApiClient, wanted: Wanted, *, limit: int, token: str | None = None) -> Found:
    """Look for runs of the caller's that fit; the API itself knows no filters.

    Args:
        api: The API.
        wanted: What they must be.
        limit: How many at most.
        token: Where to go on.
    """
    runs: list[Run] = []
    looked_at = 0
    while True:
        # As many as are still wanted: a page that is longer would be cut, and its token go on
        # behind what was cut off.
        page = api.list_runs(limit=min(PAGE, limit - len(runs)), next_token=token)
        looked_at += len(page.items)
        token = page.next_token
        runs += [run for run in page.items if wanted.fits(run)]
        if _is_before(page, wanted.since):
            token = None
        if token is None or len(runs) >= limit or looked_at >= MOST_LOOKED_AT:
            return Found(tuple(runs), token, looked_at)


def _is_before(page: RunList, since: datetime | None) -> bool:
    return since is not None and bool(page.items) and page.items[-1].created_at < since


def find_run(api: ApiClient, run_id: str) -> Run:
    """Show a run.

    Args:
        api: The API.
        run_id: Its id.

    Raises:
        NotFoundError: The caller has no such run; the nearest of his own are told.
        ApiError: The API refused, or does not answer.
    """
    return or_nearest(
        "run",
        run_id,
        lambda: api.get_run(run_id),
        lambda: (run.run_id for run in api.list_runs(limit=PAGE).items),
        why="None of yours has this id; another's is shown to operators only.",
        next_step="Look: qops runs list",
    )


def open_runs(api: ApiClient, device_id: str) -> tuple[Run, ...]:
    """The caller's runs on a device that have not ended, among his newest 100."""
    return tuple(
        run
        for run in api.list_runs(limit=PAGE).items
        if run.device_id == device_id and not run.status.final
    )


def done_steps(run: Run) -> Iterator[str]:
    """Ids of the plan's steps that were tried at all, in the plan's order."""
    tried = {effect.step_id for effect in run.effects}
    return (step.id for step in (run.plan.steps if run.plan else ()) if step.id in tried)
