"""Building the tree: roles, names, budgets, secure fields, windows."""

from typing import Any

import pytest

from qagent.desktop.base import Budget, Capability, GoneError, SecureFieldError
from qscreen.wire import Rect, Role, State


def editor(mac: Any, thing: Any, *inside: Any) -> Any:
    return mac.add(7, "TextEdit", thing("AXWindow", *inside, Title="memo", box=(10, 20, 400, 300)))


def test_elements_come_in_document_order_with_roles_and_states(mac: Any, thing: Any) -> None:
    label = thing("AXStaticText", Value="Name:")
    editor(
        mac,
        thing,
        thing("AXTextField", TitleUIElement=label, Value="김", settable=["AXValue"], Focused=True),
        thing("AXGroup", thing("AXButton", Title="확인", actions=["AXPress"], Enabled=False)),
        thing("AXCheckBox", Title="동의", Value=1, actions=["AXPress"]),
    )
    tree = mac.open().look(Budget())
    assert [(n.role, n.name) for n in tree.nodes] == [
        (Role.WINDOW, "memo"),
        (Role.TEXT_FIELD, "Name"),
        (Role.GROUP, ""),
        (Role.BUTTON, "확인"),
        (Role.CHECK_BOX, "동의"),
    ]
    window, field, group, button, box = tree.nodes
    assert window.has(State.ACTIVE)
    assert field.value == "김"
    assert field.has(State.EDITABLE, State.FOCUSED)
    assert button.parent == group.ref
    assert button.window == window.ref
    assert not button.has(State.ENABLED)
    assert Capability.PRESS in button.can
    assert box.has(State.CHECKED, State.ENABLED)
    assert tree.focused() == field
    assert not tree.truncated


@pytest.mark.parametrize("secret", [{"Subrole": "AXSecureTextField"}, {}])
def test_a_password_fields_value_is_never_asked_for(
    mac: Any, thing: Any, secret: dict[str, str]
) -> None:
    role = "AXTextField" if secret else "AXSecureTextField"
    field = thing(role, Title="암호", Value="hunter2", settable=["AXValue"], **secret)
    editor(mac, thing, field)
    backend = mac.open()
    node = backend.look(Budget()).nodes[1]
    assert node.secure
    assert node.role is (Role.PASSWORD_FIELD if secret else node.role)
    assert node.value is None
    assert Capability.TEXT not in node.can
    with pytest.raises(SecureFieldError):
        backend.text_state(node)
    assert not {name for one, name in mac.asked if one is field} & {"AXValue", "AXSelectedText"}
    assert "hunter2" not in repr(backend.look(Budget()))


def test_a_field_that_turned_into_a_password_field_is_not_read(mac: Any, thing: Any) -> None:
    field = thing("AXTextField", Value="", settable=["AXValue"])
    editor(mac, thing, field)
    backend = mac.open()
    node = backend.look(Budget()).nodes[1]
    field.attributes["AXSubrole"] = "AXSecureTextField"
    mac.asked.clear()
    with pytest.raises(SecureFieldError):
        backend.text_state(node)
    assert (field, "AXValue") not in mac.asked


def test_a_label_that_is_a_field_gives_no_value(mac: Any, thing: Any) -> None:
    other = thing("AXTextField", Subrole="AXSecureTextField", Value="hunter2")
    editor(mac, thing, thing("AXTextField", TitleUIElement=other))
    assert mac.open().look(Budget()).nodes[1].name == ""
    assert (other, "AXValue") not in mac.asked


def test_the_budget_of_elements_cuts_and_says_so(mac: Any, thing: Any) -> None:
    editor(mac, thing, *(thing("AXButton", Title=str(n)) for n in range(20)))
    tree = mac.open().look(Budget(nodes=5))
    assert len(tree.nodes) == 5
    assert tree.truncated


def test_the_budget_of_time_cuts_and_says_so(mac: Any, thing: Any) -> None:
    editor(mac, thing, thing("AXButton", Title="x"))
    assert mac.open().look(Budget(seconds=-1)).truncated


def test_a_container_with_very_many_children_is_cut(mac: Any, thing: Any) -> None:
    editor(mac, thing, thing("AXTable", *(thing("AXRow") for _ in range(700))))
    tree = mac.open().look(Budget())
    assert sum(n.role is Role.ROW for n in tree.nodes) == 500
    assert tree.truncated


def test_long_texts_are_cut(mac: Any, thing: Any) -> None:
    editor(mac, thing, thing("AXTextArea", Value="가" * 50))
    assert mac.open().look(Budget(text=10)).nodes[1].value == "가" * 10


def test_a_program_that_does_not_answer_cuts_only_itself(mac: Any, thing: Any) -> None:
    editor(mac, thing)
    busy = mac.add(8, "Busy", thing("AXWindow", Title="busy"))
    backend = mac.open()
    busy.silent = True
    tree = backend.look(Budget())
    assert [n.name for n in tree.nodes] == ["memo"]
    assert tree.truncated


def test_what_is_off_every_display_or_hidden_is_left_out(mac: Any, thing: Any) -> None:
    editor(
        mac,
        thing,
        thing("AXButton", Title="off", box=(5000, 10, 20, 20)),
        thing("AXButton", Title="hidden", Hidden=True),
        thing("AXButton", Title="seen"),
    )
    assert [n.name for n in mac.open().look(Budget()).nodes] == ["memo", "seen"]


def test_a_cycle_ends(mac: Any, thing: Any) -> None:
    group = thing("AXGroup")
    group.children.append(group)
    editor(mac, thing, group)
    assert len(mac.open().look(Budget()).nodes) == 2


def test_a_save_panel_is_a_window_that_takes_the_keys(mac: Any, thing: Any) -> None:
    sheet = thing("AXSheet", Identifier="save-panel", Title="Save")
    window = thing("AXWindow", sheet, Title="memo", Sheets=(sheet,))
    mac.add(7, "TextEdit", window)
    backend = mac.open()
    windows = backend.windows()
    assert [(w.native_role, w.has(State.ACTIVE)) for w in windows] == [
        ("AXWindow", False),
        ("file chooser", True),
    ]
    assert sum(n.name == "Save" for n in backend.look(Budget()).nodes) == 1


def test_only_the_front_programs_window_is_active(mac: Any, thing: Any) -> None:
    editor(mac, thing)
    mac.add(8, "Other", thing("AXWindow", Title="other"))
    assert [w.has(State.ACTIVE) for w in mac.open().windows()] == [True, False]


def test_the_menu_bar_belongs_to_the_active_window_and_closed_menus_stay_closed(
    mac: Any, thing: Any
) -> None:
    entry = thing("AXMenuBarItem", thing("AXMenu", thing("AXMenuItem", Title="Save")), Title="File")
    app = editor(mac, thing)
    app.attributes["AXMenuBar"] = thing("AXMenuBar", entry)
    backend = mac.open()
    tree = backend.look(Budget())
    assert [n.name for n in tree.nodes if n.role is Role.MENU] == ["File"]
    assert tree.nodes[-1].window == tree.nodes[0].ref
    entry.attributes["AXSelected"] = True
    assert "Save" in [n.name for n in backend.look(Budget()).nodes]


@pytest.mark.parametrize("attribute", ["AXManualAccessibility", "AXEnhancedUserInterface"])
def test_chromium_and_electron_are_woken_once(mac: Any, thing: Any, attribute: str) -> None:
    window = thing("AXWindow", thing("AXWebArea", thing("AXTextField", settable=["AXValue"])))
    mac.add(7, "Chat", window, settable=[attribute])
    backend = mac.open()
    tree = backend.look(Budget())
    backend.look(Budget())
    assert [d[2:] for d in mac.did if d[0] == "write"] == [(attribute, True)]
    assert Capability.EDIT_TEXT not in tree.nodes[-1].can
    assert tree.nodes[-1].has(State.EDITABLE)


def test_an_electron_that_denies_its_own_attribute_is_told_once_all_the_same(
    mac: Any, thing: Any
) -> None:
    app = editor(mac, thing)
    backend = mac.open()
    backend.look(Budget())
    backend.look(Budget())
    assert mac.refused == [(app, "AXManualAccessibility")]


def test_places_are_pixels(mac: Any, thing: Any) -> None:
    editor(mac, thing)
    assert mac.open().look(Budget()).nodes[0].rect == Rect(x=20, y=40, width=800, height=600)


def test_a_gone_element_is_reported(mac: Any, thing: Any) -> None:
    button = thing("AXButton", Title="x")
    editor(mac, thing, button)
    backend = mac.open()
    node = backend.look(Budget()).nodes[1]
    button.gone = True
    with pytest.raises(GoneError):
        backend.refresh(node)
    window = backend.windows()[0]
    window.ref.element.gone = True
    with pytest.raises(GoneError):
        backend.look(Budget(), window=window)
