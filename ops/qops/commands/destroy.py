"""``qops destroy``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.apply import AllowDestroyOption, DestroysOption
from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.layers import show_layers

if TYPE_CHECKING:
    from rich.console import Console

    from qops.platform.answers import DestroyAnswer
    from qops.platform.applied import Asking
    from qops.settings import Settings
    from qops.terminal import Terminal


def destroy(
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
    plan_file: Annotated[
        Path | None,
        typer.Option(
            "--plan", help="AWS: the saved plan that removes everything; without, one is made."
        ),
    ] = None,
    allow_destroy: AllowDestroyOption = 0,
    destroys: DestroysOption = None,
) -> None:
    """Remove the platform through Terraform. The local cloud goes on, empty.

    In AWS in two steps: the first saves a plan and shows it (exit code 2), the second, with --plan,
    applies it by the guards of qops apply: --allow-destroy, each resource with data by its name, in
    prod an approval.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "DestroyAnswer":
        from qops.errors import UsageError

        if not settings.local:
            if plan_file is None:
                return _plan(settings, terminal)
            asking = _asking(settings, terminal, allow_destroy, destroys or [])
            return _by_plan(settings, terminal, plan_file.absolute(), asking)
        if plan_file is not None:
            raise UsageError(
                "On the local cloud no plan is needed.",
                why="What it holds is made anew by qops up.",
                next_step="qops destroy, without --plan.",
            )
        return _local(settings, terminal)

    execute("destroy", use_case, _show, env=env, as_json=as_json, yes=yes)


def _asking(
    settings: "Settings", terminal: "Terminal", allow_destroy: int, destroys: list[str]
) -> "Asking":
    from qops.commands.apply import asking_of

    return asking_of(
        settings,
        terminal,
        consequence=f"Everything in {settings.environment} is removed",
        allow_destroy=allow_destroy,
        destroys=destroys,
    )


def _plan(settings: "Settings", terminal: "Terminal") -> "DestroyAnswer":
    from qops.platform.answers import ChangeCounts, DestroyAnswer
    from qops.removal.by_plan import plan_removal

    plan, review = plan_removal(settings, notice=terminal.notice)
    nothing = plan.changes.remove == 0
    return DestroyAnswer(
        changes=ChangeCounts.of(plan.changes),
        left=[],
        layers=[],
        planned=None if nothing else str(plan.file),
        review=None if nothing else review,
    )


def _by_plan(
    settings: "Settings", terminal: "Terminal", file: Path, asking: "Asking"
) -> "DestroyAnswer":
    from qops.platform.answers import ChangeCounts, DestroyAnswer, LayerSeconds, TrailRow
    from qops.removal.by_plan import remove_by_plan
    from qops.terraform.progress_view import progress_view

    removed = remove_by_plan(
        settings,
        file,
        notice=terminal.notice,
        asking=asking,
        show=lambda: progress_view(terminal.err),
    )
    return DestroyAnswer(
        changes=ChangeCounts.of(removed.done.changes),
        left=list(removed.done.left),
        layers=[LayerSeconds.of(one) for one in removed.done.layers],
        plan=removed.plan,
        audit=TrailRow.of(removed.row),
    )


def _local(settings: "Settings", terminal: "Terminal") -> "DestroyAnswer":
    from qops.platform.answers import ChangeCounts, DestroyAnswer, LayerSeconds
    from qops.removal.destroying import destroy as destroy_platform
    from qops.terraform.progress_view import progress_view

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
    if answer.planned is not None and answer.review is not None:
        _show_planned(answer, console)
        return
    show_layers(answer.layers, console)
    if answer.left:
        console.print(f"[red]✗[/] Still in the state: {len(answer.left)}.")
        for address in answer.left:
            console.print(f"    {address}", markup=False, soft_wrap=True)
    elif answer.changes.destroy:
        console.print(f"[green]✓[/] Destroyed: {answer.changes.destroy} resources, none is left.")
    else:
        console.print("[green]✓[/] There was nothing to destroy.")
    if answer.audit is not None:
        console.print(f"  recorded: row {answer.audit.sequence} (qops audit)", style="dim")
        return
    console.print("  next: qops up applies anew, qops down stops the local cloud", style="dim")


def _show_planned(answer: "DestroyAnswer", console: "Console") -> None:
    from qops.review.terminal import write_review

    assert answer.review is not None
    write_review(answer.review, console)
    console.print("Nothing was removed yet.", style="bold")
    console.print(f"  saved: {answer.planned}", style="dim", soft_wrap=True)
    environment = answer.review.environment
    options = f"--env {environment} --plan FILE"
    if environment == "prod":
        console.print(f"  next: qops approve {options}, by somebody else", style="dim")
    console.print(
        f"  next: qops destroy {options} --allow-destroy {answer.changes.destroy}", style="dim"
    )
