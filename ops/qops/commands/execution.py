"""Runs a use case for a command: settings, errors, JSON, exit code. The same for all."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from qops.commands import completing
from qops.errors import ExitCode, QopsError, UsageError
from qops.settings import Settings, load_settings
from qops.terminal import MANNER, Terminal

if TYPE_CHECKING:
    from rich.console import Console

    from qops.answer import Answer as _Answer

EnvOption = Annotated[
    str,
    typer.Option(
        "--env",
        "-e",
        help="Environment: local, dev or prod.",
        envvar="QOPS_ENV",
        autocompletion=completing.environments,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.", envvar="QOPS_YES")]

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells give it."""

A = TypeVar("A", bound="_Answer")


def execute(
    command: str,
    use_case: Callable[[Settings, Terminal], A],
    show: Callable[[A, "Console"], None],
    *,
    env: str = "local",
    as_json: bool = False,
    yes: bool = False,
    document: bool = False,
    bare: bool = False,
) -> None:
    """Run a use case, print its answer or its error, and end with the right exit code.

    Args:
        command: Name of the command, for the JSON envelope.
        use_case: What the command does.
        show: Renders the answer for a person.
        env: Environment.
        as_json: Whether to print JSON.
        yes: Whether questions are answered with yes.
        document: Whether ``show`` prints a document that was asked for (Markdown, SARIF), which
            ``--quiet`` leaves whole.
        bare: Whether the use case works without the settings, so that it can mend the file of
            them; it gets those of nobody.

    Raises:
        typer.Exit: Always, with the exit code.
    """
    terminal = Terminal(json=as_json, yes=yes)
    settings: Settings | None = None
    try:
        settings = load_settings(env, environ={} if bare else None)
        answer = use_case(settings, terminal)
    except KeyboardInterrupt:
        terminal.must.print("Interrupted.", style="yellow")
        if settings is not None and settings.local:
            terminal.must.print(
                "  next: start it again to go on, or stop what runs with qops down", style="dim"
            )
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        from qops.failures import as_qops_error

        known = as_qops_error(error, settings=settings)
        print_error(command, env, known, terminal)
        raise typer.Exit(int(known.exit_code)) from None
    if as_json:
        from pydantic import SerializeAsAny

        from qops.answer import Answer, Envelope

        envelope = Envelope[SerializeAsAny[Answer]](
            command=command, environment=env, exit_code=answer.exit_code, result=answer
        )
        sys.stdout.write(envelope.model_dump_json(indent=2) + "\n")
    elif MANNER.get().quiet and not document:
        for line in answer.essentials:
            terminal.out.print(line, markup=False, soft_wrap=True)
    else:
        show(answer, terminal.out)
    raise typer.Exit(answer.exit_code)


def require_local(settings: Settings, command: str) -> None:
    """Refuse a command that makes sense only for the local cloud.

    Args:
        settings: The settings.
        command: Name of the command.

    Raises:
        UsageError: The environment is not local.
        NotAvailableError: The machine is one of Windows.
    """
    from qops.prerequisites.system import require_posix

    require_posix(f"qops {command}", why="Only Linux and macOS guard its processes.")
    if not settings.local:
        raise UsageError(
            f"qops {command} works on the local cloud only.",
            why=f"--env {settings.environment} names an AWS environment.",
            next_step="For AWS: qops plan and qops apply.",
        )


def print_error(command: str, env: str, error: QopsError, terminal: Terminal) -> None:
    """Show an error, as a JSON document where one is wanted.

    Args:
        command: Name of the command, for the JSON envelope.
        env: Environment; empty where none is known yet.
        error: The error.
        terminal: Where to show it.
    """
    from qops.failures import show_error

    if terminal.json:
        from qops.answer import Answer, Envelope, Failure

        envelope = Envelope[Answer](
            command=command,
            environment=env,
            exit_code=int(error.exit_code),
            error=Failure.model_validate(dict(error.as_json())),
        )
        sys.stdout.write(envelope.model_dump_json(indent=2) + "\n")
    else:
        show_error(error, terminal.must)


__all__ = [
    "EnvOption",
    "ExitCode",
    "JsonOption",
    "YesOption",
    "execute",
    "print_error",
    "require_local",
]
