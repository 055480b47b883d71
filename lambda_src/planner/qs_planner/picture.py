"""The picture of an observation, and what is known of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qs_planning.need import Need

if TYPE_CHECKING:
    from qs_reading.geometry import Size
    from qs_reading.screen_reading import ScreenReading

NO_PICTURE = (
    "The accessibility tree does not hold what the goal names, and the device lets no picture "
    "leave. Set `screenshots: true` in its policy and enrol it again, so that the screen can be "
    "read."
)


@dataclass(slots=True)
class Picture:
    """The picture of an observation, and what is known of it.

    Attributes:
        need: Why it is to be read.
        size: Its size.
        key: Name of what was read off it in the cache.
        known: What is known of it from before.
        took: Milliseconds until that was known.
        read: What the analysis of this observation read off it.
    """

    need: Need
    size: "Size"
    key: str
    known: "ScreenReading | None"
    took: float
    read: "ScreenReading | None" = None
