"""Brings together what the accessibility tree says and what OCR reads on the same screen."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from qs_reading.geometry import Size, area, inside, on_picture, shared
from qs_reading.models import Found, Line, Source
from qs_reading.words import folded, likeness
from qscreen.wire import Element, Rect, Role, Snapshot

_OVER = 0.5
"""So much of a line or of the element must be shared where the texts agree as well."""
_WITHIN = 0.8
"""So much of a line must lie in an element without a name of its own."""
_MOST_VALUE = 200

_CONTAINERS = frozenset(
    {
        Role.APPLICATION,
        Role.WINDOW,
        Role.DIALOG,
        Role.DOCUMENT,
        Role.GROUP,
        Role.LIST,
        Role.MENU,
        Role.MENU_BAR,
        Role.ROW,
        Role.SCROLL_BAR,
        Role.SEPARATOR,
        Role.TAB_LIST,
        Role.TABLE,
        Role.TEXT_AREA,
        Role.TOOLBAR,
        Role.TREE,
    }
)
"""What holds elements or texts; a text in it is not its name. Another program's window may stand in
front of it, too, of which the tree knows nothing."""


@dataclass(slots=True)
class _Seen:
    """An element of the tree with its place on the picture, and the lines that lie on it."""

    element: Element
    rect: Rect | None
    name: str
    value: str
    lines: list[Line] = field(default_factory=list)


def merge(snapshot: Snapshot | None, lines: Sequence[Line], size: Size | None) -> tuple[Found, ...]:
    """Make one list of elements from the tree and from the lines.

    A line belongs to the smallest element on which it lies and whose name or value it reads, or
    else to the smallest leaf without a name that holds it. A line on a secure field belongs to
    nothing and is left out. What no element claims is an element of its own.

    Args:
        snapshot: The tree; None without one.
        lines: Lines in reading order, pixels of the picture.
        size: Size of the picture; None where there is none.

    Returns:
        The tree's elements in document order, then the lines that are left in reading order.
    """
    seen = _seen(snapshot, size)
    parents = {one.element.parent for one in seen if one.element.parent}
    placed = [(_edges(one.rect), one) for one in seen if one.rect is not None and area(one.rect)]
    left: list[Line] = []
    for line in lines:
        near = _near(line.rect, placed)
        if any(
            one.element.secure and one.rect and inside(line.rect, one.rect) >= _OVER for one in near
        ):
            continue
        owner = _owner(line, near, parents)
        if owner is None:
            left.append(line)
        else:
            owner.lines.append(line)
    return (
        *(_from_tree(one) for one in seen),
        *(_from_line(line, number) for number, line in enumerate(left, start=1)),
    )


def _edges(rect: Rect) -> tuple[int, int, int, int]:
    return rect.x, rect.y, rect.x + rect.width, rect.y + rect.height


def _near(rect: Rect, placed: Sequence[tuple[tuple[int, int, int, int], _Seen]]) -> list[_Seen]:
    """Elements that share anything with a line; asked for every line, so without a call each."""
    left, top, right, bottom = _edges(rect)
    return [
        one for (x, y, z, w), one in placed if x < right and left < z and y < bottom and top < w
    ]


def _seen(snapshot: Snapshot | None, size: Size | None) -> list[_Seen]:
    if snapshot is None:
        return []
    return [
        _Seen(
            element=element,
            rect=on_picture(element.rect, snapshot.screen, size) if element.rect else None,
            name=folded(element.name),
            value=folded(element.value or ""),
        )
        for element in snapshot.elements
    ]


def _owner(line: Line, near: Sequence[_Seen], parents: set[str]) -> _Seen | None:
    text = folded(line.text)
    named: list[_Seen] = []
    bare: list[_Seen] = []
    for one in near:
        if one.rect is None:
            continue
        least = min(area(line.rect), area(one.rect))
        lies = shared(line.rect, one.rect) >= least * _OVER
        if lies and (likeness(text, one.name) or likeness(text, one.value)):
            named.append(one)
        elif (
            not one.name
            and not one.value
            and one.element.role not in _CONTAINERS
            and one.element.id not in parents
            and inside(line.rect, one.rect) >= _WITHIN
        ):
            bare.append(one)
    for found in (named, bare):
        if found:
            return min(found, key=lambda one: area(one.rect) if one.rect else 0)
    return None


def _from_tree(one: _Seen) -> Found:
    element = one.element
    text = " ".join(line.text for line in one.lines) or None
    value = None if element.secure else element.value
    return Found(
        id=element.id,
        source=Source.BOTH if one.lines else Source.TREE,
        role=element.role,
        name=element.name or (text or "" if not one.value else ""),
        text=text,
        value=value[:_MOST_VALUE] if value else None,
        states=element.states,
        rect=one.rect,
        confidence=min(line.confidence for line in one.lines) if one.lines else None,
    )


def _from_line(line: Line, number: int) -> Found:
    return Found(
        id=f"o{number}",
        source=Source.OCR,
        name=line.text,
        text=line.text,
        rect=line.rect,
        confidence=line.confidence,
    )
