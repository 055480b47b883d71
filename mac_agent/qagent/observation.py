"""What is made of one look: a snapshot with its ids, changes, queries, and a marked picture.

Everything here is in the one space of places: pixels of the captured screen, the origin at the
top left corner of all displays together. A rectangle of an element, a place to click and a pixel
of the picture are the same numbers; `screen.scale` tells device pixels per logical point.
"""

import io
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from PIL import Image, ImageDraw, ImageFont

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node, Picture, Ref
from qagent.hidden_windows import with_covered
from qagent.messages import text
from qagent.observe import elements_of, fold, look, snapshot_of, without_apps
from qscreen.wire import Element, Rect, Role, Snapshot, State

MOST_MARKS = 200
"""Most elements that are marked on a picture: more cannot be told apart."""

_MARK_ROLES = frozenset(
    {
        Role.BUTTON,
        Role.TOGGLE_BUTTON,
        Role.CHECK_BOX,
        Role.RADIO_BUTTON,
        Role.TEXT_FIELD,
        Role.TEXT_AREA,
        Role.PASSWORD_FIELD,
        Role.LINK,
        Role.COMBO_BOX,
        Role.LIST_ITEM,
        Role.MENU,
        Role.MENU_ITEM,
        Role.TAB,
        Role.TREE_ITEM,
        Role.SLIDER,
        Role.SPIN_BUTTON,
        Role.CELL,
    }
)
"""Roles that one acts on."""

_COLOURS = ("#d00000", "#0050d0", "#007000", "#a000a0", "#b05000")
_FONT_PIXELS = 12


class StaleIdError(Exception):
    """An id of another snapshot, or of an element that this one does not have.

    Attributes:
        what: What happened, one sentence.
        repair: What can be done.
    """

    def __init__(self, what: str, repair: str) -> None:
        super().__init__(f"{what} {repair}")
        self.what = what
        self.repair = repair


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from the snapshot before; ids of `removed` are of that one.

    Attributes:
        since: Id of the snapshot before.
        added: Elements that were not there.
        changed: Elements whose name, value, states or place are different.
        removed: Elements that are not there any more; empty when this look was cut, because
            then absence proves nothing.
    """

    since: str
    added: tuple[Element, ...]
    changed: tuple[Element, ...]
    removed: tuple[Element, ...]

    @property
    def none(self) -> bool:
        """Whether nothing is different."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Observation:
    """One look.

    Attributes:
        snapshot: What may leave the device of it.
        changes: What is different from the look before; None for the first one.
    """

    snapshot: Snapshot
    changes: Changes | None = None
    _nodes: dict[str, Node] = field(default_factory=dict, repr=False)

    def node(self, element_id: str, snapshot_id: str) -> Node:
        """The element behind an id.

        Args:
            element_id: The element's id.
            snapshot_id: The snapshot that the id is of.

        Raises:
            StaleIdError: The id is of another snapshot, or there is no such element.
        """
        if snapshot_id != self.snapshot.id:
            raise StaleIdError(
                text("stale.snapshot", element=element_id, snapshot=snapshot_id),
                text("stale.snapshot.repair", last=self.snapshot.id),
            )
        if element_id not in self._nodes:
            known = "stale.cut" if self.snapshot.truncated else "stale.element"
            raise StaleIdError(
                text(known, snapshot=snapshot_id, element=element_id),
                text("stale.element.repair"),
            )
        return self._nodes[element_id]


class Observer:
    """Looks at a desktop and remembers the last look.

    Args:
        backend: The desktop.
        device_id: Id of this device.
        hides: Names of programs of which nothing is told.
    """

    def __init__(
        self,
        backend: DesktopBackend,
        device_id: str,
        hides: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._backend = backend
        self._device_id = device_id
        self._hides = hides
        self._last: Observation | None = None
        self._last_refs: dict[Ref, Element] = {}

    def observe(self, budget: Budget | None = None) -> Observation:
        """Look, and tell what is different from the look before.

        Args:
            budget: Bounds of the look.
        """
        taken_at, started = datetime.now(UTC), time.perf_counter()
        seen = without_apps(look(self._backend, budget=budget), self._hides)
        tree = with_covered(self._backend, seen)
        elements, cut = elements_of(tree)
        snapshot = snapshot_of(tree, elements, cut, self._device_id, taken_at, started)
        refs = dict(zip((node.ref for node in tree.nodes), elements, strict=False))
        nodes = {element.id: node for node, element in zip(tree.nodes, elements, strict=False)}
        changes = None
        if self._last is not None:
            changes = _changes(self._last.snapshot, self._last_refs, refs, snapshot)
        self._last, self._last_refs = Observation(snapshot, changes, nodes), refs
        return self._last


def _changes(
    before: Snapshot,
    was: dict[Ref, Element],
    now: dict[Ref, Element],
    snapshot: Snapshot,
) -> Changes:
    added = tuple(element for ref, element in now.items() if ref not in was)
    changed = tuple(
        element for ref, element in now.items() if ref in was and _differs(was[ref], element)
    )
    gone = () if snapshot.truncated else tuple(e for ref, e in was.items() if ref not in now)
    return Changes(before.id, added, changed, gone)


def _differs(was: Element, now: Element) -> bool:
    return (was.name, was.value, was.states, was.rect, was.role) != (
        *(now.name, now.value, now.states, now.rect),
        now.role,
    )


def matching(
    elements: Sequence[Element],
    query: str = "",
    roles: Iterable[Role] = (),
    *,
    most: int = 50,
) -> tuple[tuple[Element, ...], int]:
    """Elements that fit a query, best first.

    Args:
        elements: The elements.
        query: Words; each must be in the name, the value or the role. Empty for all.
        roles: Roles of which one is wanted; none for all.
        most: Most elements returned.

    Returns:
        The elements, and how many fit altogether.
    """
    wanted, words = set(roles), fold(query).split()
    found: list[tuple[int, int, Element]] = []
    for place, element in enumerate(elements):
        if wanted and element.role not in wanted:
            continue
        name = fold(element.name)
        where = f"{name} {fold(element.value or '')} {str(element.role).replace('_', ' ')}"
        if not all(word in where for word in words):
            continue
        # The name itself, then a name that begins so, then a name that has the words in it.
        rank = next(
            (
                number
                for number, fits in enumerate(
                    (name == fold(query), name.startswith(fold(query)), fold(query) in name)
                )
                if fits
            ),
            3,
        )
        found.append((rank, place, element))
    found.sort(key=lambda one: one[:2])
    return tuple(element for _, _, element in found[:most]), len(found)


def marked(
    picture: Picture, elements: Iterable[Element], *, most: int = MOST_MARKS
) -> tuple[bytes, tuple[str, ...], int]:
    """Draw a frame and the id around each element that one acts on and that can be seen.

    Args:
        picture: The screen, with what must not be seen covered already.
        elements: The elements of the snapshot that belongs to it.
        most: Most marks.

    Returns:
        The picture as PNG, the ids that are on it, and how many were left out.
    """
    known = tuple(elements)
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.bgra, "raw", "BGRX")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_FONT_PIXELS)
    wanted = [
        one
        for one in _in_sight(known, Rect(x=0, y=0, width=picture.width, height=picture.height))
        if one.role in _MARK_ROLES
    ]
    shown: list[str] = []
    for number, element in enumerate(wanted[:most]):
        rect = element.rect
        assert rect is not None
        colour = _COLOURS[number % len(_COLOURS)]
        right, bottom = rect.x + rect.width - 1, rect.y + rect.height - 1
        draw.rectangle((rect.x, rect.y, right, bottom), outline=colour)
        box = draw.textbbox((0, 0), element.id, font=font)
        width, height = int(box[2]) + 4, int(box[3]) + 2
        # Above the element, so that the mark hides nothing of it; inside where there is no room.
        top = rect.y - height if rect.y >= height else rect.y
        left = min(max(0, rect.x), picture.width - width)
        draw.rectangle((left, top, left + width - 1, top + height - 1), fill=colour)
        draw.text((left + 2, top), element.id, fill="white", font=font)
        shown.append(element.id)
    packed = io.BytesIO()
    image.save(packed, "PNG", compress_level=1)
    return packed.getvalue(), tuple(shown), max(0, len(wanted) - most)


def _in_sight(elements: Sequence[Element], screen: Rect) -> Iterator[Element]:
    """Elements that a picture shows: on the screen, and with no window in front of them.

    Of windows that are not covered as a whole it is known only that the active one is in front.
    """
    windows: dict[str, Element] = {}
    for one in elements:
        above = None if one.parent is None else windows.get(one.parent)
        windows[one.id] = one if above is None else above
    active = next((one for one in elements if State.ACTIVE in one.states), None)
    for one in elements:
        window = windows[one.id]
        if one.rect is None or State.COVERED in window.states or not _has_middle(screen, one.rect):
            continue
        in_front = None if active is None or window is active else active.rect
        if in_front is None or not _has_middle(in_front, one.rect):
            yield one


def _has_middle(outer: Rect, inner: Rect) -> bool:
    x, y = inner.x + inner.width // 2, inner.y + inner.height // 2
    return outer.x <= x < outer.x + outer.width and outer.y <= y < outer.y + outer.height
