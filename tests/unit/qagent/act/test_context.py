"""Programs that the policy denies by name: refused when meant, told of to nobody."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qagent.act.changes import describe_change, fingerprint
from qagent.act.context import Context, RefusedError
from qagent.desktop.base import GoneError, Node, Tree
from qagent.policy import Policy, load_policy
from qagent.stop import StopSignal
from qscreen.wire import EffectError, RiskCategory, Role, State, Target

MakeNode = Callable[..., Node]
MakeTree = Callable[..., Tree]


class Shown:
    """A desktop that shows one given tree, without a focus."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def look(self, budget, *, window=None) -> Tree:
        return self.tree

    def windows(self) -> tuple[Node, ...]:
        return tuple(self.tree.windows())


@pytest.fixture
def desktop(make_node: MakeNode, make_tree: MakeTree) -> Shown:
    states = frozenset({State.SHOWING})
    return Shown(
        make_tree(
            make_node("v", Role.WINDOW, "Vault", window="v", app="vault", states=states),
            make_node("b", Role.BUTTON, "Bank of Korea", window="v", parent="v", app="vault"),
            make_node("w", Role.WINDOW, "Editor", window="w", app="editor", states=states),
        )
    )


@pytest.fixture
def context(desktop: Shown, tmp_path: Path) -> Context:
    path = tmp_path / "policy.yaml"
    path.write_text(
        "version: 1\nallow: {risks: [look, edit], apps: ['*']}\ndeny: {apps: [vault]}\n",
        encoding="utf-8",
    )
    return Context(desktop, load_policy(path), StopSignal(), RiskCategory.EDIT)


def test_a_denied_program_that_is_meant_is_refused_by_the_policy(context: Context) -> None:
    with pytest.raises(RefusedError) as found:
        context.find(Target(name="Bank of Korea"))
    assert found.value.error is EffectError.DENIED_BY_POLICY


def test_a_denied_program_is_no_candidate(context: Context) -> None:
    with pytest.raises(RefusedError) as found:
        context.find(Target(name="Bank of Corea"))
    assert found.value.error is EffectError.TARGET_NOT_FOUND
    assert found.value.candidates == ()


def test_a_change_in_a_denied_program_is_not_told(
    context: Context, desktop: Shown, make_node: MakeNode, make_tree: MakeTree
) -> None:
    before = fingerprint(context)
    more = make_node("m", Role.LABEL, "Balance 1,000", window="v", parent="v", app="vault")
    desktop.tree = make_tree(*desktop.tree.nodes, more)
    assert describe_change(before, fingerprint(context)) is None


def test_a_window_that_closes_between_two_looks_is_no_failure(
    paper: Any, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = paper.look

    def look(budget: Any, *, window: Any = None) -> Any:
        if window is not None:
            raise GoneError("closed")
        return whole(budget)

    monkeypatch.setattr(paper, "look", look)
    context = Context(paper, policy, StopSignal(), RiskCategory.LOOK)
    assert context.look_at_active().windows()


@pytest.mark.parametrize(("active", "closed"), [("w", 2), ("v", 0)])
def test_menus_are_closed_again_unless_another_program_has_the_keys(
    active: str, closed: int, context: Context, desktop: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = desktop.tree.nodes
    windows = tuple(
        replace(one, states=one.states | {State.ACTIVE}) if one.ref == active else one
        for one in nodes
    )
    monkeypatch.setattr(desktop, "windows", lambda: windows)
    pressed: list[tuple[str, ...]] = []
    monkeypatch.setattr(desktop, "press_keys", pressed.append, raising=False)
    refusal = RefusedError(EffectError.TARGET_NOT_FOUND, "covered")
    with pytest.raises(RefusedError) as found, context.closing(nodes[-1], 2):
        raise refusal
    assert found.value is refusal
    assert pressed == [("escape",)] * closed
