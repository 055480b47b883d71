"""The recorder's looks: what showed before something came."""

import time
from collections import deque
from dataclasses import dataclass

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, GoneError, Node, ProgramError, Tree, UnsupportedError
from qagent.desktop.watching import InputWatcher, UserInput
from qagent.observe import look
from qagent.workflows import pointing
from qagent.workflows.script import Script
from qscreen.wire import Rect, State


@dataclass(frozen=True, slots=True)
class Sight:
    """A look, with when it was made.

    Attributes:
        tree: What showed.
        popups: Where menus and opened lists lay.
        windows: All windows, as they were then.
        began: When it was begun, monotonic seconds.
        ended: When it was complete, monotonic seconds.
    """

    tree: Tree
    popups: tuple[Rect, ...]
    windows: tuple[Node, ...]
    began: float
    ended: float

    def covered(self, point: tuple[int, int]) -> bool:
        """Whether a menu or an opened list lies at a place."""
        x, y = point
        return any(
            rect.x <= x < rect.x + rect.width and rect.y <= y < rect.y + rect.height
            for rect in self.popups
        )


class Sights:
    """Looks at the desktop, and keeps the last few looks.

    Args:
        backend: The desktop.
        watcher: Tells where menus lie.
        script: Says which windows may not be looked at.
    """

    def __init__(self, backend: DesktopBackend, watcher: InputWatcher, script: Script) -> None:
        self._backend = backend
        self._watcher = watcher
        self._script = script
        self._kept: deque[Sight] = deque(maxlen=4)
        self._screen = backend.look(Budget(nodes=1)).screen

    @property
    def last(self) -> Sight:
        """The last look."""
        return self._kept[-1]

    def look(self) -> Sight:
        """Look at the window that gets the keys, or at everything where none does."""
        tree = None
        began = time.monotonic()
        for _ in range(2):
            windows = self._backend.windows()
            active = next((one for one in windows if one.has(State.ACTIVE)), None)
            try:
                if active is not None and self._script.refusal(active) is not None:
                    # Nothing of such a window is read, not even what is in it.
                    tree = Tree(self._screen, (active,), (active.app,), truncated=False)
                else:
                    tree = self._shown(look(self._backend, budget=Budget(), window=active))
                break
            except (GoneError, ProgramError, UnsupportedError):
                continue  # It closed in between: what there is now counts.
        if tree is None:
            tree = self._shown(look(self._backend, budget=Budget()))
            windows = self._backend.windows()
        self._kept.append(Sight(tree, self._watcher.popups(), windows, began, time.monotonic()))
        return self.last

    def before(self, one: UserInput, came: float) -> Sight:
        """The last look from before something came: complete, and begun after what came before it.

        On a busy machine there may be none. Then one that was under way shows the menu or the
        list that was opened, if it shows something to choose there; else the last one counts.

        Args:
            one: What came.
            came: When the input before it came, monotonic seconds.
        """
        known = next((s for s in reversed(self._kept) if s.ended <= one.at), self._kept[0])
        late = known.began < came and self.last is not known
        if late and one.point is not None:
            chosen = pointing.under(self.last.tree, *one.point, popup=True)
            return known if chosen is None else self.last
        return known

    def _shown(self, tree: Tree) -> Tree:
        """A look without the windows that may not be looked at."""
        refused = {one.ref for one in tree.windows() if self._script.refusal(one) is not None}
        if not refused:
            return tree
        nodes = tuple(one for one in tree.nodes if one.window not in refused)
        return Tree(tree.screen, nodes, tree.apps, tree.truncated)
