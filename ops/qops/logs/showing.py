"""Shows log lines and timelines to a person."""

from datetime import UTC, date
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qops.logs.answers import QUIET, LineShown
from qops.moments import clock, length

if TYPE_CHECKING:
    from rich.console import Console

    from qops.logs.answers import LogsAnswer, TraceAnswer

_COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red", "DEBUG": "dim"}


def show_logs(answer: "LogsAnswer", console: "Console") -> None:
    """Print lines."""
    if answer.left_out:
        console.print(f"  {answer.left_out} earlier lines are left out: --limit", style="dim")
    view = LineView(console)
    for line in answer.lines:
        view.show(line)
    for missing in answer.missing:
        console.print(Text.assemble(("! ", "yellow"), missing), soft_wrap=True)
    if not answer.lines:
        console.print(
            f"No line fits, of {', '.join(answer.groups)} since {clock(answer.since)}.",
            markup=False,
        )


class LineView:
    """Shows lines one after the other, and the day where it changes; times are UTC."""

    def __init__(self, console: "Console") -> None:
        """Remember where to show them."""
        self._console = console
        self._day: date | None = None

    def show(self, line: LineShown) -> None:
        """Print one line: when, who, what; below it what else it tells."""
        console, at = self._console, line.at.astimezone(UTC)
        if console.soft_wrap:
            console.print(line.in_one_line, markup=False)
            return
        if self._day != at.date():
            self._day = at.date()
            console.print(f"{self._day}", style="dim")
        told = " ".join(f"{key}={value}" for key, value in line.fields.items() if key not in QUIET)
        first, *more = line.message.split("\n")
        head = Text(f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} ", style="dim")
        head.append(f"{line.level:<8}", style=_COLOURS.get(line.level, "green"))
        head.append(f"{line.source}  ", style="cyan")
        head.append(first)
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
        console.print(Text.assemble(("! ", "yellow"), missing), soft_wrap=False)


def show_nothing(answer: "LogsAnswer", console: "Console") -> None:
    """Print nothing more: lines that were followed were printed as they came."""
