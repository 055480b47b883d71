"""Watches a run that was submitted before, and cancels one."""

import time
from collections.abc import Callable

from qops.errors import QopsError
from qops.runs.finding import find_run
from qops.runs.following import MISSED, RunOverdueError, tells_nothing
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiError
from qscreen.wire import Run, RunStatus

POLL_SECONDS = 0.4
"""Time between two questions for the run's state."""

CANCEL_SECONDS = 60.0
"""Longest wait for a cancelled run to be recorded: a device answers within its heartbeat."""


class RunEndedError(QopsError):
    """The run had ended before it could be cancelled."""

    code = "run_ended"


def watch_run(
    api: ApiClient,
    run_id: str,
    *,
    on_look: Callable[[Run], None],
    limit_seconds: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Run:
    """Look at a run again and again until it has ended. The run itself is left alone.

    Args:
        api: The API.
        run_id: The run.
        on_look: Called with each answer.
        limit_seconds: How long to look.
        now: Clock, seconds.
        sleep: Waits, seconds.

    Returns:
        The finished run.

    Raises:
        NotFoundError: The caller has no such run.
        RunOverdueError: It did not end in time; it goes on.
        ApiError: The API refused, or stays away.
    """
    end = now() + limit_seconds
    run = find_run(api, run_id)
    on_look(run)
    missed = 0
    while not run.status.final:
        if now() > end:
            raise RunOverdueError(
                f"Run {run_id} has not ended within {limit_seconds:.0f} s.",
                why=f"It is {run.status.value}, and goes on.",
                next_step=f"Watch on: qops runs watch {run_id}, or end it: "
                f"qops runs cancel {run_id}",
            )
        sleep(POLL_SECONDS * 2**missed)
        try:
            run = api.get_run(run_id)
        except ApiError as error:
            missed += 1
            if missed >= MISSED or not tells_nothing(error):
                raise
            continue
        missed = 0
        on_look(run)
    return run


def cancel_run(
    api: ApiClient,
    run: Run,
    *,
    on_look: Callable[[Run], None] = lambda _: None,
    limit_seconds: float = CANCEL_SECONDS,
) -> Run:
    """Cancel a run and wait until that is recorded.

    Args:
        api: The API.
        run: The run as it was looked at.
        on_look: Called with each answer.
        limit_seconds: How long to wait.

    Returns:
        The run: cancelled, or as it ended in the meantime.

    Raises:
        RunEndedError: It had ended in another way before.
        RunOverdueError: The wish is recorded, the end is not yet.
    """
    if run.status is RunStatus.CANCELLED:
        return run
    if run.status.final:
        raise RunEndedError(
            f"Run {run.run_id} has ended already: {run.status.value}.",
            why="What has ended cannot be cancelled; its steps stay done.",
            next_step=f"Look at it: qops runs show {run.run_id}",
        )
    api.cancel_run(run.run_id)
    return watch_run(api, run.run_id, on_look=on_look, limit_seconds=limit_seconds)
