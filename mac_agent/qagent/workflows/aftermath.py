"""What the desktop shows after a step, as the step's verification."""

from dataclasses import dataclass

from qagent.desktop.base import Node, Tree
from qagent.observe import fold
from qagent.workflows.pointing import clean
from qscreen.wire import Role, Target, WaitFor

GIVE_UP_SECONDS = 4.0
"""Later changes are not taken for what the step brought."""

_TIMEOUT_MS = 10_000
_WORDS = frozenset({Role.LABEL, Role.STATUS_BAR})
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class _Expected:
    step: str
    window: Node | None
    words: frozenset[str]
    literals: tuple[str, ...]


class Aftermath:
    """Watches for what a step brought: a window that came or went, or new words in its window."""

    def __init__(self) -> None:
        self._expected: _Expected | None = None
        self._since = 0.0

    def expect(self, step: str, tree: Tree, literals: tuple[str, ...]) -> None:
        """Begin to watch after a step.

        Args:
            step: The step's id.
            tree: The look from before it.
            literals: Texts that were written: what shows them changes with them.
        """
        window = tree.active_window()
        self._expected = _Expected(
            step,
            window,
            frozenset(fold(one.name) for one in tree.nodes if one.role in _WORDS),
            literals,
        )
        self._since = 0.0

    def end(self) -> None:
        """Stop watching: what comes now comes of what is done next."""
        self._expected = None

    def seen(self, tree: Tree, windows: tuple[Node, ...], now: float) -> tuple[str, WaitFor] | None:
        """Judge a look; the step and its verification, once there is one.

        Args:
            tree: The look.
            windows: All windows.
            now: Monotonic seconds.
        """
        expected = self._expected
        if expected is None:
            return None
        if not self._since:
            self._since = now
        if now - self._since > GIVE_UP_SECONDS:
            self._expected = None
            return None
        check = self._judge(expected, tree, windows)
        if check is None:
            return None
        self._expected = None
        return expected.step, check

    def _judge(self, expected: _Expected, tree: Tree, windows: tuple[Node, ...]) -> WaitFor | None:
        there = {one.ref for one in windows}
        before = expected.window
        active = tree.active_window()
        if before is not None and before.ref not in there:
            title = clean(before.name)
            same = [one for one in windows if fold(one.name) == fold(before.name)]
            if title and not same:
                return _wait("disappears", before, title)
            return None
        if active is None or before is None:
            return None
        if active.ref != before.ref:
            title = clean(active.name)
            return _wait("appears", active, title) if title else None
        words = [
            clean(one.name)
            for one in tree.inside(active.ref)
            if one.role in _WORDS and one.name.strip() and fold(one.name) not in expected.words
        ]
        fit = [
            one
            for one in words
            if one and len(one) <= _LONGEST and not any(text in one for text in expected.literals)
        ]
        if len(words) > 5 or not fit:
            return None
        target = Target(name=fit[0], role=Role.LABEL, app=active.app[:200] or None)
        return WaitFor(target=target, condition="appears", timeout_ms=_TIMEOUT_MS)


def _wait(condition: str, window: Node, title: str) -> WaitFor:
    target = Target(name=title, role=window.role, app=window.app[:200] or None)
    values = {"target": target, "condition": condition, "timeout_ms": _TIMEOUT_MS}
    return WaitFor.model_validate(values)
