"""Reading AT-SPI answers, without a bus."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from qagent.desktop.base import Budget, GoneError, Node, TextState, UnsupportedError
from qagent.desktop.linux import roles
from qagent.desktop.linux.keyboard import _is_left_over, _keysym
from qagent.desktop.linux.tables import place_of
from qagent.desktop.linux.toolkit import Toolkit, clean_name, toolkit_of
from qagent.desktop.linux.tree import TreeReader
from qagent.desktop.linux.windows import XWindow
from qscreen.wire import Rect, Role, State

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
    toolkit: tuple[str, str] = ("gtk", "3.24.38")
    rects: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    asked: Counter[Asked] = field(default_factory=Counter)

    def message(self, ref: tuple[str, str], interface: str, method: str, *_: Any) -> Asked:
        return ref, method

    def property(self, ref: tuple[str, str], interface: str, name: str) -> Asked:
        return ref, name

    def call(self, ref: tuple[str, str], interface: str, method: str, *_: Any) -> Any:
        return self._answer((ref, method))

    def get(self, ref: tuple[str, str], interface: str, name: str) -> Any:
        raise UnsupportedError(name)

    def many(self, calls: Sequence[Asked]) -> list[Any]:
        return [self._answer(call) for call in calls]

    all_of = many

    def _answer(self, call: Asked) -> Any:
        self.asked[call[0][1], call[1]] += 1
        ref, what = call
        if ref == REGISTRY:
            return ([APP],)
        if what == "GetAccessibleAtPoint":
            raise UnsupportedError(what)
        if what == "GetConnectionUnixProcessID":
            return (7,)
        element = self.elements.get("/root" if ref == APP else ref[1])
        if element is None:
            return None
        role, bits, children = element
        path = ref[1]
        answers = {
            "Name": (("s", "editor" if ref == APP else self.names.get(path, path)),),
            "ToolkitName": (("s", self.toolkit[0]),),
            "Version": (("s", self.toolkit[1]),),
            "ChildCount": (("i", self.counts.get(path, len(children))),),
            "GetRelationSet": ([],),
            "GetText": ("",),
            "GetRole": (role,),
            "GetState": ([bits & 0xFFFFFFFF, bits >> 32],),
            "GetInterfaces": (["org.a11y.atspi.Component"],),
            "GetExtents": (self.rects.get(path, (0, 0, 10, 10)),),
            "GetChildren": ([(APP[0], path) for path in children],),
        }
        return answers[what]


@dataclass
class PaperX:
    """The X server's idea of the windows."""

    windows: tuple[XWindow, ...] = ()
    questions: int = 0

    def active(self) -> XWindow | None:
        self.questions += 1
        return self.windows[0] if self.windows else None

    def managed(self) -> list[XWindow]:
        return list(self.windows)

    def seen(self) -> list[Rect]:
        return [one.rect for one in self.windows]


def _reader(bus: PaperBus, x: PaperX | None = None) -> TreeReader:
    return TreeReader(bus, x or PaperX())  # type: ignore[arg-type]


def _read(elements: dict[str, tuple[int, int, tuple[str, ...]]], window: str = "/w") -> Any:
    bus = PaperBus(dict(elements))
    reader = _reader(bus)
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


TABLE = {
    "/root": (75, 0, ("/w",)),
    "/w": (23, SHOWING, ("/table",)),
    "/table": (55, SHOWING | MANAGES, ("/cell",)),
    "/cell": (56, SHOWING, ()),
}


def test_very_many_children_made_on_demand_are_not_asked_for_and_the_cut_is_told() -> None:
    for count in (2**31 - 1, -1):
        bus = PaperBus(dict(TABLE), counts={"/table": count})
        reader = _reader(bus)
        nodes, cut = reader.window_tree(reader.windows()[0], Budget())
        assert [node.ref[1] for node in nodes] == ["/w", "/table"]
        assert cut
        assert ("/table", "GetChildren") not in bus.asked


def test_a_few_children_made_on_demand_are_read_like_others() -> None:
    _, nodes, cut = _read(TABLE)
    assert [node.ref[1] for node in nodes] == ["/w", "/table", "/cell"]
    assert not cut


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
    reader = _reader(bus)
    (window,) = reader.windows()
    del bus.elements["/w"]
    with pytest.raises(GoneError):
        reader.window_tree(window, Budget())


def test_an_element_has_the_keys_when_it_is_focused_in_the_active_window() -> None:
    bus, nodes, _ = _read(WINDOW)
    reader = _reader(bus)
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


def _page(active: XWindow | None) -> tuple[PaperBus, TreeReader, PaperX]:
    bus = PaperBus(
        {
            "/root": (75, 0, ("/w", "/ghost")),
            "/w": (23, SHOWING, ("/field",)),
            "/field": (79, SHOWING | FOCUSED | 1 << 7, ()),
            "/ghost": (23, SHOWING, ()),
        },
        toolkit=("Chromium", "1.0"),
        names={"/w": "Orders - Chromium", "/ghost": ""},
        rects={"/w": (10, 10, 800, 600), "/ghost": (100, 35, 700, 88)},
    )
    x = PaperX(() if active is None else (active,))
    return bus, _reader(bus, x), x


PAGE = XWindow(1, 7, "Orders - Chromium", Rect(x=10, y=10, width=800, height=600))


def test_the_active_window_is_asked_of_the_window_manager_where_its_program_is_silent() -> None:
    _, reader, _ = _page(PAGE)
    (window,) = reader.windows()
    assert window.has(State.ACTIVE)
    nodes, _ = reader.window_tree(window, Budget())
    assert nodes[0].has(State.ACTIVE)
    assert reader.has_keys(nodes[1])


def test_no_window_of_a_page_is_active_when_another_program_has_the_keys() -> None:
    _, reader, _ = _page(XWindow(2, 8, "Editor", PAGE.rect))
    (window,) = reader.windows()
    assert not window.has(State.ACTIVE)
    nodes, _ = reader.window_tree(window, Budget())
    assert not reader.has_keys(nodes[1])


def test_windows_that_are_only_kept_ready_are_left_out() -> None:
    _, reader, x = _page(PAGE)
    assert [one.name for one in reader.windows()] == ["Orders - Chromium"]
    x.windows = (PAGE, XWindow(1, 7, "", Rect(x=101, y=36, width=700, height=90)))
    assert len(reader.windows()) == 2


def test_where_programs_tell_it_the_window_manager_is_not_asked() -> None:
    bus = PaperBus(dict(WINDOW))
    x = PaperX((PAGE,))
    reader = _reader(bus, x)
    reader.window_tree(reader.windows()[0], Budget())
    assert x.questions == 0


def test_a_program_that_does_not_answer_is_not_one_that_is_not_there() -> None:
    bus = PaperBus(dict(WINDOW))
    reader = _reader(bus)
    assert reader.apps()
    assert not reader.unanswered
    del bus.elements["/root"]
    assert reader.apps() == []
    assert reader.unanswered


def test_gtk4_is_placed_by_its_window_and_shows_what_is_visible() -> None:
    visible = 1 << 30
    bus = PaperBus(
        {
            "/root": (75, 0, ("/w",)),
            "/w": (23, SHOWING | ACTIVE | visible, ("/box",)),
            "/box": (39, visible, ("/button", "/hidden", "/flat")),
            "/button": (43, visible, ()),
            "/hidden": (43, 0, ()),
            "/flat": (48, visible, ()),
        },
        toolkit=("GTK", "4.8.3"),
        names={"/box": "GtkBox", "/button": "7 7"},
        rects={
            "/w": (0, 0, 345, 476),
            "/button": (16, 288, 55, 40),
            "/flat": (0, 47, 0, 0),
        },
    )
    x = PaperX((XWindow(1, 7, "/w", Rect(x=300, y=120, width=355, height=486)),))
    reader = _reader(bus, x)
    (window,) = reader.windows()
    assert window.rect == Rect(x=300, y=120, width=355, height=486)
    nodes, _ = reader.window_tree(window, Budget())
    assert [(node.role, node.name) for node in nodes[1:]] == [
        (Role.GROUP, ""),
        (Role.BUTTON, "7"),
    ]
    # The window draws a border of 5 pixels around what it places.
    assert nodes[2].rect == Rect(x=321, y=413, width=55, height=40)
    assert nodes[2].has(State.SHOWING)


def test_what_libreoffice_draws_is_moved_below_the_menu_bar_it_forgets() -> None:
    bus = PaperBus(
        {
            "/root": (75, 0, ("/w",)),
            "/w": (23, SHOWING | ACTIVE, ("/below",)),
            "/below": (39, SHOWING, ("/pane",)),
            "/pane": (46, SHOWING, ("/bar",)),
            "/bar": (39, SHOWING, ("/cell", "/native")),
            "/cell": (43, SHOWING, ()),
            "/native": (39, SHOWING, ("/button",)),
            "/button": (43, SHOWING, ()),
        },
        rects={
            "/below": (0, 44, 1440, 856),
            "/pane": (0, 19, 1440, 856),
            "/bar": (0, 830, 138, 23),
            "/cell": (4, 832, 20, 20),
            "/native": (0, 855, 138, 24),
            "/button": (6, 855, 24, 24),
        },
    )
    bus.names["/root"] = "soffice"
    reader = _reader(bus)
    reader._toolkits[APP[0]] = Toolkit.LIBREOFFICE
    nodes, _ = reader.window_tree(reader.windows()[0], Budget())
    places = {node.ref[1]: node.rect.y for node in nodes if node.rect}
    assert places["/pane"] == 44
    assert places["/cell"] == 857
    assert places["/native"] == places["/button"] == 855


def test_toolkits_are_told_by_what_they_say() -> None:
    assert toolkit_of("mousepad", "gtk", "3.24.38") is Toolkit.GTK3
    assert toolkit_of("gnome-calculator", "GTK", "4.8.3") is Toolkit.GTK4
    assert toolkit_of("soffice", "gtk", "3.24.38") is Toolkit.LIBREOFFICE
    assert toolkit_of("form", "Qt", "6.4.2") is Toolkit.QT
    assert toolkit_of("x", "", "") is Toolkit.OTHER


def test_names_that_gtk4_makes_up_are_no_names() -> None:
    assert clean_name("GtkMenuButton", Toolkit.GTK4) == ""
    assert clean_name("mod mod", Toolkit.GTK4) == "mod"
    assert clean_name("GtkMenuButton", Toolkit.GTK3) == "GtkMenuButton"
    assert clean_name("a b", Toolkit.GTK4) == "a b"


def test_cells_are_found_by_their_names() -> None:
    assert place_of("A1") == (0, 0)
    assert place_of("AB12") == (11, 27)
    assert place_of("XFD1048576") == (1048575, 16383)
    assert place_of("A0") is None
    assert place_of("사과") is None


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
