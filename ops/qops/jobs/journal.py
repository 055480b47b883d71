"""Remembers the jobs that were submitted from here: the API lists none.

An entry is written before the request is sent: whatever becomes of the answer, the key with which
the request can be repeated is known.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from qops.settings import Settings

MOST = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A job that was submitted, or was about to be.

    Attributes:
        key: Idempotency key of the request.
        file: The file it came from.
        items: How many items it has.
        submitted_at: When, RFC 3339.
        job_id: The job; empty while no answer has come.
    """

    key: str
    file: str
    items: int
    submitted_at: str
    job_id: str = ""

    @property
    def at(self) -> datetime:
        """When it was submitted."""
        return datetime.fromisoformat(self.submitted_at)


class Journal:
    """The entries of one environment, the newest last."""

    def __init__(self, settings: Settings) -> None:
        """Point at the file; it need not exist."""
        self._file = settings.home / "jobs" / f"{settings.environment}.jsonl"

    @property
    def file(self) -> Path:
        """Where the entries are."""
        return self._file

    def entries(self) -> tuple[Entry, ...]:
        """All entries, each key once, the latest state of each."""
        found: dict[str, Entry] = {}
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except OSError:
            return ()
        for line in lines:
            try:
                entry = Entry(**json.loads(line))
            except (ValueError, TypeError):
                continue  # a line that was cut off by a crash
            found[entry.key] = entry
        return tuple(found.values())[-MOST:]

    def write(self, entry: Entry) -> None:
        """Add an entry, or the latest state of one."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
