"""What leaves the device: snapshots without secrets, pictures with solid boxes over them."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from qagent.consent.classify import is_secret
from qagent.consent.dialog import is_own_dialog
from qagent.desktop.base import Budget, Node, Picture, Ref, Tree
from qagent.policy import DataClass, Policy
from qscreen.wire import Element, Rect, Role, Snapshot, State

BUDGET = Budget(nodes=10_000, seconds=3.0, text=50_000)
"""For knowing what to cover: what is not read cannot be searched."""

_MARGIN = 2
"""Pixels around an element that belong to it: frames and shadows."""

_TRIES = 2
_CONTAINERS = frozenset({Role.WINDOW, Role.DIALOG, Role.TABLE, Role.TREE, Role.LIST, Role.DOCUMENT})
_SECRET = "secret"  # noqa: S105 - the name of a marker


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


def private_snapshot(snapshot: Snapshot, policy: Policy) -> Snapshot:
    """A snapshot without what the policy keeps on the device.

    Args:
        snapshot: The snapshot, redacted already.
        policy: The policy in force.
    """
    labels, values = (
        policy.may_leave(DataClass.LABELS) and policy.may_read(DataClass.LABELS),
        policy.may_leave(DataClass.VALUES) and policy.may_read(DataClass.VALUES),
    )
    elements = tuple(_private(one, labels=labels, values=values) for one in snapshot.elements)
    kept = snapshot.model_copy(update={"elements": elements})
    return kept if labels else kept.model_copy(update={"active_window": None})


def _private(element: Element, *, labels: bool, values: bool) -> Element:
    secret = element.secure or (element.value is not None and _is_secret(element))
    update: dict[str, object] = {}
    if secret:
        update |= {"secure": True, "value": None}
    if not values:
        update |= {"value": None}
    if not labels:
        update |= {"name": ""}
    return element.model_copy(update=update) if update else element


def _is_secret(element: Element) -> bool:
    node = Node(
        ref=_SECRET,
        parent=None,
        window=None,
        app="",
        role=element.role,
        native_role="",
        name=element.name,
        states=frozenset(element.states),
    )
    return is_secret(node)


class PrivatePictures:
    """Covers what must not leave before a picture goes on its way.

    Args:
        sink: Where pictures go.
        screen: The desktop, to know what stands where.
        policy: The policy in force.
    """

    def __init__(self, sink: Sink, screen: Screen, policy: Policy) -> None:
        self._sink = sink
        self._screen = screen
        self._policy = policy
        self._last: _Covered | None = None

    def add(self, name: str, picture: Picture) -> str | None:
        """Cover and pass on; None when it cannot be known what would have to be covered."""
        found: dict[Ref | None, tuple[Rect, ...]] = {}
        for _ in range(_TRIES):
            windows = self._screen.all_windows()
            only = self._only_change(picture, windows)
            started = time.monotonic()
            tree = self._screen.look_at_everything(BUDGET, only)
            late = time.monotonic() - started >= BUDGET.seconds
            if (late or len(tree.nodes) >= BUDGET.nodes) and not self._policy.unread_pictures:
                return None
            fresh = _by_window(tree, self._policy)
            if only is not None and self._last is not None:
                others = {ref: one for ref, one in self._last.areas.items() if ref != only.ref}
                fresh = others | {only.ref: fresh.get(only.ref, ())}
            found = _together(found, fresh)
            if self._screen.capture().bgra == picture.bgra:
                break
        else:
            # The screen is not the picture's any more: what was covered before stays covered.
            found = _together(found, {} if self._last is None else self._last.areas)
            windows = ()
        self._last = _Covered(picture, _places(windows), found)
        rects = (rect for ref in found for rect in found[ref])
        return self._sink.add(name, cover(picture, dict.fromkeys(rects)))

    def _only_change(self, picture: Picture, windows: tuple[Node, ...]) -> Node | None:
        """The active window, if nothing but its inside differs from the last picture.

        Equal pixels show nothing new: what was covered in them is what has to be covered.
        """
        if self._last is None or not windows or _places(windows) != self._last.places:
            return None
        active = [one for one in windows if State.ACTIVE in one.states and one.rect is not None]
        if len(active) != 1:
            return None
        (only,) = active
        assert only.rect is not None
        return only if same_outside(self._last.picture, picture, only.rect) else None


@dataclass(frozen=True, slots=True)
class _Covered:
    """The last picture, where the windows were, and what was covered by window."""

    picture: Picture
    places: tuple[tuple[Ref, Rect | None], ...]
    areas: dict[Ref | None, tuple[Rect, ...]]


def _places(windows: Iterable[Node]) -> tuple[tuple[Ref, Rect | None], ...]:
    return tuple((one.ref, one.rect) for one in windows)


def _together(
    one: dict[Ref | None, tuple[Rect, ...]], other: dict[Ref | None, tuple[Rect, ...]]
) -> dict[Ref | None, tuple[Rect, ...]]:
    return {ref: one.get(ref, ()) + other.get(ref, ()) for ref in {**one, **other}}


def areas(tree: Tree, policy: Policy) -> tuple[Rect, ...]:
    """What to cover in a picture of the screen.

    Args:
        tree: All that shows.
        policy: The policy in force.

    Returns:
        Rectangles of secret fields, of elements whose text would be redacted, of hidden programs
        and windows, and of what could not be read.
    """
    by_window = _by_window(tree, policy)
    return tuple(dict.fromkeys(rect for found in by_window.values() for rect in found))


def _by_window(tree: Tree, policy: Policy) -> dict[Ref | None, tuple[Rect, ...]]:
    redact = policy.redactor.redact
    parents = {node.parent for node in tree.nodes}
    unread = tree.truncated and not policy.unread_pictures
    found: dict[Ref | None, tuple[Rect, ...]] = {}
    for node in tree.nodes:
        if node.rect is None:
            continue
        is_window = node.ref == node.window
        hidden = is_window and (
            policy.hides(node.app)
            or policy.hides_window(node.name)
            or is_own_dialog(node.app, node.name)
        )
        blind = unread and node.role in _CONTAINERS and node.ref not in parents
        if hidden or blind or is_secret(node) or _is_personal(node, redact, is_window=is_window):
            found[node.window] = (*found.get(node.window, ()), node.rect)
    return found


def _is_personal(node: Node, redact: Callable[[str], str], *, is_window: bool) -> bool:
    # A window's title is on its frame, which is no element: the whole window would be covered.
    texts = () if is_window else (node.name, node.value or "")
    return any(redact(one) != one for one in texts if one)


def same_outside(one: Picture, other: Picture, rect: Rect) -> bool:
    """Whether two pictures are of one size and equal everywhere but in a rectangle.

    Args:
        one: A picture.
        other: The picture it is compared with.
        rect: Pixels; parts beyond the pictures count as nothing.
    """
    if (one.width, one.height) != (other.width, other.height):
        return False
    stride = 4 * one.width
    left, right = (4 * min(max(0, x), one.width) for x in (rect.x, rect.x + rect.width))
    top, bottom = (min(max(0, y), one.height) for y in (rect.y, rect.y + rect.height))

    def same(start: int, end: int) -> bool:
        return one.bgra[start:end] == other.bgra[start:end]

    return (
        same(0, top * stride)
        and same(bottom * stride, len(one.bgra))
        and all(
            same(row * stride, row * stride + left)
            and same(row * stride + right, (row + 1) * stride)
            for row in range(top, bottom)
        )
    )


def cover(picture: Picture, rects: Iterable[Rect]) -> Picture:
    """A picture with solid black boxes.

    Args:
        picture: The picture.
        rects: What to cover, pixels; parts beyond the picture are left out.
    """
    pixels: bytearray | None = None
    for rect in rects:
        left, right = max(0, rect.x - _MARGIN), min(picture.width, rect.x + rect.width + _MARGIN)
        top = max(0, rect.y - _MARGIN)
        bottom = min(picture.height, rect.y + rect.height + _MARGIN)
        if left >= right or top >= bottom:
            continue
        if pixels is None:
            pixels = bytearray(picture.bgra)
        row = b"\0\0\0\xff" * (right - left)
        for y in range(top, bottom):
            start = 4 * (y * picture.width + left)
            pixels[start : start + len(row)] = row
    return picture if pixels is None else Picture(picture.width, picture.height, bytes(pixels))
