"""How qops talks to a person: two consoles, notices, questions."""

import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qops.errors import RefusedError

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Manner:
    """How a person wants to be spoken to, whatever the command.

    Attributes:
        quiet: Only errors and the result's essentials.
        colour: Colours and styles where the terminal has them.
    """

    quiet: bool = False
    colour: bool = True


MANNER: ContextVar[Manner] = ContextVar("manner", default=Manner())  # noqa: B039 - frozen
"""The manner of the command that runs."""


def _console(*, stderr: bool, quiet: bool = False) -> "Console":
    from qscreen.safe_console import SafeConsole

    # Rich leaves bold and dim with NO_COLOR; who asks for no colours wants no escape codes.
    plain = not MANNER.get().colour or bool(os.environ.get("NO_COLOR"))
    return SafeConsole(
        stderr=stderr,
        quiet=quiet,
        highlight=False,
        soft_wrap=not _wide_enough(),
        color_system=None if plain else "auto",
    )


_PLAIN = {
    **dict.fromkeys("✓●•", "*"), **dict.fromkeys("✗×", "x"), **dict.fromkeys("○·", "."),
    **dict.fromkeys("–—−─━", "-"), **dict.fromkeys("│┃", "|"), **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("“”", '"'), **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
    **dict.fromkeys("→⟶", ">"), "≤": "<", "≥": ">", "₩": "W", "…": ".", "\xa0": " ",
}  # fmt: skip
"""Signs of qops' own by what stands for them, one for one so that tables hold."""


def bear_any_code_page() -> None:
    r"""Let stdout and stderr take any text, also where their code page lacks a character.

    A pipe on Windows has the code page of the country (cp949, cp1252, cp437). A sign that it lacks
    becomes a plain one, any other character its ``\uXXXX``, which JSON reads back as it was.
    """
    import codecs

    codecs.register_error("qops", _stand_in)
    for stream in (sys.stdout, sys.stderr):
        encoding = getattr(stream, "encoding", None) or "utf-8"
        if not encoding.lower().startswith("utf") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="qops")


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_PLAIN.get(one) or _escaped(one) for one in wrong), error.end


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def _wide_enough() -> bool:
    return sys.stdout.isatty() or "COLUMNS" in os.environ


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a command may say and ask.

    Answers go to ``out``; notices and progress to ``err``, errors and questions to ``must``, all
    but the answers on stderr, so that the output of ``--json`` is one document. ``--quiet``
    silences ``err``. Neither ``NO_COLOR``, ``--no-color`` nor ``TERM=dumb`` leaves an escape code.

    Attributes:
        json: Whether the answer is printed as JSON.
        yes: Whether questions are answered with yes.
        out: Answers.
        err: Notices and progress.
        must: What is said even with ``--quiet``.
    """

    json: bool = False
    yes: bool = False
    out: "Console" = field(default_factory=lambda: _console(stderr=False))
    err: "Console" = field(default_factory=lambda: _console(stderr=True, quiet=MANNER.get().quiet))
    must: "Console" = field(default_factory=lambda: _console(stderr=True))

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def notice(self, text: str) -> None:
        """Show a line about what is going on."""
        self.err.print(text, markup=False, style="dim" if text.startswith("  ") else None)

    def ask(self, question: str) -> bool:
        """Ask a yes-or-no question; no is the default."""
        return self.must.input(f"{question} [y/N] ", markup=False).strip().lower() in {"y", "yes"}

    def require_typed(self, word: str, *, consequence: str, option: str = "--yes") -> None:
        """Let the person type a word before something that cannot be undone.

        Args:
            word: What must be typed.
            consequence: What will happen, one sentence.
            option: What to give on the command line where nobody can be asked.

        Raises:
            RefusedError: Something else was typed, or nobody can be asked.
        """
        if self.yes:
            return
        if not self.interactive:
            raise RefusedError(
                "This needs a confirmation, and nobody can be asked.",
                why=consequence,
                next_step=f"Start again with {option} if you mean it.",
            )
        self.must.print(consequence, markup=False)
        typed = self.must.input(f"Type '{word}' to go on: ", markup=False).strip()
        if typed != word:
            raise RefusedError(
                "Nothing was done.",
                why=f"'{typed}' was typed instead of '{word}'.",
                next_step="Start again when you are sure.",
            )


def write_line(
    console: "Console", label: str, text: str, *, style: str = "", label_style: str = ""
) -> None:
    """Print a text behind a label; what is too long for a terminal goes on under its beginning.

    A pipe gets it as one line. Neither part is read as markup.

    Args:
        console: Where to print.
        label: What stands before the text, its indentation included.
        text: The text.
        style: Style of the text.
        label_style: Style of the label.
    """
    from rich.table import Table
    from rich.text import Text

    if console.soft_wrap:
        console.print(Text.assemble((label, label_style), (text, style)))
        return
    row = Table.grid()
    row.add_column(no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(Text(label, label_style), Text(text, style))
    console.print(row)
