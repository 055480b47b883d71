"""Turning the wheel, which becomes one step: which way, how far, and until what showed."""

from dataclasses import dataclass

from qagent.desktop.base import Node, Ref, Tree
from qagent.desktop.watching import UserInput
from qagent.observe import fold
from qagent.workflows import pointing
from qagent.workflows.script import Script
from qscreen.wire import Role, Scroll, ScrollDirection, WaitFor

TURNED_BY_WHEEL = frozenset({Role.COMBO_BOX, Role.SLIDER, Role.SPIN_BUTTON})
"""What a wheel sets instead of scrolling."""

_HOLDERS = frozenset({Role.LIST, Role.TABLE, Role.TREE, Role.DOCUMENT, Role.TEXT_AREA})
_ACROSS = frozenset({ScrollDirection.LEFT, ScrollDirection.RIGHT})
_BACK = frozenset({ScrollDirection.UP, ScrollDirection.LEFT})
_MOST_NOTCHES = 100
_TIMEOUT_MS = 10_000


@dataclass(slots=True)
class _Turned:
    """What is being scrolled, and what showed before it was."""

    holder: Node | None
    window: Node
    tree: Tree
    across: bool
    notches: int = 0


class Scrolling:
    """Adds the notches of a wheel up until a person does something else.

    Args:
        script: Takes the step.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._now: _Turned | None = None

    def turn(self, one: UserInput, tree: Tree, node: Node, window: Node) -> None:
        """Note one notch.

        Args:
            one: The notch.
            tree: A look from before it.
            node: The element under the pointer.
            window: Its window.
        """
        direction = ScrollDirection(one.turn)
        holder = node if node.role in _HOLDERS else pointing.holder(tree, node, _HOLDERS)
        across = direction in _ACROSS
        if self._now is not None and _place(self._now) != (_ref(holder), window.ref, across):
            self.end(None)
        if self._now is None:
            self._now = _Turned(holder, window, tree, across)
        self._now.notches += -1 if direction in _BACK else 1

    def end(self, reached: Node | None) -> None:
        """Write the step; what was scrolled there and back is none.

        Args:
            reached: The element that is used next: what did not show before is what was looked for.
        """
        turned, self._now = self._now, None
        if turned is None or not turned.notches:
            return
        names = ScrollDirection.LEFT, ScrollDirection.RIGHT
        back, on = names if turned.across else (ScrollDirection.UP, ScrollDirection.DOWN)
        holder = turned.holder
        named = holder is not None and bool(pointing.clean(holder.name))
        action = Scroll(
            direction=back if turned.notches < 0 else on,
            amount=min(abs(turned.notches), _MOST_NOTCHES),
            target=pointing.target_of(holder) if holder is not None and named else None,
        )
        self._script.add(action, turned.tree, holder)
        step = self._script.last
        if step is None or reached is None or reached.window != turned.window.ref:
            return
        target = pointing.target_of(reached)
        if target.name and not _shows(turned.tree, reached):
            check = WaitFor(target=target, condition="appears", timeout_ms=_TIMEOUT_MS)
            self._script.verified(step.id, check)


def _place(turned: _Turned) -> tuple[Ref | None, Ref, bool]:
    return _ref(turned.holder), turned.window.ref, turned.across


def _ref(node: Node | None) -> Ref | None:
    return None if node is None else node.ref


def _shows(tree: Tree, node: Node) -> bool:
    # What is scrolled out of sight is told by some toolkits, without a place.
    return any(
        one.role is node.role and fold(one.name) == fold(node.name) and one.rect is not None
        for one in tree.nodes
    )
