"""Somebody at keyboard and pointer: looks, moves, clicks and types at a person's pace."""

import time
from collections.abc import Callable

from desktop_programs import PATIENCE_SECONDS, PATIENT

from qagent.act.context import centre
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node
from qagent.observe import look
from qagent.stop import StopSignal
from qscreen.wire import Role, ScrollDirection, State

PAUSE_SECONDS = 0.6
"""Time between two actions; people take longer."""

_LOOKS, _LONGEST_SECONDS = 60, 4.0
"""A person waits for a machine that lags: so many times what a list of the windows takes."""


class User:
    """Uses the desktop by synthetic input alone, as a person would by hand.

    Args:
        backend: Eyes and hands.
    """

    def __init__(self, backend: DesktopBackend) -> None:
        self._backend = backend

    def pause(self, part: float = 1.0) -> None:
        """Let time pass as between two actions, or a part of it."""
        began = time.monotonic()
        self._backend.windows()
        lag = _LOOKS * (time.monotonic() - began)
        time.sleep(part * min(max(lag, PAUSE_SECONDS), _LONGEST_SECONDS))

    def windows(self) -> tuple[Node, ...]:
        """The windows that show."""
        return self._backend.windows()

    def find(self, name: str, role: Role | None = None, seconds: float = PATIENCE_SECONDS) -> Node:
        """The element of this name that shows in the active window."""

        def there() -> Node | None:
            windows = self._backend.windows()
            active = next((one for one in windows if one.has(State.ACTIVE)), None)
            nodes = look(self._backend, budget=PATIENT, window=active).nodes
            found = [
                one
                for one in nodes
                if one.name.strip() == name and one.rect and role in {None, one.role}
            ]
            return found[-1] if found else None

        node = StopSignal().wait_until(there, seconds, 0.05)
        assert node is not None, f"there is no {role or 'element'} {name!r} to be seen"
        return node

    def click(self, name: str, role: Role | None = None, *, count: int = 1) -> None:
        """Click on the middle of an element."""
        node = self.find(name, role)
        self._backend.click(*centre(node), meant=node, button="primary", count=count)
        self.pause()

    def wheel_over(self, node: Node, direction: ScrollDirection) -> None:
        """Turn the wheel by one notch near the top left corner of an element."""
        assert node.rect is not None
        self._backend.scroll(node.rect.x + 5, node.rect.y + 5, direction, 1, meant=node)
        self.pause(1 / 3)

    def shows(self, name: str) -> bool:
        """Whether an element of this name is in sight in the active window."""
        windows = self._backend.windows()
        active = next((one for one in windows if one.has(State.ACTIVE)), None)
        nodes = look(self._backend, budget=PATIENT, window=active).nodes
        return any(one.name.strip() == name and one.rect for one in nodes)

    def reads(self, text: str) -> bool:
        """Whether an element in sight holds exactly this text."""
        return any(one.value == text for one in look(self._backend, budget=PATIENT).nodes)

    def rest(self) -> None:
        """Wait as long as a few looks take, which is longer on a slow machine: others look too."""
        for _ in range(4):
            look(self._backend, budget=Budget())

    def type(self, text: str) -> None:
        """Type into whatever has the keys."""
        self._backend.type_text(text, self._wait)
        self.pause()

    def keys(self, *keys: str) -> None:
        """Press a combination."""
        self._backend.press_keys(keys)
        self.pause()

    def leave(self, title: str) -> None:
        """Press Enter until a dialog has gone: a list of completions may take the first one."""
        for _ in range(4):
            self.keys("enter")
            gone = StopSignal().wait_until(
                lambda: all(one.name != title for one in self.windows()), 8, 0.05
            )
            if gone:
                return
        raise AssertionError(f"the dialog {title!r} stays")

    def until(self, holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until something is so."""
        assert StopSignal().wait_until(holds, seconds, 0.05), "it did not come"

    def _wait(self, _: int) -> None:
        """Programs read the keys of a changed keymap rightly once they have answered."""
        self._backend.windows()
        time.sleep(0.05)
