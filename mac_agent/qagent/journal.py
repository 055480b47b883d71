"""The journal: what the agent was told, what it began and what came of it, surviving a crash.

One JSON object a line, appended and synced to disk before the agent goes on. After a crash it
tells which step had begun, so that nothing is done twice. The file is for its owner only: it
holds the commands and with them the texts to type.
"""

import json
import os
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qagent.act.context import Precondition
from qagent.home import HomeError, write_whole
from qagent.messages import text
from qagent.words import reason
from qscreen.wire import Command, CommandKind, CommandResult, Effect

ROTATE_BYTES = 8_000_000
"""Size at which a journal without open commands is put aside; its predecessor is still read."""


_HIDDEN = "*"
"""Stands in the file for what was typed into a password field."""


class Entry(StrEnum):
    """Kinds of lines."""

    ACCEPTED = "accepted"
    BEGUN = "begun"
    EFFECT = "effect"
    RESULT = "result"
    POSTED = "posted"


@dataclass(slots=True)
class Record:
    """What the journal knows of one command.

    Attributes:
        command: The command.
        begun: Steps that had begun, with what was so before.
        effects: Effects in the order of the steps.
        result: The result, once there is one.
        posted: Whether the cloud has acknowledged the result, or wants it no more.
    """

    command: Command
    begun: dict[str, Precondition] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    result: CommandResult | None = None
    posted: bool = False


class Journal:
    """An append-only journal in one file.

    Args:
        path: The file; made when it is not there.

    Raises:
        HomeError: The file cannot be written or read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, Record] = {}
        self.damaged_lines = 0
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            previous = path.with_suffix(".previous.jsonl")
            for file in (previous, path):
                self._read(file)
            if (
                path.exists()
                and path.stat().st_size > ROTATE_BYTES
                and all(record.posted for record in self._records.values())
            ):
                path.replace(previous)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._end_torn_line()
        except OSError as error:
            raise HomeError(
                text("journal.unusable", path=path, why=reason(error)),
                text("journal.unusable.repair"),
            ) from error

    def record(self, command_id: str) -> Record | None:
        """What is known of a command."""
        return self._records.get(command_id)

    def unfinished(self) -> list[Record]:
        """Commands without a result, oldest first."""
        return [r for r in self._records.values() if r.result is None and not r.posted]

    def unposted(self) -> list[Record]:
        """Commands whose result the cloud has not acknowledged, oldest first."""
        return [r for r in self._records.values() if r.result is not None and not r.posted]

    def worked_on_since(self, at: datetime) -> list[Record]:
        """Commands of which a step was performed at or after a time, oldest first."""
        return [
            record
            for record in self._records.values()
            if any(effect.started_at >= at for effect in record.effects)
        ]

    def has_typed_unseen(self) -> bool:
        """Whether a step has begun to type into a password field."""
        return any(
            begun.get("secure") for one in self._records.values() for begun in one.begun.values()
        )

    def accepted(self, command: Command) -> Record:
        """Note that a command is taken on."""
        record = Record(command)
        self._write(Entry.ACCEPTED, command.id, command=command.model_dump(mode="json"))
        self._records[command.id] = record
        return record

    def begun(self, command_id: str, step_id: str, precondition: Precondition) -> None:
        """Note that a step is about to change something."""
        self._write(Entry.BEGUN, command_id, step=step_id, precondition=dict(precondition))
        self._records[command_id].begun[step_id] = precondition

    def effect(self, command_id: str, effect: Effect) -> None:
        """Note what came of a step."""
        self._write(Entry.EFFECT, command_id, effect=effect.model_dump(mode="json"))
        self._records[command_id].effects.append(effect)

    def result(self, command_id: str, result: CommandResult) -> None:
        """Note the result of a command."""
        record = self._records[command_id]
        # What stands on the screen is not kept on the disk: looking again harms nothing.
        if record.command.kind is not CommandKind.OBSERVE:
            self._write(Entry.RESULT, command_id, result=result.model_dump(mode="json"))
        record.result = result

    def posted(self, command_id: str) -> None:
        """Note that the cloud has the result."""
        self._write(Entry.POSTED, command_id)
        record = self._records[command_id]
        record.posted = True
        if record.command.kind is CommandKind.OBSERVE:
            record.result = None
        unseen = {step for step, begun in record.begun.items() if begun.get("secure")}
        if unseen:
            # Known by its id if it comes again; what was typed unseen is of no more use.
            self._rewrite([_without_texts(line, command_id, unseen) for line in _lines(self._path)])

    def forget_finished(self) -> None:
        """Take what is finished out of the file, and with it the texts that were typed.

        For commands that nobody asks for a second time.

        Raises:
            HomeError: The file cannot be written.
        """
        kept = {one.command.id: one for one in self.unfinished()}
        if len(kept) == len(self._records) and not self.damaged_lines:
            return
        self._rewrite([line for line in _lines(self._path) if _command_of(line) in kept])
        self._path.with_suffix(".previous.jsonl").unlink(missing_ok=True)
        self._records = kept
        self.damaged_lines = 0

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _write(self, entry: Entry, command_id: str, **values: Any) -> None:
        line = {"at": datetime.now(UTC).isoformat(), "entry": entry, "command_id": command_id}
        data = (json.dumps(line | values, ensure_ascii=False) + "\n").encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            raise HomeError(
                text("journal.unwritable", path=self._path, why=reason(error)),
                text("journal.unwritable.repair"),
            ) from error

    def _rewrite(self, lines: list[str]) -> None:
        """Put other lines in place of the file's; after a crash it is the old or the new one."""
        try:
            write_whole(self._path, "".join(lines).encode())
            os.close(self._file)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise HomeError(
                text("journal.unwritable", path=self._path, why=reason(error)),
                text("journal.unwritable.repair"),
            ) from error

    def _end_torn_line(self) -> None:
        """A crash may have left half a line: end it, so that the next one stands alone."""
        with self._path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() == 0:
                return
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
        if torn:
            os.write(self._file, b"\n")
            os.fsync(self._file)

    def _read(self, path: Path) -> None:
        for line in _lines(path):
            try:
                self._apply(json.loads(line))
            except (ValueError, KeyError, TypeError, ValidationError):
                self.damaged_lines += 1

    def _apply(self, line: dict[str, Any]) -> None:
        entry, command_id = Entry(line["entry"]), str(line["command_id"])
        if entry is Entry.ACCEPTED:
            self._records[command_id] = Record(Command.model_validate(line["command"]))
            return
        record = self._records[command_id]
        match entry:
            case Entry.BEGUN:
                record.begun[str(line["step"])] = dict(line["precondition"])
            case Entry.EFFECT:
                record.effects.append(Effect.model_validate(line["effect"]))
            case Entry.RESULT:
                record.result = CommandResult.model_validate(line["result"])
            case Entry.POSTED:
                record.posted = True


class PassingJournal(Journal):
    """A journal of commands whose ids never come again: in memory, and gone with the result.

    Whoever gives such commands cannot ask for one a second time, so nothing has to be known of
    them after a crash; what was begun stands in the audit log.
    """

    def __init__(self) -> None:
        self._records = {}
        self.damaged_lines = 0

    def result(self, command_id: str, result: CommandResult) -> None:
        """Forget the command: its result is handed out."""
        del result
        self._records.pop(command_id, None)

    def close(self) -> None:
        """There is no file."""

    def _write(self, entry: Entry, command_id: str, **values: Any) -> None:
        """Nothing is kept on disk."""


def _command_of(line: str) -> str:
    """The command that a line is about; empty for one that is damaged."""
    try:
        return str(json.loads(line)["command_id"])
    except (ValueError, KeyError, TypeError):
        return ""


def _without_texts(line: str, command_id: str, steps: Set[str]) -> str:
    """A line without what steps of a command typed."""
    if _command_of(line) != command_id:
        return line
    values = json.loads(line)
    for step in (values.get("command") or {}).get("steps", ()):
        for name in {"text", "value"} & set(step["action"]) if step["id"] in steps else ():
            step["action"][name] = _HIDDEN
    return json.dumps(values, ensure_ascii=False) + "\n"


def _lines(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.strip():
                yield line
