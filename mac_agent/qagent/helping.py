"""The command line in the user's language: its help, and what its library says of a wrong call."""

import sys
from collections.abc import Callable
from typing import Any

import typer
from pydantic import ValidationError

from qagent.command_texts import SAID, SET
from qagent.help_texts import KOREAN
from qagent.phrases import Phrases
from qagent.value_faults import words_of

PHRASES = Phrases(SAID)
"""What the library says of a wrong call."""


def translate(command: Any) -> None:
    """Put the help of a command and of all below it into Korean.

    Args:
        command: What Typer made of the commands; its classes are not public.
    """
    command.help = in_korean(command.help)
    for parameter in command.params:
        parameter.help = in_korean(getattr(parameter, "help", None))
    for name in ("options_metavar", "subcommand_metavar"):
        if hasattr(command, name):
            setattr(command, name, SET.get(getattr(command, name), getattr(command, name)))
    _wrap(command)
    for below in getattr(command, "commands", {}).values():
        translate(below)


def in_korean(words: str | None) -> str | None:
    """A help text, each paragraph of it in Korean.

    Args:
        words: The text in English; a paragraph without a translation stays as it is.
    """
    if not words:
        return words
    paragraphs = (" ".join(one.split()) for one in words.split("\n\n"))
    return "\n\n".join(KOREAN.get(one) or SET.get(one, one) for one in paragraphs)


def run_in_korean(command: Any) -> None:
    """Run the command line; what its library says of a wrong call is said in Korean.

    Args:
        command: What Typer made of the commands, translated.

    Raises:
        SystemExit: At the end, with the exit code.
    """
    try:
        code = command.main(standalone_mode=False)
    except typer.Abort:
        _library().rich_abort_error()
        sys.exit(1)
    except typer.TyperException as error:
        said = korean_of(error)
        vars(error)["format_message"] = lambda: said
        _library().rich_format_error(error)
        sys.exit(getattr(error, "exit_code", 1))
    finally:
        _put_back()
    sys.exit(code if isinstance(code, int) else 0)


def korean_of(error: Any) -> str:
    """What is wrong with a call, in Korean.

    Args:
        error: The library's error; a value's fault is in its cause.
    """
    if isinstance(error.__cause__, ValidationError):
        details = error.__cause__.errors(include_url=False, include_input=False)
        error.message = "; ".join(words_of(one) for one in details)
    return PHRASES.korean(error.format_message())


def _wrap(command: Any) -> None:
    """Have a command say its usage and its option for help in Korean."""
    get_help, get_usage, get_option = command.get_help, command.get_usage, command.get_help_option

    def helping(context: Any) -> Any:
        _library()
        return get_help(context)

    def using(context: Any) -> str:
        said = str(get_usage(context))
        start = "Usage: "
        return SET[start] + said.removeprefix(start) if said.startswith(start) else said

    def option(context: Any) -> Any:
        found = get_option(context)
        if found is not None:
            found.help = in_korean(found.help)
        return found

    wrapped: dict[str, Callable[[Any], Any]] = {
        "get_help": helping,
        "get_usage": using,
        "get_help_option": option,
    }
    for name, method in wrapped.items():
        setattr(command, name, method)


def _library() -> Any:
    """What Typer prints help and errors with, its own words in Korean.

    It is imported only here: most commands print neither.
    """
    from typer import rich_utils

    for name, words in vars(rich_utils).items():
        if name.isupper() and isinstance(words, str) and words in SET:
            setattr(rich_utils, name, SET[words])
    return rich_utils


def _put_back() -> None:
    """Give the library its own words back: others in this process may print with it."""
    library = sys.modules.get("typer.rich_utils")
    english = {korean: words for words, korean in SET.items()}
    for name, words in list(vars(library).items()) if library is not None else ():
        if name.isupper() and isinstance(words, str) and words in english:
            setattr(library, name, english[words])
