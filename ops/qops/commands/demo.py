"""``qops demo``."""

from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute, require_local
from qops.commands.layers import show_layers

if TYPE_CHECKING:
    from rich.console import Console

    from qops.demo.answers import DemoAnswer, DemoRun
    from qops.settings import Settings
    from qops.terminal import Terminal


def demo(
    repeat: Annotated[
        int, typer.Option("--repeat", min=1, max=1000, help="How often, with figures at the end.")
    ] = 1,
    five_steps: Annotated[
        bool, typer.Option("--five-steps", help="Take goals of five steps, to measure runs.")
    ] = False,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Run a Korean and an English goal through the whole platform and check the files."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "DemoAnswer":
        from qops.demo.flow import run_demo

        require_local(settings, "demo")
        return run_demo(settings, terminal, repeat=repeat, five_steps=five_steps)

    execute("demo", use_case, _show, env=env, as_json=as_json, yes=yes)


def _show(answer: "DemoAnswer", console: "Console") -> None:
    from rich.table import Table

    last = answer.rounds[-1]
    for run in last.runs:
        _show_run(run, console)
    show_layers(answer.rounds[0].layers, console)
    if len(answer.rounds) == 1:
        table = Table(box=None, header_style="bold")
        table.add_column("stage")
        table.add_column("seconds", justify="right")
        for name, seconds in last.stages.items():
            table.add_row(name, f"{seconds:.2f}")
        table.add_row("[bold]total", f"[bold]{last.seconds:.2f}")
    else:
        table = Table(box=None, header_style="bold", title=f"{len(answer.rounds)} rounds")
        for name in ("stage", "min", "median", "max", "count"):
            table.add_column(name, justify="left" if name == "stage" else "right")
        for name, figures in answer.figures.items():
            values = (figures.minimum, figures.median, figures.maximum)
            table.add_row(name, *(f"{value:.2f}" for value in values), str(figures.count))
    console.print(table)
    wrong = sum(not item.right for item in answer.rounds)
    if wrong:
        console.print(f"[red]✗[/] {wrong} of {len(answer.rounds)} rounds were not right.")
    else:
        console.print("[green]✓[/] Both files are right, byte for byte, every time.")
    console.print(f"  report: {answer.report}", style="dim", soft_wrap=True)
    console.print('  next: qops run "...", qops status, qops down', style="dim")


def _show_run(run: "DemoRun", console: "Console") -> None:
    from qops.terminal import write_line

    marks = {True: ("✓ ", "green"), False: ("✗ ", "red")}
    mark, colour = marks[run.file.right]
    write_line(console, mark, run.goal, style="bold", label_style=colour)
    reason = f" ({run.reason})" if run.reason else ""
    stages = " · ".join(f"{name} {seconds:.2f} s" for name, seconds in run.stages.items())
    ended = f"{run.status}{reason} in {run.seconds:.2f} s, {run.steps} steps: {stages}"
    write_line(console, "    ", ended)
    if run.message:
        write_line(console, "    ", run.message)
    found = [(run.file.right, "file on disk", run.file.found)]
    found += [(trace.ok, trace.name, trace.found) for trace in run.traces]
    for ok, name, what in found:
        mark, colour = marks[ok]
        write_line(console, f"    {mark}", f"{name}: {what}", label_style=colour)
