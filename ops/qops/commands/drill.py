"""``qops drill restore-db`` and ``qops drill clean``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.drills.answers import CleanAnswer, RestoreDbAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_Timeout = Annotated[
    float, typer.Option(min=10, help="Longest time to restore, and to remove, seconds.")
]


@app.callback()
def drill() -> None:
    """Really restore what is kept for bad days, compare it, and remove it again."""


@app.command("restore-db")
def restore_db(
    snapshot: Annotated[
        str | None, typer.Option(help="Snapshot to restore; the newest one when absent.")
    ] = None,
    latest: Annotated[
        bool, typer.Option("--latest", help="Restore the latest point in time instead.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Make a snapshot for the drill and restore that.")
    ] = False,
    rto: Annotated[
        float | None, typer.Option(min=0, help="Longest time until it is usable, seconds.")
    ] = None,
    rpo: Annotated[
        float | None, typer.Option(min=0, help="Greatest age of the backup, seconds.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write a report for the records to this file, too.")
    ] = None,
    timeout: _Timeout = 3600.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Restore a backup of the database into a new instance, compare row by row, remove it.

    Schema, rows and the audit's hash chain are compared by a function beside both databases. Exit
    code: 0 the copy is whole, 1 it is not or the drill failed, 2 a limit was missed.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RestoreDbAnswer":
        from qops.drills.restoring import Wanted, restore_database
        from qops.platform.aws import Aws

        wanted = Wanted(
            snapshot=snapshot,
            latest=latest,
            fresh=fresh,
            limit_seconds=timeout,
            rto_limit_seconds=rto,
            rpo_limit_seconds=rpo,
        )
        answer = restore_database(
            settings,
            Aws(settings),
            wanted,
            confirm=lambda text: terminal.require_typed(settings.environment, consequence=text),
            notice=terminal.notice,
        )
        if markdown is not None:
            from qops.drills.showing import as_markdown

            markdown.write_text(as_markdown(answer), encoding="utf-8")
        return answer

    def show(answer: "RestoreDbAnswer", console: "Console") -> None:
        from qops.drills.showing import show_restore

        show_restore(answer, console)
        if markdown is not None:
            console.print(f"report: {markdown}", markup=False, style="dim", soft_wrap=True)

    execute("drill restore-db", use_case, show, env=env, as_json=as_json, yes=yes)


@app.command()
def clean(
    timeout: _Timeout = 3600.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Remove what drills have left behind, found by its tag."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "CleanAnswer":
        from qops.drills.restoring import clean as cleaned
        from qops.platform.aws import Aws

        return cleaned(
            settings,
            Aws(settings),
            limit_seconds=timeout,
            confirm=lambda text: terminal.require_typed(settings.environment, consequence=text),
            notice=terminal.notice,
        )

    execute("drill clean", use_case, _show_clean, env=env, as_json=as_json, yes=yes)


def _show_clean(answer: "CleanAnswer", console: "Console") -> None:
    from qops.drills.showing import show_clean

    show_clean(answer, console)
