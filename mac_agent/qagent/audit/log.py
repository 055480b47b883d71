"""Appending to the log: one row of the hash chain a line, on disk before the agent goes on.

Several processes of the agent write to one log, so each appends under a lock and chains to the
last row that is in the file by then. A witness beside the log keeps the last hash: without it,
lines cut off the end would not be missed.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from qagent.home import HomeError
from qagent.messages import text
from qagent.words import reason
from qscreen.audit import GENESIS_HASH, AuditEntry, AuditRow, Scalar, chain_row

ROTATE_BYTES = 5_000_000
"""Size at which a file is put aside; the next one carries the chain on."""

CURRENT = "audit.jsonl"
WITNESS = "audit.head.json"
_TAIL_BYTES = 65_536
"""More than the longest line; a line has no text of the screen."""
_WITNESS_BYTES = 128


class AuditLog:
    """An append-only log in a folder.

    Args:
        folder: Where it is; made when it is not there.
        rotate_bytes: Size at which a file is put aside.
    """

    def __init__(self, folder: Path, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._folder = folder
        self._rotate_bytes = rotate_bytes
        self._tip: tuple[tuple[int, int, int], AuditRow] | None = None

    def append(
        self, actor: str, action: str, subject: str, detail: Mapping[str, Scalar] | None = None
    ) -> AuditRow:
        """Append an entry; it is on disk when this returns.

        Args:
            actor: Who acted.
            action: What was done.
            subject: To what.
            detail: More, as plain values; never text that was typed or read.

        Raises:
            HomeError: The log cannot be written, or its last line is no row.
        """
        try:
            with self._locked():
                last = self._last()
                row = chain_row(
                    GENESIS_HASH if last is None else last.hash,
                    AuditEntry(
                        sequence=1 if last is None else last.entry.sequence + 1,
                        at=datetime.now(UTC),
                        actor=actor[:200] or "unknown",
                        action=action,
                        subject=subject[:200] or "-",
                        detail=dict(detail or {}),
                    ),
                )
                self._write(row)
                return row
        except OSError as error:
            raise HomeError(
                text("audit.unwritable", folder=self._folder, why=reason(error)),
                text("audit.unwritable.repair"),
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._folder / "audit.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _last(self) -> AuditRow | None:
        """The last row; of the newest file put aside when the current one is empty."""
        current = self._folder / CURRENT
        if self._tip is not None and self._tip[0] == _stamp(current):
            # Nobody has written since we did.
            return self._tip[1]
        self._end_torn_line(current)
        for path in (current, *reversed(rotated(self._folder))):
            line = _last_line(path)
            if line:
                try:
                    return AuditRow.model_validate_json(line)
                except ValidationError as error:
                    raise HomeError(
                        text("audit.no_row", path=path),
                        text("audit.no_row.repair", folder=self._folder),
                    ) from error
        return None

    def _end_torn_line(self, path: Path) -> None:
        """Cut what a crash left of a row that was never acknowledged: nothing was done on it."""
        try:
            content = path.stat().st_size
        except FileNotFoundError:
            return
        if content == 0:
            return
        with path.open("rb+") as file:
            file.seek(max(0, content - _TAIL_BYTES))
            tail = file.read()
            if tail.endswith(b"\n"):
                return
            keep = content - len(tail) + tail.rfind(b"\n") + 1
            file.truncate(keep)
            os.fsync(file.fileno())

    def _write(self, row: AuditRow) -> None:
        current = self._folder / CURRENT
        if current.exists() and current.stat().st_size >= self._rotate_bytes:
            first = AuditRow.model_validate_json(_first_line(current)).entry.sequence
            last = row.entry.sequence - 1
            current.rename(self._folder / f"audit-{first:010d}-{last:010d}.jsonl")
        line = json.dumps(row.model_dump(mode="json"), ensure_ascii=False) + "\n"
        handle = os.open(current, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            data = line.encode()
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        self._tip = _stamp(current), row
        # After a crash of the machine the witness may be behind, which `verify` allows. It is
        # written over the one before: making and replacing a file takes longer than the row.
        witness = json.dumps({"sequence": row.entry.sequence, "hash": row.hash}).encode()
        handle = os.open(self._folder / WITNESS, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, witness.ljust(_WITNESS_BYTES), 0)
        finally:
            os.close(handle)


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes with every line that anybody appends."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def rotated(folder: Path) -> list[Path]:
    """The files put aside, oldest first."""
    return sorted(folder.glob("audit-*.jsonl"))


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline()


def _last_line(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(max(0, size - _TAIL_BYTES))
        lines = file.read().splitlines()
    return lines[-1] if lines else b""
