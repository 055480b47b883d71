"""The observation pipeline: labels by geometry, redaction, secure fields."""

import json
from collections.abc import Callable

from qagent.desktop.base import Node, Tree
from qagent.observe import look, take_snapshot
from qscreen.wire import Rect, Role, State

MakeNode = Callable[..., Node]
MakeTree = Callable[..., Tree]


class Shown:
    """A desktop that shows one given tree."""

    name = "shown"

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def look(self, budget, *, window=None) -> Tree:
        return self.tree


def _rect(x: int, y: int, width: int = 80, height: int = 20) -> Rect:
    return Rect(x=x, y=y, width=width, height=height)


def test_fields_take_the_name_of_the_label_beside_them(
    make_node: MakeNode, make_tree: MakeTree
) -> None:
    tree = make_tree(
        make_node("w", Role.WINDOW, "Form", window="w", states=frozenset({State.ACTIVE})),
        make_node("1", Role.LABEL, "이름:", window="w", rect=_rect(0, 0)),
        make_node("2", Role.TEXT_FIELD, window="w", rect=_rect(90, 0)),
        make_node("3", Role.LABEL, "Email", window="w", rect=_rect(0, 30)),
        make_node("4", Role.TEXT_FIELD, window="w", rect=_rect(90, 30)),
        make_node("5", Role.LABEL, "Below", window="w", rect=_rect(0, 60)),
        make_node("6", Role.COMBO_BOX, window="w", rect=_rect(0, 82)),
        make_node("7", Role.TEXT_AREA, window="w", rect=_rect(0, 110, 400, 200)),
    )
    seen = {node.ref: node.name for node in look(Shown(tree)).nodes}
    assert seen["2"] == "이름"
    assert seen["4"] == "Email"
    assert seen["6"] == "Below"
    assert seen["7"] == ""


def test_snapshots_are_redacted_and_never_hold_secure_values(
    make_node: MakeNode, make_tree: MakeTree
) -> None:
    tree = make_tree(
        make_node("w", Role.WINDOW, "kim@example.com", window="w", states=frozenset({"active"})),
        make_node("1", Role.TEXT_FIELD, "Mail", window="w", parent="w", value="lee@example.com"),
        make_node("2", Role.PASSWORD_FIELD, "pw", window="w", value="leak", secure=True),
    )
    snapshot = take_snapshot(Shown(tree), "device-1")
    text = snapshot.model_dump_json()
    assert "example.com" not in text
    assert "leak" not in text
    assert snapshot.elements[2].secure
    assert snapshot.elements[1].parent == "e1"
    assert snapshot.active_window is not None


def test_a_snapshot_that_would_not_pass_the_gateway_is_cut_and_says_so(
    make_node: MakeNode, make_tree: MakeTree
) -> None:
    window = make_node("w", Role.WINDOW, "W", window="w", states=frozenset({State.ACTIVE}))
    fields = [
        make_node(
            str(number), Role.TEXT_AREA, "가" * 900, window="w", parent="w", value="나" * 2000
        )
        for number in range(600)
    ]
    snapshot = take_snapshot(Shown(make_tree(window, *fields)), "device-1")
    assert snapshot.truncated
    assert 100 < len(snapshot.elements) < 600
    event = json.dumps({"body": snapshot.model_dump_json(exclude_none=True)})
    assert len(event) < 6_000_000
