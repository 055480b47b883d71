"""Turning input into steps, on a screen that is only described; what is never kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from described_scene import (
    LETTER,
    SHOWN,
    Clock,
    Scene,
    actions,
    focus,
    into,
    key,
    press,
)

from qagent.desktop.base import (
    Budget,
    Capability,
)
from qagent.policy import Policy
from qagent.workflows.diary import Diary
from qagent.workflows.model import GapReason, WorkflowStep
from qagent.workflows.script import Script
from qagent.workflows.sights import Sights
from qscreen.wire import (
    ChooseMenu,
    Click,
    Drag,
    PressKeys,
    Rect,
    Role,
    SetValue,
    State,
    TypeText,
    WriteTable,
)


def test_keys_into_one_field_are_one_step_with_its_final_text(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    steps = run(
        focus(scene, "name"),
        LETTER,
        into(scene, "name", "K"),
        LETTER,
        key("backspace"),
        into(scene, "name", "김"),
        LETTER,
        press(scene, "ok"),
    )
    first, second = actions(steps)
    assert isinstance(first, SetValue)
    assert (first.target.name, first.target.role, first.value) == ("Name", Role.TEXT_FIELD, "김")
    assert isinstance(second, Click)
    assert [step.id for step in steps] == [f"s{n}" for n in range(1, len(steps) + 1)]


def test_what_was_typed_before_the_first_look_counts(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    """On a busy machine a key is heard when the whole text is in the field already."""

    def burst() -> None:
        scene.heard = [(replace(LETTER, at=clock()),)]
        into(scene, "name", "Kim")()

    (setting,) = actions(run(burst))
    assert isinstance(setting, SetValue)
    assert setting.value == "Kim"


def test_a_password_is_neither_read_nor_kept(
    scene: Scene, run: Callable[..., list[WorkflowStep]], tmp_path: Path
) -> None:
    steps = run(focus(scene, "pin"), LETTER, LETTER, press(scene, "ok"))
    setting = actions(steps)[0]
    assert isinstance(setting, SetValue)
    assert setting.value == "{{secret_1}}"
    assert scene.asked == []
    script = run.script  # type: ignore[attr-defined]
    assert [(one.name, str(one.kind)) for one in script.recorded.inputs] == [("secret_1", "secret")]
    assert next(step.consent for step in steps if step.action is setting)


@pytest.mark.parametrize("secret", ["EMP-123456", "900101-1234567", "4111 1111 1111 1111"])
def test_what_the_policy_redacts_is_not_kept(
    secret: str, scene: Scene, run: Callable[..., list[WorkflowStep]], tmp_path: Path
) -> None:
    steps = run(focus(scene, "name"), LETTER, into(scene, "name", secret), LETTER)
    setting = actions(steps)[0]
    assert isinstance(setting, SetValue)
    assert setting.value == "{{secret_1}}"
    assert secret not in (tmp_path / "d.jsonl").read_text(encoding="utf-8")


def test_a_field_that_was_only_looked_into_is_no_step(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    assert actions(run(press(scene, "name"), focus(scene, "name"), key("tab"))) == []


def test_what_is_added_to_a_text_is_added_again(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    scene.change("note", value="first. ")
    steps = run(
        focus(scene, "note"), lambda: None, LETTER, into(scene, "note", "first. 둘째"), LETTER
    )
    assert actions(steps) == [TypeText(text="둘째", target=steps[-1].action.target)]  # type: ignore[union-attr]


def test_braces_that_were_typed_are_a_value(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    steps = run(focus(scene, "name"), LETTER, into(scene, "name", "{{x}}"), LETTER)
    assert actions(steps)[0].value == "{{text_1}}"  # type: ignore[attr-defined]
    assert run.script.recorded.inputs[0].default == "{{x}}"  # type: ignore[attr-defined]


def test_shortcuts_are_keys_and_enter_ends_a_field(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    steps = run(
        focus(scene, "name"),
        LETTER,
        into(scene, "name", "Kim"),
        key("enter"),
        key("ctrl", "s"),
        key("f5"),
    )
    kinds = actions(steps)
    assert isinstance(kinds[0], SetValue)
    assert kinds[1:] == [
        PressKeys(keys=("enter",)),
        PressKeys(keys=("ctrl", "s")),
        PressKeys(keys=("f5",)),
    ]


def test_two_quick_clicks_are_one_double_click(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    at = press(scene, "ok")

    def again() -> None:
        clock.now -= 1.9

    steps = run(at, again, at, lambda: scene.put("l", Role.LABEL, "Opened") and None)
    (clicked,) = actions(steps)
    assert isinstance(clicked, Click)
    assert clicked.count == 2
    assert steps[-1].verify is not None


def test_a_secondary_click_is_told_from_a_primary_one(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    (clicked,) = actions(run(press(scene, "ok", "secondary")))
    assert isinstance(clicked, Click)
    assert clicked.button == "secondary"


def test_letting_go_elsewhere_is_a_drag(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    scene.put("trash", Role.LIST_ITEM, "Bin")
    scene.put("memo", Role.LINK, "memo.txt")
    release = replace(press(scene, "trash"), released=True)
    (dragged,) = actions(run(press(scene, "memo"), release))
    assert isinstance(dragged, Drag)
    assert dragged.onto is not None
    assert (dragged.target.name, dragged.onto.name) == ("memo.txt", "Bin")


def test_a_hidden_window_that_a_step_opens_is_no_verification(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    steps = run(
        press(scene, "ok"),
        lambda: scene.put("l", Role.LABEL, "Order placed") and scene.change("w", name="3월 급여"),
    )
    assert steps[-1].verify is None


def test_a_risky_button_is_marked(scene: Scene, run: Callable[..., list[WorkflowStep]]) -> None:
    scene.change("ok", name="Delete all")
    steps = run(press(scene, "ok"))
    assert "delete" in (steps[-1].consent or "")


def test_a_menus_item_is_its_path(scene: Scene, run: Callable[..., list[WorkflowStep]]) -> None:
    scene.put("bar", Role.MENU_BAR)
    scene.put("file", Role.MENU, "File", parent="bar")
    scene.put("new", Role.MENU_ITEM, "New   ", parent="file")
    assert actions(run(press(scene, "file"), press(scene, "new"))) == [
        ChooseMenu(path=("File", "New"), app="shop")
    ]


def test_a_menu_that_was_just_being_read_is_known(
    scene: Scene, policy: Policy, tmp_path: Path, clock: Clock
) -> None:
    """On a busy machine an item is clicked before a look that shows it is complete."""
    looks = Sights(scene, scene, Script(Diary(tmp_path / "d.jsonl"), policy))  # type: ignore[arg-type]
    first = looks.look()
    scene.put("new", Role.MENU_ITEM, "New", rect=scene.nodes["ok"].rect)
    second = looks.look()
    during = replace(press(scene, "ok"), at=second.ended - 0.001)
    assert looks.before(during, came=first.ended + 0.001) is second
    assert looks.before(during, came=first.began - 0.001) is first
    elsewhere = replace(press(scene, "name"), at=second.ended - 0.001)
    assert looks.before(elsewhere, came=first.ended + 0.001) is first
    assert looks.before(replace(during, at=second.ended), came=0) is second


def test_an_option_over_a_button_does_not_press_the_button(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    """An opened list lies on top of what the tree shows below it."""
    scene.put("size", Role.COMBO_BOX, "Size", value="S")
    rect = scene.nodes["ok"].rect
    assert rect is not None

    def choose() -> None:
        scene.boxes = ()
        scene.change("size", value="L")

    steps = run(
        press(scene, "size"),
        lambda: setattr(scene, "boxes", (rect,)),
        press(scene, "ok"),
        choose,
    )
    (setting,) = actions(steps)
    assert isinstance(setting, SetValue)
    assert (setting.target.name, setting.value) == ("Size", "L")


@pytest.mark.parametrize(
    ("app", "title", "reason"),
    [
        ("keepassxc", "Vault", GapReason.HIDDEN),
        ("shop", "3월 급여", GapReason.HIDDEN),
        ("xterm", "~", GapReason.TERMINAL),
    ],
)
def test_what_may_not_be_looked_at_is_a_gap_and_is_not_read(
    app: str,
    title: str,
    reason: GapReason,
    scene: Scene,
    run: Callable[..., list[WorkflowStep]],
    tmp_path: Path,
) -> None:
    def hide() -> None:
        for one in list(scene.nodes):
            scene.change(one, app=app)
        scene.change("w", name=title)
        scene.asked.clear()

    steps = run(
        hide, focus(scene, "name"), LETTER, into(scene, "name", "x1y2"), LETTER, press(scene, "ok")
    )
    assert steps == []
    assert {one.reason for one in run.script.recorded.gaps} == {reason}  # type: ignore[attr-defined]
    assert scene.asked == []
    kept = (tmp_path / "d.jsonl").read_text(encoding="utf-8")
    assert "x1y2" not in kept
    assert title not in kept
    assert app not in kept


def test_what_a_step_brought_is_its_verification(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    steps = run(press(scene, "ok"), lambda: scene.put("l", Role.LABEL, "Order placed") and None)
    check = steps[-1].verify
    assert check is not None
    assert check.target is not None
    assert (check.condition, check.target.name) == ("appears", "Order placed")


def test_what_comes_after_the_next_step_verifies_that_one(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    steps = run(
        press(scene, "ok"),
        key("f5"),
        lambda: scene.put("l", Role.LABEL, "Reloaded") and None,
    )
    assert [step.verify is not None for step in steps[-2:]] == [False, True]


def test_words_that_show_what_was_typed_are_no_verification(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    steps = run(
        focus(scene, "name"),
        LETTER,
        into(scene, "name", "Kim"),
        press(scene, "ok"),
        lambda: scene.put("l", Role.LABEL, "Hello Kim") and None,
    )
    assert steps[-1].verify is None


def test_the_stop_key_is_no_step(scene: Scene, run: Callable[..., list[WorkflowStep]]) -> None:
    assert run(key("ctrl", "alt", "escape")) == []
    assert run.recorder.stopped  # type: ignore[attr-defined]


def test_the_recording_is_bounded(scene: Scene, policy: Policy, tmp_path: Path) -> None:
    diary = Diary(tmp_path / "e.jsonl")
    script = Script(diary, policy, most=2)
    tree = scene.look(Budget())
    for _ in range(4):
        script.add(PressKeys(keys=("f5",)), tree, None)
    diary.close()
    assert script.is_full
    assert len(script.recorded.steps) == 2
    assert script.recorded.gaps[-1].reason is GapReason.LIMIT


def test_equals_are_told_apart_by_what_is_around_them(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    scene.put("a", Role.GROUP, "Billing", rect=Rect(x=0, y=300, width=400, height=40))
    scene.put("b", Role.GROUP, "Shipping", rect=Rect(x=0, y=400, width=400, height=40))
    for name, y in (("a", 310), ("b", 410)):
        place = Rect(x=50, y=y, width=60, height=20)
        scene.put(f"{name}1", Role.BUTTON, "Change", parent=name, rect=place)
    steps = run(press(scene, "b1"))
    known = steps[-1].surroundings
    assert known is not None
    assert known.within == ("Shipping",)
    assert known.number is None


def test_cells_that_were_written_become_one_table(
    scene: Scene, run: Callable[..., list[WorkflowStep]]
) -> None:
    """Keys only say that something is written; what it is stands in the cells afterwards."""
    scene.put("sheet", Role.TABLE, "Sheet1", can=frozenset({Capability.TABLE}))
    scene.put("a1", Role.CELL, "A1", parent="sheet", states=SHOWN | {State.EDITABLE})

    def write() -> None:
        scene.cell |= {(0, 0): "품목", (0, 1): "수량", (1, 0): "사과", (4, 2): "EMP-123456"}

    scene.cell = {(1, 1): "old"}
    steps = actions(
        run(focus(scene, "a1"), LETTER, key("tab"), LETTER, key("enter"), write, press(scene, "ok"))
    )
    first, second, third = steps
    assert isinstance(first, WriteTable)
    assert (first.start, first.rows) == ("A1", (("품목", "수량"), ("사과",)))
    assert isinstance(second, WriteTable)
    assert (second.start, second.rows) == ("C5", (("{{secret_1}}",),))
    assert isinstance(third, Click)
