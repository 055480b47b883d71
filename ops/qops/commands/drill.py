"""``qops drill``: restorations of what is kept for bad days, and the loss of what need not be."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from rich.console import Console

    from qops.drills.answers import (
        CleanAnswer,
        LoseCacheAnswer,
        RestoreBucketsAnswer,
        RestoreDbAnswer,
        RestoreTablesAnswer,
    )
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

_Rto = Annotated[
    float | None, typer.Option(min=0, help="Longest time until it is usable, seconds.")
]
_Rpo = Annotated[float | None, typer.Option(min=0, help="Greatest age of the backup, seconds.")]
_SHOWING = "qops.drills.showing"


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
    rto: _Rto = None,
    rpo: _Rpo = None,
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


@app.command("restore-tables", short_help="Restore tables to a moment ago, compare every item.")
def restore_tables(
    table: Annotated[
        list[str] | None, typer.Option(help="Such as runs; may be repeated, all when absent.")
    ] = None,
    rto: _Rto = None,
    rpo: _Rpo = None,
    timeout: _Timeout = 3600.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Restore tables as they were a moment ago into new ones, compare every item, remove them.

    An item that did not change during the drill must be in the copy, bit for bit. Items are hashed
    here and never shown. Exit code: 0 whole, 1 not whole or failed, 2 a limit was missed.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RestoreTablesAnswer":
        from qops.drills.tables import WantedTables
        from qops.drills.tables import restore_tables as restored
        from qops.platform.aws import Aws

        return restored(
            settings,
            Aws(settings),
            WantedTables(tuple(dict.fromkeys(table or ())), timeout, rto, rpo),
            confirm=lambda text: terminal.require_typed(settings.environment, consequence=text),
            notice=terminal.notice,
        )

    execute(
        "drill restore-tables", use_case, shown_by(_SHOWING, "show_tables"), env=env,
        as_json=as_json, yes=yes,
    )  # fmt: skip


@app.command("restore-buckets", short_help="Restore deleted and overwritten objects.")
def restore_buckets(
    bucket: Annotated[
        list[str] | None, typer.Option(help="Such as templates; may be repeated, all when absent.")
    ] = None,
    sample: Annotated[
        int, typer.Option(min=0, max=1000, help="How many versions are tried in each bucket.")
    ] = 20,
    timeout: Annotated[
        float, typer.Option(min=10, help="Longest time for a copy in the recovery region, seconds.")
    ] = 900.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Delete, overwrite and restore objects of the drill's own; try versions that are kept.

    Bytes, metadata, tags and key are compared, also of the copy in the recovery region. Where
    object lock holds, or AWS delivers, nothing is written. Exit code: 0 all holds, 1 it does not.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RestoreBucketsAnswer":
        from qops.drills.buckets import WantedBuckets
        from qops.drills.buckets import restore_buckets as restored
        from qops.platform.aws import Aws

        return restored(
            settings,
            Aws(settings),
            WantedBuckets(tuple(dict.fromkeys(bucket or ())), sample, timeout),
            confirm=lambda text: terminal.require_typed(settings.environment, consequence=text),
            notice=terminal.notice,
        )

    execute(
        "drill restore-buckets", use_case, shown_by(_SHOWING, "show_buckets"), env=env,
        as_json=as_json, yes=yes,
    )  # fmt: skip


@app.command("lose-cache", short_help="Empty the cache or fail it over, see all go on.")
def lose_cache(
    rto: Annotated[
        float | None, typer.Option(min=0, help="Longest time without the cache, seconds.")
    ] = None,
    refill: Annotated[
        float, typer.Option(min=0, help="How long to wait for new entries, seconds.")
    ] = 30.0,
    timeout: Annotated[
        float, typer.Option(min=10, help="Longest time until it answers again, seconds.")
    ] = 900.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Lose the cache: empty it on the local cloud, fail its primary over in AWS; see all go on.

    Then it must answer, and the checks of cache, API, its dependencies and runs must be as before.
    Exit code: 0 all holds, 1 something does not, 2 it was away longer than --rto.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "LoseCacheAnswer":
        from qops.drills.cache import WantedLoss
        from qops.drills.cache import lose_cache as lost
        from qops.platform.aws import Aws

        return lost(
            settings,
            Aws(settings),
            WantedLoss(timeout, refill, rto),
            confirm=lambda text: terminal.require_typed(settings.environment, consequence=text),
            notice=terminal.notice,
        )

    execute(
        "drill lose-cache", use_case, shown_by(_SHOWING, "show_cache"), env=env,
        as_json=as_json, yes=yes,
    )  # fmt: skip


@app.command()
def clean(
    timeout: _Timeout = 3600.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Remove what drills have left behind: instances, snapshots, tables, objects."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "CleanAnswer":
        from qops.drills.cleaning import clean as cleaned
        from qops.platform.aws import Aws

        return cleaned(
            settings,
            Aws(settings),
            limit_seconds=timeout,
            confirm=lambda text: terminal.require_typed(settings.environment, consequence=text),
            notice=terminal.notice,
        )

    show = shown_by(_SHOWING, "show_clean")
    execute("drill clean", use_case, show, env=env, as_json=as_json, yes=yes)
