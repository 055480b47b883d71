"""Answers of ``qops queues`` and ``qops redrive``."""

from pydantic import Field

from qops.answer import Answer
from qops.errors import ExitCode
from qops.queues.depths import Queue
from qops.queues.letters import Letter
from qops.queues.redriving import Redriven


class QueueLine(Answer):
    """A queue and what lies in it; SQS's own counts are approximate."""

    name: str
    kind: str = Field(description="work, dead letters or device.")
    waiting: int
    in_flight: int
    delayed: int
    oldest_seconds: float | None = Field(
        description="Age of the oldest message; null where it is not measured."
    )
    retention_seconds: int
    dead_letters: str | None = Field(description="Queue that takes what fails for good.")

    @classmethod
    def of(cls, queue: Queue, oldest: float | None) -> "QueueLine":
        """From what was counted."""
        return cls(
            name=queue.name,
            kind=queue.kind.value,
            waiting=queue.waiting,
            in_flight=queue.in_flight,
            delayed=queue.delayed,
            oldest_seconds=oldest,
            retention_seconds=queue.retention_seconds,
            dead_letters=queue.dead_letters.rpartition(":")[2] if queue.dead_letters else None,
        )


class QueuesAnswer(Answer):
    """Answer of ``qops queues``; exit code 2 when there are dead letters."""

    prefix: str
    queues: list[QueueLine]

    @property
    def letters(self) -> int:
        """Dead letters in all queues."""
        return sum(one.waiting + one.in_flight for one in self.queues if "letters" in one.kind)

    @property
    def exit_code(self) -> int:
        """Done without dead letters, otherwise findings."""
        return int(ExitCode.FINDINGS if self.letters else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """Queues that hold something."""
        return [f"{one.name} {one.waiting}" for one in self.queues if one.waiting]


class LetterShown(Answer):
    """A dead letter, told without quoting what a user wrote."""

    message_id: str
    fingerprint: str = Field(description="SHA-256 of its body.")
    received: int = Field(description="How often it was taken from the dead letters.")
    outline: dict[str, str] = Field(description="What it holds, by the path of each field.")

    @classmethod
    def of(cls, letter: Letter) -> "LetterShown":
        """From a letter."""
        return cls(
            message_id=letter.message_id,
            fingerprint=letter.fingerprint,
            received=letter.received,
            outline=dict(letter.outline),
        )


class RedriveAnswer(Answer):
    """Answer of ``qops redrive``; 2 when letters came back or are not worked off, 1 when left."""

    queue: str
    sources: list[str] = Field(description="Where to; empty for invocations of functions.")
    found: int = Field(description="Letters that lay there before.")
    moved: int
    by: str = Field(description="task (by SQS itself), letter (one by one) or invocation.")
    left: dict[str, str] = Field(description="Why letters were not moved, by message id.")
    came_back: list[LetterShown] = Field(description="Moved, and among the dead letters again.")
    unseen: int = Field(description="Others that are there now and were not looked at before.")
    in_work: int = Field(description="Messages of the sources that are not worked off yet.")
    waited_seconds: float

    @classmethod
    def of(cls, done: Redriven) -> "RedriveAnswer":
        """From what came of it."""
        return cls(
            queue=done.found.letters.name,
            sources=[one.name for one in done.found.sources],
            found=done.found.letters.total,
            moved=done.moved.number,
            by=done.moved.by,
            left=done.moved.left,
            came_back=[LetterShown.of(letter) for letter in done.came_back],
            unseen=done.unseen,
            in_work=done.in_work,
            waited_seconds=round(done.waited_seconds, 1),
        )

    @property
    def exit_code(self) -> int:
        """Failed when some were left, findings when some came back or are not done yet."""
        if self.left:
            return int(ExitCode.FAILED)
        open_ = self.came_back or self.unseen or self.in_work
        return int(ExitCode.FINDINGS if open_ else ExitCode.DONE)

    @property
    def essentials(self) -> list[str]:
        """How many were moved, which were not and which are back."""
        return [
            f"{self.moved} of {self.found} moved",
            *(f"left {name}: {why}" for name, why in self.left.items()),
            *(f"came back: {one.message_id}" for one in self.came_back),
        ]
