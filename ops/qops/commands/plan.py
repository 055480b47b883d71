"""``qops plan`` and ``qops apply``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.layers import show_layers

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import ApplyAnswer, PlanAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal

PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="Plan file; the environment's own when absent.")
]


def plan(env: EnvOption = "local", as_json: JsonOption = False, plan_file: PlanFile = None) -> None:
    """Save a plan of what would change. Exit code 2 when something would."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "PlanAnswer":
        from qops.platform.answers import PlanAnswer
        from qops.platform.planning import make_plan

        result, by_layer = make_plan(settings, plan_file, notice=terminal.notice)
        return PlanAnswer.of(result, by_layer)

    execute("plan", use_case, _show_plan, env=env, as_json=as_json)


def apply(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
    plan_file: PlanFile = None,
) -> None:
    """Apply a saved plan, then bring the database's schema up."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "ApplyAnswer":
        from qops.platform.answers import ApplyAnswer, ChangeCounts, LayerSeconds, Schema
        from qops.platform.planning import apply_plan
        from qops.terraform.progress_view import progress_view

        done = apply_plan(
            settings,
            plan_file,
            notice=terminal.notice,
            confirm=lambda counts: terminal.require_typed(
                settings.environment,
                consequence=f"The saved plan changes {settings.environment}: {counts}.",
            ),
            show=lambda: progress_view(terminal.err),
        )
        return ApplyAnswer(
            changes=ChangeCounts.of(done.changes),
            database=Schema(version=done.migration.version, applied=list(done.migration.applied)),
            layers=[LayerSeconds.of(one) for one in done.layers],
        )

    execute("apply", use_case, _show_apply, env=env, as_json=as_json, yes=yes)


def _show_plan(answer: "PlanAnswer", console: "Console") -> None:
    for warning in answer.warnings:
        console.print(f"! {warning}", style="yellow", markup=False)
    if answer.empty:
        console.print("[green]✓[/] Nothing to do: the platform is what the checkout says.")
        return
    for layer, count in answer.by_layer.items():
        if count:
            console.print(f"  {layer:<14} {count:>4} changes")
    counts = answer.changes
    console.print(f"{counts.add} to add, {counts.change} to change, {counts.destroy} to destroy.")
    console.print(f"  saved: {answer.plan_file}", style="dim", soft_wrap=True)
    console.print("  next: qops apply", style="dim")


def _show_apply(answer: "ApplyAnswer", console: "Console") -> None:
    console.print(f"[green]✓[/] Applied: {answer.changes}.")
    show_layers(answer.layers, console)
    applied = ", ".join(answer.database.applied) or "none new"
    console.print(
        f"[green]✓[/] The database has schema {answer.database.version} (migrations: {applied})."
    )
