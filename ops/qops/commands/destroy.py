"""``qops destroy``."""

from typing import TYPE_CHECKING

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.layers import show_layers

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import DestroyAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


def destroy(env: EnvOption = "local", as_json: JsonOption = False, yes: YesOption = False) -> None:
    """Remove the local platform through Terraform; the local cloud goes on, empty."""
    execute("destroy", _destroy, _show, env=env, as_json=as_json, yes=yes)


def _destroy(settings: "Settings", terminal: "Terminal") -> "DestroyAnswer":
    from qops.errors import RefusedError
    from qops.platform.answers import ChangeCounts, DestroyAnswer, LayerSeconds
    from qops.removal.destroying import destroy as destroy_platform
    from qops.terraform.progress_view import progress_view

    if not settings.local:
        raise RefusedError(
            f"qops destroy does not remove {settings.environment}.",
            why="It works on the local cloud only, where nothing of value can be lost.",
            next_step="Remove single resources by a reviewed change: qops plan, qops apply.",
        )
    done = destroy_platform(
        settings,
        notice=terminal.notice,
        confirm=lambda counts: terminal.require_typed(
            settings.environment, consequence=f"Of the local platform {counts}"
        ),
        show=lambda: progress_view(terminal.err),
    )
    return DestroyAnswer(
        changes=ChangeCounts.of(done.changes),
        left=list(done.left),
        layers=[LayerSeconds.of(one) for one in done.layers],
    )


def _show(answer: "DestroyAnswer", console: "Console") -> None:
    show_layers(answer.layers, console)
    if answer.left:
        console.print(f"[red]✗[/] Still in the state: {len(answer.left)}.")
        for address in answer.left:
            console.print(f"    {address}", markup=False, soft_wrap=True)
    elif answer.changes.destroy:
        console.print(f"[green]✓[/] Destroyed: {answer.changes.destroy} resources, none is left.")
    else:
        console.print("[green]✓[/] There was nothing to destroy.")
    console.print("  next: qops up applies anew, qops down stops the local cloud", style="dim")
