"""Which acts a person is asked about, judged from what they really go to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qagent.consent.classify import Act, Verb, classify, is_shell, saves_program
from qagent.desktop.base import Node
from qagent.policy import RiskKind
from qscreen.review import Concern, review
from qscreen.wire import Language, Role, State, Step

Make = Callable[..., Node]
NONE: frozenset[RiskKind] = frozenset()


@pytest.fixture
def window(make_node: Make) -> Node:
    return make_node("w", Role.WINDOW, "Untitled", window="w")


@pytest.fixture
def dialog(make_node: Make) -> Node:
    return make_node("d", Role.DIALOG, "Question", window="d")


def test_a_button_is_judged_by_its_name(make_node: Make, window: Node) -> None:
    for name, kinds in (("Send", {RiskKind.SEND}), ("삭제", {RiskKind.DELETE}), ("Bold", NONE)):
        node = make_node("b", Role.BUTTON, name, window="w")
        assert classify(Act(Verb.PRESS, node, window)) == kinds
        assert classify(Act(Verb.POINT, node, window, point=(1, 1))) == kinds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Delete 3 files for ever?", RiskKind.DELETE),
        ("파일을 삭제하시겠습니까?", RiskKind.DELETE),
        ("A file of this name exists. Do you want to replace it?", RiskKind.OVERWRITE),
        ("이미 있는 파일을 덮어쓸까요?", RiskKind.OVERWRITE),
        ("39,000원을 결제할까요?", RiskKind.PAY),
        ("Do you want to install updates?", RiskKind.INSTALL),
    ],
)
def test_yes_does_what_the_dialog_asks(
    make_node: Make, dialog: Node, question: str, kind: RiskKind
) -> None:
    label = make_node("l", Role.LABEL, question, window="d")
    yes, no = (make_node(name, Role.BUTTON, name, window="d") for name in ("Yes", "Cancel"))
    inside = (dialog, label, yes, no)
    assert kind in classify(Act(Verb.PRESS, yes, dialog, inside))
    assert classify(Act(Verb.PRESS, no, dialog, inside)) == NONE
    assert kind in classify(Act(Verb.KEYS, yes, dialog, inside, keys=("enter",)))
    assert classify(Act(Verb.KEYS, no, dialog, inside, keys=("enter",))) == NONE
    assert kind in classify(Act(Verb.KEYS, None, dialog, inside, keys=("enter",)))
    assert classify(Act(Verb.KEYS, None, dialog, inside, keys=("escape",))) == NONE


def test_a_list_of_files_is_no_question(make_node: Make, dialog: Node) -> None:
    chooser = replace(dialog, native_role="file chooser")
    label = make_node("l", Role.LABEL, "delete-me.txt", window="d")
    save = make_node("s", Role.BUTTON, "Save", window="d")
    assert classify(Act(Verb.PRESS, save, chooser, (chooser, label, save))) == NONE


@pytest.mark.parametrize(
    ("button", "name", "kinds"),
    [
        ("Save", "there.txt", {RiskKind.OVERWRITE}),
        ("저장", "there.txt", {RiskKind.OVERWRITE}),
        ("Save", "new.txt", set()),
        ("Save", "new.sh", {RiskKind.COMMAND}),
        ("Open", "there.txt", set()),
    ],
)
def test_saving_over_a_file_is_told_by_the_disk(
    button: str, name: str, kinds: set[RiskKind], make_node: Make, dialog: Node, tmp_path: Path
) -> None:
    (tmp_path / "there.txt").write_text("x", encoding="utf-8")
    chooser = replace(dialog, native_role="file chooser")
    entry = make_node(
        *("e", Role.TEXT_FIELD, "Name"),
        window="d",
        states=frozenset({State.EDITABLE, State.FOCUSED}),
        value=str(tmp_path / name),
    )
    accept = make_node("s", Role.BUTTON, button, window="d")
    inside = (chooser, entry, accept)
    assert classify(Act(Verb.PRESS, accept, chooser, inside)) == kinds
    assert classify(Act(Verb.KEYS, entry, chooser, inside, keys=("enter",))) == kinds


def test_enter_in_a_field_presses_the_button_beside_it(make_node: Make, window: Node) -> None:
    field = make_node(
        "f", Role.TEXT_FIELD, "Message", window="w", states=frozenset({State.EDITABLE})
    )
    send = make_node("s", Role.BUTTON, "보내기", window="w")
    settings = make_node("t", Role.BUTTON, "Settings", window="w")
    inside = (window, field, send, settings)
    assert classify(Act(Verb.KEYS, field, window, inside, keys=("enter",))) == {RiskKind.SEND}
    assert classify(Act(Verb.TYPE, field, window, inside, text="hi\n")) == {RiskKind.SEND}
    assert classify(Act(Verb.TYPE, field, window, inside, text="hi")) == NONE
    area = replace(field, role=Role.TEXT_AREA)
    assert classify(Act(Verb.TYPE, area, window, (window, area), text="a\nb")) == NONE
    assert classify(Act(Verb.KEYS, area, window, (window, area), keys=("enter",))) == NONE


def test_keys_that_delete_send_and_run(make_node: Make, window: Node) -> None:
    item = make_node("i", Role.LIST_ITEM, "photo.png", window="w")
    field = make_node("f", Role.TEXT_FIELD, "x", window="w", states=frozenset({State.EDITABLE}))
    delete = ("delete",)
    assert classify(Act(Verb.KEYS, item, window, keys=delete)) == {RiskKind.DELETE}
    assert classify(Act(Verb.KEYS, field, window, keys=delete)) == NONE
    assert classify(Act(Verb.KEYS, field, window, keys=("shift", "delete"))) == {RiskKind.DELETE}
    assert classify(Act(Verb.KEYS, field, window, keys=("ctrl", "enter"))) == {RiskKind.SEND}
    assert classify(Act(Verb.KEYS, None, window, keys=("alt", "f2"))) == {RiskKind.COMMAND}
    assert classify(Act(Verb.KEYS, None, window, keys=("ctrl", "c"))) == NONE
    shell = replace(window, app="xfce4-terminal")
    assert classify(Act(Verb.KEYS, None, shell, keys=("enter",))) == {RiskKind.COMMAND}


def test_typing_secrets_and_commands(make_node: Make, window: Node) -> None:
    secret = make_node("p", Role.PASSWORD_FIELD, "", window="w", secure=True)
    shown = make_node("q", Role.TEXT_FIELD, "비밀번호", window="w")
    shell = make_node("t", Role.TEXT_AREA, "", window="w", app="gnome-terminal-server")
    plain = make_node("f", Role.TEXT_FIELD, "이름", window="w")
    for node, kinds in (
        (secret, {RiskKind.CREDENTIALS}),
        (shown, {RiskKind.CREDENTIALS}),
        (shell, {RiskKind.COMMAND}),
        (plain, NONE),
    ):
        assert classify(Act(Verb.TYPE, node, window, text="x")) == kinds


def test_changing_settings(make_node: Make, window: Node) -> None:
    settings = replace(window, name="네트워크 설정")
    switch = make_node("s", Role.CHECK_BOX, "Wi-Fi", window="w")
    assert classify(Act(Verb.PRESS, switch, settings)) == {RiskKind.SETTINGS}
    assert classify(Act(Verb.PRESS, switch, window)) == NONE
    apply_it = make_node("a", Role.BUTTON, "적용", window="w")
    assert classify(Act(Verb.PRESS, apply_it, settings)) == {RiskKind.SETTINGS}
    slider = make_node("v", Role.SLIDER, "Volume", window="w", app="gnome-control-center")
    assert classify(Act(Verb.SET, slider, window, text="3")) == {RiskKind.SETTINGS}


def test_programs_options_drags_and_unknown_places(make_node: Make, window: Node) -> None:
    assert classify(Act(Verb.LAUNCH, program="터미널", argv=("xterm",))) == {RiskKind.COMMAND}
    assert classify(Act(Verb.LAUNCH, program="메모장", argv=("/usr/bin/mousepad",))) == NONE
    assert RiskKind.SETTINGS in classify(
        Act(Verb.LAUNCH, program="시스템 설정", argv=("gnome-control-center",))
    )
    combo = make_node("c", Role.COMBO_BOX, "Action", window="w")
    assert classify(Act(Verb.SELECT, combo, window, text="모두 삭제")) == {RiskKind.DELETE}
    item = make_node("i", Role.LIST_ITEM, "a.txt", window="w")
    trash = make_node("t", Role.LIST_ITEM, "휴지통", window="w")
    assert classify(Act(Verb.DRAG, item, window, onto=trash)) == {RiskKind.DELETE}
    assert classify(Act(Verb.DRAG, item, window, onto=item)) == NONE
    assert classify(Act(Verb.POINT, point=(1, 1), said="Delete all")) == {RiskKind.DELETE}


def test_a_secondary_click_and_content_ask_nobody(make_node: Make, window: Node) -> None:
    mail = make_node(
        "m",
        Role.LIST_ITEM,
        "Re: please delete the old files we talked about on Monday, thanks",
        window="w",
    )
    assert classify(Act(Verb.PRESS, mail, window)) == NONE
    button = make_node("b", Role.BUTTON, "Delete", window="w")
    assert classify(Act(Verb.POINT, button, window, button="secondary")) == NONE


@pytest.mark.parametrize(
    ("name", "is_one"), [("start.bat", True), ("시작.SH", True), ("notes.txt", False)]
)
def test_files_that_are_run(name: str, is_one: bool) -> None:
    assert saves_program(name) is is_one


@pytest.mark.parametrize(
    "app",
    [
        *("powershell", "Windows PowerShell", "파워셸", "파워쉘", "파워셸 7", "cmd.exe", "regedit"),
        *("명령 프롬프트", "터미널", "콘솔", "레지스트리 편집기", "gnome-terminal", "Konsole"),
        *("kitty", "iTerm2", "ptyxis", "fish", "bash", "org.wezfurlong.wezterm"),
    ],
)
def test_a_program_that_takes_commands_is_known_here_and_to_the_review(app: str) -> None:
    assert is_shell(app)
    step = Step.model_validate(
        {"id": "s1", "action": {"kind": "open_app", "app": app}, "because": "note"}
    )
    found = review([step], "Write a note", Language.EN, None)
    assert Concern.SHELL in found.concerns["s1"]


@pytest.mark.parametrize("app", ["메모장", "mousepad", "Excel", "캘린더", "Finder"])
def test_a_program_that_takes_no_commands_is_no_shell(app: str) -> None:
    assert not is_shell(app)
