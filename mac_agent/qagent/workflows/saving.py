"""A person's save dialog, which becomes one step: the name that the file was saved under."""

from collections.abc import Callable
from pathlib import PurePath

from qagent.act.saving import CHOOSER, SAVE_NAMES
from qagent.desktop.base import DesktopBackend, Node, Tree
from qagent.observe import fold
from qagent.workflows.fields import value_of
from qagent.workflows.model import GapReason
from qagent.workflows.script import Script
from qscreen.wire import Action, ChooseMenu, Click, PressKeys, Role, SaveAs, State

_ENTERS = frozenset({("enter",)})


def is_save_dialog(window: Node) -> bool:
    """Whether a window is a file dialog."""
    return window.native_role == CHOOSER


def opens_save_dialog(action: Action) -> bool:
    """Whether an action is how a person asks for a save dialog: its shortcut, or its menu item."""
    match action:
        case PressKeys():
            return "s" in action.keys and bool({"ctrl", "super"} & set(action.keys))
        case ChooseMenu():
            return any(fold(action.path[-1]).startswith(name) for name in SAVE_NAMES)
        case Click():
            return any(fold(action.target.name or "").startswith(name) for name in SAVE_NAMES)
        case _:
            return False


class SaveDialogs:
    """Notes a save dialog that opens, and records it as one step when it closes.

    Args:
        script: Takes the step.
        before: Writes what is still open when a dialog opens.
    """

    def __init__(self, script: Script, before: Callable[[], None]) -> None:
        self._script = script
        self._before = before
        self._now: SaveDialog | None = None

    def taking(self, window: Node | None) -> "SaveDialog | None":
        """The dialog that input in a window goes to."""
        return self._now if self._now is not None and self._now.takes(window) else None

    def follow(self, backend: DesktopBackend, tree: Tree, windows: tuple[Node, ...]) -> None:
        """Go on with a look.

        Args:
            backend: The desktop.
            tree: What shows.
            windows: All windows.
        """
        window = tree.active_window()
        asks = window is not None and is_save_dialog(window) and SaveDialog.saves(tree)
        if self._now is None and window is not None and asks:
            self._before()
            self._now = SaveDialog(window)
        if self._now is None:
            return
        if any(one.ref == self._now.window.ref for one in windows):
            self._now.look(backend, tree)
            return
        dialog, self._now = self._now, None
        self._script.drop(opens_save_dialog)
        dialog.record(self._script, tree)


class SaveDialog:
    """Follows one save dialog from its opening to its end.

    Args:
        window: The dialog.
    """

    def __init__(self, window: Node) -> None:
        self.window = window
        self._entry: Node | None = None
        self._name = ""
        self._saved = False

    @staticmethod
    def saves(tree: Tree) -> bool:
        """Whether a file dialog saves, by its buttons."""
        return any(one.role is Role.BUTTON and fold(one.name) in SAVE_NAMES for one in tree.nodes)

    def takes(self, window: Node | None) -> bool:
        """Whether input in a window goes to the dialog, or to a question that it asks."""
        return window is not None and window.app == self.window.app

    def look(self, backend: DesktopBackend, tree: Tree) -> None:
        """Read the name as it stands now."""
        entries = [
            one for one in tree.nodes if one.role is Role.TEXT_FIELD and one.has(State.EDITABLE)
        ]
        focused = [one for one in entries if one.has(State.FOCUSED)]
        self._entry = next(iter(focused or entries), self._entry)
        self._read(backend)

    def pressed(self, node: Node | None) -> None:
        """A click in the dialog."""
        if node is not None and node.role is Role.BUTTON:
            self._saved = fold(node.name) in SAVE_NAMES

    def key(self, backend: DesktopBackend, keys: tuple[str, ...]) -> None:
        """A key in the dialog; the name is read with each, since the last one closes it."""
        self._read(backend)
        if keys in _ENTERS:
            self._saved = True
        elif keys == ("escape",):
            self._saved = False

    def record(self, script: Script, tree: Tree) -> None:
        """Write the step when the dialog has closed; one that was cancelled is none."""
        name = PurePath(self._name).name
        if not self._saved or not name:
            return
        if name != self._name:
            script.gap(GapReason.FOLDER)
        script.add(SaveAs(filename=name), tree, None)

    def _read(self, backend: DesktopBackend) -> None:
        if self._entry is not None:
            self._name = value_of(backend, self._entry, None) or self._name
