"""How qops talks to a person: two consoles, notices, questions."""

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qops.errors import RefusedError

if TYPE_CHECKING:
    from rich.console import Console


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=not _wide_enough())


def _wide_enough() -> bool:
    return sys.stdout.isatty() or "COLUMNS" in os.environ


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a command may say and ask.

    Answers go to ``out``; notices, progress and questions to ``err``, so that the output of
    ``--json`` is one document. ``NO_COLOR`` is respected by Rich.

    Attributes:
        json: Whether the answer is printed as JSON.
        yes: Whether questions are answered with yes.
    """

    json: bool = False
    yes: bool = False
    out: "Console" = field(default_factory=lambda: _console(stderr=False))
    err: "Console" = field(default_factory=lambda: _console(stderr=True))

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def notice(self, text: str) -> None:
        """Show a line about what is going on."""
        self.err.print(text, markup=False, style="dim" if text.startswith("  ") else None)

    def ask(self, question: str) -> bool:
        """Ask a yes-or-no question; no is the default."""
        return self.err.input(f"{question} [y/N] ", markup=False).strip().lower() in {"y", "yes"}

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
        self.notice(consequence)
        typed = self.err.input(f"Type '{word}' to go on: ", markup=False).strip()
        if typed != word:
            raise RefusedError(
                "Nothing was done.",
                why=f"'{typed}' was typed instead of '{word}'.",
                next_step="Start again when you are sure.",
            )
