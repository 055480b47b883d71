"""The help of the command line in the user's language."""

from typing import Any

from qagent.help_texts import KOREAN


def translate(command: Any) -> None:
    """Put the help of a command and of all below it into Korean.

    Args:
        command: What Typer made of the commands; its classes are not public.
    """
    command.help = in_korean(command.help)
    for parameter in command.params:
        parameter.help = in_korean(getattr(parameter, "help", None))
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
    return "\n\n".join(KOREAN.get(one, one) for one in paragraphs)
