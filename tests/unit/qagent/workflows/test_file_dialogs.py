"""What a person does in a file dialog is one step, or is said to be missing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from described_scene import LETTER, SHOWN, TEXT, Clock, Scene, actions, at_once, gaps, key, press

from qagent.desktop.base import Node
from qagent.file_dialogs import folder_of, is_file_dialog
from qagent.policy import Policy
from qagent.workflows.file_dialogs import opens_save_dialog
from qagent.workflows.model import GapReason, WorkflowStep
from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    PressKeys,
    Rect,
    Role,
    SaveAs,
    SetValue,
    State,
    Target,
)

Run = Callable[..., list[WorkflowStep]]
Make = Callable[..., Node]
TARGET = Target(name="Choose", role=Role.DIALOG, app="shop")


@pytest.mark.parametrize(
    ("action", "opens"),
    [
        (PressKeys(keys=("ctrl", "shift", "s")), True),
        (PressKeys(keys=("super", "s")), True),
        (PressKeys(keys=("s",)), False),
        (PressKeys(keys=("ctrl", "a")), False),
        (ChooseMenu(path=("File", "Save As...")), True),
        (ChooseMenu(path=("파일", "저장")), True),
        (ChooseMenu(path=("Edit", "Select All")), False),
        (Click(target=Target(name="Save", role=Role.BUTTON)), True),
        (Click(target=Target(name="OK", role=Role.BUTTON)), False),
        (SetValue(target=Target(name="Save"), value="x"), False),
    ],
)
def test_only_what_asks_for_the_dialog_is_taken_back(action: Action, opens: bool) -> None:
    assert opens_save_dialog(action) is opens


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "보고서.txt"
    path.write_text("x", encoding="utf-8")
    return path


def opened(scene: Scene, button: str = "Open") -> Callable[[], None]:
    """A dialog comes up: its field, a list with a line, and its buttons."""

    def open_it() -> None:
        whole = Rect(x=200, y=0, width=600, height=600)
        inside = {"window": "d", "parent": "d"}
        scene.put("d", Role.DIALOG, "Choose", native_role="file chooser", rect=whole, window="d")
        states = SHOWN | {State.EDITABLE}
        scene.put("entry", Role.TEXT_FIELD, "Name", states=states, can=TEXT, value="", **inside)
        scene.put("cancel", Role.BUTTON, "Cancel", **inside)
        scene.put("accept", Role.BUTTON, button, **inside)
        scene.front, scene.focus = "d", "entry"

    return open_it


def typed(scene: Scene, words: str) -> Callable[[], None]:
    return lambda: scene.change("entry", value=words)


def closed(scene: Scene) -> Callable[[], None]:
    def close() -> None:
        for name in ("d", "entry", "cancel", "accept"):
            scene.nodes.pop(name, None)
        scene.front = scene.focus = ""

    return close


@pytest.mark.parametrize("by", ["enter", "click"])
def test_an_opened_file_is_one_step(by: str, scene: Scene, run: Run, file: Path) -> None:
    steps = run(
        press(scene, "ok"),
        opened(scene),
        LETTER,
        typed(scene, str(file)),
        *([key("enter")] if by == "enter" else [pressed_later(scene, "accept")]),
        # While it closes it shows something else.
        typed(scene, "other.txt"),
        closed(scene),
    )
    click, chosen = actions(steps)
    assert isinstance(click, Click)
    assert chosen == SetValue(target=TARGET, value=str(file))
    assert gaps(run) == []


def pressed_later(scene: Scene, name: str) -> Callable[[], None]:
    """A press of what is only there when its turn has come."""
    return lambda: scene.heard.append((replace(press(scene, name), at=next_time(scene)),))


def next_time(scene: Scene) -> float:
    return float(scene.clock())  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def told_time(scene: Scene, clock: Clock) -> None:
    scene.clock = clock  # type: ignore[attr-defined]


@pytest.mark.parametrize("end", [key("escape"), "cancel"])
def test_a_cancelled_dialog_is_no_step_and_its_opening_neither(
    end: object, scene: Scene, run: Run
) -> None:
    last = pressed_later(scene, "cancel") if end == "cancel" else end
    steps = run(
        press(scene, "ok"), opened(scene), LETTER, typed(scene, "/tmp/x"), last, closed(scene)
    )
    assert actions(steps) == []
    assert gaps(run) == []


def test_a_name_that_was_not_read_to_its_end_is_late(
    scene: Scene, run: Run, clock: Clock, tmp_path: Path
) -> None:
    """The recorder hears the last letters and Enter when the dialog is gone."""
    run(
        press(scene, "ok"),
        opened(scene, "Save"),
        LETTER,
        typed(scene, str(tmp_path / "me")),
        at_once(scene, clock, LETTER, key("enter")),
        closed(scene),
    )
    assert gaps(run) == [GapReason.LATE]


@pytest.mark.parametrize(
    ("typed_name", "filename"), [("memo.txt", "memo.txt"), ("{documents}/a.txt", "a.txt")]
)
def test_saving_among_the_documents_is_save_as(
    typed_name: str, filename: str, scene: Scene, run: Run, policy: Policy
) -> None:
    steps = run(
        key("ctrl", "shift", "s"),
        opened(scene, "Save"),
        LETTER,
        typed(scene, typed_name.format(documents=policy.documents)),
        key("enter"),
        closed(scene),
    )
    assert actions(steps) == [SaveAs(filename=filename)]


def test_a_dialog_that_was_seen_while_it_opened_and_closed_proposed_what_it_showed_between(
    scene: Scene, run: Run, tmp_path: Path
) -> None:
    steps = run(
        key("ctrl", "shift", "s"),
        opened(scene, "Save"),
        lists(scene),
        lists(scene, *tmp_path.parts[1:]),
        LETTER,
        typed(scene, "memo.txt"),
        key("enter"),
        lambda: scene.nodes.pop("accept"),
        closed(scene),
    )
    assert actions(steps) == [SaveAs(filename="memo.txt")]


def lists(scene: Scene, *folders: str) -> Callable[[], None]:
    """The dialog's row of folders, from the root to the one that is shown."""

    def show() -> None:
        inside = {"window": "d", "parent": "bar"}
        still = frozenset({State.SHOWING})
        scene.put("arrow", Role.BUTTON, "<", states=still, rect=at(0), **inside)
        for place, name in enumerate(("Root", *folders)):
            states = SHOWN | ({State.CHECKED} if place == len(folders) else set())
            rect = at(20 * (place + 1))
            scene.put(f"f{place}", Role.TOGGLE_BUTTON, name, states=states, rect=rect, **inside)

    return show


def test_saving_elsewhere_keeps_the_folder_and_what_opened_the_dialog(
    scene: Scene, run: Run, tmp_path: Path
) -> None:
    path = str(tmp_path / "new.txt")
    steps = run(
        key("ctrl", "shift", "s"),
        opened(scene, "Save"),
        LETTER,
        typed(scene, path),
        key("enter"),
        closed(scene),
    )
    assert actions(steps) == [
        PressKeys(keys=("ctrl", "shift", "s")),
        SetValue(target=TARGET, value=path),
    ]


def test_what_is_done_after_the_dialog_closed_is_not_taken_for_its_own(
    scene: Scene, run: Run, clock: Clock, file: Path
) -> None:
    """Enter closes it; the next press comes before the recorder has looked."""
    steps = run(
        opened(scene),
        LETTER,
        typed(scene, str(file)),
        key("enter"),
        closed(scene),
        press(scene, "ok"),
    )
    chosen, click = actions(steps)
    assert isinstance(chosen, SetValue)
    assert isinstance(click, Click)


def test_a_shortcut_that_is_heard_when_its_dialog_shows_is_no_input_of_the_dialog(
    scene: Scene, run: Run, clock: Clock, file: Path, tmp_path: Path
) -> None:
    new = str(tmp_path / "new.txt")

    def late() -> None:
        at_once(scene, clock, key("ctrl", "shift", "s"))()
        opened(scene, "Save")()
        run.recorder._look()  # type: ignore[attr-defined]

    steps = run(
        press(scene, "ok"),
        opened(scene),
        *(LETTER, typed(scene, str(file)), key("enter"), closed(scene)),
        late,
        *(LETTER, typed(scene, new), key("enter"), closed(scene)),
    )
    assert actions(steps)[1:] == [
        SetValue(target=TARGET, value=str(file)),
        PressKeys(keys=("ctrl", "shift", "s")),
        SetValue(target=TARGET, value=new),
    ]
    assert gaps(run) == []


def test_the_folder_of_gtk_is_the_path_that_its_bar_shows(
    make_node: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a"
    folder.mkdir()

    def bar(names: list[str], *, whole: bool) -> list[Node]:
        arrow = frozenset({State.SHOWING} if whole else SHOWN)
        nodes = [make_node("<", Role.BUTTON, "<", parent="bar", states=arrow, rect=at(0))]
        for place, name in enumerate(names, start=1):
            states = SHOWN | ({State.CHECKED} if place == len(names) - 1 else set())
            rect = at(20 * place)
            nodes.append(
                make_node(name, Role.TOGGLE_BUTTON, name, parent="bar", states=states, rect=rect)
            )
        return nodes

    # The last folder is one that was left again: what is shown is the one before it.
    parts = [*folder.parts[1:], "left again"]
    assert folder_of(bar(["Root", *parts], whole=True)) == folder
    assert folder_of(bar([*parts[-2:]], whole=False)) is None
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder_of(bar([tmp_path.name, "a", "left again"], whole=False)) == folder


def at(x: int) -> Rect:
    return Rect(x=x, y=0, width=20, height=20)


def test_a_dialog_of_qt_is_known_by_the_folder_that_it_shows(
    make_node: Make, tmp_path: Path
) -> None:
    window = make_node("d", Role.DIALOG, "Export", window="d")
    entry = make_node("e", Role.TEXT_FIELD, "File name:", states=SHOWN | {State.EDITABLE})
    files = make_node("f", Role.TREE, "Files")
    choice = make_node("c", Role.COMBO_BOX, "Look in", value=str(tmp_path))
    inside = (window, entry, files, choice)
    assert is_file_dialog(window, inside)
    assert folder_of(inside) == tmp_path
    for missing in inside[1:]:
        assert not is_file_dialog(window, [one for one in inside if one is not missing])
