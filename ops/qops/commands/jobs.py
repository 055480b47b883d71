"""``qops jobs``: many runs asked for at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.run import Mode
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.jobs.answers import JobAnswer, JobCancelledAnswer, JobsAnswer
    from qops.jobs.working import Cancelled
    from qops.settings import Settings
    from qops.terminal import Terminal

app = typer.Typer(
    help="Many runs asked for at once.",
    epilog="Each command takes --env and --json.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JobId = Annotated[str, typer.Argument(metavar="JOB", help="Id of the job.")]

_SHOWING = "qops.jobs.showing"


@app.command("list", short_help="List the jobs that were submitted from here.")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=500, help="The last so many.")] = 10,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """List the jobs that were submitted from this computer, newest first. The API lists none."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "JobsAnswer":  # noqa: ARG001
        from qops.jobs.listing import list_jobs
        from qops.runs.access import api_client

        with api_client(settings) as api:
            return list_jobs(settings, api, limit)

    execute("jobs list", use_case, shown_by(_SHOWING, "show_jobs"), env=env, as_json=as_json)


@app.command(short_help="Show a job and what became of its items.")
def show(job: JobId, env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show a job and what became of its items. Exit code 2 when some were refused or failed."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "JobAnswer":  # noqa: ARG001
        from qops.jobs.answers import JobAnswer
        from qops.jobs.journal import Journal
        from qops.jobs.working import whole_job
        from qops.runs.access import api_client

        known = [entry.job_id for entry in Journal(settings).entries() if entry.job_id]
        with api_client(settings) as api:
            return JobAnswer.of(whole_job(api, job, known))

    execute("jobs show", use_case, shown_by(_SHOWING, "show_job"), env=env, as_json=as_json)


@app.command(short_help="Submit the goals of a file, up to 1,000.")
def submit(
    file: Annotated[Path, typer.Argument(help="CSV, YAML, JSON or JSON lines.")],
    device: Annotated[str | None, typer.Option(help="Device of the items that name none.")] = None,
    mode: Annotated[
        Mode | None, typer.Option(help="Mode of the items that name none; auto.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Key of a request that is to be repeated.")
    ] = None,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Submit the goals of a file as one job. Nothing is sent unless every item makes sense."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "JobAnswer":  # noqa: ARG001
        from qops.jobs.answers import JobAnswer
        from qops.jobs.journal import Journal
        from qops.jobs.reading import read_items
        from qops.jobs.working import submit as submitted
        from qops.runs.access import api_client

        items = read_items(file, device=device, mode=mode.value if mode else None)
        with api_client(settings) as api:
            job = submitted(api, Journal(settings), items, file=str(file.absolute()), key=key)
        return JobAnswer.of(job)

    execute("jobs submit", use_case, shown_by(_SHOWING, "show_job"), env=env, as_json=as_json)


@app.command(short_help="Cancel what of a job has not ended.")
def cancel(
    job: JobId,
    wait: Annotated[
        float, typer.Option(min=0, help="Wait for items that are no runs yet, seconds.")
    ] = 60.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Cancel the runs of a job that have not ended, and those that start while it is waited.

    Exit code: 0 nothing of it goes on, 1 a run could not be cancelled, 2 items are no runs yet.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "JobCancelledAnswer":
        from qops.jobs.answers import JobCancelledAnswer, tally
        from qops.jobs.journal import Journal
        from qops.jobs.working import cancel as cancelled
        from qops.jobs.working import goes_on, whole_job
        from qops.runs.access import api_client

        def tell(done: "Cancelled") -> None:
            terminal.notice(f"  {len(done.cancelled)} cancelled, {done.waiting} are no runs yet")

        known = [entry.job_id for entry in Journal(settings).entries() if entry.job_id]
        with api_client(settings) as api:
            found = whole_job(api, job, known)
            told = ", ".join(f"{number} {name}" for name, number in tally(found).items())
            if goes_on(found):
                terminal.require_typed(
                    "cancel",
                    consequence=f"Of {found.total} items are {told}. What has run stays done.",
                )
            done = cancelled(api, found, wait_seconds=wait, on_progress=tell)
        return JobCancelledAnswer.of(done)

    execute(
        "jobs cancel", use_case, shown_by(_SHOWING, "show_cancelled"), env=env, as_json=as_json,
        yes=yes,
    )  # fmt: skip
