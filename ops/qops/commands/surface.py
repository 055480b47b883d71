"""What all commands have in common: ``--quiet``, ``--no-color``, a variable for every option."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Protocol

import typer

from qops.terminal import MANNER, Manner

SHARED = {
    "env": "QOPS_ENV",
    "json": "QOPS_JSON",
    "quiet": "QOPS_QUIET",
    "no-color": "QOPS_NO_COLOR",
    "yes": "QOPS_YES",
}
"""Variables of the options that mean the same in every command."""


class Option(Protocol):
    """A parameter of a command, as far as it matters here."""

    name: str
    opts: list[str]
    envvar: str | list[str] | None
    param_type_name: str


class Command(Protocol):
    """A command or a group of commands, as Typer builds it."""

    name: str
    params: list[Any]
    commands: dict[str, "Command"]

    def main(self, args: list[str], **settings: Any) -> Any:
        """Run it."""


def _quiet(value: bool) -> bool:
    if value:
        MANNER.set(Manner(quiet=True, colour=MANNER.get().colour))
    return value


def _no_colour(value: bool) -> bool:
    if value:
        MANNER.set(Manner(quiet=MANNER.get().quiet, colour=False))
    return value


def _common(
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            help="Print errors and the result's essentials only; the exit code tells.",
            callback=_quiet,
            expose_value=False,
        ),
    ] = False,
    no_color: Annotated[
        bool,
        typer.Option(
            "--no-color",
            help="Print without colours, as with NO_COLOR.",
            callback=_no_colour,
            expose_value=False,
        ),
    ] = False,
) -> None:
    """Have the options that every command has."""


@cache
def command_line(app: typer.Typer) -> Command:
    """The commands of an app, each with the common options and with a variable for each option.

    The variable is ``QOPS_<COMMAND>_<OPTION>``, for the options of :data:`SHARED` the one named
    there. What a command declares itself comes after it.

    Args:
        app: The app.

    Returns:
        The group of all commands.
    """
    only = typer.Typer(add_completion=False)
    only.command()(_common)
    root: Any = typer.main.get_command(app)
    for path, command in walk(root):
        if has_answer(command):
            command.params += typer.main.get_command(only).params
        for option in options_of(command):
            names = list(dict.fromkeys([variable_of(path, option), *variables_of(option)]))
            option.envvar = names if len(names) > 1 else names[0]
    return root  # type: ignore[no-any-return]


def walk(root: Command) -> Iterator[tuple[str, Command]]:
    """Every command below a group with its words, e.g. ``health explain``; groups too."""
    for name, command in root.commands.items():
        yield name, command
        if hasattr(command, "commands"):
            for below, one in walk(command):
                yield f"{name} {below}", one


def has_answer(command: Command) -> bool:
    """Whether it prints an answer, rather than a document of its own as ``qops schema`` does."""
    return any(option.name == "as_json" for option in command.params)


def options_of(command: Command) -> list[Option]:
    """The options of a command, without ``--help`` and without arguments."""
    return [one for one in command.params if one.param_type_name == "option"]


def key_of(option: Option) -> str:
    """An option's name as it is typed, without dashes before it."""
    long = next(word for word in option.opts if word.startswith("--"))
    return long.removeprefix("--")


def variable_of(path: str, option: Option) -> str:
    """The name of an option's environment variable.

    Args:
        path: Words of the command.
        option: One of its options.
    """
    key = key_of(option)
    own = "_".join(["QOPS", *path.split(), key])
    return SHARED.get(key) or own.replace("-", "_").upper()


def variables_of(option: Option) -> list[str]:
    """The environment variables of an option; the first one set counts."""
    return [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or [])
