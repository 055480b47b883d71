"""The demo from a bare machine to two files that are right."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from qops.agent.lifecycle import documents_folder, ensure_agent
from qops.demo.answers import DemoAnswer, DemoRun, FileState, Round, TraceState
from qops.demo.beside import Beside
from qops.demo.goals import FIVE_STEP_GOALS, GOALS, Goal, check_file, remove_old_files
from qops.demo.machine import prepare_machine
from qops.demo.measuring import figures_of
from qops.demo.oracles import examine_run
from qops.identity.tokens import Identity
from qops.platform.answers import LayerSeconds
from qops.platform.aws import Aws
from qops.platform.bring_up import bring_up
from qops.report.html import write_report
from qops.report.model import ShownRun, shown_run
from qops.report.pictures import fetch_pictures
from qops.runs.access import api_client
from qops.runs.following import FollowedRun, submit_and_follow
from qops.runs.outcome import stage_seconds
from qops.settings import Settings
from qops.terminal import Terminal
from qops.terraform.progress_view import progress_view
from qscreen.api.client import ApiClient

_TITLE = "Two goals through the whole platform"


def run_demo(
    settings: Settings, terminal: Terminal, *, repeat: int = 1, five_steps: bool = False
) -> DemoAnswer:
    """Run the demo.

    Args:
        settings: The local environment.
        terminal: Asks and tells.
        repeat: How many rounds.
        five_steps: Whether to take the goals of five steps, on which a run's time is measured.

    Returns:
        What came of it, with figures.

    Raises:
        QopsError: Something is missing or failed; its text says what to do.
    """
    prepare_machine(settings, terminal)
    rounds: list[Round] = []
    shown: list[ShownRun] = []
    for number in range(1, repeat + 1):
        if repeat > 1:
            terminal.notice(f"Round {number} of {repeat}")
        one, shown = _round(settings, terminal, FIVE_STEP_GOALS if five_steps else GOALS)
        rounds.append(one)
    report = write_report(
        settings.reports / "demo.html", shown, title=_TITLE, environment=settings.environment
    )
    return DemoAnswer(rounds=rounds, figures=figures_of(rounds), report=str(report))


def _round(
    settings: Settings, terminal: Terminal, goals: Sequence[Goal]
) -> tuple[Round, list[ShownRun]]:
    began = time.monotonic()
    stages: dict[str, float] = {}
    notice = terminal.notice
    with Beside(settings, notice) as beside:
        show = beside.watching(lambda: progress_view(terminal.err))
        up = bring_up(settings, notice=notice, show=show)
        stages.update(up.stages)
        with _timed(stages, "desktop"):
            desktop_environment = beside.desktop()
            beside.wait()
    identity = Identity(settings, Aws(settings))
    with _timed(stages, "user"):
        user = identity.ensure_user()
    with _timed(stages, "agent"):
        device_id = ensure_agent(
            settings, identity, user, up.cloud.generation, desktop_environment, notice
        )
    remove_old_files(documents_folder(settings), goals)
    done: list[tuple[Goal, FollowedRun]] = []
    with _timed(stages, "runs"), api_client(settings, identity) as api:
        for goal in goals:
            done.append((goal, _submit(api, goal, device_id, terminal)))
    with _timed(stages, "checks"):
        runs = [_judge(settings, identity.aws, goal, followed) for goal, followed in done]
    with _timed(stages, "report"):
        shown = [
            shown_run(
                followed.report,
                fetch_pictures(followed.report),
                check=f"on disk: {one.file.found}" if one.file.right else "",
            )
            for (_, followed), one in zip(done, runs, strict=True)
        ]
    layers = [LayerSeconds.of(one) for one in up.layers]
    seconds = time.monotonic() - began
    return Round(runs=runs, stages=stages, layers=layers, seconds=seconds), shown


def _submit(api: ApiClient, goal: Goal, device_id: str, terminal: Terminal) -> FollowedRun:
    terminal.notice(f"Goal: {goal.words}")
    return submit_and_follow(api, goal.words, device_id)


def _judge(settings: Settings, aws: Aws, goal: Goal, followed: FollowedRun) -> DemoRun:
    run = followed.run
    check = check_file(documents_folder(settings), goal)
    stages: dict[str, float] = {}
    for stage in run.stages:
        seconds = stage_seconds(stage)
        if seconds is not None:
            stages[stage.name.value] = stages.get(stage.name.value, 0.0) + seconds
    return DemoRun(
        run_id=run.run_id,
        goal=run.goal,
        status=run.status.value,
        reason=run.reason.value if run.reason else None,
        message=run.message,
        steps=len(run.plan.steps) if run.plan else 0,
        seconds=followed.seconds,
        stages=stages,
        file=FileState(name=goal.filename, right=check.right, found=check.found),
        traces=[
            TraceState(name=trace.name, ok=trace.ok, found=trace.found)
            for trace in examine_run(settings, aws, run)
        ],
    )


@contextmanager
def _timed(stages: dict[str, float], name: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        stages[name] = stages.get(name, 0.0) + time.monotonic() - started
