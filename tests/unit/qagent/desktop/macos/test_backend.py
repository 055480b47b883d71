"""Acting: text, keys, pointer, options, permissions, and how each refusal is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qagent.desktop import open_backend
from qagent.desktop.base import (
    Budget,
    CellRange,
    CoveredError,
    GoneError,
    MissingProgramError,
    Surface,
    UnsupportedError,
    UnsupportedPlatformError,
)
from qagent.desktop.macos import keys
from qagent.desktop.macos.applications import NEW_DOCUMENT, find_bundle
from qagent.desktop.macos.file_dialog import enter_path
from qagent.desktop.macos.opening import open_macos
from qagent.desktop.macos.seam import (
    Display,
    DisplaysChangedError,
    PermissionMissingError,
    Point,
    Range,
    SecureInputError,
    ShownWindow,
)
from qagent.desktop.macos.text import CHUNK_UNITS, chunks, text_state, units
from qscreen.wire import Rect, ScrollDirection


def with_field(mac: Any, thing: Any, **attributes: Any) -> tuple[Any, Any, Any]:
    defaults: dict[str, Any] = {
        "Value": "한글 😀 text",
        "SelectedTextRange": Range(6, 0),
        "settable": ["AXValue", "AXSelectedText", "AXSelectedTextRange", "AXFocused"],
    }
    field = thing("AXTextField", **{**defaults, **attributes})
    mac.add(7, "TextEdit", thing("AXWindow", field, actions=["AXRaise"]), settable=["AXFrontmost"])
    backend = mac.open()
    return backend, backend.look(Budget()).nodes[1], field


def test_offsets_are_characters(mac: Any, thing: Any) -> None:
    backend, node, _ = with_field(mac, thing)
    state = backend.text_state(node)
    assert (state.text, state.caret, state.selection) == ("한글 😀 text", 5, None)


def test_text_goes_in_place_of_the_selection(mac: Any, thing: Any) -> None:
    backend, node, field = with_field(mac, thing, SelectedTextRange=Range(3, 3))
    state = backend.text_state(node)
    assert state.selection == (3, 5)
    backend.insert_text(node, state, "새")
    assert field.attributes["AXSelectedTextRange"] == Range(3, 3)
    assert field.attributes["AXSelectedText"] == "새"


def test_a_field_without_native_edits_says_so(mac: Any, thing: Any) -> None:
    backend, node, _ = with_field(mac, thing, settable=[])
    with pytest.raises(UnsupportedError):
        backend.set_text(node, "x")
    with pytest.raises(UnsupportedError):
        backend.focus(node)


def test_focus_brings_program_and_window_to_the_front(mac: Any, thing: Any) -> None:
    backend, node, field = with_field(mac, thing)
    backend.focus(node)
    assert [d[0] for d in mac.did] == ["activate", "write", "perform", "write"]
    assert field.attributes["AXFocused"] is True
    assert backend.has_keys(node)
    mac.apps[7].attributes["AXFrontmost"] = False
    assert not backend.has_keys(node)


def test_press_takes_the_chief_action(mac: Any, thing: Any) -> None:
    button = thing("AXButton", actions=["AXShowMenu", "AXPress"])
    mac.add(7, "X", thing("AXWindow", button, thing("AXButton", actions=["AXShowMenu"])))
    backend = mac.open()
    _, first, second = backend.look(Budget()).nodes
    backend.press(first)
    assert mac.did == [("perform", button, "AXPress")]
    with pytest.raises(UnsupportedError):
        backend.press(second)


def test_a_pop_up_is_opened_read_and_closed(mac: Any, thing: Any) -> None:
    items = [thing("AXMenuItem", Title=name, actions=["AXPress"]) for name in ("서울", "부산")]
    menu = thing("AXMenu", *items, actions=["AXCancel"])
    pop_up = thing("AXPopUpButton", Title="City", Value="부산", actions=["AXPress"])
    mac.add(7, "X", thing("AXWindow", pop_up))
    backend = mac.open()
    node = backend.look(Budget()).nodes[1]
    mac.on_perform = lambda one, action: (
        pop_up.children.append(menu)
        if one is pop_up
        else pop_up.children.clear()
        if one is menu or one in items
        else None
    )
    assert backend.options(node) == ("서울", "부산")
    assert pop_up.children == []
    assert backend.is_selected(node, 1)
    assert not backend.is_selected(node, 0)
    backend.select_option(node, 0)
    assert mac.did[-1] == ("perform", items[0], "AXPress")


def test_rows_are_named_by_their_text_and_selected(mac: Any, thing: Any) -> None:
    rows = [
        thing("AXRow", thing("AXCell", thing("AXStaticText", Value=name)), settable=["AXSelected"])
        for name in ("a", "b")
    ]
    mac.add(7, "X", thing("AXWindow", thing("AXTable", *rows, thing("AXColumn"))))
    backend = mac.open()
    table = backend.look(Budget()).nodes[1]
    assert backend.options(table) == ("a", "b")
    backend.select_option(table, 1)
    assert backend.is_selected(table, 1)
    assert not backend.is_selected(table, 0)
    with pytest.raises(UnsupportedError):
        backend.select_option(table, 2)


def test_text_is_typed_in_whole_chunks_and_can_be_stopped(mac: Any, thing: Any) -> None:
    backend, _, _ = with_field(mac, thing)
    seen: list[int] = []
    text = "가나다라마바사아자차카타파하" * 10 + "\n끝"
    backend.type_text(text, seen.append)
    sent = "".join(d[1] for d in mac.did if d[0] == "characters")
    assert sent == text.replace("\n", "")
    assert ("key", keys.RETURN, True, 0) in mac.did
    assert seen[0] == 0
    assert seen == sorted(seen)

    def stop(_: int) -> None:
        raise InterruptedError

    mac.did.clear()
    with pytest.raises(InterruptedError):
        backend.type_text("x", stop)
    assert mac.did == []


@given(st.text())
def test_chunks_lose_nothing_and_fit_an_event(text: str) -> None:
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    parts = list(chunks(text))
    assert "".join(parts) == text
    assert all(0 < units(part) <= CHUNK_UNITS for part in parts)


@given(st.text(alphabet="a한😀𠀀"), st.data())
def test_utf16_offsets_become_characters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    state = text_state(text, Range(units(text[:start]), units(text[start:end])))
    assert state.caret == end
    assert state.selection == ((start, end) if start != end else None)


def test_keys_go_down_in_order_and_up_in_reverse(mac: Any, thing: Any) -> None:
    backend, _, _ = with_field(mac, thing)
    backend.press_keys(("super", "shift", "s"))
    command, shift = 1 << 20, 1 << 17
    assert mac.did == [
        ("key", 55, True, command),
        ("key", 56, True, command | shift),
        ("key", 1, True, command | shift),
        ("key", 1, False, command | shift),
        ("key", 56, False, command),
        ("key", 55, False, 0),
    ]


def test_every_key_of_the_api_has_a_code() -> None:
    printable = [chr(code) for code in range(0x21, 0x7F)]
    codes = {}
    for key in [*keys.NAMED, *printable]:
        modifiers, code = keys.combination((key,))
        assert codes.setdefault((modifiers, code), key) == key
    assert keys.combination(("?",)) == (("shift",), 44)
    assert keys.combination(("ctrl", "A")) == (("ctrl", "shift"), 0)
    for wrong in (("hyper",), ("ctrl",), ("a", "b")):
        with pytest.raises(keys.UnknownKeyError):
            keys.combination(wrong)


def test_pointer_places_are_points_of_the_right_display(mac: Any, thing: Any) -> None:
    mac.displays = (Display(1, 0, 0, 1440, 900, 2.0), Display(2, -1000, 0, 1000, 900, 1.0))
    backend, field, _ = with_field(mac, thing)
    backend.click(1000, 100, meant=field, button="secondary", count=2)
    backend.scroll(2000, 0, ScrollDirection.DOWN, 1, meant=field)
    assert mac.did == [("click", -500.0, 50.0, True, 2), ("wheel", 0.0, 0.0, -3, 0)]


def test_places_are_refused_after_the_displays_changed(mac: Any, thing: Any) -> None:
    backend, field, _ = with_field(mac, thing)
    mac.displays = (Display(1, 0, 0, 1440, 900, 1.0),)
    with pytest.raises(DisplaysChangedError):
        backend.click(1, 1, meant=field, button="primary", count=1)
    backend.look(Budget())
    backend.click(1, 1, meant=field, button="primary", count=1)


def test_secure_input_names_its_holder_and_nothing_is_sent(mac: Any, thing: Any) -> None:
    backend, _, _ = with_field(mac, thing)
    mac.holder = "Terminal"
    for act in (lambda: backend.press_keys(("a",)), lambda: backend.type_text("a", lambda _: None)):
        with pytest.raises(SecureInputError, match="Terminal") as caught:
            act()
        assert caught.value.repair
    assert mac.did == []


def test_secure_input_that_comes_while_typing_stops_it(mac: Any, thing: Any) -> None:
    backend, _, _ = with_field(mac, thing)

    def between(typed: int) -> None:
        mac.holder = "Safari" if typed else None

    with pytest.raises(SecureInputError):
        backend.type_text("가" * 200, between)
    assert sum(d[0] == "characters" for d in mac.did) == 3


def test_a_withheld_permission_names_pane_and_repair(mac: Any, thing: Any) -> None:
    mac.add(7, "X", thing("AXWindow"))
    mac.granted = False
    with pytest.raises(PermissionMissingError) as caught:
        mac.open()
    assert caught.value.permission == "Accessibility"
    assert caught.value.pane.endswith("Privacy_Accessibility")
    assert caught.value.pane in caught.value.repair


def test_each_permission_is_told_apart(mac: Any, thing: Any) -> None:
    backend, field, _ = with_field(mac, thing)
    mac.listens = False
    found = {one.name: one.granted for one in backend.permissions()}
    assert found == {"Accessibility": True, "Screen Recording": True, "Input Monitoring": False}
    mac.posts = False
    with pytest.raises(PermissionMissingError):
        backend.click(1, 1, meant=field, button="primary", count=1)
    with pytest.raises(PermissionMissingError):
        backend.press_keys(("a",))


def test_without_windows_macos_is_asked(mac: Any) -> None:
    mac.open()
    mac.granted = False
    with pytest.raises(PermissionMissingError):
        mac.open()


def test_each_call_has_a_pool_of_its_own(mac: Any, thing: Any) -> None:
    backend, node, _ = with_field(mac, thing)
    before = mac.pools
    backend.windows()
    backend.text_state(node)
    backend.capture()
    assert mac.pools == before + 3


def test_launch_can_ask_for_a_fresh_document(mac: Any, thing: Any) -> None:
    backend, _, _ = with_field(mac, thing)
    backend.launch(("/Applications/TextEdit.app", NEW_DOCUMENT), Path(), "")
    assert mac.did[0] == ("launch", ("/Applications/TextEdit.app", NEW_DOCUMENT))
    assert ("key", 45, True, 1 << 20) in mac.did


def test_programs_are_found_by_words_names_and_shown_names(tmp_path: Path) -> None:
    contents = tmp_path / "TextEdit.app" / "Contents"
    contents.mkdir(parents=True)
    other = tmp_path / "Hwp.app" / "Contents"
    other.mkdir(parents=True)
    (other / "Info.plist").write_text(
        '<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleDisplayName</key>'
        "<string>한글</string></dict></plist>",
        encoding="utf-8",
    )
    for words in ("메모장", "textedit", "텍스트 편집기"):
        found = find_bundle(words, (tmp_path,))
        assert found is not None
        assert found.name == "TextEdit"
    found = find_bundle("한글", (tmp_path,))
    assert found is not None
    assert found.new_document == (str(tmp_path / "Hwp.app"), NEW_DOCUMENT)
    assert find_bundle("없는 것", (tmp_path, tmp_path / "missing")) is None


def test_elsewhere_the_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QAGENT_BACKEND", "macos")
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(UnsupportedPlatformError) as caught:
        open_backend()
    assert caught.value.repair


def test_a_missing_package_is_named_with_its_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setitem(__import__("sys").modules, "objc", None)
    with pytest.raises(MissingProgramError, match="objc") as caught:
        open_macos()
    assert "pip install" in caught.value.repair


def test_a_save_panel_gets_folder_and_name(mac: Any, thing: Any) -> None:
    settable = ["AXValue", "AXFocused"]
    entry = thing("AXTextField", Value="Untitled", Focused=True, settable=settable)
    folder = thing("AXTextField", Value="", Focused=False, settable=settable)
    panel = thing("AXSheet", entry, folder, Identifier="save-panel")
    mac.add(7, "TextEdit", thing("AXWindow", Sheets=(panel,)))
    backend = mac.open()
    node = next(n for n in backend.look(Budget()).nodes if n.ref.element is entry)

    def press(keys: tuple[str, ...]) -> None:
        entry.attributes["AXFocused"] = keys == ("enter",)
        folder.attributes["AXFocused"] = keys != ("enter",)

    backend.press_keys = press
    shown = enter_path(backend, node, Path("/tmp/out/memo.txt"), lambda holds, _: holds())
    assert shown == "memo.txt"
    assert folder.attributes["AXValue"] == "/tmp/out"
    assert entry.attributes["AXValue"] == "memo.txt"


def test_a_save_panel_that_asks_for_no_folder_is_refused(mac: Any, thing: Any) -> None:
    backend, node, field = with_field(mac, thing, Focused=True)
    with pytest.raises(UnsupportedError):
        enter_path(backend, node, Path("/tmp/memo.txt"), lambda holds, _: holds())
    assert field.attributes["AXValue"] == "한글 😀 text"


def test_a_slider_is_read_and_set_by_its_value(mac: Any, thing: Any) -> None:
    slider = thing(
        "AXSlider", Title="Level", Value=5.0, MinValue=0.0, MaxValue=10.0, settable=["AXValue"]
    )
    mac.add(7, "Mixer", thing("AXWindow", slider))
    backend = mac.open()
    node = backend.look(Budget()).nodes[1]
    state = backend.value_state(node)
    assert (state.current, state.minimum, state.maximum) == (5.0, 0.0, 10.0)
    backend.set_value(node, 8)
    assert slider.attributes["AXValue"] == 8.0
    slider.settable.clear()
    with pytest.raises(UnsupportedError):
        backend.set_value(node, 3)


def _with_table(mac: Any, thing: Any, rows: int = 3) -> tuple[Any, Any, list[Any]]:
    def row(number: int) -> Any:
        text = thing("AXStaticText", Value=f"사과 {number}")
        secret = thing("AXTextField", Subrole="AXSecureTextField", Value="hunter2")
        bare = thing("AXTextField", Subrole="AXSecureTextField", Value="hunter2")
        return thing("AXRow", thing("AXCell", text), thing("AXCell", secret), bare)

    lines = [row(number) for number in range(rows)]
    columns = [thing("AXColumn", Title=name) for name in ("품목", "암호", "열쇠")]
    table = thing("AXTable", *lines, Title="Orders", Rows=tuple(lines), Columns=tuple(columns))
    mac.add(7, "Numbers", thing("AXWindow", table))
    backend = mac.open()
    return backend, next(n for n in backend.look(Budget()).nodes if n.name == "Orders"), lines


def test_of_a_table_only_the_wanted_rows_are_read(mac: Any, thing: Any) -> None:
    backend, table, lines = _with_table(mac, thing)
    assert backend.table_size(table) == (3, 3)
    assert backend.column_names(table, range(4)) == ("품목", "암호", "열쇠", "")
    mac.asked.clear()
    block = backend.cells(table, CellRange(range(1, 2), range(1)))
    assert [[cell.text for cell in row] for row in block] == [["사과 1"]]
    assert not any(one in (lines[0], lines[2]) for one, _ in mac.asked)


@pytest.mark.parametrize("column", [1, 2])
def test_a_password_in_a_table_is_not_read(mac: Any, thing: Any, column: int) -> None:
    backend, table, _ = _with_table(mac, thing)
    mac.asked.clear()
    ((cell,),) = backend.cells(table, CellRange(range(1), range(column, column + 1)))
    assert cell.text == ""
    secrets = [one for one, _ in mac.asked if one.attributes.get("AXSubrole")]
    assert secrets
    assert not any(name == "AXValue" and one in secrets for one, name in mac.asked)


def test_a_row_that_is_not_there_is_gone(mac: Any, thing: Any) -> None:
    backend, table, _ = _with_table(mac, thing)
    with pytest.raises(GoneError):
        backend.cells(table, CellRange(range(2, 4), range(1)))


def test_what_the_window_server_shows_is_told_in_pixels(mac: Any, thing: Any) -> None:
    mac.add(7, "Finder", thing("AXWindow"))
    place, size = Point(10, 20), Point(100, 80)
    mac.shown = (
        ShownWindow(("Dock",), "", Point(0, 0), Point(1440, 900), 5, ordinary=False, framed=False),
        ShownWindow(("Mail",), "Inbox", place, size, 9, ordinary=True, framed=True),
        ShownWindow(("Mail",), "", Point(-900, 0), size, 9, ordinary=True, framed=True),
    )
    dock, mail = mac.open().surfaces()
    assert (dock.veil, dock.bar) == (True, None)
    assert mail == Surface(
        ("Mail",),
        "Inbox",
        Rect(x=20, y=40, width=200, height=160),
        Rect(x=20, y=40, width=200, height=104),
        pid=9,
    )


def test_a_drag_is_given_in_points(mac: Any, thing: Any) -> None:
    backend, field, _ = with_field(mac, thing)
    backend.drag((20, 40), (200, 100), meant=field, onto=None)
    assert mac.did[-1] == ("drag", Point(10, 20), Point(100, 50))


OWN, OTHER, DOCK = 7, 8, 5
PANEL, DESKTOP = ("panel", 6), ("desktop", 4)


@pytest.mark.parametrize(
    ("layers", "hit", "taker"),
    [
        pytest.param((OWN, OTHER), None, None, id="its own window"),
        pytest.param((OTHER, OWN), None, "Mail", id="another program's window"),
        pytest.param((-DOCK, OWN), ("field", OWN), None, id="a part of the system lets through"),
        pytest.param((-DOCK, OWN), ("dock", DOCK), "Mail", id="a part of the system takes it"),
        pytest.param((-DOCK,), ("menu", OWN), None, id="its menu in the menu bar"),
        pytest.param((OTHER, OWN), PANEL, None, id="a panel that another process draws for it"),
        pytest.param((), DESKTOP, "", id="the bare screen"),
        pytest.param((), None, None, id="nothing that answers"),
    ],
)
def test_the_pointer_goes_only_to_the_program_that_is_meant(
    mac: Any, thing: Any, layers: tuple[int, ...], hit: Any, taker: str | None
) -> None:
    backend, node, _ = with_field(mac, thing)
    # Fronts first; a part of the system is written as a negative process.
    mac.shown = tuple(
        ShownWindow(
            *(("Mail",), "Inbox", Point(0, 0), Point(1440, 900), abs(pid)),
            ordinary=pid > 0,
            framed=pid > 0,
        )
        for pid in layers
    )
    window = mac.apps[OWN].attributes["AXWindows"][0]
    inside = thing("AXGroup", Window=window if hit == PANEL else None)
    mac.hit = None if hit is None else (inside, hit[1])
    acts: tuple[Callable[[], None], ...] = (
        lambda: backend.click(20, 40, meant=node, button="primary", count=1),
        lambda: backend.scroll(20, 40, ScrollDirection.DOWN, 1, meant=node),
        lambda: backend.drag((20, 40), (60, 40), meant=node, onto=node),
    )
    for act in acts:
        if taker is None:
            act()
            continue
        with pytest.raises(CoveredError) as refused:
            act()
        assert refused.value.surface.apps == ((taker,) if taker else ())
        assert refused.value.surface.bare is (taker == "")
    assert len(mac.did) == (len(acts) if taker is None else 0)
    # The hit test is asked where the window server leaves it open, at the place in points.
    assert set(mac.pointed) <= {Point(10, 20), Point(30, 20)}
    assert bool(mac.pointed) is (layers[:1] != (OWN,))


def test_a_lent_clipboard_is_given_back_whatever_it_held(mac: Any, thing: Any) -> None:
    mac.add(7, "Finder", thing("AXWindow"))
    mac.board = ({"public.png": b"\x89PNG"},)
    backend = mac.open()
    with backend.lend_clipboard():
        backend.write_clipboard("글")
        assert backend.read_clipboard() == "글"
    assert mac.board == ({"public.png": b"\x89PNG"},)
    assert backend.read_clipboard() is None
