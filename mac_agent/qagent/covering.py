"""Pictures on their way off the device: covered where they show what must not leave.

Reading a whole screen takes a quarter of a second with ten windows open, and most of it has not
changed since the last picture. Equal pixels show nothing new: what was covered in them is what has
to be covered. So only windows are read again in which something has changed, or that are new or
moved; what changed in front of a window is no change of it.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageChops

from qagent.desktop.base import Budget, Node, Picture, Ref, Surface, Tree
from qagent.policy import Policy
from qagent.privacy import areas_by_window, areas_of_surfaces, cover
from qscreen.wire import Rect, State

BUDGET = Budget(nodes=10_000, seconds=3.0, text=50_000)
"""For knowing what to cover: what is not read cannot be searched."""

FRAME = 40
"""Pixels around a window that are its own: a title bar, a border, a shadow."""

_TRIES = 2

_SERVER = "window server"
"""Stands for the window that what the window server tells belongs to."""

Areas = dict[Ref | None, tuple[Rect, ...]]


class Screen(Protocol):
    """What covering a picture needs of the desktop."""

    def look_at_everything(self, budget: Budget, window: Node | None = None) -> Tree:
        """Read what shows, or one window of it, also what is hidden from plans."""
        ...

    def all_windows(self) -> tuple[Node, ...]:
        """The top-level windows, also those that are hidden from plans."""
        ...

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        """What certainly hides parts of windows there; nothing of those that are doubtful."""
        ...

    def surfaces(self) -> tuple[Surface, ...]:
        """What the window server shows, front to back."""
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

    def stale(
        self,
        picture: Picture,
        windows: Sequence[Node],
        in_front: Callable[[Sequence[Node], Rect], Mapping[Ref, tuple[Rect, ...]]],
    ) -> tuple[Node, ...] | None:
        """The windows that have to be read again for a picture; None for the whole screen.

        Args:
            picture: The picture.
            windows: The windows that show.
            in_front: Tells what hides parts of windows; asked only where that decides.
        """
        last = self.last
        if last is None or not last.places or any(one.rect is None for one in windows):
            return None
        before = last.picture
        if (before.width, before.height) != (picture.width, picture.height):
            return None
        found = {one.ref: one for one in windows if last.places.get(one.ref) != one.rect}
        if before.bgra == picture.bgra:
            return tuple(found.values())
        changes = ImageChops.difference(_image(before), _image(picture))
        framed = {one.ref: _framed(one.rect) for one in windows if one.rect is not None}
        if _any(changes, None, framed.values()):
            return None
        # A menu is read with the window that has it, which is the active one.
        found |= {one.ref: one for one in windows if State.ACTIVE in one.states}
        doubtful = [
            one for one in windows if one.ref not in found and _any(changes, framed[one.ref])
        ]
        if doubtful:
            hidden = in_front(doubtful, _area(changes))
            found |= {
                one.ref: one
                for one in doubtful
                if _any(changes, framed[one.ref], hidden.get(one.ref, ()))
            }
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
            fresh = self._read(self._memory.stale(picture, windows, self._screen.in_front), windows)
            if fresh is None:
                return None
            told = areas_of_surfaces(self._screen.surfaces(), self._policy)
            found = _together(_together(found, fresh), {_SERVER: told})
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


class _Kept:
    """Keeps a picture."""

    def __init__(self) -> None:
        self.picture: Picture | None = None

    def add(self, name: str, picture: Picture) -> str | None:
        """Keep it."""
        self.picture = picture
        return name


def covered_picture(screen: Screen, policy: Policy) -> Picture | None:
    """A picture of the screen as it may leave; None when what to cover cannot be known.

    Args:
        screen: The desktop.
        policy: The policy in force.
    """
    kept = _Kept()
    PrivatePictures(kept, screen, policy).add("screen", screen.capture())
    return kept.picture


def _together(one: Areas, other: Areas) -> Areas:
    return {ref: one.get(ref, ()) + other.get(ref, ()) for ref in {**one, **other}}


def _framed(rect: Rect) -> Rect:
    return Rect(
        x=rect.x - FRAME,
        y=rect.y - FRAME,
        width=rect.width + 2 * FRAME,
        height=rect.height + 2 * FRAME,
    )


def _image(picture: Picture) -> Image.Image:
    """A picture for comparing: the order of the colours does not matter for that."""
    size = (picture.width, picture.height)
    return Image.frombuffer("RGBX", size, picture.bgra, "raw", "RGBX", 0, 1)


def _area(changes: Image.Image) -> Rect:
    left, top, right, bottom = changes.getbbox() or (0, 0, 0, 0)
    return Rect(x=left, y=top, width=right - left, height=bottom - top)


def _any(changes: Image.Image, inside: Rect | None, but_in: Iterable[Rect] = ()) -> bool:
    """Whether something changed inside a rectangle, or anywhere, other than in some rectangles."""
    part, left, top = changes, 0, 0
    if inside is not None:
        left, top = max(0, inside.x), max(0, inside.y)
        right = min(changes.width, inside.x + inside.width)
        bottom = min(changes.height, inside.y + inside.height)
        if right <= left or bottom <= top:
            return False
        part = changes.crop((left, top, right, bottom))
    elif but_in:
        part = changes.copy()
    for one in but_in:
        box = (one.x - left, one.y - top, one.x - left + one.width, one.y - top + one.height)
        if box[0] < part.width and box[1] < part.height and box[2] > 0 and box[3] > 0:
            part.paste(0, (max(0, box[0]), max(0, box[1]), box[2], box[3]))
    return part.getbbox() is not None
