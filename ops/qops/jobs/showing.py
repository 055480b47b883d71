"""Shows jobs to a person."""

from collections import defaultdict
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from qops.moments import clock
from qscreen.wire import JobItem, JobItemStatus, RunStatus

if TYPE_CHECKING:
    from rich.console import Console

    from qops.jobs.answers import JobAnswer, JobCancelledAnswer, JobsAnswer

MOST_RUNS = 20
"""Failed runs that are shown; ``--json`` has them all."""

_NOT_TAKEN = frozenset({JobItemStatus.REFUSED, JobItemStatus.NOT_QUEUED})

_GOOD = frozenset({"succeeded", "planned"})
_BAD = frozenset({"failed", "refused", "not_queued"})


def show_jobs(answer: "JobsAnswer", console: "Console") -> None:
    """Print the jobs that were submitted from here, the newest first."""
    if not answer.jobs:
        console.print("No job was submitted from here. next: qops jobs submit FILE")
    for one in answer.jobs:
        head = Text(f"{one.job_id or 'no answer came':<26}")
        head.append(f"{clock(one.submitted_at)}  {one.total} items")
        console.print(head)
        _line(one.file, console)
        if one.items is not None:
            console.print(Padding(_tally(one.items), (0, 0, 0, 4), expand=False))
        else:
            _line(one.problem, console)
        if one.job_id is None:
            _line(f"repeat it: qops jobs submit {one.file} --key {one.key}", console)


def show_job(answer: "JobAnswer", console: "Console") -> None:
    """Print a job: how many items are what, and which are not well."""
    console.print(f"{answer.job_id}  {clock(answer.created_at)}  {answer.total} items")
    console.print(Padding(_tally(answer.tally), (0, 0, 0, 2), expand=False))
    groups: dict[tuple[str, str], list[JobItem]] = defaultdict(list)
    for item in answer.items:
        if item.run_status is RunStatus.FAILED or item.status in _NOT_TAKEN:
            groups[(item.run_status or item.status).value, item.detail or ""].append(item)
    for (kind, detail), items in groups.items():
        places = _places([item.index + 1 for item in items])
        console.print(f"[red]✗[/] item {places} {kind}", soft_wrap=False)
        if detail:
            _line(detail, console)
            continue
        for item in items[:MOST_RUNS]:
            _line(item.run_id or "", console)
        if len(items) > MOST_RUNS:
            _line(f"and {len(items) - MOST_RUNS} more: --json", console)


def _places(numbers: list[int]) -> str:
    """Numbers in ascending order, written short: ``4, 6-30``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def show_cancelled(answer: "JobCancelledAnswer", console: "Console") -> None:
    """Print what became of cancelling a job."""
    console.print(
        f"{answer.job_id}: {len(answer.cancelled)} of {answer.total} runs were asked to end, "
        f"{len(answer.ended)} had ended before."
    )
    console.print(Padding(_tally(answer.tally), (0, 0, 0, 2), expand=False))
    for run_id, why in answer.failed.items():
        console.print(f"[red]✗[/] {run_id} could not be cancelled")
        _line(why, console)
    if answer.waiting:
        console.print(
            f"[yellow]![/] {answer.waiting} items are no runs yet and will start. "
            f"next: qops jobs cancel {answer.job_id}"
        )


def _tally(counted: dict[str, int]) -> Text:
    text = Text()
    for place, (name, number) in enumerate(counted.items()):
        style = "green" if name in _GOOD else "red" if name in _BAD else "cyan"
        text.append(f"{' · ' if place else ''}{number} ").append(name, style)
    return text


def _line(text: str, console: "Console") -> None:
    shown = Text(text, style="dim", overflow="fold")
    console.print(Padding(shown, (0, 0, 0, 4), expand=False))
