"""``qops runs``: the runs there are, and what became of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.runs.answers import (
        RunCancelledAnswer,
        RunHistoryAnswer,
        RunReportAnswer,
        RunsAnswer,
        RunShownAnswer,
        RunWatchedAnswer,
    )
    from qops.settings import Settings
    from qops.terminal import Terminal
    from qscreen.wire import Run

app = typer.Typer(
    help="The runs there are, and what became of them.",
    epilog="Each command takes --env and --json.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RunId = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.")]


@app.command("list", short_help="List your runs, newest first.")
def list_(
    status: Annotated[
        list[str] | None,
        typer.Option(help="Only of this status; may be repeated."),
    ] = None,
    device: Annotated[str | None, typer.Option(help="Only on this device.")] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Only since: 15m, 2h, 3d or a time."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    next_: Annotated[
        str | None,
        typer.Option("--next", help="Where the last page ended."),
    ] = None,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """List your runs, newest first. Others' runs are shown by their id, to operators."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "RunsAnswer":  # noqa: ARG001
        from datetime import UTC, datetime

        from qops.moments import since as since_of
        from qops.runs.access import api_client
        from qops.runs.answers import RunsAnswer
        from qops.runs.finding import Wanted, find_runs, statuses_of

        wanted = Wanted(
            statuses_of(status or ()),
            device,
            since_of(since, datetime.now(UTC)) if since else None,
        )
        with api_client(settings) as api:
            return RunsAnswer.of(find_runs(api, wanted, limit=limit, token=next_))

    execute("runs list", use_case, shown_by("qops.runs.showing", "show_runs"), env=env,
            as_json=as_json)  # fmt: skip


@app.command(short_help="Show one run: plan, steps, effects, times, who.")
def show(run: RunId, env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show one run: plan, steps, effects, times, who asked for it, its place in the audit."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "RunShownAnswer":  # noqa: ARG001
        from qops.runs.access import api_client
        from qops.runs.answers import RunShownAnswer
        from qops.runs.finding import find_run

        with api_client(settings) as api:
            find_run(api, run)
            return RunShownAnswer.of(api.get_run_report(run))

    execute("runs show", use_case, shown_by("qops.runs.showing", "show_shown"), env=env,
            as_json=as_json)  # fmt: skip


@app.command(short_help="Watch a run until it ends; its end is the exit code.")
def watch(
    run: RunId,
    timeout: Annotated[
        float,
        typer.Option(min=1, help="Longest wait, seconds."),
    ] = 600.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Watch a run until it ends; the run itself is left alone, also by Ctrl-C.

    Exit code: that of the run, 0 done, 1 failed, 3 refused by the device's policy.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RunWatchedAnswer":
        from qops.runs.access import api_client
        from qops.runs.answers import RunWatchedAnswer
        from qops.runs.watching import watch_run
        from qops.runs.watching_view import watching_view

        with api_client(settings) as api:
            with watching_view(terminal.err) as look:
                watch_run(api, run, on_look=look, limit_seconds=timeout)
            return RunWatchedAnswer.of(api.get_run_report(run))

    execute("runs watch", use_case, shown_by("qops.runs.showing", "show_shown"), env=env,
            as_json=as_json)  # fmt: skip


@app.command(short_help="Cancel a run; says what it had done already.")
def cancel(
    run: RunId, env: EnvOption = "local", as_json: JsonOption = False, yes: YesOption = False
) -> None:
    """Cancel a run; says first what it has done already, which stays done."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "RunCancelledAnswer":
        from qops.runs.access import api_client
        from qops.runs.answers import RunCancelledAnswer
        from qops.runs.finding import find_run
        from qops.runs.watching import cancel_run

        with api_client(settings) as api:
            found = find_run(api, run)
            if not found.status.final:
                terminal.require_typed("cancel", consequence=_consequence(found))
            return RunCancelledAnswer.of(cancel_run(api, found))

    execute("runs cancel", use_case, shown_by("qops.runs.showing", "show_cancelled"), env=env,
            as_json=as_json, yes=yes)  # fmt: skip


def _consequence(run: "Run") -> str:
    from qops.runs.finding import done_steps
    from qops.runs.timeline import progress

    done = list(done_steps(run))
    told = f"; {', '.join(done)} were tried and stay done" if done else "; no step was tried yet"
    return f"Run {run.run_id} on {run.device_id} is {progress(run)}{told}."


@app.command(short_help="Show and verify what the audit keeps of a run.")
def history(run: RunId, env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show and verify what the audit keeps of a run. Exit code 2 when an entry does not hold."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "RunHistoryAnswer":  # noqa: ARG001
        from qops.platform.aws import Aws
        from qops.runs.access import api_client
        from qops.runs.answers import RunHistoryAnswer
        from qops.runs.finding import find_run
        from qops.runs.history import read_history

        with api_client(settings) as api:
            find_run(api, run)
            report = api.get_run_report(run)
        return RunHistoryAnswer.of(report, read_history(settings, Aws(settings), report))

    execute("runs history", use_case, shown_by("qops.runs.showing", "show_history"), env=env,
            as_json=as_json)  # fmt: skip


@app.command(short_help="Write a run's HTML report, with its pictures.")
def report(
    run: RunId,
    to: Annotated[
        Path | None,
        typer.Option(help="File; in .qscreen when absent."),
    ] = None,
    open_: Annotated[
        bool,
        typer.Option("--open", help="Open it in the browser."),
    ] = False,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Write a run's HTML report, with its pictures; of a run that goes on, as far as it is."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "RunReportAnswer":  # noqa: ARG001
        from qops.report.html import write_report
        from qops.report.model import shown_run
        from qops.report.pictures import fetch_pictures
        from qops.runs.access import api_client
        from qops.runs.answers import RunReportAnswer
        from qops.runs.finding import find_run

        with api_client(settings) as api:
            find_run(api, run)
            found = api.get_run_report(run)
        file = (to or settings.reports / f"{run}.html").expanduser().absolute()
        write_report(
            file,
            [shown_run(found, fetch_pictures(found))],
            title=f"Run {run}",
            environment=settings.environment,
        )
        opened = False
        if open_:
            import webbrowser

            opened = webbrowser.open(file.as_uri())
        return RunReportAnswer(run_id=run, status=found.run.status, file=str(file), opened=opened)

    execute("runs report", use_case, shown_by("qops.runs.showing", "show_report"), env=env,
            as_json=as_json)  # fmt: skip
