"""Moves dead letters back: find, count, look, confirm, move, see what comes back."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from qops.errors import UsageError
from qops.platform.aws import Aws
from qops.queues.depths import Kind, Queue, count, find_queues, named, sources_of
from qops.queues.letters import Letter
from qops.queues.moving import Moved, move_by_hand, move_by_task, peek, to_functions, to_queues
from qops.settings import Settings

SAMPLE = 3
KNOWN = 100
"""So many letters are looked at, to know again those that come back."""

TASK_SECONDS = 600.0
POLL_SECONDS = 2.0
CALM_LOOKS = 3
"""So many looks in a row must find the source empty: a message in flight is not counted at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is about to be moved.

    Attributes:
        letters: The dead-letter queue.
        sources: Where its letters came from; none for failed invocations of functions.
        known: Its letters as far as they were looked at.
        most: How many are to be moved at most; all when absent.
    """

    letters: Queue
    sources: tuple[Queue, ...]
    known: tuple[Letter, ...]
    most: int | None

    @property
    def goes_to(self) -> str:
        """Where the letters go, in words."""
        return ", ".join(one.name for one in self.sources) or "the functions that failed"

    @property
    def number(self) -> int:
        """How many are to be moved."""
        return self.letters.total if self.most is None else min(self.most, self.letters.total)


@dataclass(frozen=True, slots=True)
class Redriven:
    """What came of it.

    Attributes:
        found: What there was.
        moved: What was moved.
        came_back: Letters that were moved and lie there again.
        unseen: Letters that lie there now and were not among those that were looked at before:
            they failed in the meantime, or came back without having been looked at.
        in_work: Messages of the sources that are not worked off yet.
        waited_seconds: How long was waited for that.
    """

    found: Found
    moved: Moved
    came_back: tuple[Letter, ...]
    unseen: int
    in_work: int
    waited_seconds: float


class Watching(Protocol):
    """What a person sees of it."""

    def found(self, found: Found) -> None:
        """Before anything is moved; raises when the person does not want it."""

    def moved(self, number: int) -> None:
        """So many were moved so far."""

    def waiting(self, in_work: int, back: int) -> None:
        """So many are not worked off yet, so many came back."""


def redrive(
    settings: Settings,
    aws: Aws,
    name: str,
    *,
    most: int | None,
    wait_seconds: float,
    watching: Watching,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Redriven:
    """Move the dead letters of a queue back to where they came from.

    Args:
        settings: Which environment.
        aws: Its clients.
        name: The dead-letter queue, or the queue whose letters it keeps.
        most: How many at most; all when absent.
        wait_seconds: How long to wait for what comes back.
        watching: What a person sees.
        sleep: Waits, seconds.
        now: Clock, seconds.

    Raises:
        NotFoundError: There is no such queue.
        UsageError: The queue has no dead letters.
        RefusedError: The person did not want it.
        MoveFailedError: Letters could not be moved.
    """
    found = _find(settings, aws, name, most)
    watching.found(found)
    if not found.number:
        return Redriven(found, Moved(), (), 0, 0, 0.0)
    moved = _move(settings, aws, found, watching.moved)
    began = now()
    left = found.letters.total - moved.number
    in_work = back = calm = 0
    while now() - began < wait_seconds:
        in_work = sum(count(aws, one.url) for one in found.sources)
        back = max(0, count(aws, found.letters.url) - left)
        watching.waiting(in_work, back)
        # Of functions nobody can tell that they are done: only what comes back is seen.
        calm = calm + 1 if found.sources and not in_work else 0
        if calm >= CALM_LOOKS or back >= moved.number:
            break
        sleep(POLL_SECONDS)
    came_back, unseen = _again(aws, found)
    return Redriven(found, moved, came_back, unseen, in_work, now() - began)


def _find(settings: Settings, aws: Aws, name: str, most: int | None) -> Found:
    queues = find_queues(settings, aws)
    queue = named(queues, name, settings.prefix)
    if queue.kind is not Kind.DEAD_LETTERS:
        keepers = [one for one in queues if one.arn == queue.dead_letters]
        if not keepers:
            raise UsageError(
                f"{queue.name} has no dead letters.",
                why="What a device does not take expires with its run; nothing keeps it."
                if queue.kind is Kind.DEVICE
                else "It names no queue for what fails for good.",
                next_step="Look which have: qops queues",
            )
        queue = keepers[0]
    known = tuple(peek(aws, queue, KNOWN)) if queue.total else ()
    return Found(queue, sources_of(queues, queue), known, most)


def _move(
    settings: Settings, aws: Aws, found: Found, on_progress: Callable[[int], object]
) -> Moved:
    if not found.sources:
        deliver = to_functions(aws, settings.prefix)
        return move_by_hand(
            aws, found.letters, deliver, most=found.most, on_progress=on_progress, by="invocation"
        )
    if found.most is None and len(found.sources) == 1:
        moved = move_by_task(
            aws,
            found.letters,
            found.sources[0],
            on_progress=on_progress,
            limit_seconds=TASK_SECONDS,
        )
        if moved is not None:
            return moved
    deliver = to_queues(aws, found.sources)
    return move_by_hand(aws, found.letters, deliver, most=found.most, on_progress=on_progress)


def _again(aws: Aws, found: Found) -> tuple[tuple[Letter, ...], int]:
    """Those that lie there again, and how many others lie there."""
    if not count(aws, found.letters.url):
        return (), 0
    present = peek(aws, found.letters, KNOWN)
    before = {letter.message_id for letter in found.known}
    prints = {letter.fingerprint for letter in found.known}
    # What was left has its old id; what was moved and came back has a new one.
    new = [letter for letter in present if letter.message_id not in before]
    back = [letter for letter in new if letter.fingerprint in prints]
    return tuple(back), len(new) - len(back)
