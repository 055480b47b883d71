"""The behaviour that every desktop owes, with the editor that the system has (Linux and macOS)."""

from collections.abc import Callable

import pytest
from desktop_programs import PATIENCE_SECONDS, PATIENT

from qagent.act import Executor
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Capability, Node, SecureFieldError
from qagent.observe import take_snapshot
from qagent.policy import Policy
from qagent.stop import StopSignal
from qscreen.wire import Action, Effect, OpenApp, Outcome, Role, State, Step, TypeText

pytestmark = pytest.mark.macos

TEXTS = (
    "회의 3시, 2층",
    "월간 매출 보고서 (2026년 11월)",
    "뷁쀍쫣튊 드문 글자",
    "1234567890-=!@#$%^&*()_+",
    "한글과 English를 섞어서",
    "이모지 😀 ✓ →",
    "줄\n바꿈",
)


def text_area(backend: DesktopBackend) -> Node:
    tree = backend.look(PATIENT)
    return next(n for n in tree.nodes if n.role is Role.TEXT_AREA and n.has(State.FOCUSED))


def test_the_editor_is_seen_with_its_focused_text_area(
    editor: Effect, backend: DesktopBackend
) -> None:
    snapshot = take_snapshot(backend, "device-1")
    areas = [e for e in snapshot.elements if e.role is Role.TEXT_AREA]
    assert len(areas) == 1
    assert {State.EDITABLE, State.FOCUSED, State.SHOWING} <= set(areas[0].states)
    assert areas[0].rect is not None
    assert areas[0].rect.x + areas[0].rect.width <= snapshot.screen.width
    seen: set[str] = set()
    for element in snapshot.elements:
        assert element.parent is None or element.parent in seen
        seen.add(element.id)


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_typed_and_read_back(
    text: str, editor: Effect, perform: Callable[[Action], Effect], backend: DesktopBackend
) -> None:
    effect = perform(TypeText(text=text))
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    assert backend.text_state(text_area(backend)).text == text


@pytest.mark.parametrize("text", TEXTS)
def test_keys_alone_type_it_too(text: str, editor: Effect, backend: DesktopBackend) -> None:
    area = text_area(backend)
    backend.type_text(text, lambda _: None)
    assert StopSignal().wait_until(lambda: backend.text_state(area).text == text, PATIENCE_SECONDS)


def test_a_cut_tree_says_so(editor: Effect, backend: DesktopBackend) -> None:
    tree = backend.look(Budget(nodes=3))
    assert len(tree.nodes) == 3
    assert tree.truncated


def test_picture_and_places_share_one_space(editor: Effect, backend: DesktopBackend) -> None:
    screen = backend.look(PATIENT).screen
    picture = backend.capture()
    assert (picture.width, picture.height) == (screen.width, screen.height)
    assert len(picture.bgra) == 4 * picture.width * picture.height


def test_a_password_field_is_refused(editor: Effect, backend: DesktopBackend) -> None:
    from dataclasses import replace

    area = replace(text_area(backend), secure=True, can=frozenset({Capability.TEXT}))
    with pytest.raises(SecureFieldError):
        backend.text_state(area)


def test_open_again_brings_the_same_window(backend: DesktopBackend, policy: Policy) -> None:
    executor = Executor(backend, policy, StopSignal())
    for new in (True, False):
        action = OpenApp(app="메모장", new_document=new)
        effect = executor.perform(Step(id="s1", action=action, because="test"))
        assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    assert len(backend.windows()) == 1


def test_idle_time_is_told(backend: DesktopBackend) -> None:
    assert backend.idle_seconds() >= 0
