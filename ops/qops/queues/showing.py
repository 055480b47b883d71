"""Shows queues and what a redrive does."""

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qops.moments import length
from qops.queues.redriving import SAMPLE, Found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from qops.queues.answers import QueueLine, QueuesAnswer, RedriveAnswer
    from qops.terminal import Terminal


def show_queues(answer: "QueuesAnswer", console: "Console") -> None:
    """Print the queues; of devices' queues those that hold something."""
    devices = [one for one in answer.queues if one.kind == "device"]
    shown = [one for one in answer.queues if one.kind != "device" or _holds(one)]
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("queue", overflow="fold")
    for name in ("waiting", "in work", "oldest"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("fails into", overflow="fold")
    for one in shown:
        letters = one.kind == "dead letters" and _holds(one)
        table.add_row(
            Text(one.name.removeprefix(answer.prefix), style="red" if letters else ""),
            str(one.waiting + one.delayed),
            str(one.in_flight),
            "" if one.oldest_seconds is None else length(one.oldest_seconds),
            Text((one.dead_letters or "").removeprefix(answer.prefix), style="dim"),
        )
    console.print(table)
    if devices:
        busy = sum(map(_holds, devices))
        console.print(f"  {len(devices)} queues of devices, {busy} of them hold commands")
    if answer.letters:
        console.print(f"[red]✗[/] {answer.letters} dead letters. next: qops redrive QUEUE")


def _holds(one: "QueueLine") -> bool:
    return bool(one.waiting + one.in_flight + one.delayed)


def show_redrive(answer: "RedriveAnswer", console: "Console") -> None:
    """Print what came of a redrive."""
    if not answer.found:
        console.print(f"[green]✓[/] {answer.queue} is empty: there is nothing to move.")
        return
    how = {"task": "by SQS itself", "letter": "one by one", "invocation": "by invoking anew"}
    target = ", ".join(answer.sources) or "their functions"
    mark = "[green]✓[/]" if answer.moved == answer.found else "[yellow]![/]"
    console.print(
        f"{mark} {answer.moved} of {answer.found} letters moved to {target}, {how[answer.by]}."
    )
    for message_id, why in answer.left.items():
        console.print(f"[red]✗[/] left {message_id}: {why}", soft_wrap=True)
    for letter in answer.came_back:
        console.print(f"[red]✗[/] came back: {letter.message_id}")
        _show_outline(letter.outline, console)
    if answer.came_back:
        console.print("  Their cause is not mended: qops logs FUNCTION --level error", style="dim")
    if answer.unseen:
        console.print(f"[red]✗[/] {answer.unseen} more dead letters lie in {answer.queue} now.")
    if answer.in_work:
        console.print(
            f"[yellow]![/] {answer.in_work} are not worked off after "
            f"{length(answer.waited_seconds)}: qops queues"
        )
    elif not answer.came_back and not answer.unseen and answer.moved:
        told = (
            "all were worked off, none came back"
            if answer.sources
            else f"none came back within {length(answer.waited_seconds)}"
        )
        console.print(f"  {told}", style="dim")


def _show_outline(outline: "Mapping[str, str]", console: "Console") -> None:
    told = " · ".join(f"{path} {value}".strip() for path, value in outline.items())
    console.print(Padding(Text(told, style="dim", overflow="fold"), (0, 0, 0, 4), expand=False))


class RedriveView:
    """What a person sees of a redrive: the letters, a question, what is going on."""

    def __init__(self, terminal: "Terminal") -> None:
        """Remember where to show it."""
        self._terminal = terminal
        self._last = ""

    def found(self, found: Found) -> None:
        """Show how many there are and what some of them are, then ask."""
        if not found.number:
            return
        self._terminal.notice(
            f"{found.letters.name} holds {found.letters.total}; "
            f"{found.number} go to {found.goes_to}."
        )
        for letter in found.known[:SAMPLE]:
            self._terminal.notice(f"  {letter.message_id}")
            _show_outline(letter.outline, self._terminal.err)
        if len(found.known) > SAMPLE:
            self._terminal.notice(f"  and {found.letters.total - SAMPLE} more")
        self._terminal.require_typed(
            "redrive",
            consequence=f"{found.number} letters of {found.letters.name} are worked off again. "
            "Where the cause is not mended, they fail again.",
        )

    def moved(self, number: int) -> None:
        """Say how many were moved."""
        self._say(f"  {number} moved")

    def waiting(self, in_work: int, back: int) -> None:
        """Say what is not done yet."""
        returned = f", {back} came back" if back else ""
        self._say(f"  {in_work} not worked off yet{returned}")

    def _say(self, line: str) -> None:
        if line != self._last:
            self._last = line
            self._terminal.notice(line)
