"""Which element got a key: what has the keys now, or what had them by the order of the input."""

from collections.abc import Callable, Iterable

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import GoneError, Node, Tree
from qagent.desktop.watching import UserInput
from qagent.workflows.sights import Sight, Sights
from qagent.workflows.touching import Touching

_IN_A_FIELD = frozenset(
    {"backspace", "delete", "home", "end", "left", "right", "up", "down", "page_up", "page_down"}
)
_HELD = frozenset({"ctrl", "alt", "super"})


def may_move_focus(one: UserInput) -> bool:
    """Whether another element may have the keys after some input.

    Args:
        one: The input.
    """
    if one.point is not None:
        return not one.released and not one.turn
    if one.writes or not one.keys:
        return False
    return bool(_HELD.intersection(one.keys)) or one.keys[-1] not in _IN_A_FIELD


class Focus:
    """Tells the element that got a key.

    Args:
        backend: The desktop.
        sights: The looks that are kept.
        touching: The element that is being set.
        look: Looks once more.
    """

    def __init__(
        self,
        backend: DesktopBackend,
        sights: Sights,
        touching: Touching,
        look: Callable[[], Sight],
    ) -> None:
        self._backend = backend
        self._sights = sights
        self._touching = touching
        self._look = look
        self._moved = float("-inf")

    def heard(self, one: UserInput) -> None:
        """Note input whose meaning was written."""
        if may_move_focus(one):
            self._moved = one.at

    def at(self, before: Sight, later: Iterable[UserInput]) -> tuple[Node | None, Tree, bool]:
        """The element that got a key, the look that shows it, and whether anything tells it.

        Args:
            before: The last look from before the key.
            later: What was heard after it by now.
        """
        if not any(may_move_focus(one) for one in later):
            return *self._now(), True
        # What has the keys now may have got them later: only the order of things tells.
        touched = self._touching.now
        if touched is not None:
            return touched.node, touched.tree, True
        focused = None if before.began < self._moved else before.tree.focused()
        return focused, before.tree, focused is not None

    def _now(self) -> tuple[Node | None, Tree]:
        touched = self._touching.now
        try:
            if touched is not None and self._backend.has_keys(touched.node):
                return touched.node, touched.tree
            tree = self._sights.last.tree
            node = tree.focused()
            if node is not None and self._backend.has_keys(node):
                return node, tree
        except GoneError:
            node = None
        if self._gone_with_its_window():
            # The key closed the window: it went to what had the focus there.
            tree = self._sights.last.tree
            return (touched.node if touched is not None else tree.focused()), tree
        tree = self._look().tree
        if tree.truncated and tree.focused() is None:
            # A large window of a busy program is not read in time: it is tried once more.
            tree = self._look().tree
        return tree.focused(), tree

    def _gone_with_its_window(self) -> bool:
        active = self._sights.last.tree.active_window()
        return active is not None and all(one.ref != active.ref for one in self._backend.windows())
