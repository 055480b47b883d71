"""Looks that time has cut."""

from typing import Any

import pytest

from qagent.act import looking
from qagent.act.context import Context
from qagent.act.looking import look_patiently
from qagent.desktop.base import Budget, Node, Tree
from qagent.policy import Policy
from qagent.stop import StoppedError, StopReason, StopSignal
from qscreen.wire import RiskCategory


@pytest.mark.parametrize(
    ("took", "asked"), [(1.6, [Budget().seconds, 6.0]), (0.1, [Budget().seconds])]
)
def test_only_a_look_that_time_has_cut_is_taken_again_with_more(
    took: float, asked: list[float], paper: Any, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, budgets = 0.0, []
    whole = paper.look

    def look(budget: Budget, *, window: Node | None = None) -> Tree:
        nonlocal now
        now += took
        budgets.append(budget.seconds)
        tree: Tree = whole(budget, window=window)
        return tree if len(budgets) > 1 else Tree(tree.screen, tree.nodes[:1], tree.apps, True)

    monkeypatch.setattr(paper, "look", look)
    monkeypatch.setattr(looking.time, "monotonic", lambda: now)
    context = Context(paper, policy, StopSignal(), RiskCategory.LOOK)
    tree = look_patiently(context)
    assert budgets == asked
    assert tree.truncated is (len(asked) == 1)


def test_a_stop_is_obeyed_between_the_two_looks(
    paper: Any, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = StopSignal()
    now = 0.0
    whole = paper.look

    def look(budget: Budget, *, window: Node | None = None) -> Tree:
        nonlocal now
        now += 5
        stop.set(StopReason.USER)
        tree: Tree = whole(budget, window=window)
        return Tree(tree.screen, tree.nodes, tree.apps, True)

    monkeypatch.setattr(paper, "look", look)
    monkeypatch.setattr(looking.time, "monotonic", lambda: now)
    with pytest.raises(StoppedError):
        look_patiently(Context(paper, policy, stop, RiskCategory.LOOK))
