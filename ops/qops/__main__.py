"""Entry point of ``qops``."""

import signal
import sys
from typing import Any

import typer

from qops.errors import ExitCode

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and end the process with its exit code."""
    from qops.terminal import bear_any_code_page

    bear_any_code_page()
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            # As Ctrl-C: Terraform gets the time to write its state, nothing half-started is left.
            signal.signal(number, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line.

    Args:
        arguments: Arguments without the program's name.

    Returns:
        The exit code; a command line that makes no sense gives 64 instead of Click's 2, which
        means findings here.
    """
    from qops.cli import app
    from qops.commands.surface import command_line
    from qops.terminal import MANNER, Manner

    MANNER.set(Manner())
    try:
        result: Any = command_line(app).main(arguments, prog_name="qops", standalone_mode=False)
    except typer.TyperException as error:
        _show(error)
        if "--json" in arguments:
            _print_json(error, arguments)
        return int(ExitCode.USAGE)
    except typer.Exit as error:
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("Interrupted.\n")
        return _INTERRUPTED
    return result if isinstance(result, int) else 0


def _show(error: typer.TyperException) -> None:
    show = getattr(error, "show", None)
    if callable(show):
        show()
    else:
        sys.stderr.write(f"{error}\n")
    if type(error).__name__ != "NoArgsIsHelpError":  # that one has shown the help itself
        sys.stderr.write("next: qops --help\n")


def _print_json(error: typer.TyperException, arguments: list[str]) -> None:
    from qops.answer import Answer, Envelope, Failure

    failure = Failure(
        code="usage", what=str(error), why="", next_step="Run qops --help.", details=[]
    )
    command = next((word for word in arguments if not word.startswith("-")), "")
    envelope = Envelope[Answer](
        command=command, environment="", exit_code=int(ExitCode.USAGE), error=failure
    )
    sys.stdout.write(envelope.model_dump_json(indent=2) + "\n")


if __name__ == "__main__":
    main()
