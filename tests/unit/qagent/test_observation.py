"""Ids bound to a snapshot, what changed, queries, and the marked picture."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from qagent.desktop.base import Node, Picture, Tree
from qagent.observation import Observer, StaleIdError, marked, matching
from qscreen.wire import Rect, Role, State

SHOWING = frozenset({State.SHOWING})


@dataclass
class Screen:
    """A desktop that shows one tree."""

    tree: Tree

    def look(self, budget: Any, *, window: Any = None) -> Tree:
        return self.tree

    def in_front(self, windows: Any, area: Any) -> dict[Any, tuple[Rect, ...]]:
        return {}


def box(x: int, y: int) -> Rect:
    return Rect(x=x, y=y, width=40, height=20)


@pytest.fixture
def nodes(make_node: Callable[..., Node]) -> list[Node]:
    return [
        make_node("w", Role.WINDOW, "Orders", window="w", rect=box(0, 0)),
        make_node("a", Role.BUTTON, "Save", window="w", parent="w", rect=box(10, 30)),
        make_node("b", Role.TEXT_FIELD, "Save as", window="w", parent="w", rect=box(10, 80)),
        make_node("c", Role.LABEL, "Please save often", window="w", parent="w", rect=box(10, 110)),
    ]


def test_the_first_look_has_no_changes_and_the_next_only_what_is_different(
    nodes: list[Node], make_tree: Callable[..., Tree], make_node: Callable[..., Node]
) -> None:
    screen = Screen(make_tree(*nodes))
    observer = Observer(screen, "device-1")  # type: ignore[arg-type]
    assert observer.observe().changes is None
    same = observer.observe()
    assert same.changes is not None
    assert same.changes.none
    moved = make_node("a", Role.BUTTON, "Save", window="w", parent="w", rect=box(50, 30))
    new = make_node("d", Role.BUTTON, "Send", window="w", parent="w", rect=box(10, 120))
    screen.tree = make_tree(nodes[0], moved, nodes[2], new)
    found = observer.observe()
    changes = found.changes
    assert changes is not None
    assert changes.since == same.snapshot.id
    assert [one.name for one in changes.added] == ["Send"]
    assert [one.name for one in changes.changed] == ["Save"]
    assert [one.name for one in changes.removed] == ["Please save often"]


def test_a_cut_look_proves_no_absence(nodes: list[Node], make_tree: Callable[..., Tree]) -> None:
    screen = Screen(make_tree(*nodes))
    observer = Observer(screen, "device-1")  # type: ignore[arg-type]
    observer.observe()
    screen.tree = make_tree(nodes[0], truncated=True)
    changes = observer.observe().changes
    assert changes is not None
    assert changes.removed == ()


def test_an_id_belongs_to_its_snapshot(nodes: list[Node], make_tree: Callable[..., Tree]) -> None:
    observer = Observer(Screen(make_tree(*nodes)), "device-1")  # type: ignore[arg-type]
    old, new = observer.observe(), observer.observe()
    assert new.node("e2", new.snapshot.id).ref == "a"
    with pytest.raises(StaleIdError, match="looked at since") as caught:
        new.node("e2", old.snapshot.id)
    assert new.snapshot.id in caught.value.repair
    with pytest.raises(StaleIdError, match="no element e99"):
        new.node("e99", new.snapshot.id)


def test_a_secret_is_in_no_look(
    make_node: Callable[..., Node], make_tree: Callable[..., Tree]
) -> None:
    field = make_node("p", Role.PASSWORD_FIELD, "Secret", value="hunter2", secure=True)
    observer = Observer(Screen(make_tree(field)), "device-1")  # type: ignore[arg-type]
    assert "hunter2" not in observer.observe().snapshot.model_dump_json()


def test_a_query_puts_the_exact_name_first_and_tells_how_many_fit(
    nodes: list[Node], make_tree: Callable[..., Tree]
) -> None:
    observer = Observer(Screen(make_tree(*nodes)), "device-1")  # type: ignore[arg-type]
    elements = observer.observe().snapshot.elements
    found, count = matching(elements, "SAVE")
    assert [one.name for one in found] == ["Save", "Save as", "Please save often"]
    assert count == 3
    assert [one.name for one in matching(elements, "save", [Role.TEXT_FIELD])[0]] == ["Save as"]
    assert [one.name for one in matching(elements, "button")[0]] == ["Save"]
    first, count = matching(elements, "save", most=1)
    assert (len(first), count) == (1, 3)
    assert matching(elements, "nothing of it") == ((), 0)


def test_marks_stand_where_their_elements_are_and_hide_nothing_of_them(
    nodes: list[Node], make_tree: Callable[..., Tree]
) -> None:
    observer = Observer(Screen(make_tree(*nodes)), "device-1")  # type: ignore[arg-type]
    elements = observer.observe().snapshot.elements
    white = Picture(200, 150, b"\xff" * 4 * 200 * 150)
    png, shown, left_out = marked(white, elements)
    assert shown == ("e2", "e3")
    assert left_out == 0
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert image.size == (200, 150)
    frame = image.getpixel((10, 30))
    assert frame != (255, 255, 255)
    assert image.getpixel((49, 49)) == frame
    inside = image.crop((11, 31, 49, 49))
    assert inside.getcolors() == [(38 * 18, (255, 255, 255))]
    assert marked(white, elements, most=1)[1:] == (("e2",), 1)


def test_an_element_at_the_edge_is_marked_inside_the_picture(
    make_node: Callable[..., Node], make_tree: Callable[..., Tree]
) -> None:
    corner = make_node("k", Role.BUTTON, "X", rect=Rect(x=180, y=0, width=30, height=20))
    away = make_node("m", Role.BUTTON, "Y", rect=Rect(x=-90, y=0, width=30, height=20))
    observer = Observer(Screen(make_tree(corner, away)), "device-1")  # type: ignore[arg-type]
    elements = observer.observe().snapshot.elements
    assert marked(Picture(200, 50, b"\xff" * 4 * 200 * 50), elements)[1] == ("e1",)


def test_only_what_the_picture_shows_is_marked(
    make_node: Callable[..., Node], make_tree: Callable[..., Tree]
) -> None:
    def window(ref: str, rect: Rect, *states: State) -> Node:
        return make_node(ref, Role.WINDOW, ref, window=ref, rect=rect, states=SHOWING | {*states})

    def button(ref: str, parent: str, rect: Rect) -> Node:
        return make_node(ref, Role.BUTTON, ref, window=parent, parent=parent, rect=rect)

    tree = make_tree(
        window("front", Rect(x=0, y=0, width=100, height=100), State.ACTIVE),
        button("seen", "front", box(10, 30)),
        window("behind", Rect(x=50, y=0, width=120, height=100)),
        button("under the front", "behind", box(55, 30)),
        button("beside the front", "behind", box(120, 30)),
        window("gone", Rect(x=120, y=60, width=40, height=40), State.COVERED),
        button("covered", "gone", box(120, 70)),
        button("below the screen", "front", box(10, 160)),
        button("right of the screen", "front", box(300, 10)),
    )
    observer = Observer(Screen(tree), "device-1")  # type: ignore[arg-type]
    elements = observer.observe().snapshot.elements
    _, shown, left_out = marked(Picture(200, 150, b"\xff" * 4 * 200 * 150), elements)
    names = {one.id: one.name for one in elements}
    assert [names[one] for one in shown] == ["seen", "beside the front"]
    assert left_out == 0
