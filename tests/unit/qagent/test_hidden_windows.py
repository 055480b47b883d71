"""Which windows nobody can see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from qagent.desktop.base import Node, Ref, Tree
from qagent.hidden_windows import with_covered
from qscreen.wire import Rect, Role, State

BEHIND = Rect(x=100, y=100, width=300, height=200)


@dataclass
class Layers:
    """What lies in front of each window."""

    hiding: dict[Ref, tuple[Rect, ...]] = field(default_factory=dict)

    def in_front(self, windows: Sequence[Node], area: Rect) -> Mapping[Ref, tuple[Rect, ...]]:
        return self.hiding


def rect(x: int, y: int, width: int, height: int) -> Rect:
    return Rect(x=x, y=y, width=width, height=height)


@pytest.mark.parametrize(
    ("place", "hiding", "covered"),
    [
        (BEHIND, (rect(0, 0, 1440, 900),), True),
        (BEHIND, (rect(90, 90, 200, 300), rect(250, 90, 200, 300)), True),
        (BEHIND, (rect(90, 90, 200, 300), rect(291, 90, 200, 300)), False),
        (BEHIND, (rect(101, 100, 400, 300),), False),
        (BEHIND, (), False),
        # What lies beyond the edge of the screen cannot be seen anyway.
        (rect(1300, 800, 400, 300), (rect(1290, 790, 150, 110),), True),
    ],
)
def test_a_window_is_covered_where_nothing_of_it_can_be_seen(
    place: Rect,
    hiding: tuple[Rect, ...],
    covered: bool,
    make_tree: Callable[..., Tree],
    make_node: Callable[..., Node],
) -> None:
    shown = frozenset({State.SHOWING})
    tree = make_tree(
        make_node("a", Role.WINDOW, "A", window="a", states=shown | {State.ACTIVE}, rect=BEHIND),
        make_node("b", Role.WINDOW, "B", window="b", rect=place),
        make_node("c", Role.BUTTON, "OK", window="b", rect=place),
        make_node("d", Role.WINDOW, "D", window="d"),
    )
    layers = Layers({"b": hiding, "a": (rect(0, 0, 1440, 900),)})
    found = with_covered(layers, tree)
    assert [one.has(State.COVERED) for one in found.nodes] == [False, covered, False, False]
    assert found.nodes[1].has(State.SHOWING)
