"""Submits a goal and follows the run to its end."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from pydantic import ValidationError

from qops.errors import QopsError, UsageError
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiError, ApiProblem, ApiUnreachable
from qscreen.wire import Run, RunConfirmation, RunMode, RunReport, RunRequest, RunStatus

T = TypeVar("T")

POLL_SECONDS = 0.2
"""Time between two questions for the run's state."""

POLL_ACTING_SECONDS = 0.12
"""The same once the device acts: the end is near, and whoever waits wants to see it."""

LIMIT_SECONDS = 180.0
"""A run that has not ended by then is left alone; the platform's own limits are shorter."""


MISSED = 5
"""So many answers in a row may stay away before a run is no longer followed; it is asked for after
ever longer pauses."""


class RunOverdueError(QopsError):
    """The run did not end in time."""

    code = "run_overdue"


class RunUnseenError(QopsError):
    """The run goes on, and nobody here can see or cancel it."""

    code = "run_unseen"


@dataclass(frozen=True, slots=True)
class FollowedRun:
    """A run that has ended.

    Attributes:
        report: The run with its pictures and its place in the audit chain.
        accepted_seconds: From sending the goal to the API's 202.
        seconds: From the API's 202 to the first answer that showed the end, as a client sees it.
    """

    report: RunReport
    accepted_seconds: float
    seconds: float

    @property
    def run(self) -> Run:
        """The run."""
        return self.report.run


def submit_and_follow(
    api: ApiClient,
    goal: str,
    device_id: str,
    *,
    mode: RunMode = RunMode.AUTO,
    on_change: Callable[[Run], None] = lambda _: None,
    agrees: Callable[[Run], bool] = lambda _: False,
    limit_seconds: float = LIMIT_SECONDS,
) -> FollowedRun:
    """Submit a goal and wait until its run has ended.

    Ctrl-C cancels the run before it interrupts.

    Args:
        api: The API.
        goal: What to do, in words.
        device_id: Where.
        mode: How far the run may go.
        on_change: Called with the run whenever its status or its effects change.
        agrees: Called with a run whose plan waits for a person; whether it may go on. Otherwise
            the run is cancelled.
        limit_seconds: How long to wait, without the time that a person takes.

    Returns:
        The finished run.

    Raises:
        UsageError: The goal or the device's id cannot be sent at all.
        ApiError: The API refused, or does not answer.
        RunOverdueError: The run did not end in time.
        RunUnseenError: The API stays away, or refused to cancel the run.
    """
    request = _request(goal, device_id, mode)
    sent = time.monotonic()
    run = api.create_run(request, idempotency_key=f"qops-{uuid.uuid4().hex}")
    accepted = time.monotonic()
    asked_seconds = 0.0
    decided: int | None = None
    try:
        on_change(run)
        while not run.status.final:
            if run.status is RunStatus.AWAITING_CONFIRMATION and run.attempts != decided:
                decided = run.attempts
                began = time.monotonic()
                run = _decide(api, run, agrees)
                asked_seconds += time.monotonic() - began
            if time.monotonic() - accepted - asked_seconds > limit_seconds:
                raise RunOverdueError(
                    f"Run {run.run_id} has not ended after {limit_seconds:.0f} s.",
                    why=f"It is {run.status.value}.",
                    next_step="Look at the agent: qops status. The run ends by itself or fails.",
                )
            acting = run.status is RunStatus.ACTING
            time.sleep(POLL_ACTING_SECONDS if acting else POLL_SECONDS)
            before = (run.status, len(run.effects))
            run = _answered(partial(api.get_run, run.run_id), run)
            if (run.status, len(run.effects)) != before:
                on_change(run)
    except KeyboardInterrupt:
        _cancel(api, run)
        raise
    ended = time.monotonic()
    return FollowedRun(
        report=_answered(partial(api.get_run_report, run.run_id), run),
        accepted_seconds=accepted - sent,
        seconds=ended - accepted,
    )


def _answered(ask: Callable[[], T], run: Run) -> T:
    """What the API answers; some answers may stay away."""
    missed = 0
    while True:
        try:
            return ask()
        except ApiError as error:
            if not tells_nothing(error):
                raise
            missed += 1
            if missed >= MISSED:
                raise RunUnseenError(
                    f"Run {run.run_id} is no longer seen: the platform's API does not answer.",
                    why=f"It was {run.status.value}. {error}",
                    next_step=f"Watch on once the API answers: qops runs watch {run.run_id}",
                ) from error
        time.sleep(POLL_SECONDS * 2**missed)


def tells_nothing(error: ApiError) -> bool:
    """Whether an error says nothing about a run, which goes on: no answer, or a busy API.

    Args:
        error: What asking for the run ended with.
    """
    if isinstance(error, ApiProblem):
        busy = error.status == HTTPStatus.TOO_MANY_REQUESTS
        return busy or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, ApiUnreachable)


def _cancel(api: ApiClient, run: Run) -> None:
    try:
        api.cancel_run(run.run_id)
    except ApiError as error:
        raise RunUnseenError(
            f"Run {run.run_id} could not be cancelled.",
            why=str(error),
            next_step=f"It may go on. Cancel it: qops runs cancel {run.run_id}",
        ) from error


def _decide(api: ApiClient, run: Run, agrees: Callable[[Run], bool]) -> Run:
    """Let a person look at the plan that waits; what he did not see is never confirmed."""
    if not agrees(run):
        return api.cancel_run(run.run_id)
    return api.confirm_run(run.run_id, RunConfirmation(attempts=run.attempts))


def _request(goal: str, device_id: str, mode: RunMode) -> RunRequest:
    if not goal.strip():
        raise UsageError(
            "The goal is empty.",
            next_step='Say what to do, e.g. qops run "Open the text editor".',
        )
    try:
        return RunRequest(goal=goal, device_id=device_id, mode=mode)
    except ValidationError as error:
        fault = error.errors()[0]
        part = ".".join(map(str, fault["loc"]))
        raise UsageError(
            "The run cannot be asked for like this.",
            why=f"{part}: {fault['msg']}.",
            next_step="Correct it; qops status lists your devices.",
        ) from error
