"""Entry point of ``qops``."""

import os
import signal
import sys
from typing import Any

import typer

from qops.errors import ExitCode, QopsError, UsageError

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
    root = command_line(app)
    if "_QOPS_COMPLETE" in os.environ:  # a shell asks what may follow
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    try:
        result: Any = root.main(
            arguments,
            prog_name="qops",
            standalone_mode=False,
            default_map=_from_files(root, arguments),
        )
    except QopsError as error:  # of the files of settings; commands have shown theirs
        return _refuse(error, arguments)
    except typer.TyperException as error:
        _show(error)
        if _wants_json(arguments):
            return _refuse(UsageError(str(error), next_step="Run qops --help."), arguments)
        return int(ExitCode.USAGE)
    except typer.Exit as error:
        return int(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("Interrupted.\n")
        return _INTERRUPTED
    return result if isinstance(result, int) else 0


def _from_files(root: Any, arguments: list[str]) -> dict[str, Any]:
    """Defaults of the options from the files of settings; none for what must work without."""
    from qops.configuration.files import defaults_of_commands
    from qops.settings import checkout

    try:
        return defaults_of_commands(root, os.environ, checkout())
    except QopsError:
        if (
            arguments[:1] in (["config"], ["completion"])
            or {"-h", "--help"} & set(arguments)
            or not arguments
        ):
            return {}
        raise


def _refuse(error: QopsError, arguments: list[str]) -> int:
    from qops.commands.execution import print_error
    from qops.terminal import Terminal

    command = next((word for word in arguments if not word.startswith("-")), "")
    print_error(command, "", error, Terminal(json=_wants_json(arguments)))
    return int(error.exit_code)


def _wants_json(arguments: list[str]) -> bool:
    return "--json" in arguments or os.environ.get("QOPS_JSON", "").lower() in {"1", "true"}


def _show(error: typer.TyperException) -> None:
    show = getattr(error, "show", None)
    if callable(show):
        show()
    else:
        sys.stderr.write(f"{error}\n")
    if type(error).__name__ != "NoArgsIsHelpError":  # that one has shown the help itself
        sys.stderr.write("next: qops --help\n")


if __name__ == "__main__":
    main()
