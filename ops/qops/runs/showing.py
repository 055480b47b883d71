"""Shows runs to a person."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qops.moments import ago, clock, length
from qops.runs.outcome import show_run
from qops.runs.timeline import Moment, moments_of, progress
from qscreen.wire import RunStatus

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from qops.runs.answers import (
        RunCancelledAnswer,
        RunHistoryAnswer,
        RunReportAnswer,
        RunsAnswer,
        RunShownAnswer,
    )
    from qscreen.wire import Run

_COLOURS = {
    RunStatus.SUCCEEDED: "green",
    RunStatus.PLANNED: "green",
    RunStatus.FAILED: "red",
    RunStatus.CANCELLED: "yellow",
}


def show_runs(answer: "RunsAnswer", console: "Console", *, now: datetime | None = None) -> None:
    """Print a page of runs, two lines each."""
    at = now or datetime.now(UTC)
    if not answer.looked_at:
        console.print("You have no runs yet.")
    elif not answer.runs:
        console.print(f"None of the {answer.looked_at} newest runs fits.")
    for run in answer.runs:
        head = Text(f"{run.run_id:<26}")
        head.append(f"{run.status.value:<22}", style=_COLOURS.get(run.status, "cyan"))
        head.append(f"{ago(run.created_at, at):<12}{length(run.seconds):>8}")
        console.print(head)
        told = [run.reason] if run.reason and run.reason != run.status.value else []
        for part in (*told, run.goal, run.device_id):
            console.print(
                Padding(Text(part, style="dim", overflow="fold"), (0, 0, 0, 4), expand=False)
            )
    if answer.next_token:
        console.print(f"  more: --next {answer.next_token}", style="dim", soft_wrap=True)


def show_shown(answer: "RunShownAnswer", console: "Console") -> None:
    """Print one run with everything about it."""
    run = answer.run
    show_run(run, console)
    facts = [f"asked {clock(run.created_at)} by {run.owner}", f"on {run.device_id}"]
    facts.append(f"mode {run.mode.value}")
    if run.template_id:
        facts.append(f"template {run.template_id} version {run.template_version}")
    if run.confirmed_at:
        facts.append(f"confirmed {clock(run.confirmed_at)}")
    if run.attempts > 1:
        facts.append(f"planned {run.attempts} times")
    if run.status.final:
        facts.append(f"ended {clock(run.updated_at)}")
    if answer.audit_sequence is not None:
        facts.append(f"audit #{answer.audit_sequence} {(answer.audit_hash or '')[:12]}")
    if answer.pictures:
        facts.append(f"pictures of {answer.pictures} steps: qops runs report {run.run_id}")
    for fact in facts:
        console.print(f"  {fact}", style="dim", markup=False, soft_wrap=True)


def live_view(run: "Run", now: datetime) -> "RenderableType":
    """The timeline of a run that goes on, for a terminal that is drawn anew."""
    from rich.console import Group

    head = Text(f"{run.run_id}  ", style="bold")
    head.append(progress(run), style=_COLOURS.get(run.status, "cyan"))
    head.append(f"  {length(max(0.0, (now - run.created_at).total_seconds()))}", style="dim")
    return Group(head, Text(run.goal, style="dim"), _timeline(moments_of(run), run.created_at))


def _timeline(moments: list[Moment], begin: datetime) -> Table:
    """Moments as a table: after how long, what, how long it took."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(overflow="fold", ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for one in moments:
        what = Text(one.what)
        if one.detail:
            what.append(f"  {one.detail}", style="dim")
        taken = "" if one.seconds is None else length(one.seconds)
        table.add_row(f"{(one.at - begin).total_seconds():+.3f} s", what, taken)
    return table


def moment_line(one: Moment, begin: datetime) -> str:
    """A moment as one plain line, for where nothing is drawn anew."""
    taken = "" if one.seconds is None else f" ({length(one.seconds)})"
    detail = f": {one.detail}" if one.detail else ""
    return f"{(one.at - begin).total_seconds():+.3f} s  {one.what}{detail}{taken}"


def show_cancelled(answer: "RunCancelledAnswer", console: "Console") -> None:
    """Print what came of cancelling a run."""
    run = answer.run
    if answer.cancelled:
        console.print(f"[green]✓[/] {run.run_id} is cancelled.")
    else:
        console.print(f"[red]✗[/] {run.run_id} was faster: it is {run.status.value}.")
    total = len(run.plan.steps) if run.plan else 0
    if answer.done_steps:
        steps = ", ".join(answer.done_steps)
        console.print(f"  {len(answer.done_steps)} of {total} steps were tried: {steps}")
        console.print("  What they did stays done.", style="dim")
    else:
        console.print("  No step had been tried.", style="dim")


def show_history(answer: "RunHistoryAnswer", console: "Console") -> None:
    """Print what the audit keeps of a run."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("entry", justify="right", no_wrap=True)
    table.add_column("at", no_wrap=True)
    table.add_column("action", overflow="fold")
    table.add_column("actor", overflow="fold")
    table.add_column("hash", no_wrap=True)
    for row in answer.rows:
        table.add_row(
            str(row.sequence), clock(row.at), Text(row.action), Text(row.actor), row.hash[:12]
        )
    if answer.rows:
        console.print(table)
    for wrong in answer.wrong:
        console.print(f"[red]✗[/] {wrong}", soft_wrap=True)
    for missing in answer.missing:
        console.print(f"[yellow]![/] {missing}", soft_wrap=True)
    if answer.rows and not answer.wrong:
        console.print(f"[green]✓[/] {len(answer.rows)} entries, each what its hash was made of.")


def show_report(answer: "RunReportAnswer", console: "Console") -> None:
    """Print where the report is."""
    console.print(f"[green]✓[/] Report of {answer.run_id}, which is {answer.status.value}:")
    console.print(f"  {answer.file}", markup=False, soft_wrap=True)
    if answer.opened:
        console.print("  opened in the browser", style="dim")
