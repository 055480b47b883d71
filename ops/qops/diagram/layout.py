"""Boxes in boxes, and their places: all whole pixels, the same for the same picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

NODE_WIDTH = 204
NODE_HEIGHT = 46
GAP = 14
PADDING = 16
TITLE = 30
GUTTER = 90
MARGIN = 24
HEAD = 52

CHARACTERS = 29
"""Of 12 pixels that a node's line takes, with room to spare in any sans-serif font."""

SMALL_CHARACTERS = 33
"""Of 10.5 pixels."""


@dataclass(frozen=True, slots=True)
class Node:
    """A resource or a service.

    Attributes:
        id: From its address.
        label: Name, at most ``CHARACTERS``.
        detail: Second line, at most ``SMALL_CHARACTERS``; may be empty.
        kind: Layer that gives its colour.
    """

    id: str
    label: str
    detail: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """A box with a title around nodes or other boxes.

    Attributes:
        id: Stable.
        title: At its top.
        kind: Layer that gives its colour.
        children: What is in it.
        columns: How many children stand side by side.
    """

    id: str
    title: str
    kind: str
    children: tuple["Group | Node", ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two groups of neighbouring columns.

    Attributes:
        source: Id of a group.
        target: Id of a group.
        label: What goes along it.
    """

    source: str
    target: str
    label: str

    @property
    def id(self) -> str:
        """From both ends."""
        return f"{self.source}--{self.target}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: columns of groups from left to right, and arrows.

    Attributes:
        name: Of the files.
        title: Above it.
        columns: Groups by column.
        edges: Arrows.
    """

    name: str
    title: str
    columns: tuple[tuple[Group, ...], ...]
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A placed node or group.

    Attributes:
        item: What it is.
        x: Left edge.
        y: Upper edge.
        width: Pixels.
        height: Pixels.
        parent: Id of the group around it; empty at the top.
    """

    item: Group | Node
    x: int
    y: int
    width: int
    height: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture with places.

    Attributes:
        picture: What is drawn.
        boxes: Parents before children.
        width: Of everything.
        height: Of everything.
    """

    picture: Picture
    boxes: tuple[Box, ...]
    width: int
    height: int
    by_id: dict[str, Box] = field(default_factory=dict)

    def route(self, edge: Edge) -> tuple[tuple[int, int], ...]:
        """The corners of an arrow: out to the right, across the gutter, in from the left.

        Args:
            edge: One of the picture's.
        """
        source, target = self.by_id[edge.source], self.by_id[edge.target]
        if source.x == target.x:
            middle = source.x + min(source.width, target.width) // 2
            if source.y < target.y:
                return ((middle, source.y + source.height), (middle, target.y))
            return ((middle, source.y), (middle, target.y + target.height))
        low = max(source.y, target.y)
        high = min(source.y + source.height, target.y + target.height)
        begin, end = source.x + source.width, target.x
        if low < high:
            middle = (low + high) // 2
            return ((begin, middle), (end, middle))
        out, into = source.y + source.height // 2, target.y + target.height // 2
        middle = end - GUTTER // 3
        return ((begin, out), (middle, out), (middle, into), (end, into))


def place(picture: Picture) -> Placed:
    """Give everything its place.

    Args:
        picture: What is drawn.
    """
    boxes: list[Box] = []
    x = MARGIN
    bottom = 0
    for column in picture.columns:
        y = HEAD
        sizes = [_size(group) for group in column]
        width = max((size[0] for size in sizes), default=0)
        for group, (_, height) in zip(column, sizes, strict=True):
            boxes += _placed(group, x, y, width, height, "")
            y += height + GAP * 4
        bottom = max(bottom, y - GAP * 4)
        x += width + GUTTER
    return Placed(
        picture=picture,
        boxes=tuple(boxes),
        width=x - GUTTER + MARGIN,
        height=bottom + MARGIN,
        by_id={box.item.id: box for box in boxes},
    )


def _size(item: Group | Node) -> tuple[int, int]:
    if isinstance(item, Node):
        return NODE_WIDTH, NODE_HEIGHT
    rows = list(_rows(item))
    wide = max(
        (sum(_size(one)[0] for one in row) + GAP * (len(row) - 1) for row in rows), default=0
    )
    high = sum(max(_size(one)[1] for one in row) for row in rows) + GAP * max(len(rows) - 1, 0)
    title = len(item.title) * 8
    return max(wide, title) + 2 * PADDING, high + TITLE + PADDING


def _rows(group: Group) -> Iterator[Sequence[Group | Node]]:
    for start in range(0, len(group.children), group.columns):
        yield group.children[start : start + group.columns]


def _placed(
    item: Group | Node, x: int, y: int, width: int, height: int, parent: str
) -> Iterator[Box]:
    yield Box(item, x, y, width, height, parent)
    if isinstance(item, Node):
        return
    top = y + TITLE
    for row in _rows(item):
        left = x + PADDING
        tall = max(_size(one)[1] for one in row)
        for one in row:
            wide, _ = _size(one)
            yield from _placed(one, left, top, wide, tall, item.id)
            left += wide + GAP
        top += tall + GAP
