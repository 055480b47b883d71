"""Orders that scroll, select text, drag and resize."""

import re

from qagent.desktop.base import Node
from qagent.messages import text
from qagent.pursuit.desk import Desk, GivenUpError, pointed
from qagent.pursuit.finding import Sight, candidates
from qagent.pursuit.pressing import sought
from qscreen.orders.model import (
    DragAway,
    Highlight,
    Kind,
    MoveOnto,
    MoveTo,
    Resize,
    ScrollTo,
    Sort,
    Which,
)
from qscreen.wire import Click, Drag, EffectError, Rect, Role, Scroll, ScrollDirection

_FAR = 100
"""Wheel notches that reach the end of any field."""

_BY = 20
"""Pixels by which an element is made larger or smaller."""

_AWAY = 40
"""Pixels of a drag of which only the direction is said."""

_BEYOND = 6
_HANDLE = 24
"""Most pixels of a handle, and from a handle to the corner."""

_MOST_ITEMS = 50
_ITEMS = frozenset({Role.LIST_ITEM, Role.TREE_ITEM, Role.ROW, Role.MENU_ITEM})


def scroll_to(desk: Desk, order: ScrollTo) -> None:
    """Scroll an element to its beginning or its end."""
    node = sought(desk, order.which)
    target = pointed(node)
    direction = ScrollDirection.DOWN if order.to_end else ScrollDirection.UP
    desk.act(Scroll(direction=direction, amount=_FAR, target=target), (target, node), faint=True)


def move_onto(desk: Desk, order: MoveOnto) -> None:
    """Drag an element onto another one."""
    node, onto = sought(desk, order.which), sought(desk, order.onto)
    target, end = pointed(node), pointed(onto)
    desk.act(Drag(target=target, onto=end), (target, node), (end, onto))


def drag_away(desk: Desk, order: DragAway) -> None:
    """Drag an element a little way in a direction."""
    node = sought(desk, order.which)
    target = pointed(node)
    right, down = order.right * _AWAY, order.down * _AWAY
    desk.act(Drag(target=target, right=right, down=down), (target, node), faint=True)


def move_to(desk: Desk, order: MoveTo) -> None:
    """Drag an item to a place in its list or grid."""
    node = sought(desk, order.which)
    sight = Sight(desk.look(), desk.goal)
    item = _item_of(sight, node)
    places = _siblings(sight, item)
    rects = [one.rect for one in places if one.rect is not None]
    if item.rect is None or len(rects) != len(places):
        raise GivenUpError(text("pursuit.no_place"))
    if order.nth is not None:
        end = _nth(rects, order.nth)
    elif order.by is not None:
        end = _moved_by(rects, item.rect, order.by)
    else:
        end = _corner(rects, order.side or (0, 0))
    if end is None:
        raise GivenUpError(text("pursuit.no_place"))
    _drop(desk, item, end)


def sort(desk: Desk, order: Sort) -> None:
    """Drag the items of the one list of numbers into order."""
    for place in range(_MOST_ITEMS):
        sight = Sight(desk.settle(), desk.goal)
        items = [one for one in candidates(sight, Which(kind=Kind.ITEM)) if _number(sight, one)]
        if place + 1 >= len(items):
            if not items:
                raise GivenUpError(text("pursuit.no_place"))
            return
        rest = sorted(
            items[place:], key=lambda one: float(_number(sight, one)), reverse=order.falling
        )
        wanted, there = rest[0], items[place]
        if wanted.ref != there.ref and there.rect is not None:
            _drop(desk, wanted, there.rect)


def _number(sight: Sight, node: Node) -> str:
    shown = sight.text_of(node).strip()
    return shown if re.fullmatch(r"-?\d+(?:\.\d+)?", shown) else ""


def _item_of(sight: Sight, node: Node) -> Node:
    """The item that a label belongs to."""
    item: Node | None = node
    while item is not None and item.role not in _ITEMS:
        item = sight.tree.get(item.parent)
    return item or node


def _siblings(sight: Sight, item: Node) -> list[Node]:
    return [one for one in sight.children.get(item.parent, []) if one.role is item.role]


def _nth(rects: list[Rect], nth: int) -> Rect | None:
    place = nth - 1 if nth > 0 else nth
    return rects[place] if -len(rects) <= place < len(rects) else None


def _moved_by(rects: list[Rect], start: Rect, by: tuple[int, int]) -> Rect | None:
    """The place so many rows further down and columns further right."""
    columns = len({rect.x for rect in rects})
    place = rects.index(start) + by[0] * columns + by[1]
    return rects[place] if 0 <= place < len(rects) else None


def _corner(rects: list[Rect], side: tuple[int, int]) -> Rect | None:
    """The place at a side of a grid: rows from the top, columns from the left."""
    rows = sorted({rect.y for rect in rects})
    columns = sorted({rect.x for rect in rects})
    y = (rows[0], rows[len(rows) // 2], rows[-1])[side[0] + 1]
    x = (columns[0], columns[len(columns) // 2], columns[-1])[side[1] + 1]
    return next((rect for rect in rects if (rect.x, rect.y) == (x, y)), None)


def _drop(desk: Desk, item: Node, end: Rect) -> None:
    """Drag an item a little beyond the middle of a place: lists make room only then."""
    assert item.rect is not None
    right, down = end.x - item.rect.x, end.y - item.rect.y
    if not right and not down:
        return
    down += _BEYOND * ((down > 0) - (down < 0))
    right += _BEYOND * ((right > 0) - (right < 0))
    target = pointed(item)
    desk.act(Drag(target=target, right=right, down=down), (target, item), faint=True)


def resize(desk: Desk, order: Resize) -> None:
    """Drag the handle at an element's lower right corner."""
    node = sought(desk, order.which)
    sight = Sight(desk.look(), desk.goal)
    handle = _handle(sight, node)
    if handle is None or node.rect is None:
        raise GivenUpError(text("pursuit.no_handle"), EffectError.BACKEND_ERROR)
    by = _BY if order.larger else -_BY
    target = pointed(handle)
    right, down = (by, 0) if order.wide else (0, by)
    desk.act(Drag(target=target, right=right, down=down), (target, handle), faint=True)


def _handle(sight: Sight, node: Node) -> Node | None:
    """A small element without a name that lies on the lower right corner of another."""
    if node.rect is None:
        return None
    x, y = node.rect.x + node.rect.width, node.rect.y + node.rect.height
    found = [
        one
        for one in sight.nodes
        if one.rect is not None
        and not one.name
        and max(one.rect.width, one.rect.height) <= _HANDLE
        and abs(one.rect.x + one.rect.width - x) <= _HANDLE
        and abs(one.rect.y + one.rect.height - y) <= _HANDLE
    ]
    return found[-1] if found else None


def highlight(desk: Desk, order: Highlight) -> None:
    """Select the text of a paragraph by three clicks, as a person does."""
    node = sought(desk, order.which)
    target = pointed(node)
    desk.act(Click(target=target, count=3), (target, node), faint=True)
