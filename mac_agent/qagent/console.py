"""How the commands print: answers, faults with their repair, steps, JSON.

What is said may hold names of files, programs and windows. It is printed as it is: nothing in it
is read as markup.
"""

import json
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer
from rich.console import RenderableType
from rich.text import Text

from qagent.desktop.base import DesktopError
from qagent.home import HomeError
from qscreen.safe_console import SafeConsole

FAILED = 1

_out = SafeConsole()
_err = SafeConsole(stderr=True)


def say(words: str) -> None:
    """Print an answer."""
    _out.print(words, highlight=False, markup=False, soft_wrap=True)


def tell(words: str) -> None:
    """Print what is no answer: progress, faults and their repair."""
    _err.print(words, highlight=False, markup=False, soft_wrap=True)


def show(table: RenderableType) -> None:
    """Print a table."""
    _out.print(table)


def say_step(words: str, evidence: str, *, good: bool) -> None:
    """Print what came of a step, and what was read back.

    Args:
        words: What came of it.
        evidence: What was read back.
        good: Whether it is as wanted.
    """
    line = Text.assemble(mark(good=good), " ", words)
    _out.print(line, highlight=False, soft_wrap=True)
    say(f"  {evidence}")


def mark(*, good: bool) -> Text:
    """The mark before what is good, or is not."""
    return Text("✓", "green") if good else Text("✗", "red")


def fail(what: str, repair: str, code: int = FAILED) -> NoReturn:
    """Say what happened and what to do, and end.

    Args:
        what: What happened.
        repair: What to do about it.
        code: Exit code.
    """
    _err.print(
        Text.assemble(("✗", "bold red"), " ", what), highlight=False, markup=False, soft_wrap=True
    )
    tell(f"  → {repair}")
    raise typer.Exit(code)


def guarded(work: Callable[[], Any]) -> Any:
    """Run a use case; its typed errors become a message with the repair."""
    try:
        return work()
    except (HomeError, DesktopError) as error:
        fail(error.what, error.repair)


def print_json(value: Any) -> None:
    """Print an answer as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
