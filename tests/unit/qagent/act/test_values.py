"""What the actions on values, tables, waiting and undoing decide by themselves."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from qagent.act import Executor
from qagent.act.cells import corrected, cut_short
from qagent.act.changes import Fingerprint, describe_change
from qagent.act.memory import MOST_RECORDS, UndoMemory, UndoRecord
from qagent.act.tables import cell_name, same_cell
from qagent.act.waiting import differs_beyond_caret
from qagent.desktop.base import Node, Picture, ProgramError
from qagent.policy import Policy
from qagent.stop import StopSignal
from qscreen.wire import (
    Drag,
    EffectError,
    Outcome,
    Role,
    SetValue,
    State,
    Step,
    Target,
    TypeText,
    Undo,
    UndoWay,
    WaitFor,
    WriteTable,
)

AREA = Target(role=Role.TEXT_AREA)


def step(action: Any) -> Step:
    return Step(id="s1", action=action, because="test")


@pytest.mark.parametrize(
    ("meant", "shown", "same"),
    [
        ("사과", "사과", True),
        ("1200", "1,200", True),
        ("2500.50", "2500.5", True),
        ("12%", "12%", True),
        ("007", "7", False),
        ("12", "12%", False),
        ("=C3*2", "6", False),
        ("사과", "사과주스", False),
        ("", "x", False),
    ],
)
def test_a_cell_shows_what_was_written_or_the_same_number(
    meant: str, shown: str, same: bool
) -> None:
    assert same_cell(meant, shown) is same


def test_cells_are_named_as_spreadsheets_do() -> None:
    places = ((0, 0), (1, 25), (2, 26), (1048575, 16383))
    assert [cell_name(*place) for place in places] == ["A1", "Z2", "AA3", "XFD1048576"]


def picture(*dark: tuple[int, int], size: tuple[int, int] = (200, 120)) -> Picture:
    pixels = bytearray(b"\xff" * 4 * size[0] * size[1])
    for x, y in dark:
        start = 4 * (y * size[0] + x)
        pixels[start : start + 3] = b"\0\0\0"
    return Picture(size[0], size[1], bytes(pixels))


def test_a_blinking_caret_is_rest_and_anything_larger_is_not() -> None:
    caret = picture(*((50, y) for y in range(20, 40)))
    assert not differs_beyond_caret(picture(), caret)
    assert not differs_beyond_caret(caret, caret)
    assert differs_beyond_caret(picture(), picture((10, 20), (30, 20)))
    assert differs_beyond_caret(picture(), picture((10, 5), (10, 110)))
    assert differs_beyond_caret(picture(), picture(size=(100, 120)))


def seen(*nodes: Node) -> Fingerprint:
    return Fingerprint(
        {}, {n.ref: (n.name, n.value, n.states) for n in nodes}, {n.ref: n for n in nodes}, None
    )


def test_a_focus_that_moves_is_the_least_telling_change(make_node: Any) -> None:
    button = make_node("b", Role.BUTTON, "Send")
    label = make_node("l", Role.LABEL, "waiting")
    focused = replace(button, states=button.states | {State.FOCUSED})
    only = describe_change(seen(button, label), seen(focused, label))
    assert only is not None
    assert only.focus_only
    told = describe_change(seen(button, label), seen(focused, replace(label, name="sent")))
    assert told is not None
    assert not told.focus_only
    assert "sent" in told.words
    assert describe_change(seen(button), seen(button)) is None


def test_a_step_of_one_executor_is_undone_by_the_next(paper: Any, policy: Policy) -> None:
    memory = UndoMemory()
    done = Executor(paper, policy, StopSignal(), memory=memory).perform(
        step(TypeText(text="falsch", target=AREA))
    )
    assert (done.outcome, done.undoable) == (Outcome.CONFIRMED, True)
    executor = Executor(paper, policy, StopSignal(), memory=memory)
    assert executor.perform(step(Undo())).outcome is Outcome.CONFIRMED
    assert paper.text == ""
    nothing = executor.perform(step(Undo()))
    assert (nothing.outcome, nothing.error) == (Outcome.REFUSED, EffectError.NOTHING_TO_UNDO)


def test_what_has_changed_since_is_not_undone(paper: Any, policy: Policy) -> None:
    executor = Executor(paper, policy, StopSignal())
    executor.perform(step(TypeText(text="mine", target=AREA)))
    paper.text += " and the user's"
    late = executor.perform(step(Undo()))
    assert late.outcome is Outcome.REFUSED
    assert paper.text == "mine and the user's"


def test_setting_a_text_replaces_it_and_twice_changes_nothing(paper: Any, policy: Policy) -> None:
    paper.text = "old"
    executor = Executor(paper, policy, StopSignal())
    action = SetValue(target=AREA, value="새 글")
    first, again = executor.perform(step(action)), executor.perform(step(action))
    assert paper.text == "새 글"
    assert (first.outcome, again.outcome) == (Outcome.CONFIRMED, Outcome.CONFIRMED)
    assert (first.undoable, again.undoable) == (True, False)
    assert executor.perform(step(Undo())).outcome is Outcome.CONFIRMED
    assert paper.text == "old"


def test_an_error_of_the_program_fails_the_step_and_nothing_else(
    paper: Any, policy: Policy
) -> None:
    paper.fail_with = ProgramError("Get failed")
    effect = Executor(paper, policy, StopSignal()).perform(step(SetValue(target=AREA, value="x")))
    assert (effect.outcome, effect.error) == (Outcome.FAILED, EffectError.BACKEND_ERROR)


def test_the_memory_forgets_the_oldest() -> None:
    memory = UndoMemory()
    records = [UndoRecord(str(number), "", lambda _: None) for number in range(MOST_RECORDS + 5)]
    for record in records:
        memory.add(record)
    assert memory.last() is records[-1]
    memory.drop(records[-1])
    assert memory.last() is records[-2]
    memory.drop(records[0])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (WaitFor, {}),
        (WaitFor, {"condition": "text"}),
        (WaitFor, {"text": "x", "target": AREA}),
        (WaitFor, {"condition": "idle", "idle_ms": 5000, "timeout_ms": 1000}),
        (Drag, {"target": AREA}),
        (Drag, {"target": AREA, "onto": AREA, "right": 3}),
        (WriteTable, {"rows": ()}),
        (WriteTable, {"rows": (("x",),), "start": "1A"}),
    ],
)
def test_what_makes_no_sense_is_no_action(kind: Any, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**values)


def test_it_is_told_before_a_step_that_it_cannot_be_undone(tmp_path: Path) -> None:
    assert step(Drag(target=AREA, right=3)).undo is UndoWay.CANNOT
    assert step(SetValue(target=AREA, value="x")).undo is UndoWay.RESTORE
    assert step(WaitFor(condition="idle")).undo is UndoWay.NOTHING


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("lost", [1, 4])
def test_a_first_key_that_is_lost_is_sent_again_and_never_stands_there_twice(
    lost: int, late: bool, paper: Any, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qagent.act.typing.FIRST_KEY_SECONDS", 0.05)
    paper.native_edits = False
    sent: list[str] = []
    whole = paper.type_text

    def type_text(text: str, between: Any) -> None:
        sent.append(text)
        if len(sent) <= lost:
            between(0)
        elif len(sent) == lost + 1 and late:
            whole(text * len(sent), between)
        else:
            whole(text, between)

    def press_keys(keys: tuple[str, ...]) -> None:
        assert keys == ("backspace",)
        paper.text = paper.text[:-1]

    monkeypatch.setattr(paper, "type_text", type_text)
    monkeypatch.setattr(paper, "press_keys", press_keys)
    action = TypeText(text="가나다", target=AREA)
    effect = Executor(paper, policy, StopSignal()).perform(step(action))
    assert (effect.outcome, paper.text) == (Outcome.CONFIRMED, "가나다")
    assert sent == [*["가"] * (lost + 1), "나다"]


@pytest.mark.parametrize(
    ("meant", "shown", "short", "changed"),
    [
        ("it's late", "it’s", True, False),
        ("it's late", "it’s late", False, True),
        ("e-mail 주소", "E-mail 주소", False, True),
        ("사과", "", True, False),
        ("2026-11-30", "11/30/26", False, False),
        ("=SUM(A1:A3)", "", False, False),
        ("=A1", "=a", False, False),
        ("사과", "사과", False, False),
    ],
)
def test_a_text_is_corrected_or_cut_short_or_another(
    meant: str, shown: str, short: bool, changed: bool
) -> None:
    assert (cut_short(meant, shown), corrected(meant, shown)) == (short, changed)
