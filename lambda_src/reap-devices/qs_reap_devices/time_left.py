"""The time that the function still has."""

from collections.abc import Callable
from dataclasses import dataclass

RESERVE_SECONDS = 15.0
"""Enough for the slowest single call and its retries."""


class OutOfTimeError(Exception):
    """The function's time is nearly over; the rest waits for the next pass."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """The time that the function still has.

    Attributes:
        seconds: Says how many seconds there still are.
    """

    seconds: Callable[[], float]

    def demand(self) -> None:
        """Demand time for one more step.

        Raises:
            OutOfTimeError: If there is not enough.
        """
        if self.seconds() < RESERVE_SECONDS:
            raise OutOfTimeError("The time of this pass is over; the next one goes on.")
