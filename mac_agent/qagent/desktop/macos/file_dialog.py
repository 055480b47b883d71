"""The system's save panel: it takes a bare name, and its folder by `Go to Folder`."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node, UnsupportedError
from qagent.messages import text
from qscreen.wire import Role

SAVE_AS = ("alt", "shift", "super", "s")
"""`Save As…` of programs that keep versions; the plain shortcut duplicates the document there."""

_GO_TO_FOLDER = ("super", "shift", "g")
_SECONDS = 3.0

T = TypeVar("T")


class Wait(Protocol):
    """Waits until a condition holds, as `StopSignal.wait_until`."""

    def __call__(self, condition: Callable[[], T | None], seconds: float, /) -> T | None:
        """What the condition gave, or None after the time."""
        ...


def enter_path(backend: DesktopBackend, entry: Node, path: Path, wait: Wait) -> str:
    """Put a path into a save panel.

    Args:
        backend: The desktop.
        entry: The panel's field for the name.
        path: Folder and name.
        wait: Waits until a condition holds, as `StopSignal.wait_until`.

    Returns:
        The text that the entry must show now.

    Raises:
        UnsupportedError: The panel did not ask for a folder, or did not take it.
    """
    backend.press_keys(_GO_TO_FOLDER)

    def asked() -> Node | None:
        focused = backend.look(Budget()).focused()
        fits = focused is not None and focused.role in {Role.TEXT_FIELD, Role.COMBO_BOX}
        return focused if fits and focused is not None and focused.ref != entry.ref else None

    field = wait(asked, _SECONDS)
    if field is None:
        raise UnsupportedError(text("lack.save_panel"))
    backend.set_text(field, str(path.parent))
    backend.press_keys(("enter",))
    if not wait(lambda: backend.has_keys(entry), _SECONDS):
        raise UnsupportedError(text("lack.save_folder"))
    backend.set_text(entry, path.name)
    return path.name
