"""Goals that depend on the screen, on a page of our own: what counts is what the page says."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from desktop_programs import FORM, PATIENCE_SECONDS, PATIENT, Running, programs
from miniwob_play import POLICY

from qagent.desktop import open_backend
from qagent.desktop.backend import DesktopBackend
from qagent.home import AgentHome
from qagent.local import LocalWork
from qagent.stop import StopSignal
from qscreen.wire import CommandResult, EffectError, Outcome


@pytest.fixture(scope="module")
def playing(
    desktop: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[DesktopBackend, Running, LocalWork]]:
    home = tmp_path_factory.mktemp("agent")
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")
    with ExitStack() as stack:
        backend = open_backend()
        stack.callback(backend.close)
        page = stack.enter_context(programs(backend)).page(FORM, "Order form")
        yield backend, page, stack.enter_context(LocalWork(AgentHome(home), "test"))


def _shown(playing: tuple[DesktopBackend, Running, LocalWork], *words: str) -> set[str]:
    """What the page shows, once one of its elements tells all of these words."""
    backend, page, _ = playing
    shown: set[str] = set()

    def told() -> bool:
        tree = backend.look(replace(PATIENT, hidden=True), window=page.window)
        shown.clear()
        shown.update(node.name for node in tree.nodes)
        return any(all(word in name for word in words) for name in shown)

    StopSignal().wait_until(told, PATIENCE_SECONDS, 0.05)
    return shown


def _run(playing: tuple[DesktopBackend, Running, LocalWork], goal: str) -> CommandResult:
    result = playing[2].run(goal, StopSignal())
    assert isinstance(result, CommandResult)
    return result


@pytest.mark.parametrize(
    ("goal", "sent"),
    [
        ("Name 칸에 '김철수'를 입력하고 'Send' 버튼을 눌러 줘", '"name":"김철수"'),
        ("Enter 'Kim' into the 1st text field, select Japan and press Send", '"name":"Kim"'),
    ],
)
def test_the_page_gets_what_the_goal_says(
    playing: tuple[DesktopBackend, Running, LocalWork], goal: str, sent: str
) -> None:
    result = _run(playing, goal)
    told = [(one.outcome, one.evidence) for one in result.effects]
    assert all(outcome is Outcome.CONFIRMED for outcome, _ in told), told
    shown = _shown(playing, "Sent", sent)
    assert any(name.startswith("Sent") and sent in name for name in shown), shown


def test_what_is_scrolled_out_of_sight_is_scrolled_to(
    playing: tuple[DesktopBackend, Running, LocalWork],
) -> None:
    result = _run(playing, "Click the 'Far below' button")
    assert result.effects[-1].outcome is Outcome.CONFIRMED, result.effects[-1].evidence
    assert "Pressed" in _shown(playing, "Pressed")


def test_several_that_fit_are_refused_by_name(
    playing: tuple[DesktopBackend, Running, LocalWork],
) -> None:
    (effect,) = _run(playing, "Click the radio button").effects
    assert (effect.outcome, effect.error) == (Outcome.REFUSED, EffectError.AMBIGUOUS_TARGET)
    assert "Small" in effect.evidence
    assert "Large" in effect.evidence
