"""``qops diagram``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.cost import Declared
from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.diagram.answers import DiagramAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def diagram(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    plan_file: Annotated[
        Path | None,
        typer.Option("--plan", help="Draw a saved plan, or terraform show -json of one."),
    ] = None,
    declared: Declared = False,
    applied: Annotated[
        bool, typer.Option("--applied", help="Draw the environment's saved plan or its state.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder; docs/diagrams when absent.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 2 when a file is stale.")
    ] = False,
) -> None:
    """Draw the platform: network, AI and compute, everything; as draw.io, SVG and Mermaid.

    Without a source it draws the folder's own snapshot, platform.json, which the others write.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "DiagramAnswer":
        from qops.diagram.drawing import SNAPSHOT, draw, load_snapshot
        from qops.diagram.snapshot import snapshot_of
        from qops.errors import UsageError
        from qops.sizing.inventory import read_inventory

        folder = out or settings.repository / "docs" / "diagrams"
        if applied and (declared or plan_file):
            raise UsageError(
                "--applied excludes --plan and --declared.", next_step="Name one source."
            )
        if not (applied or declared or plan_file):
            return draw(load_snapshot(folder), folder, source=str(folder / SNAPSHOT), check=check)
        found = read_inventory(settings, plan_file, declared=declared, notice=terminal.notice)
        return draw(snapshot_of(found), folder, source=found.source, check=check)

    execute("diagram", use_case, _show, env=env, as_json=as_json)


def _show(answer: "DiagramAnswer", console: "Console") -> None:
    marks = {"written": "[green]✓[/]", "unchanged": "[dim]·[/]"}
    for one in answer.files:
        console.print(f"{marks.get(one.state, '[red]✗[/]')} {one.state:<9} ", end="")
        console.print(one.file, markup=False, soft_wrap=True)
    console.print(f"drawn from {answer.source}", style="dim", markup=False, soft_wrap=True)
    if answer.exit_code:
        console.print("  next: write them anew with the same command, without --check", style="dim")
