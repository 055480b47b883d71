"""The recording as it goes: one line for each step, on disk before the next one is heard.

A recorder that was killed leaves a file that ends in the middle of a line at most; what stands
before it is a recording.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qagent.home import HomeError, write_whole
from qagent.messages import text
from qagent.words import reason
from qagent.workflows.model import Gap, Variable, WorkflowStep

_FORMAT = 1


@dataclass(slots=True)
class Recorded:
    """What was recorded so far.

    Attributes:
        steps: The steps, in order.
        inputs: Variables that stand for what may not be written down as it is.
        gaps: What was done and is in no step.
    """

    steps: list[WorkflowStep] = field(default_factory=list)
    inputs: list[Variable] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the file."""
        return [
            {"recording": _FORMAT},
            *({"input": one.model_dump(mode="json")} for one in self.inputs),
            *({"gap": one.model_dump(mode="json")} for one in self.gaps),
            *({"step": one.model_dump(mode="json")} for one in self.steps),
        ]


class Diary:
    """Writes a recording as it grows.

    Args:
        path: The file; a recording that is there is replaced.

    Raises:
        HomeError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: list[bytes] = []
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise _unwritable(path, error) from error
        self.note(Recorded())

    def note(self, recorded: Recorded) -> None:
        """Write what is new; what was changed since is written as a whole.

        Raises:
            HomeError: It cannot be written.
        """
        lines = [
            (json.dumps(line, ensure_ascii=False) + "\n").encode() for line in recorded.lines()
        ]
        if lines == self._written:
            return
        try:
            if lines[: len(self._written)] == self._written:
                os.write(self._file, b"".join(lines[len(self._written) :]))
                os.fsync(self._file)
            else:
                write_whole(self._path, b"".join(lines))
                os.close(self._file)
                self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self._written = lines

    def close(self) -> None:
        """Close the file; it stays."""
        os.close(self._file)

    def discard(self) -> None:
        """Delete the file: the recording is a workflow now."""
        self._path.unlink(missing_ok=True)


def recover(path: Path) -> Recorded:
    """Read a recording that was not brought to an end.

    Args:
        path: Its file.

    Raises:
        HomeError: It is not there, or is no recording.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise HomeError(
            text("record.no_diary", path=str(path), why=reason(error)),
            text("record.no_diary.repair"),
        ) from error
    found = Recorded()
    for number, line in enumerate(lines):
        try:
            values = json.loads(line)
            if number == 0:
                if values != {"recording": _FORMAT}:
                    break
                continue
            _add(found, values)
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            if number == len(lines) - 1 and number:
                return found  # The line that the recorder was killed in.
            raise HomeError(
                text("record.damaged", path=str(path), line=number + 1),
                text("record.damaged.repair"),
            ) from error
    else:
        if lines:
            return found
    raise HomeError(text("record.damaged", path=str(path), line=1), text("record.damaged.repair"))


def _add(found: Recorded, values: dict[str, Any]) -> None:
    if "step" in values:
        found.steps.append(WorkflowStep.model_validate(values["step"]))
    elif "input" in values:
        found.inputs.append(Variable.model_validate(values["input"]))
    else:
        found.gaps.append(Gap.model_validate(values["gap"]))


def _unwritable(path: Path, error: OSError) -> HomeError:
    return HomeError(
        text("record.unwritable", path=str(path), why=reason(error)),
        text("record.unwritable.repair"),
    )
