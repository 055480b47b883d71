"""``qops run``: one goal, from words to a report."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from qops.report.html import write_report
from qops.report.model import shown_run
from qops.report.pictures import fetch_pictures
from qops.runs.access import api_client
from qops.runs.devices import choose_device, unknown_device
from qops.runs.following import FollowedRun, submit_and_follow
from qops.settings import Settings
from qscreen.api.transport import ApiProblem
from qscreen.wire import Run, RunMode


def run_goal(
    settings: Settings,
    goal: str,
    *,
    device: str | None,
    mode: str,
    report: Path | None,
    on_change: Callable[[Run], None],
    agrees: Callable[[Run], bool],
) -> FollowedRun:
    """Run a goal and follow it to its end.

    Args:
        settings: Which environment.
        goal: What to do, in words.
        device: Device id; the caller's latest one when absent.
        mode: How far the run may go.
        report: HTML file to write, if any.
        on_change: Called with the run whenever its status or its effects change.
        agrees: Called with a run whose plan waits for a person; whether it may go on.

    Returns:
        The finished run.

    Raises:
        QopsError: Something is missing; its text says what to do.
        ApiError: The API refused, or does not answer.
    """
    with api_client(settings) as api:
        try:
            done = submit_and_follow(
                api,
                goal,
                choose_device(api, device),
                mode=RunMode(mode),
                on_change=on_change,
                agrees=agrees,
            )
        except ApiProblem as error:
            if device and error.status == HTTPStatus.NOT_FOUND:
                raise unknown_device(api, device) from error
            raise
    if report is not None:
        shown = shown_run(done.report, fetch_pictures(done.report))
        write_report(
            report, [shown], title=f"Run {done.run.run_id}", environment=settings.environment
        )
    return done
