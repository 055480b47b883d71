"""Reading AT-SPI answers, without a bus."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from qagent.desktop.base import Budget, GoneError, Node, TextState
from qagent.desktop.linux import roles
from qagent.desktop.linux.keyboard import _is_left_over, _keysym
from qagent.desktop.linux.tree import TreeReader
from qscreen.wire import Role, State

APP = (":1.5", "/org/a11y/atspi/accessible/root")
REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
SHOWING = 1 << 25
ACTIVE = 1 << 1
FOCUSED = 1 << 12
MANAGES = 1 << 31

Asked = tuple[tuple[str, str], str]


@dataclass
class PaperBus:
    """A program's elements by path: role, state and children; remembers what it was asked."""

    elements: dict[str, tuple[int, int, tuple[str, ...]]]
    asked: Counter[Asked] = field(default_factory=Counter)

    def message(self, ref: tuple[str, str], interface: str, method: str, *_: Any) -> Asked:
        return ref, method

    def property(self, ref: tuple[str, str], interface: str, name: str) -> Asked:
        return ref, name

    def call(self, ref: tuple[str, str], interface: str, method: str, *_: Any) -> Any:
        return self._answer((ref, method))

    def get(self, ref: tuple[str, str], interface: str, name: str) -> Any:
        assert name == "ChildCount"
        return len(self.elements["/root"][2])

    def many(self, calls: Sequence[Asked]) -> list[Any]:
        return [self._answer(call) for call in calls]

    def _answer(self, call: Asked) -> Any:
        self.asked[call[0][1], call[1]] += 1
        ref, what = call
        if ref == REGISTRY:
            return ([APP],)
        element = self.elements.get("/root" if ref == APP else ref[1])
        if element is None:
            return None
        role, bits, children = element
        answers = {
            "Name": (("s", "editor" if ref == APP else ref[1]),),
            "GetRole": (role,),
            "GetState": ([bits & 0xFFFFFFFF, bits >> 32],),
            "GetInterfaces": (["org.a11y.atspi.Component"],),
            "GetExtents": ((0, 0, 10, 10),),
            "GetChildren": ([(APP[0], path) for path in children],),
        }
        return answers[what]


def _read(elements: dict[str, tuple[int, int, tuple[str, ...]]], window: str = "/w") -> Any:
    bus = PaperBus(elements)
    reader = TreeReader(bus)  # type: ignore[arg-type]
    (node,) = [one for one in reader.windows() if one.ref == (APP[0], window)]
    return bus, *reader.window_tree(node, Budget())


WINDOW = {
    "/root": (75, 0, ("/w",)),
    "/w": (23, SHOWING | ACTIVE, ("/menus", "/area", "/hidden")),
    "/menus": (34, SHOWING, ("/file", "/edit")),
    "/file": (33, SHOWING, ("/new", "/open")),
    "/edit": (33, SHOWING, ()),
    "/new": (35, 0, ()),
    "/open": (35, 0, ()),
    "/area": (61, SHOWING | FOCUSED | 1 << 17, ()),
    "/hidden": (39, 0, ("/inside",)),
    "/inside": (43, SHOWING, ()),
}


def test_what_shows_comes_in_document_order_with_its_parents() -> None:
    _, nodes, cut = _read(WINDOW)
    paths = [(node.ref[1], node.parent and node.parent[1]) for node in nodes]
    assert paths == [
        ("/w", None),
        ("/menus", "/w"),
        ("/file", "/menus"),
        ("/edit", "/menus"),
        ("/area", "/w"),
    ]
    assert {node.window for node in nodes} == {(APP[0], "/w")}
    assert not cut


def test_of_what_does_not_show_only_the_state_is_asked() -> None:
    bus, _, _ = _read(WINDOW)
    for path in ("/new", "/open", "/hidden"):
        assert {what for (ref, what) in bus.asked if ref == path} == {"GetState"}
    assert not any(ref == "/inside" for (ref, _) in bus.asked)


def test_children_made_on_demand_are_not_asked_for_and_the_cut_is_told() -> None:
    table = {
        "/root": (75, 0, ("/w",)),
        "/w": (23, SHOWING, ("/table",)),
        "/table": (55, SHOWING | MANAGES, ("/cell",)),
        "/cell": (56, SHOWING, ()),
    }
    bus, nodes, cut = _read(table)
    assert [node.ref[1] for node in nodes] == ["/w", "/table"]
    assert cut
    assert ("/table", "GetChildren") not in bus.asked


def test_a_crowd_is_listed_but_not_opened() -> None:
    many = tuple(f"/i{number}" for number in range(501))
    crowd: dict[str, tuple[int, int, tuple[str, ...]]] = {
        "/root": (75, 0, ("/w",)),
        "/w": (23, SHOWING, many),
        **dict.fromkeys(many, (32, SHOWING, ("/below",))),
        "/below": (29, SHOWING, ()),
    }
    bus, nodes, cut = _read(crowd)
    assert len(nodes) == 502
    assert cut
    assert ("/i7", "GetChildren") not in bus.asked


def test_a_window_that_is_gone_is_an_error() -> None:
    bus = PaperBus(dict(WINDOW))
    reader = TreeReader(bus)  # type: ignore[arg-type]
    (window,) = reader.windows()
    del bus.elements["/w"]
    with pytest.raises(GoneError):
        reader.window_tree(window, Budget())


def test_an_element_has_the_keys_when_it_is_focused_in_the_active_window() -> None:
    bus, nodes, _ = _read(WINDOW)
    reader = TreeReader(bus)
    area: Node = next(node for node in nodes if node.role is Role.TEXT_AREA)
    assert reader.has_keys(area)
    bus.elements["/w"] = (23, SHOWING, ())
    assert not reader.has_keys(area)
    bus.elements["/w"] = WINDOW["/w"]
    bus.elements["/area"] = (61, SHOWING, ())
    assert not reader.has_keys(area)
    del bus.elements["/area"]
    with pytest.raises(GoneError):
        reader.has_keys(area)


def test_the_password_role_is_known_by_its_number() -> None:
    assert roles.role_of(roles.PASSWORD_TEXT, 0) is Role.PASSWORD_FIELD
    assert roles.PASSWORD_TEXT == 40


def test_a_multi_line_text_is_an_area() -> None:
    assert roles.role_of(61, 1 << 17) is Role.TEXT_AREA
    assert roles.role_of(61, 0) is Role.TEXT_FIELD


def test_states_come_from_both_words() -> None:
    bits = roles.bits_of([1 << 25 | 1 << 8 | 1 << 24, 0])
    assert roles.states_of(bits) == {State.SHOWING, State.ENABLED}
    assert State.ENABLED not in roles.states_of(bits & ~(1 << 24))


def test_typing_replaces_the_selection_or_goes_to_the_caret() -> None:
    assert TextState("가나다", 1).after_typing("X") == "가X나다"
    assert TextState("가나다", 3, (0, 2)).after_typing("X") == "X다"


def test_keysyms_of_characters() -> None:
    assert _keysym("a") == 0x61
    assert _keysym("é") == 0xE9
    assert _keysym("가") == 0x0100AC00
    assert _keysym("\n") == 0xFF0D


def test_keys_left_by_a_killed_agent_are_known_again() -> None:
    assert _is_left_over([0x0100AC00, 0x0100AC00, 0, 0, 0, 0, 0])
    assert _is_left_over([0xE9, 0xE9, 0xE9, 0xE9, 0, 0, 0])
    assert not _is_left_over([0x20, 0, 0x20, 0, 0, 0, 0])
    assert not _is_left_over([0x61, 0x41, 0x61, 0x41, 0, 0, 0])
    assert not _is_left_over([0xFF1B, 0, 0xFF1B, 0, 0, 0, 0])
