"""What all drills share: an id, stages, a record in the trail, removal whatever happens."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from qops.drills.answers import StageAnswer
from qops.drills.errors import DrillError, LeftoverError, calling
from qops.errors import QopsError, UsageError
from qops.platform.aws import Aws
from qops.platform.deployment import Notice
from qops.platform.operations import Operation
from qops.settings import Settings

_AnswerT = TypeVar("_AnswerT")

ID_PATTERN = r"drill-\d{8}t\d{6}z"
"""What the id of a drill looks like, where a name alone tells that a drill made something."""

POLL_SECONDS = (0.5, 15.0)
"""First and longest pause between two looks at something that takes its time."""


def new_id() -> str:
    """Id of a drill that begins now."""
    return f"drill-{datetime.now(UTC):%Y%m%dt%H%M%Sz}"


def require_known(kind: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Refuse names that the platform does not have.

    Args:
        kind: What they are names of.
        names: The names.
        known: Those that there are.

    Raises:
        UsageError: One is unknown.
    """
    for name in names:
        if name not in known:
            raise UsageError(
                f"{name} is no {kind} of the platform.",
                next_step=f"There are {', '.join(known)}.",
            )


@dataclass(slots=True)
class Stages:
    """How long each stage took."""

    done: list[StageAnswer] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Take the time of a stage, however it ends.

        Args:
            name: Its name.
        """
        began = time.monotonic()
        try:
            yield
        finally:
            self.done.append(StageAnswer(name=name, seconds=round(time.monotonic() - began, 1)))


@dataclass(slots=True)
class Patience:
    """Waits for what AWS takes its time for.

    Attributes:
        limit_seconds: Longest time for one thing.
        told: Called with a line for each change.
        now: Monotonic clock, seconds.
        sleep: Waits, seconds.
    """

    limit_seconds: float
    told: Callable[[str], None]
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep

    def wait(
        self,
        what: str,
        status: Callable[[], str],
        *,
        good: frozenset[str],
        dead: frozenset[str] = frozenset(),
        next_step: str = "Start the drill again.",
    ) -> str:
        """Look again and again until the status is a good one.

        Args:
            what: What is looked at, as "table x".
            status: Looks.
            good: Statuses that end the waiting.
            dead: Statuses out of which it never comes.
            next_step: What to do about a dead one.

        Returns:
            The good status.

        Raises:
            DrillError: It is dead, or takes too long.
        """
        deadline, pause, last = self.now() + self.limit_seconds, POLL_SECONDS[0], ""
        while True:
            with calling(f"look at {what}"):
                now = status()
            if now != last:
                self.told(f"  {what}: {now}")
                last = now
            if now in good:
                return now
            if now in dead:
                raise DrillError(
                    f"The {what} is {now}.",
                    why="AWS could not bring it up.",
                    next_step=next_step,
                )
            if self.now() >= deadline:
                raise DrillError(
                    f"The {what} is still {now} after {self.limit_seconds:.0f} s.",
                    why="What is large takes its time.",
                    next_step="Start the drill again with a longer --timeout.",
                )
            self.sleep(pause)
            pause = min(pause * 1.5, POLL_SECONDS[1])


def recorded(
    settings: Settings,
    aws: Aws,
    notice: Notice,
    *,
    kind: str,
    detail: Mapping[str, str],
    work: Callable[[], _AnswerT],
    ended: Callable[[_AnswerT], tuple[str, Mapping[str, str | float]]],
) -> _AnswerT:
    """Carry a drill out between its two rows in the trail.

    Args:
        settings: Which environment.
        aws: Its clients.
        notice: Called with a line for the person.
        kind: Which drill.
        detail: What is remembered of its beginning.
        work: The drill.
        ended: Its result in a word, and what else is remembered of its end.
    """
    operation = Operation(settings, aws, kind=f"drill.{kind}", notice=notice)
    operation.begin(settings.prefix, **detail)
    try:
        answer = work()
    except BaseException as error:
        operation.end("failed" if isinstance(error, Exception) else "interrupted", error)
        raise
    result, more = ended(answer)
    operation.end(result, None, **more)
    return answer


@contextmanager
def removed_afterwards(remove: Callable[[], None], notice: Notice) -> Iterator[None]:
    """Remove what a drill made, whatever happens; a failure of that never hides the first one.

    Args:
        remove: Removes it.
        notice: Called with a line for the person.

    Raises:
        LeftoverError: The drill went well, and something is still there.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception):
            notice("Interrupted: removing the copy. Ctrl-C again leaves it (qops drill clean).")
        try:
            remove()
        except LeftoverError as left:
            notice(f"! {left}")
            if isinstance(error, QopsError):
                error.next_step = f"{left.what} {left.next_step} Then: {error.next_step}"
        raise
    remove()


def left(name: str, why: str) -> LeftoverError:
    """The error for something that a drill made and could not remove.

    Args:
        name: Its name.
        why: What kept it.
    """
    return LeftoverError(
        f"{name} is still there, and costs money.", why=why, next_step="Remove it: qops drill clean"
    )
