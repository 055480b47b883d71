"""What an order means in a look: by kind, number and neighbourhood; never a guess."""

from collections.abc import Callable

import pytest

from qagent.desktop.base import Node, Tree
from qagent.pursuit.desk import GivenUpError
from qagent.pursuit.finding import Sight, candidates, find
from qscreen.orders.model import Kind, Which
from qscreen.wire import EffectError, Rect, Role, State

MakeNode = Callable[..., Node]
Page = Callable[..., Sight]
SHOWN = frozenset({State.SHOWING, State.ENABLED})


@pytest.fixture
def page(make_node: MakeNode, make_tree: Callable[..., Tree]) -> Page:
    """A page of elements: `(ref, parent, role, name)`, and states where they matter."""

    def build(*elements: tuple[object, ...], goal: str = "a goal") -> Sight:
        nodes = [
            make_node(
                "w", Role.WINDOW, "Page", window="w", states=frozenset({State.ACTIVE}) | SHOWN
            ),
            make_node("x", Role.BUTTON, "Menu of the browser", window="w", parent="w"),
            make_node("d", Role.DOCUMENT, "Page", window="w", parent="w"),
        ]
        for ref, parent, role, name, *states in elements:
            nodes.append(
                make_node(
                    ref,
                    role,
                    name,
                    window="w",
                    parent=parent,
                    states=SHOWN.union(*states),
                    rect=Rect(x=0, y=0, width=50, height=20),
                )
            )
        return Sight(make_tree(*nodes), goal)

    return build


def _refs(nodes: list[Node]) -> list[object]:
    return [node.ref for node in nodes]


def test_only_the_page_counts(page: Page) -> None:
    sight = page(("a", "d", Role.BUTTON, "Menu"))
    assert _refs(candidates(sight, Which(kind=Kind.BUTTON))) == ["a"]


def test_the_number_counts_among_those_that_fit(page: Page) -> None:
    sight = page(
        ("a", "d", Role.LINK, "One"), ("b", "d", Role.BUTTON, "No"), ("c", "d", Role.LINK, "Two")
    )
    second = find(sight, Which(kind=Kind.LINK, nth=2))
    last = find(sight, Which(kind=Kind.LINK, nth=-1))
    assert second is not None
    assert last is not None
    assert (second.ref, last.ref) == ("c", "c")
    assert find(sight, Which(kind=Kind.LINK, nth=3)) is None


def test_several_that_fit_are_refused_with_their_names(page: Page) -> None:
    sight = page(("a", "d", Role.BUTTON, "Save"), ("b", "d", Role.BUTTON, "Send"))
    with pytest.raises(GivenUpError, match=r"Save.*Send") as fault:
        find(sight, Which(kind=Kind.BUTTON))
    assert fault.value.error is EffectError.AMBIGUOUS_TARGET
    any_one = find(sight, Which(kind=Kind.BUTTON, any_of=True))
    assert any_one is not None
    assert any_one.ref == "a"


def test_letters_decide_between_names_that_differ_in_case_only(page: Page) -> None:
    sight = page(("a", "d", Role.BUTTON, "ok"), ("b", "d", Role.BUTTON, "OK"))
    found = find(sight, Which(("OK",), Kind.BUTTON))
    assert found is not None
    assert found.ref == "b"


def test_words_inside_a_running_text_name_nothing(page: Page) -> None:
    sight = page(("a", "d", Role.LABEL, "Read the terms before you sign"))
    assert find(sight, Which(("terms",), Kind.LINK)) is None
    assert find(sight, Which(("term",))) is None


def test_text_that_shows_a_link_can_be_one(page: Page) -> None:
    sight = page(
        ("a", "d", Role.LABEL, "Read the "),
        ("g", "d", Role.GROUP, ""),
        ("b", "g", Role.LABEL, "terms"),
    )
    found = find(sight, Which(("terms",), Kind.LINK))
    assert found is not None
    assert found.ref == "b"


def test_a_piece_of_a_running_text_is_no_link(page: Page) -> None:
    sight = page(("a", "d", Role.LABEL, " terms "), ("b", "d", Role.LABEL, "and more"))
    assert find(sight, Which(("terms",), Kind.LINK)) is None


def test_the_goal_on_the_page_names_elements_and_is_none(page: Page) -> None:
    sight = page(
        ("q", "d", Role.GROUP, ""),
        ("q1", "q", Role.LABEL, 'Click on the link "'),
        ("q2", "q", Role.LABEL, "terms"),
        ("q3", "q", Role.LABEL, '".'),
        ("g", "d", Role.GROUP, ""),
        ("a", "g", Role.LABEL, "terms"),
        goal='Click on the link "terms".',
    )
    found = find(sight, Which(("terms",), Kind.LINK))
    assert found is not None
    assert found.ref == "a"


def test_what_stands_around_the_goal_counts(page: Page) -> None:
    sight = page(
        ("p", "d", Role.GROUP, ""),
        ("q", "p", Role.GROUP, ""),
        ("q1", "q", Role.LABEL, "Click the box"),
        ("a", "p", Role.GROUP, ""),
        goal="Click the box",
    )
    refs = [node.ref for node in sight.nodes]
    assert "q1" not in refs
    assert "a" in refs


def test_what_stands_beside_decides_between_rows(page: Page) -> None:
    sight = page(
        ("r1", "d", Role.ROW, ""),
        ("c1", "r1", Role.CELL, "Kim"),
        ("b1", "r1", Role.BUTTON, "Edit"),
        ("r2", "d", Role.ROW, ""),
        ("c2", "r2", Role.CELL, "Lee"),
        ("b2", "r2", Role.BUTTON, "Edit"),
    )
    found = find(sight, Which(("Edit",), Kind.BUTTON, beside="Lee"))
    assert found is not None
    assert found.ref == "b2"
    assert find(sight, Which(("Edit",), Kind.BUTTON, beside="Park")) is None


def test_a_field_without_a_name_is_the_one_that_takes_text(page: Page) -> None:
    sight = page(
        ("a", "d", Role.TEXT_FIELD, "Sum"),
        ("b", "d", Role.TEXT_FIELD, "", frozenset({State.EDITABLE})),
    )
    found = find(sight, Which(kind=Kind.FIELD))
    assert found is not None
    assert found.ref == "b"
    assert find(sight, Which(("Name",), Kind.FIELD)) is None


def test_a_tab_that_holds_a_link_of_its_name_is_one_thing(page: Page) -> None:
    sight = page(("t", "d", Role.TAB, "Terms"), ("l", "t", Role.LINK, "Terms"))
    assert _refs(candidates(sight, Which(("Terms",)))) == ["l"]
    assert _refs(candidates(sight, Which(("Terms",), Kind.TAB))) == ["t"]
