"""Watching what a person does with keyboard and pointer; the interface and its lazy choice.

Watching only listens: nothing is swallowed, changed or delayed. Which letter a key writes is never
told: what was written is read from the field that it was written into.
"""

from dataclasses import dataclass
from typing import Protocol

from qagent.desktop import backend_name
from qagent.desktop.base import UnsupportedPlatformError
from qagent.messages import text
from qscreen.wire import Rect


@dataclass(frozen=True, slots=True)
class UserInput:
    """One key or one press of the pointer.

    Attributes:
        at: When it came, monotonic seconds.
        keys: The combination, names as in `qscreen.wire.PressKeys`; empty for a key that writes.
        writes: Whether the key writes a character; which one is not told.
        point: Where the pointer was pressed, pixels.
        button: `primary`, `secondary` or `wheel`; empty for a key.
        released: Whether the button was let go there.
        turn: Where one notch of the wheel went: `up`, `down`, `left` or `right`.
    """

    at: float
    keys: tuple[str, ...] = ()
    writes: bool = False
    point: tuple[int, int] | None = None
    button: str = ""
    released: bool = False
    turn: str = ""


class InputWatcher(Protocol):
    """Hears the keyboard and the pointer of a platform."""

    def take(self, seconds: float) -> tuple[UserInput, ...]:
        """What came since the last call, in order.

        Args:
            seconds: How long to wait for the first one.

        Raises:
            DesktopError: Nothing is heard any more.
        """
        ...

    def popups(self) -> tuple[Rect, ...]:
        """Where menus and opened lists lie, which cover the windows below them; pixels."""
        ...

    def close(self) -> None:
        """Stop watching."""
        ...


def open_watcher() -> InputWatcher:
    """Watch the keyboard and the pointer of this machine.

    Raises:
        UnsupportedPlatformError: The platform has no watcher.
        DesktopError: It does not let us listen.
    """
    name = backend_name()
    if name == "linux":
        from qagent.desktop.linux.watching import LinuxWatcher

        return LinuxWatcher()
    if name == "macos":
        from qagent.desktop.macos.watching import open_mac_watcher

        return open_mac_watcher()
    raise UnsupportedPlatformError(
        text("desktop.unknown", name=name), text("desktop.unknown.repair")
    )
