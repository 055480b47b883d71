"""Outputs compared with a committed file; QOPS_GOLDEN=write writes it anew, to be looked at.

How a command gets its golden files, in a test under tests/unit/qops/<topic>::

    def test_the_output_of_rotate(golden: Golden) -> None:
        golden("rotate", RotateAnswer(...))
        golden("rotate", RotateAnswer(...), "--all", variant="all")  # another answer or option
        golden("rotate", RefusedError("...", why="..."), variant="refused")  # an error

Then once ``QOPS_GOLDEN=write pytest tests/unit/qops/<topic>``, look at what
``tests/unit/qops/<topic>/golden/rotate*.txt`` holds, and commit it. Take answers as they come in
life: Korean texts, long ids, many rows. Times are fixed by the answer itself. A command of cli.py
without a file ``<command>-80.txt`` fails tests/unit/qops/cli/test_outputs.py.
"""

import difflib
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.cells import cell_len
from rich.console import Console

from qops import __main__ as entry
from qops.answer import Answer, Envelope
from qops.commands import answers, execution
from qops.errors import QopsError

WIDTHS = (80, 160)


def rendered(show: Callable[[Console], object], width: int) -> str:
    """What a command prints on a terminal of so many columns, without colours."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(console)
    return _stripped(console.file.getvalue())  # type: ignore[attr-defined]


def check_golden(file: Path, text: str) -> None:
    """Fail unless the file holds exactly the text."""
    if os.environ.get("QOPS_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"{file.name} is missing: run with QOPS_GOLDEN=write and look at it"
    agreed = file.read_text(encoding="utf-8")
    if text != agreed:
        lines = difflib.unified_diff(
            agreed.splitlines(), text.splitlines(), f"agreed {file.name}", "printed", lineterm=""
        )
        pytest.fail(
            "\n".join(["the output changed; if it is meant: QOPS_GOLDEN=write", *lines]),
            pytrace=False,
        )


@dataclass
class Golden:
    """Runs the real command line with an answer (or an error) in place of the work."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(
        self, command: str, answer: Answer | QopsError, *options: str, variant: str = ""
    ) -> None:
        """Compare what the command prints at 80 and 160 columns, and hold its JSON to its schema.

        Args:
            command: As it is typed, e.g. ``health explain``.
            answer: What its work gives, or the error that ends it.
            options: Further words of the command line.
            variant: Tells several files of one command apart.
        """
        code = int(answer.exit_code)
        name = "-".join([*command.split(), *variant.split()])
        for width in WIDTHS:
            text = self._printed(command, answer, code, width, *options)
            _assert_whole(text, width)
            check_golden(self.folder / f"{name}-{width}.txt", text)
        document = json.loads(self._printed(command, answer, code, 80, *options, "--json"))
        kind = Envelope[answers.ANSWERS[command]]  # type: ignore[misc]
        jsonschema.Draft202012Validator(kind.model_json_schema()).validate(document)
        assert (document["command"], document["exit_code"]) == (command, code)
        if isinstance(answer, Answer):
            assert document["result"] == answer.model_dump(mode="json")
        else:
            assert document["error"]["what"] == answer.what

    def _printed(
        self, command: str, answer: Answer | QopsError, code: int, width: int, *words: str
    ) -> str:
        def execute(name: str, use_case: object, show: Any, **options: Any) -> None:
            def give(settings: object, terminal: object) -> Any:
                if isinstance(answer, QopsError):
                    raise answer
                return answer

            assert name == command
            execution.execute(name, give, show, **options)

        with self.monkeypatch.context() as patch:
            patch.setenv("COLUMNS", str(width))
            for variable in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
                patch.delenv(variable, raising=False)
            # The command's module has the name only once the command line is loaded.
            _replace_everywhere(patch, execution.execute, execute)
            self.capsys.readouterr()
            assert entry.run([*command.split(), *words]) == code
        seen = self.capsys.readouterr()
        failed = isinstance(answer, QopsError) and "--json" not in words
        return _stripped(seen.err if failed else seen.out)


def _replace_everywhere(patch: pytest.MonkeyPatch, old: object, new: object) -> None:
    import qops.cli  # noqa: F401 - loads the modules of all commands

    for name, module in list(sys.modules.items()):
        if name.startswith("qops.commands.") and module is not execution:
            for attribute, value in list(vars(module).items()):
                if value is old:
                    patch.setattr(module, attribute, new)


def _assert_whole(text: str, width: int) -> None:
    """Nothing is cut untold, and only what cannot be broken (a path, an id) is too wide."""
    assert "…" not in text or "--full" in text or "--json" in text
    for line in text.splitlines():
        unbroken = max((cell_len(word) for word in line.split()), default=0)
        assert cell_len(line) <= width or unbroken > width // 3, line


def _stripped(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.splitlines())
