"""The one space of places: pixels, origin at the top left corner of all displays together.

macOS places elements and events in global points whose origin is the main display's top left
corner; a display to the left has negative places, and each display has its own pixels per point.
We use one scale for all, the largest of any display, so that places are continuous over displays,
convert without loss, and are places in the picture too: a display with fewer pixels is enlarged.
"""

from dataclasses import dataclass

from qagent.desktop.base import NoDisplayError
from qagent.desktop.macos.seam import Display, Point
from qagent.messages import text
from qscreen.wire import Rect, Screen


@dataclass(frozen=True, slots=True)
class Space:
    """Converts between global points and our pixels."""

    displays: tuple[Display, ...]

    def __post_init__(self) -> None:
        if not self.displays:
            raise NoDisplayError(text("mac.no_display"), text("mac.no_display.repair"))

    @property
    def scale(self) -> float:
        """Pixels per point."""
        return max(display.scale for display in self.displays)

    @property
    def origin(self) -> Point:
        """Our origin in global points."""
        return Point(
            min(display.x for display in self.displays),
            min(display.y for display in self.displays),
        )

    @property
    def screen(self) -> Screen:
        """Size of all displays together."""
        origin = self.origin
        right = max(display.x + display.width for display in self.displays)
        bottom = max(display.y + display.height for display in self.displays)
        return Screen(
            width=round((right - origin.x) * self.scale),
            height=round((bottom - origin.y) * self.scale),
            scale=self.scale,
        )

    def rect(self, place: Point, size: Point) -> Rect | None:
        """A rectangle in points as one in pixels; None for one without area."""
        if size.x <= 0 or size.y <= 0:
            return None
        left, top = self._pixels(place.x, place.y)
        right, bottom = self._pixels(place.x + size.x, place.y + size.y)
        return Rect(x=left, y=top, width=max(1, right - left), height=max(1, bottom - top))

    def area(self, display: Display) -> Rect:
        """Where a display lies in our picture."""
        rect = self.rect(Point(display.x, display.y), Point(display.width, display.height))
        if rect is None:
            raise NoDisplayError(text("mac.no_area", id=display.id), text("mac.no_area.repair"))
        return rect

    def points(self, x: int, y: int) -> Point:
        """A place in pixels as global points."""
        origin = self.origin
        return Point(x / self.scale + origin.x, y / self.scale + origin.y)

    def pixels(self, place: Point) -> tuple[int, int]:
        """A place in global points as pixels."""
        return self._pixels(place.x, place.y)

    def shows(self, place: Point, size: Point) -> bool:
        """Whether any part of a rectangle in points lies on a display."""
        return any(
            place.x < display.x + display.width
            and display.x < place.x + size.x
            and place.y < display.y + display.height
            and display.y < place.y + size.y
            for display in self.displays
        )

    def _pixels(self, x: float, y: float) -> tuple[int, int]:
        origin = self.origin
        return round((x - origin.x) * self.scale), round((y - origin.y) * self.scale)
