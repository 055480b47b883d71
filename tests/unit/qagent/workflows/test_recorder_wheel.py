"""Turning the wheel while a recording runs."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from described_scene import (
    Scene,
    actions,
    key,
    press,
)

from qagent.desktop.watching import UserInput
from qagent.workflows import recorder as recording
from qagent.workflows.model import WorkflowStep
from qscreen.wire import Focus, OpenApp, PressKeys, Rect, Role, Scroll, SetValue


def notches(scene: Scene, *turns: str) -> list[UserInput]:
    rect = scene.nodes["list"].rect
    assert rect is not None
    wheel = UserInput(0, point=(rect.x + 5, rect.y + 5), button="wheel")
    return [replace(wheel, turn=turn) for turn in turns]


@pytest.fixture
def rows(scene: Scene) -> Callable[[], None]:
    """A list, and what scrolls its last row into sight."""
    scene.put("list", Role.LIST, "Rows", rect=Rect(x=300, y=300, width=200, height=200))

    def scrolled() -> None:
        place = Rect(x=300, y=480, width=200, height=20)
        scene.put("row", Role.LIST_ITEM, "Row 40", parent="list", rect=place)

    return scrolled


def test_turning_the_wheel_is_one_step_until_what_is_used_then(
    scene: Scene, run: Callable[..., list[WorkflowStep]], rows: Callable[[], None]
) -> None:
    steps = run(
        *notches(scene, "down", "down", "up", "down", "down"),
        rows,
        lambda: scene.heard.append((replace(press(scene, "row"), at=recording.time.monotonic()),)),
    )
    scrolled, chosen = (one for one in steps if not isinstance(one.action, Focus | OpenApp))
    assert isinstance(scrolled.action, Scroll)
    assert (scrolled.action.direction, scrolled.action.amount) == ("down", 3)
    assert scrolled.action.target is not None
    assert scrolled.action.target.name == "Rows"
    assert scrolled.verify is not None
    assert scrolled.verify.target is not None
    assert scrolled.verify.target.name == "Row 40"
    assert isinstance(chosen.action, SetValue)


def test_scrolling_for_reading_is_a_step_and_there_and_back_is_none(
    scene: Scene, run: Callable[..., list[WorkflowStep]], rows: Callable[[], None]
) -> None:
    steps = run(*notches(scene, "down", "up", "right", "right"), key("f5"))
    scrolled, keys = actions(steps)
    assert isinstance(scrolled, Scroll)
    assert (scrolled.direction, scrolled.amount) == ("right", 2)
    assert isinstance(keys, PressKeys)
    assert steps[-2].verify is None
