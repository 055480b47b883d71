"""Pictures on their way off the device: covered where they show what must not leave.

Reading a whole screen takes a quarter of a second with ten windows open, and most of it has not
changed since the last picture. Equal pixels show nothing new: what was covered in them is what has
to be covered. So only windows are read again in which something has changed, or that are new or
moved.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from qagent.desktop.base import Budget, Node, Picture, Ref, Tree
from qagent.policy import Policy
from qagent.privacy import areas_by_window, cover
from qscreen.wire import Rect, State

BUDGET = Budget(nodes=10_000, seconds=3.0, text=50_000)
"""For knowing what to cover: what is not read cannot be searched."""

FRAME = 40
"""Pixels around a window that are its own: a title bar, a border, a shadow."""

_TRIES = 2

Areas = dict[Ref | None, tuple[Rect, ...]]


class Screen(Protocol):
    """What covering a picture needs of the desktop."""

    def look_at_everything(self, budget: Budget, window: Node | None = None) -> Tree:
        """Read what shows, or one window of it, also what is hidden from plans."""
        ...

    def all_windows(self) -> tuple[Node, ...]:
        """The top-level windows, also those that are hidden from plans."""
        ...

    def capture(self) -> Picture:
        """Take a picture of the screen."""
        ...


class Sink(Protocol):
    """Takes pictures of steps."""

    def add(self, name: str, picture: Picture) -> str | None:
        """Take a picture; gives the key under which it will be found."""
        ...


@dataclass(frozen=True, slots=True)
class Covered:
    """A picture, where the windows were, and what was covered by window."""

    picture: Picture
    places: dict[Ref, Rect | None]
    areas: Areas


class Memory:
    """What the last picture showed; for as long as one policy is in force.

    Attributes:
        last: The last picture; None before the first.
    """

    def __init__(self) -> None:
        self.last: Covered | None = None

    def stale(self, picture: Picture, windows: Sequence[Node]) -> tuple[Node, ...] | None:
        """The windows that have to be read again for a picture; None for the whole screen.

        Args:
            picture: The picture.
            windows: The windows that show.
        """
        last = self.last
        if last is None or not last.places or any(one.rect is None for one in windows):
            return None
        before = last.picture
        if (before.width, before.height) != (picture.width, picture.height):
            return None
        new = [one for one in windows if last.places.get(one.ref) != one.rect]
        if before.bgra == picture.bgra:
            return tuple(new)
        framed = {one.ref: _framed(one.rect) for one in windows if one.rect is not None}
        if not _same_outside(before, picture, framed.values()):
            return None
        found = {one.ref: one for one in new}
        for one in windows:
            # A menu is read with the window that has it, which is the active one.
            if State.ACTIVE in one.states or not _same_inside(before, picture, framed[one.ref]):
                found[one.ref] = one
        return tuple(found.values())


class PrivatePictures:
    """Covers what must not leave before a picture goes on its way.

    Args:
        sink: Where pictures go.
        screen: The desktop, to know what stands where.
        policy: The policy in force.
        memory: What the last picture under this policy showed; nothing when absent.
    """

    def __init__(
        self, sink: Sink, screen: Screen, policy: Policy, memory: Memory | None = None
    ) -> None:
        self._sink = sink
        self._screen = screen
        self._policy = policy
        self._memory = memory or Memory()

    def add(self, name: str, picture: Picture) -> str | None:
        """Cover and pass on; None when it cannot be known what would have to be covered."""
        found: Areas = {}
        for _ in range(_TRIES):
            windows = self._screen.all_windows()
            fresh = self._read(self._memory.stale(picture, windows), windows)
            if fresh is None:
                return None
            found = _together(found, fresh)
            if self._screen.capture().bgra == picture.bgra:
                break
        else:
            # The screen is not the picture's any more: what was covered before stays covered.
            last = self._memory.last
            found = _together(found, {} if last is None else last.areas)
            windows = ()
        self._memory.last = Covered(picture, {one.ref: one.rect for one in windows}, found)
        rects = (rect for ref in found for rect in found[ref])
        return self._sink.add(name, cover(picture, dict.fromkeys(rects)))

    def _read(self, stale: tuple[Node, ...] | None, windows: Sequence[Node]) -> Areas | None:
        """What to cover now; None when not all could be read."""
        last = self._memory.last
        whole = stale is None or last is None
        fresh: Areas = {}
        if not whole and last is not None:
            here = {one.ref for one in windows}
            fresh = {ref: one for ref, one in last.areas.items() if ref in here or ref is None}
        started, count = time.monotonic(), 0
        for window in (None,) if whole or stale is None else stale:
            tree = self._screen.look_at_everything(BUDGET, window)
            count += len(tree.nodes)
            late = time.monotonic() - started >= BUDGET.seconds
            if (late or count >= BUDGET.nodes) and not self._policy.unread_pictures:
                return None
            areas = areas_by_window(tree, self._policy)
            if window is None:
                fresh = areas
            else:
                fresh[window.ref] = tuple(rect for found in areas.values() for rect in found)
        return fresh


def _together(one: Areas, other: Areas) -> Areas:
    return {ref: one.get(ref, ()) + other.get(ref, ()) for ref in {**one, **other}}


def _framed(rect: Rect) -> Rect:
    return Rect(
        x=rect.x - FRAME,
        y=rect.y - FRAME,
        width=rect.width + 2 * FRAME,
        height=rect.height + 2 * FRAME,
    )


def _same_inside(one: Picture, other: Picture, rect: Rect) -> bool:
    """Whether two pictures of one size are equal in a rectangle, as far as it lies in them."""
    left, right = (min(max(0, x), one.width) for x in (rect.x, rect.x + rect.width))
    rows = range(max(0, rect.y), min(rect.y + rect.height, one.height))
    return all(_same(one, other, row, left, right) for row in rows)


def _same_outside(one: Picture, other: Picture, rects: Iterable[Rect]) -> bool:
    """Whether two pictures of one size are equal wherever none of the rectangles is."""
    spans = sorted((rect.x, rect.x + rect.width, rect.y, rect.y + rect.height) for rect in rects)
    for row in range(one.height):
        if _same(one, other, row, 0, one.width):
            continue
        place = 0
        for left, right, top, bottom in spans:
            if not top <= row < bottom:
                continue
            if left > place and not _same(one, other, row, place, min(left, one.width)):
                return False
            place = max(place, right)
        if place < one.width and not _same(one, other, row, place, one.width):
            return False
    return True


def _same(one: Picture, other: Picture, row: int, left: int, right: int) -> bool:
    start, end = 4 * (row * one.width + left), 4 * (row * one.width + right)
    return one.bgra[start:end] == other.bgra[start:end]
