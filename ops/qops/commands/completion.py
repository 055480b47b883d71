"""``qops completion``: what makes the shell complete commands, options and values."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import JsonOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.configuration.completion import CompletionAnswer
    from qops.settings import Settings
    from qops.terminal import Terminal


class Shell(StrEnum):
    """A shell that can be taught."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


ShellName = Annotated[
    Shell | None, typer.Argument(help="The shell; the one that runs qops when absent.")
]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def show(shell: ShellName = None) -> None:
    """Print the script, to be read by the shell at its start."""
    from qops.configuration.completion import running_shell, script
    from qops.errors import QopsError

    try:
        sys.stdout.write(script(shell.value if shell else running_shell()))
    except QopsError as error:
        from qops.failures import show_error
        from qops.terminal import Terminal

        show_error(error, Terminal().must)
        raise typer.Exit(int(error.exit_code)) from None


@app.command()
def install(shell: ShellName = None, as_json: JsonOption = False) -> None:
    """Put the script where the shell looks; no start-up file is changed."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "CompletionAnswer":  # noqa: ARG001
        from qops.configuration.completion import install as put
        from qops.configuration.completion import running_shell

        return put(shell.value if shell else running_shell())

    execute("completion install", use_case, _show_installed, as_json=as_json, bare=True)


def _show_installed(answer: "CompletionAnswer", console: "Console") -> None:
    console.print(f"[green]✓[/] {answer.shell}: ", end="")
    console.print(answer.file, markup=False, soft_wrap=True)
    console.print(f"  next: {answer.next_step}", style="dim", markup=False, soft_wrap=True)
