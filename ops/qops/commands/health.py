"""``qops health`` and ``qops health explain``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands import completing
from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.health.answers import ExplainAnswer, HealthAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_LEAST_PAUSE = 1.0


@app.callback()
def health(
    context: typer.Context,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Connect, probe, read more.", envvar="QOPS_HEALTH_DEEP"),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Id or layer; may be repeated.",
            envvar="QOPS_HEALTH_ONLY",
            autocompletion=completing.checks_and_layers,
        ),
    ] = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="List every check, also when none could be asked.",
            envvar="QOPS_HEALTH_DETAILS",
        ),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again and again, until Ctrl-C.")
    ] = False,
    every: Annotated[float, typer.Option(help="Pause of --watch, seconds.")] = 10.0,
    html: Annotated[
        Path | None,
        typer.Option(help="Write a page to this file, too.", envvar="QOPS_HEALTH_HTML"),
    ] = None,
) -> None:
    """Check every layer of the applied platform. Nothing is changed.

    Exit code: 0 all that applies is healthy, 1 something is unhealthy, 2 nothing is unhealthy, but
    something could not be told. What cannot be reached is unknown, never healthy: where that is
    the whole cloud, one sentence says why.
    """
    if context.invoked_subcommand is not None:
        return

    def use_case(settings: "Settings", terminal: "Terminal") -> "HealthAnswer":
        from qops.errors import UsageError
        from qops.health.checking import check_health
        from qops.health.checking import watch as keep_watching
        from qops.health.showing import health_view, write_page
        from qops.platform.aws import Aws

        if watch and as_json:
            raise UsageError(
                "--watch shows a screen, --json prints one document.",
                next_step="Leave one of them away.",
            )
        if every < _LEAST_PAUSE:
            raise UsageError(
                f"--every {every:g} is too short a pause.",
                next_step=f"Give at least {_LEAST_PAUSE:g} second.",
            )
        aws = Aws(settings)

        def look() -> "HealthAnswer":
            answer = check_health(settings, deep=deep, only=only or (), aws=aws)
            if html is not None:
                write_page(html, answer)
            return answer

        if not watch:
            return look()
        from rich.live import Live

        with Live(console=terminal.out, auto_refresh=False, transient=True) as screen:
            return keep_watching(
                look,
                lambda answer: screen.update(health_view(answer, details=details), refresh=True),
                every_seconds=every,
            )

    def show(answer: "HealthAnswer", console: "Console") -> None:
        from qops.health.showing import health_view

        console.print(health_view(answer, details=details), soft_wrap=False)
        if html is not None:
            console.print(f"page: {html}", markup=False, style="dim", soft_wrap=True)

    execute("health", use_case, show, env=env, as_json=as_json)


@app.command()
def explain(
    check: Annotated[
        str,
        typer.Argument(
            help="Id of the check; lists all when absent.", autocompletion=completing.checks
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Say what a check means and how to repair what it finds."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "ExplainAnswer":  # noqa: ARG001
        from qops.health.checking import explain as explained

        return explained(check)

    execute("health explain", use_case, _show_explanation, as_json=as_json)


def _show_explanation(answer: "ExplainAnswer", console: "Console") -> None:
    from qops.health.showing import explain_view

    console.print(explain_view(answer), soft_wrap=False)
