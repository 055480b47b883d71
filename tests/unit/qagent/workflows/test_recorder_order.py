"""Input that is heard late is kept in its order, and what is not certain is said to be missing."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from described_scene import (
    LETTER,
    SHOWN,
    TEXT,
    Clock,
    Scene,
    actions,
    at_once,
    focus,
    gaps,
    into,
    key,
    press,
)

from qagent.desktop.watching import UserInput
from qagent.home import AgentHome, HomeError
from qagent.workflows import session
from qagent.workflows.model import GapReason, WorkflowStep
from qagent.workflows.store import Store
from qscreen.wire import Click, Role, SetValue, State


def test_fields_that_were_filled_in_one_go_are_told_apart_by_the_order_of_the_input(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    """When the first key is heard, the last field has the keys already."""
    scene.put("city", Role.TEXT_FIELD, "City", states=SHOWN | {State.EDITABLE}, can=TEXT, value="")

    def filled() -> None:
        at_once(scene, clock, LETTER, LETTER, key("tab"), LETTER)()
        into(scene, "name", "Kim")()
        into(scene, "city", "서울")()

    steps = actions(run(focus(scene, "name"), lambda: None, filled))
    assert [(one.target.name, one.value) for one in steps] == [("Name", "Kim"), ("City", "서울")]  # type: ignore[attr-defined]
    assert gaps(run) == []


def test_a_key_whose_field_nothing_tells_is_said_to_be_missing(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    """Between two tabs that are heard together no look shows which field had the keys."""
    play = at_once(scene, clock, key("tab"), LETTER, key("tab"))
    assert actions(run(focus(scene, "name"), lambda: None, play)) == []
    assert gaps(run) == [GapReason.LATE]


def test_what_was_typed_into_a_window_that_closed_at_once_is_said_to_be_missing(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    def closed() -> None:
        at_once(scene, clock, LETTER, key("enter"))()
        del scene.nodes["name"]

    run(focus(scene, "name"), lambda: None, closed)
    assert gaps(run) == [GapReason.LATE]


def test_a_late_press_counts_where_what_it_means_is_certain(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    steps = actions(run(at_once(scene, clock, press(scene, "ok"))))
    assert [type(one) for one in steps] == [Click]
    assert gaps(run) == []


def test_a_press_on_what_an_earlier_press_replaced_is_uncertain(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    """Both presses are heard when the page that the first one brought shows."""
    scene.put("next", Role.BUTTON, "Next")
    scene.put("cancel", Role.BUTTON, "Cancel")
    twice = at_once(scene, clock, press(scene, "next"), press(scene, "cancel"))

    def turned() -> None:
        twice()
        where = scene.nodes.pop("cancel").rect
        scene.put("finish", Role.BUTTON, "Finish", rect=where)

    run(turned)
    assert gaps(run) == [GapReason.LATE]


def test_input_that_cannot_be_read_costs_no_other(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    def broken() -> None:
        fault = replace(press(scene, "ok"), point=("x", 1))  # type: ignore[arg-type]
        at_once(scene, clock, fault, press(scene, "ok"))()
        with pytest.raises(TypeError):
            run.turn()  # type: ignore[attr-defined]

    assert [type(one) for one in actions(run(broken))] == [Click]
    assert gaps(run) == [GapReason.NO_ELEMENT]


def test_input_that_came_before_the_end_counts(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    def unheard() -> None:
        scene.heard = [(), (replace(press(scene, "ok"), at=clock()),)]

    assert [type(one) for one in actions(run(unheard))] == [Click]


def test_a_recording_that_may_miss_steps_is_not_saved_as_a_whole_one(
    scene: Scene, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = AgentHome(tmp_path / "agent")
    interrupted = threading.Event()
    play = [
        focus(scene, "name"),
        lambda: None,
        at_once(scene, clock, key("f5"), key("tab"), LETTER, key("tab")),
        interrupted.set,
    ]

    def take(seconds: float) -> tuple[UserInput, ...]:
        if seconds and play:
            play.pop(0)()
        return scene.heard.pop(0) if scene.heard else ()

    scene.take = take  # type: ignore[method-assign]
    monkeypatch.setattr(session, "open_backend", lambda: scene)
    monkeypatch.setattr(session, "open_watcher", lambda: scene)
    monkeypatch.setattr(session, "watched", lambda *_: nullcontext())
    wanted = session.Wanted("work")
    with pytest.raises(HomeError, match="not saved as a workflow") as refused:
        session.record(home, wanted, session.Limits(minutes=10_000), interrupted)
    assert "qagent record work --recover" in refused.value.repair
    store = Store.of(home)
    assert not store.path("work").exists()
    session.recover_recording(home, wanted)
    assert GapReason.LATE in {one.reason for one in store.load("work").gaps}


def test_keys_into_a_list_that_no_look_shows_open_yet_choose_in_it(
    scene: Scene, run: Callable[..., list[WorkflowStep]], clock: Clock
) -> None:
    scene.put("size", Role.COMBO_BOX, "Size", value="S")
    play = at_once(scene, clock, press(scene, "size"), key("down"), key("enter"))

    def chosen() -> None:
        play()
        scene.change("size", value="M")

    (setting,) = actions(run(chosen, press(scene, "ok")))[:1]
    assert isinstance(setting, SetValue)
    assert (setting.target.name, setting.value) == ("Size", "M")
