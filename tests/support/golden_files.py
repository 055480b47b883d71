"""Outputs compared with a file; QOPS_GOLDEN=write writes it anew, to be looked at."""

import io
import os
from collections.abc import Callable
from pathlib import Path

from rich.console import Console


def rendered(show: Callable[[Console], object], width: int) -> str:
    """What a command prints on a terminal of so many columns, without colours."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def check_golden(file: Path, text: str) -> None:
    """Fail unless the file holds exactly the text."""
    if os.environ.get("QOPS_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"{file.name} is missing: run with QOPS_GOLDEN=write and look at it"
    assert text == file.read_text(encoding="utf-8")
