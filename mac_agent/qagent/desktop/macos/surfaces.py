"""What the window server shows, and who gets the pointer at a place."""

from qagent.desktop.base import GoneError, Node, Surface, UnsupportedError
from qagent.desktop.macos.elements import MacRef, as_ref
from qagent.desktop.macos.seam import (
    Accessibility,
    Element,
    NotAnsweringError,
    Point,
    ReadDisplays,
    ReadShown,
    ShownWindow,
)
from qagent.desktop.macos.space import Space

_BAR_POINTS = 52.0
"""Height of a title bar that has a toolbar in it; a plain one is lower."""


class Surfaces:
    """Windows as the window server has them, front to back.

    Args:
        ax: The accessibility interface.
        shown: Reads what the window server shows.
        displays: Reads the displays.
    """

    def __init__(self, ax: Accessibility, shown: ReadShown, displays: ReadDisplays) -> None:
        self._ax = ax
        self._shown = shown
        self._displays = displays

    def all(self) -> tuple[Surface, ...]:
        """What shows, front to back."""
        space = Space(self._displays())
        found = (_surface(one, space) for one in self._shown() if space.shows(one.place, one.size))
        return tuple(one for one in found if one is not None)

    def over(self, meant: Node, place: Point) -> Surface | None:
        """What gets the pointer at a place in place of an element's program, if something does.

        The window server tells whose windows lie there. Of parts of the system, which lie over the
        whole screen and let the pointer through, and of panels that another process draws for a
        program, only a hit test by accessibility tells who gets it.

        Args:
            meant: The element.
            place: The place, global points.
        """
        pid, space = as_ref(meant).pid, Space(self._displays())
        hit: tuple[Element, int] | None = None
        asked = False
        for one in self._shown():
            if not _covers(one, place):
                continue
            if one.pid == pid:
                return None
            if not asked:
                hit, asked = self._ax.at(place), True
            if one.ordinary or (hit is not None and hit[1] == one.pid):
                inside = hit is not None and self._is_in_window(hit[0], meant)
                return None if inside else _surface(one, space)
        if not asked:
            hit = self._ax.at(place)
        if hit is None or hit[1] == pid:
            return None
        screen = space.rect(place, Point(1, 1))
        return None if screen is None else Surface((), "", screen)

    def _is_in_window(self, element: Element, meant: Node) -> bool:
        try:
            (window,) = self._ax.read(element, ("AXWindow",))
        except (GoneError, NotAnsweringError, UnsupportedError):
            return False
        return isinstance(meant.window, MacRef) and window == meant.window.element


def _surface(one: ShownWindow, space: Space) -> Surface | None:
    rect = space.rect(one.place, one.size)
    if rect is None:
        return None
    bar = Point(one.size.x, min(one.size.y, _BAR_POINTS))
    return Surface(
        one.apps,
        one.title,
        rect,
        space.rect(one.place, bar) if one.framed else None,
        veil=not one.ordinary,
        pid=one.pid,
    )


def _covers(one: ShownWindow, place: Point) -> bool:
    return (
        one.place.x <= place.x < one.place.x + one.size.x
        and one.place.y <= place.y < one.place.y + one.size.y
    )
