"""What was done and can be undone, newest last."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST_RECORDS = 50
"""Most steps that are remembered."""


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """How one step can be undone.

    Attributes:
        what: What it was done to, in words that may leave the device.
        app: The program that it was done in; empty for the clipboard.
        undo: Undoes it and says what came of it; its argument is the `Context` of the undoing.
    """

    what: str
    app: str
    undo: Callable[[Any], Any] = field(repr=False)


class UndoMemory:
    """Remembers steps that can be undone, for as long as the desktop is open."""

    def __init__(self) -> None:
        self._records: list[UndoRecord] = []

    def add(self, record: UndoRecord) -> None:
        """Remember a step."""
        self._records.append(record)
        del self._records[:-MOST_RECORDS]

    def last(self) -> UndoRecord | None:
        """The last step that can be undone, or None."""
        return self._records[-1] if self._records else None

    def drop(self, record: UndoRecord) -> None:
        """Forget a step, because it is undone or cannot be any more."""
        if record in self._records:
            self._records.remove(record)
