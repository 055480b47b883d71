"""Which element a target means: exact wins, ambiguity is refused."""

from collections.abc import Callable

from qagent.act.resolve import Ambiguous, Found, NotFound, describe, resolve
from qagent.desktop.base import Capability, Node, Tree
from qscreen.wire import Role, State, Target

MakeNode = Callable[..., Node]
MakeTree = Callable[..., Tree]
ACTIVE = frozenset({State.ACTIVE, State.SHOWING})
PRESS = frozenset({Capability.PRESS})


def _window(make_node: MakeNode, ref: str = "w", **changes: object) -> Node:
    return make_node(ref, Role.WINDOW, "Window", window=ref, **{"states": ACTIVE, **changes})


def test_an_exact_name_wins_over_one_that_contains_the_words(
    make_node: MakeNode, make_tree: MakeTree
) -> None:
    tree = make_tree(
        _window(make_node),
        make_node("a", Role.BUTTON, "Save As…", window="w"),
        make_node("b", Role.BUTTON, "Save", window="w"),
    )
    found = resolve(tree, Target(name="save"))
    assert isinstance(found, Found)
    assert found.node.ref == "b"
    dots = resolve(tree, Target(name="save as"))
    assert isinstance(dots, Found)
    assert dots.node.ref == "a"


def test_names_are_compared_folded(make_node: MakeNode, make_tree: MakeTree) -> None:
    decomposed = "\u1112\u116c\u110b\u1174  \u1106\u1169\u11a8\u1105\u1169\u11a8"
    tree = make_tree(_window(make_node), make_node("a", Role.BUTTON, decomposed, window="w"))
    assert isinstance(resolve(tree, Target(name="회의 목록")), Found)


def test_two_equal_elements_are_refused_with_their_places(
    make_node: MakeNode, make_tree: MakeTree
) -> None:
    tree = make_tree(
        _window(make_node),
        make_node("a", Role.BUTTON, "삭제", window="w"),
        make_node("b", Role.BUTTON, "삭제", window="w"),
    )
    found = resolve(tree, Target(name="삭제", role=Role.BUTTON))
    assert isinstance(found, Ambiguous)
    assert len(found.candidates) == 2


def test_the_active_window_wins(make_node: MakeNode, make_tree: MakeTree) -> None:
    tree = make_tree(
        _window(make_node, "v", states=frozenset({State.SHOWING})),
        make_node("a", Role.TEXT_AREA, window="v"),
        _window(make_node, "w"),
        make_node("b", Role.TEXT_AREA, window="w"),
    )
    found = resolve(tree, Target(role=Role.TEXT_AREA))
    assert isinstance(found, Found)
    assert found.node.ref == "b"


def test_the_exact_role_wins_over_a_compatible_one(
    make_node: MakeNode, make_tree: MakeTree
) -> None:
    tree = make_tree(
        _window(make_node),
        make_node("a", Role.TEXT_AREA, "메모", window="w"),
        make_node("b", Role.TEXT_FIELD, "메모", window="w"),
    )
    found = resolve(tree, Target(name="메모", role=Role.TEXT_FIELD))
    assert isinstance(found, Found)
    assert found.node.ref == "b"
    only_area = make_tree(_window(make_node), make_node("a", Role.TEXT_AREA, "메모", window="w"))
    assert isinstance(resolve(only_area, Target(name="메모", role=Role.TEXT_FIELD)), Found)


def test_a_label_beside_its_field_is_not_meant(make_node: MakeNode, make_tree: MakeTree) -> None:
    tree = make_tree(
        _window(make_node),
        make_node("a", Role.LABEL, "암호", window="w"),
        make_node("b", Role.PASSWORD_FIELD, "암호", window="w", secure=True),
    )
    found = resolve(tree, Target(name="암호"))
    assert isinstance(found, Found)
    assert found.node.secure
    label = resolve(tree, Target(name="암호", role=Role.LABEL))
    assert isinstance(label, Found)
    assert label.node.ref == "a"


def test_a_holder_of_the_same_name_is_left_out(make_node: MakeNode, make_tree: MakeTree) -> None:
    tree = make_tree(
        _window(make_node),
        make_node("a", Role.LIST_ITEM, "서울", window="w", parent="w", can=PRESS),
        make_node("b", Role.GROUP, "서울", window="w", parent="a"),
    )
    found = resolve(tree, Target(name="서울"))
    assert isinstance(found, Found)
    assert found.node.ref == "a"


def test_a_program_is_named_by_its_words(make_node: MakeNode, make_tree: MakeTree) -> None:
    tree = make_tree(
        _window(make_node, "v", app="mousepad"),
        make_node("a", Role.TEXT_AREA, window="v", app="mousepad"),
        _window(make_node, "w", app="zenity", states=frozenset({State.SHOWING})),
        make_node("b", Role.TEXT_AREA, window="w", app="zenity"),
    )
    found = resolve(tree, Target(role=Role.TEXT_AREA, app="메모장"))
    assert isinstance(found, Found)
    assert found.node.ref == "a"
    other = resolve(tree, Target(role=Role.TEXT_AREA, app="Zenity"))
    assert isinstance(other, Found)
    assert other.node.ref == "b"


def test_what_is_not_there_names_what_is_near(make_node: MakeNode, make_tree: MakeTree) -> None:
    tree = make_tree(_window(make_node), make_node("a", Role.BUTTON, "Search", window="w"))
    found = resolve(tree, Target(name="Serch"))
    assert isinstance(found, NotFound)
    assert any("Search" in one for one in found.candidates)


def test_a_cut_tree_proves_no_absence(make_node: MakeNode, make_tree: MakeTree) -> None:
    found = resolve(make_tree(_window(make_node), truncated=True), Target(name="x"))
    assert isinstance(found, NotFound)
    assert "part of the screen" in found.message


def test_what_is_described_is_redacted_before_it_is_cut(make_node: MakeNode) -> None:
    name = "x" * 70 + " kim.minsu@example.com"
    assert "kim" not in describe(make_node("1", Role.BUTTON, name))
