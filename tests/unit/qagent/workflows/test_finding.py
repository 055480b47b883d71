"""Which element a recorded step means on another screen; never a guess."""

from collections.abc import Callable

import pytest

from qagent.desktop.base import Node, Tree
from qagent.workflows.finding import seek
from qagent.workflows.model import Surroundings, WorkflowStep
from qagent.workflows.pointing import best, surroundings_of, target_of, under
from qscreen.wire import Click, Rect, Role, State, Target

CHANGE = Target(name="Change", role=Role.BUTTON)


@pytest.fixture
def tree(make_node: Callable[..., Node], make_tree: Callable[..., Tree]) -> Tree:
    """Two groups with a button of one name, and two lone ones."""
    shown = frozenset({State.SHOWING, State.ACTIVE})
    nodes = [make_node("w", Role.WINDOW, "Shop", window="w", states=shown)]

    def add(ref: str, role: Role, name: str, parent: str, y: int) -> None:
        rect = Rect(x=100, y=y, width=60, height=20)
        nodes.append(make_node(ref, role, name, parent=parent, window="w", rect=rect))

    for number, group in enumerate(("Billing", "Shipping")):
        add(f"g{number}", Role.GROUP, group, "w", 100 + 200 * number)
        add(f"b{number}", Role.BUTTON, "Change", f"g{number}", 110 + 200 * number)
    add("x0", Role.BUTTON, "Go", "w", 700)
    add("x1", Role.BUTTON, "Go", "w", 701)
    return make_tree(*nodes)


def step(target: Target, known: Surroundings | None) -> WorkflowStep:
    return WorkflowStep(id="s1", because="b", action=Click(target=target), surroundings=known)


def test_what_was_around_decides_between_equals(tree: Tree) -> None:
    for ref in ("b0", "b1"):
        node = tree.get(ref)
        assert node is not None
        known = surroundings_of(tree, node, target_of(node))
        found = seek(tree, step(CHANGE, known), CHANGE)
        assert found.node is node
        assert found.by_surroundings


def test_without_surroundings_it_is_refused(tree: Tree) -> None:
    found = seek(tree, step(CHANGE, None), CHANGE)
    assert found.node is None
    assert found.ambiguous
    assert len(found.candidates) == 2


def test_surroundings_of_neither_are_refused(tree: Tree) -> None:
    known = Surroundings(window="Shop", within=("Other",))
    assert seek(tree, step(CHANGE, known), CHANGE).ambiguous


def test_a_place_among_equals_is_the_last_resort(tree: Tree) -> None:
    target = Target(name="Go", role=Role.BUTTON)
    for place, ref in enumerate(("x0", "x1"), start=1):
        node = tree.get(ref)
        assert node is not None
        known = surroundings_of(tree, node, target)
        assert known.number == place
        assert seek(tree, step(target, known), target).node is node


def test_one_that_fits_needs_no_surroundings(tree: Tree) -> None:
    target = Target(name="Shipping", role=Role.GROUP)
    found = seek(tree, step(target, Surroundings(window="Another")), target)
    assert found.node is tree.get("g1")
    assert not found.by_surroundings


def test_the_likest_of_none_are_none(tree: Tree) -> None:
    assert best(tree, [], Surroundings()) == []


def test_a_name_that_would_be_redacted_is_left_out(make_node: Callable[..., Node]) -> None:
    node = make_node("a", Role.LINK, "kim@example.com")
    assert target_of(node).name is None
    assert target_of(node).role is Role.LINK


def test_nothing_lies_where_nothing_is(tree: Tree) -> None:
    assert under(tree, 5, 5) is None
    found = under(tree, 110, 115)
    assert found is not None
    assert found.ref == "b0"
