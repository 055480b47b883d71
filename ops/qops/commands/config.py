"""``qops config``: which settings hold, where each is from, and how they are changed."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands import completing
from qops.commands.execution import EnvOption, JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.configuration.answers import (
        ConfigAnswer,
        ConfigChangeAnswer,
        ConfigPathAnswer,
        Setting,
    )
    from qops.settings import Settings
    from qops.terminal import Terminal

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Repository = Annotated[
    bool,
    typer.Option("--repository", help="The checkout's file rather than the user's own."),
]


@app.callback()
def config(
    context: typer.Context,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    every: Annotated[
        bool, typer.Option("--all", help="Also the options of commands that nobody set.")
    ] = False,
) -> None:
    """Show the settings that hold, and where each is from.

    An option wins over a variable, that over the checkout's qops.toml, that over the user's.
    """
    if context.invoked_subcommand is not None:
        return

    def use_case(settings: "Settings", terminal: "Terminal") -> "ConfigAnswer":  # noqa: ARG001
        from qops.configuration.showing import effective

        return effective(_given(context, env=env, as_json=as_json), every=every)

    execute("config", use_case, _show, env=env, as_json=as_json)


def _given(context: typer.Context, *, env: str, as_json: bool) -> dict[str, "bool | str"]:
    """The shared settings that the command line itself gave."""
    from qops.terminal import MANNER

    values: dict[str, tuple[str, bool | str]] = {
        "env": ("env", env),
        "json": ("as_json", as_json),
        "quiet": ("quiet", MANNER.get().quiet),
        "no-color": ("no_color", not MANNER.get().colour),
    }
    return {
        name: value
        for name, (parameter, value) in values.items()
        if getattr(context.get_parameter_source(parameter), "name", "") == "COMMANDLINE"
    }


@app.command("set")
def set_(
    name: Annotated[
        str,
        typer.Argument(
            help="Name of the setting, e.g. health.deep.", autocompletion=completing.settings
        ),
    ],
    value: Annotated[list[str], typer.Argument(help="Its value; several words for a list.")],
    repository: Repository = False,
    as_json: JsonOption = False,
) -> None:
    """Set a setting in the user's file, or in the checkout's."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "ConfigChangeAnswer":  # noqa: ARG001
        from qops.configuration.showing import set_setting

        return set_setting(name, value, repository=repository)

    execute("config set", use_case, _show_change, as_json=as_json, bare=True)


@app.command()
def unset(
    name: Annotated[
        str, typer.Argument(help="Name of the setting.", autocompletion=completing.settings)
    ],
    repository: Repository = False,
    as_json: JsonOption = False,
) -> None:
    """Take a setting out of the user's file, or out of the checkout's."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "ConfigChangeAnswer":  # noqa: ARG001
        from qops.configuration.showing import unset_setting

        return unset_setting(name, repository=repository)

    execute("config unset", use_case, _show_change, as_json=as_json, bare=True)


@app.command()
def path(repository: Repository = False, as_json: JsonOption = False) -> None:
    """Tell where the files of settings are."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "ConfigPathAnswer":  # noqa: ARG001
        from qops.configuration.showing import where

        return where(repository=repository)

    execute("config path", use_case, _show_path, as_json=as_json, bare=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of qops.toml, for editors."""
    import json

    from qops.configuration import keys

    sys.stdout.write(json.dumps(keys.schema(), indent=2, ensure_ascii=False) + "\n")


def _toml(value: "Setting") -> str:
    import json

    # JSON's numbers, strings and lists of strings are TOML's, too.
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _show(answer: "ConfigAnswer", console: "Console") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold")
    table.add_column("setting", no_wrap=True, overflow="fold")
    for name in ("value", "from"):
        table.add_column(name, overflow="fold")
    for one in answer.settings:
        origin = f"{one.source} {one.origin}" if one.source != "file" else one.origin
        style = "dim" if one.source == "default" else ""
        table.add_row(
            Text(one.name, style), Text(_toml(one.value), style), Text(origin.strip(), style)
        )
    console.print(table)
    for file in answer.files:
        mark = "" if file.exists else " (none)"
        console.print(
            f"  {file.kind}: {file.path}{mark}", markup=False, style="dim", soft_wrap=True
        )


def _show_change(answer: "ConfigChangeAnswer", console: "Console") -> None:
    if answer.value is None and answer.before is None:
        console.print(f"[green]✓[/] {answer.name} was not set.")
    elif answer.value is None:
        console.print("[green]✓[/] ", end="")
        console.print(f"{answer.name} is not set any more.", markup=False)
    else:
        was = "" if answer.before is None else f" (was {_toml(answer.before)})"
        console.print("[green]✓[/] ", end="")
        console.print(f"{answer.name} = {_toml(answer.value)}{was}", markup=False, soft_wrap=True)
    console.print(f"  in {answer.file}", markup=False, style="dim", soft_wrap=True)
    if answer.hidden_by:
        console.print(f"[yellow]![/] {answer.hidden_by} is set, too, and wins.", soft_wrap=True)


def _show_path(answer: "ConfigPathAnswer", console: "Console") -> None:
    for file in answer.files:
        mark = "[green]●[/]" if file.exists else "[dim]○[/]"
        console.print(f"{mark} {file.kind:<10} ", end="")
        console.print(file.path, markup=False, soft_wrap=True)
    console.print(f"  qops config set changes {answer.written}", style="dim", soft_wrap=True)
