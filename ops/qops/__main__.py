"""Entry point of ``qops``."""

import sys
from typing import Any

import typer

from qops.errors import ExitCode

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and end the process with its exit code."""
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

    try:
        result: Any = app(arguments, prog_name="qops", standalone_mode=False)
    except typer.TyperException as error:
        _show(error)
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
    sys.stderr.write("next: qops --help\n")


if __name__ == "__main__":
    main()
