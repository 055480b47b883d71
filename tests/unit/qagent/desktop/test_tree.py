"""Reading AT-SPI answers, without a bus."""

from qagent.desktop.base import TextState
from qagent.desktop.linux import roles
from qagent.desktop.linux.keyboard import _is_left_over, _keysym
from qagent.desktop.linux.tree import _document_order, _raw_of_item
from qscreen.wire import Role, State

ROOT = (":1.5", "/org/a11y/atspi/accessible/root")
SHOWING = [1 << 25, 0]


def _item(path: str, parent: tuple[str, str], place: int, role: int, bits: list[int]):
    return ((":1.5", path), ROOT, parent, place, 0, [], path, role, "", bits)


def test_cache_items_become_document_order_without_what_is_hidden() -> None:
    items = [
        _item("/b", (":1.5", "/w"), 1, 43, SHOWING),
        _item("/w", ROOT, 0, 23, SHOWING),
        _item("/hidden", (":1.5", "/w"), 2, 39, [0, 0]),
        _item("/inside", (":1.5", "/hidden"), 0, 43, SHOWING),
        _item("/a", (":1.5", "/w"), 0, 61, SHOWING),
        _item("/orphan", (":1.5", "/gone"), 0, 43, SHOWING),
    ]
    ordered = _document_order([_raw_of_item(item) for item in items], ROOT)
    assert [raw.ref[1] for raw in ordered] == ["/w", "/a", "/b"]


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
