"""``qops up``."""

from typing import TYPE_CHECKING

from qops.commands.execution import EnvOption, JsonOption, execute, require_local
from qops.commands.layers import show_layers

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import UpAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def up(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Start the local cloud and make the platform in it what the checkout says."""
    execute("up", _up, _show, env=env, as_json=as_json)


def _up(settings: "Settings", terminal: "Terminal") -> "UpAnswer":
    from qops.platform.answers import ChangeCounts, LayerSeconds, Schema, UpAnswer
    from qops.platform.bring_up import bring_up
    from qops.terraform.progress_view import progress_view

    require_local(settings, "up")
    done = bring_up(settings, notice=terminal.notice, show=lambda: progress_view(terminal.err))
    return UpAnswer(
        endpoint=done.cloud.url,
        generation=done.cloud.generation,
        cloud_reused=done.cloud.reused,
        changes=ChangeCounts.of(done.changes) if done.changes else None,
        database=Schema(version=done.migration.version, applied=list(done.migration.applied))
        if done.migration
        else None,
        stages=done.stages,
        layers=[LayerSeconds.of(one) for one in done.layers],
    )


def _show(answer: "UpAnswer", console: "Console") -> None:
    console.print(f"[green]✓[/] The local cloud answers at {answer.endpoint}.")
    if answer.changes:
        console.print(f"[green]✓[/] The platform is applied: {answer.changes}.")
    if answer.database:
        console.print(f"[green]✓[/] The database has schema {answer.database.version}.")
    show_layers(answer.layers, console)
    times = " · ".join(f"{name} {seconds:.1f} s" for name, seconds in answer.stages.items())
    console.print(f"  {times}", style="dim")
    console.print('  next: qops demo, qops run "...", qops status, qops down', style="dim")
