"""Shows log lines and timelines to a person."""

from datetime import UTC
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qops.logs.answers import LineShown
from qops.moments import clock, length

if TYPE_CHECKING:
    from rich.console import Console

    from qops.logs.answers import LogsAnswer, TraceAnswer

_COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red", "DEBUG": "dim"}
_QUIET = frozenset({"location", "xray_trace_id"})


def show_logs(answer: "LogsAnswer", console: "Console") -> None:
    """Print lines."""
    if answer.left_out:
        console.print(f"  {answer.left_out} earlier lines are left out: --limit", style="dim")
    for line in answer.lines:
        show_line(line, console)
    for missing in answer.missing:
        console.print(f"[yellow]![/] {missing}", soft_wrap=True)
    if not answer.lines:
        console.print(
            f"No line fits, of {', '.join(answer.groups)} since {clock(answer.since)}.",
            markup=False,
        )


def show_line(line: LineShown, console: "Console") -> None:
    """Print one line: when, who, what; below it what else it tells."""
    at = line.at.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]
    head = Text(f"{at} ", style="dim")
    head.append(f"{line.level:<8}", style=_COLOURS.get(line.level, "green"))
    head.append(f"{line.source}  ", style="cyan")
    first, *more = line.message.split("\n")
    head.append(first)
    told = " ".join(f"{key}={value}" for key, value in line.fields.items() if key not in _QUIET)
    if console.soft_wrap:
        # In a pipe a line stays a line, for whoever filters them.
        console.print(" ".join([head.plain, *more, told]).rstrip(), markup=False)
        return
    console.print(head)
    for part in (*more, told):
        if part.strip():
            text = Text(part, style="dim", overflow="fold")
            console.print(Padding(text, (0, 0, 0, 4), expand=False))


def show_trace(answer: "TraceAnswer", console: "Console") -> None:
    """Print the timeline of a run."""
    console.print(
        f"{answer.run_id} is {answer.status.value}, {length(answer.seconds)}", markup=False
    )
    console.print(answer.goal, markup=False, style="dim")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for one in answer.moments:
        what = Text(one.what)
        if one.detail:
            what.append(f"  {one.detail}", style="dim")
        taken = "" if one.seconds is None else length(one.seconds)
        table.add_row(f"{one.after_seconds:+.3f}", one.source, what, taken)
    console.print(table)
    for missing in answer.missing:
        console.print(f"[yellow]![/] {missing}", soft_wrap=False)


def show_nothing(answer: "LogsAnswer", console: "Console") -> None:
    """Print nothing more: lines that were followed were printed as they came."""
