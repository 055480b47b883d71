"""``qops schema``: the JSON Schema of every ``--json`` answer."""

import sys
from typing import Annotated

import typer

from qops.commands import completing
from qops.errors import ExitCode


def schema(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMMAND]",
            help="Command whose answer to describe, e.g. runs list; all when absent.",
            autocompletion=completing.commands,
        ),
    ] = None,
) -> None:
    """Print the JSON Schema of what --json prints."""
    import json

    from qops.answer import Envelope
    from qops.commands.answers import ANSWERS

    command = " ".join(words or ())
    if command and command not in ANSWERS:
        sys.stderr.write(
            f"There is no command {command!r} with a JSON answer.\n"
            f"next: one of {', '.join(sorted(ANSWERS))}\n"
        )
        raise typer.Exit(int(ExitCode.USAGE))
    wanted = [command] if command else sorted(ANSWERS)
    schemas = {name: Envelope[ANSWERS[name]].model_json_schema() for name in wanted}  # type: ignore[valid-type]
    document = schemas[command] if command else schemas
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
