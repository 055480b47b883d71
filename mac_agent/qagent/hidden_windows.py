"""Which windows nobody can see: others lie in front of all that is on the screen of them.

They can still be worked with by accessibility; a person, or a picture, does not show them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from qagent.desktop.base import Node, Ref, Tree
from qscreen.wire import Rect, Screen, State


class Layers(Protocol):
    """What it takes of a desktop."""

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        """What certainly hides parts of windows there."""
        ...


def with_covered(backend: Layers, tree: Tree) -> Tree:
    """Give windows that are wholly covered the state that says so.

    Args:
        backend: The desktop.
        tree: A look at it.
    """
    covered = covered_of(backend, tuple(tree.windows()), tree.screen)
    if not covered:
        return tree
    nodes = tuple(
        replace(one, states=one.states | {State.COVERED}) if one.ref in covered else one
        for one in tree.nodes
    )
    return Tree(tree.screen, nodes, tree.apps, tree.truncated)


def covered_of(backend: Layers, windows: Sequence[Node], size: Screen) -> frozenset[Ref]:
    """The windows of which nothing can be seen.

    Args:
        backend: The desktop.
        windows: Its top-level windows.
        size: Its screen.
    """
    screen = Rect(x=0, y=0, width=size.width, height=size.height)
    behind: list[tuple[Node, Rect]] = []
    for one in windows:
        shown = None if one.rect is None else _common(one.rect, screen)
        if shown is not None and not one.has(State.ACTIVE):
            behind.append((one, shown))
    if not behind:
        return frozenset()
    hiding = backend.in_front(windows, screen)
    return frozenset(one.ref for one, shown in behind if not _left(shown, hiding.get(one.ref, ())))


def _left(rect: Rect, covers: Iterable[Rect]) -> list[Rect]:
    """What is left of a rectangle where others lie on it."""
    left = [rect]
    for cover in covers:
        left = [part for one in left for part in _without(one, cover)]
    return left


def _without(rect: Rect, cover: Rect) -> list[Rect]:
    inner = _common(rect, cover)
    if inner is None:
        return [rect]
    right, bottom = rect.x + rect.width, rect.y + rect.height
    inner_right, inner_bottom = inner.x + inner.width, inner.y + inner.height
    parts = (
        (rect.x, rect.y, rect.width, inner.y - rect.y),
        (rect.x, inner_bottom, rect.width, bottom - inner_bottom),
        (rect.x, inner.y, inner.x - rect.x, inner.height),
        (inner_right, inner.y, right - inner_right, inner.height),
    )
    return [Rect(x=x, y=y, width=w, height=h) for x, y, w, h in parts if w > 0 and h > 0]


def _common(one: Rect, other: Rect) -> Rect | None:
    x, y = max(one.x, other.x), max(one.y, other.y)
    width = min(one.x + one.width, other.x + other.width) - x
    height = min(one.y + one.height, other.y + other.height) - y
    return Rect(x=x, y=y, width=width, height=height) if width > 0 and height > 0 else None
