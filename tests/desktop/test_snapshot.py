"""Observing a real editor."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from desktop_programs import PATIENCE_SECONDS, programs

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node
from qagent.observe import take_snapshot
from qagent.stop import StopSignal
from qscreen.wire import (
    Action,
    Click,
    Effect,
    OpenApp,
    Outcome,
    Rect,
    Role,
    SetValue,
    State,
    Target,
    TypeText,
)


def test_snapshot_has_the_focused_text_area(editor: Effect, backend: DesktopBackend) -> None:
    snapshot = take_snapshot(backend, "device-1")
    areas = [e for e in snapshot.elements if e.role is Role.TEXT_AREA]
    assert len(areas) == 1
    assert {State.EDITABLE, State.FOCUSED, State.SHOWING} <= set(areas[0].states)
    assert areas[0].rect is not None
    assert areas[0].rect.width > 100
    assert snapshot.active_app == "mousepad"
    assert "Mousepad" in (snapshot.active_window or "")
    assert not snapshot.truncated
    names = {e.name for e in snapshot.elements if e.role is Role.MENU}
    assert {"File", "Edit", "Help"} <= names


def test_parents_stand_before_their_children(editor: Effect, backend: DesktopBackend) -> None:
    seen: set[str] = set()
    for element in take_snapshot(backend, "device-1").elements:
        assert element.parent is None or element.parent in seen
        seen.add(element.id)


def test_personal_data_does_not_leave_the_device(
    editor: Effect, backend: DesktopBackend, perform: Callable[[Action], Effect]
) -> None:
    effect = perform(TypeText(text="kim.chulsoo@example.com 010-1234-5678"))
    sent = take_snapshot(backend, "device-1").model_dump_json() + effect.model_dump_json()
    assert "kim.chulsoo" not in sent
    assert "1234-5678" not in sent


def test_a_cut_tree_says_so(editor: Effect, backend: DesktopBackend) -> None:
    snapshot = take_snapshot(backend, "device-1", budget=Budget(nodes=5))
    assert len(snapshot.elements) == 5
    assert snapshot.truncated


def test_a_window_that_nobody_can_see_is_covered_and_still_works(
    backend: DesktopBackend, perform: Callable[[Action], Effect]
) -> None:
    with programs(backend) as desk:
        behind = desk.zenity("Behind", "--entry", "--text=Name")
        desk.zenity("In front", "--text-info", "--width=1000", "--height=700")

        def covered() -> dict[str, bool]:
            roots = [one for one in take_snapshot(backend, "device-1").elements if not one.parent]
            return {one.name: State.COVERED in one.states for one in roots}

        # A window gets the keys before it has its place.
        wanted = {"Behind": True, "In front": False}
        assert StopSignal().wait_until(lambda: covered() == wanted, PATIENCE_SECONDS), covered()
        field = Target(role=Role.TEXT_FIELD, app="Behind")
        assert perform(SetValue(target=field, value="Kim")).outcome is Outcome.CONFIRMED
        perform(Click(target=Target(name="OK", role=Role.BUTTON, app="Behind")))
        assert behind.line() == "Kim"


def test_password_fields_are_marked_and_not_read(
    zenity: Callable[..., "subprocess.Popen[str]"], backend: DesktopBackend
) -> None:
    zenity("--password", "--title=Sign in")
    snapshot = take_snapshot(backend, "device-1")
    fields = [e for e in snapshot.elements if e.role is Role.PASSWORD_FIELD]
    assert len(fields) == 1
    assert fields[0].secure
    assert fields[0].value is None


def test_observe_command_prints_a_snapshot(editor: Effect, home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qagent", "observe", "--json"],
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_SECONDS,
        check=True,
    )
    roles = {element["role"] for element in json.loads(done.stdout)["elements"]}
    assert "text_area" in roles


def test_many_windows_stay_fast_and_are_reported_as_cut(
    perform: Callable[[Action], Effect], backend: DesktopBackend
) -> None:
    for _ in range(10):
        opened = perform(OpenApp(app="mousepad", new_document=True))
        assert opened.outcome is Outcome.CONFIRMED, opened.evidence
    snapshot = take_snapshot(backend, "device-1")
    assert sum(e.role is Role.WINDOW for e in snapshot.elements) == 10
    assert sum(e.role is Role.TEXT_AREA for e in snapshot.elements) == 1
    assert snapshot.truncated


def test_what_lies_in_front_of_a_window_is_known(
    editor: Effect,
    backend: DesktopBackend,
    perform: Callable[[Action], Effect],
    zenity: Callable[..., "subprocess.Popen[str]"],
) -> None:
    (first,) = [one for one in backend.windows() if one.app == "mousepad"]
    zenity("--info", "--title=Over it", "--text=In front", "--width=300")

    def placed() -> Node | None:
        # A window gets the keys before it has its place.
        front = next(one for one in backend.windows() if one.app == "zenity")
        assert first.rect is not None
        assert front.rect is not None
        hidden = backend.in_front([first, front], first.rect)
        over = any(
            one.x <= front.rect.x + 1 and one.width >= front.rect.width for one in hidden[first.ref]
        )
        return front if over and hidden[front.ref] == () else None

    front = StopSignal().wait_until(placed, PATIENCE_SECONDS)
    assert front is not None
    assert first.rect is not None
    assert front.rect is not None
    # The dialog alone fills its own place: what is behind it need not be looked for.
    inside = Rect(x=front.rect.x + 5, y=front.rect.y + 5, width=10, height=10)
    assert len(backend.in_front([first], inside)[first.ref]) == 1
    assert perform(OpenApp(app="text editor")).outcome is Outcome.CONFIRMED

    def turned() -> bool:
        assert first.rect is not None
        over = backend.in_front([first, front], first.rect)
        wide = any(one.width >= first.rect.width for one in over[front.ref])
        return wide and over[first.ref] == ()

    assert StopSignal().wait_until(turned, PATIENCE_SECONDS)
