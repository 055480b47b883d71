"""A person's work in a file dialog, which becomes one step: the file that it was left with."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from qagent.consent.words import declines
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Node, Ref, Tree
from qagent.desktop.watching import UserInput
from qagent.file_dialogs import (
    LISTS,
    SAVE_NAMES,
    accept_of,
    entry_of,
    folder_of,
    is_file_dialog,
    is_row,
    named_path,
    opens,
    saves,
)
from qagent.observe import fold
from qagent.workflows.fields import value_of
from qagent.workflows.model import GapReason, WorkflowStep
from qagent.workflows.pointing import clean, holder
from qagent.workflows.script import Script
from qagent.workflows.sights import Sight
from qscreen.wire import Action, ChooseMenu, Click, PressKeys, Role, SaveAs, State

NEVER = float("-inf")
_TWICE_SECONDS = 0.5
"""Longest time between the two presses of a double click."""

_MOST_READINGS = 200
"""Most that is kept of what a dialog showed: a person may be heard some seconds late."""


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


class FileDialogs:
    """Notes a file dialog that opens, and records it as one step when it has closed.

    Args:
        backend: The desktop.
        script: Takes the step.
        before: Writes what is still open when a dialog opens.
        starts: Whether the device can start the program of a window.
    """

    def __init__(
        self,
        backend: DesktopBackend,
        script: Script,
        before: Callable[[], None],
        starts: Callable[[Node], bool],
    ) -> None:
        self._backend = backend
        self._script = script
        self._before = before
        self._starts = starts
        self._now: FileDialog | None = None
        self._gone = False
        self._left: set[Ref] = set()

    def taking(self, window: Node | None) -> "FileDialog | None":
        """The dialog that input goes to; one that closed before it is written.

        Args:
            window: The window that got the input, as a look shows.
        """
        dialog = self._now
        if dialog is None:
            return None
        takes = window is not None and dialog.takes(window)
        # What took the choice may have closed it since: then this went somewhere else.
        if takes and not (dialog.accepted and (self._gone or self._is_closed(dialog))):
            return dialog
        if self._gone:
            self.end()
        return None

    def follows(self, one: UserInput, before: Sight) -> bool:
        """Whether a dialog that is open now was not yet there when something was heard.

        Args:
            one: The input.
            before: The last look from before it.
        """
        dialog, window = self._now, before.tree.active_window()
        if dialog is None or window is None or one.at > dialog.seen_at:
            return False
        return not dialog.takes(window)

    def read(self) -> None:
        """Read the dialog's field: the next key may close it."""
        if self._now is not None and not self._gone:
            self._now.read(self._backend)

    def _is_closed(self, dialog: "FileDialog") -> bool:
        self._gone = all(one.ref != dialog.window.ref for one in self._backend.windows())
        return self._gone

    def follow(self, sight: Sight) -> None:
        """Go on with a look.

        Args:
            sight: The look.
        """
        if self._now is not None:
            if any(one.ref == self._now.window.ref for one in sight.windows):
                self._now.look(self._backend, sight)
                return
            if not self._gone:
                # What closed it may be heard only now: it came while the screen was looked at.
                self._gone = True
                return
            self.end()
        window = sight.tree.active_window()
        if window is None or self._script.refusal(window) is not None:
            return
        if is_file_dialog(window, sight.tree.inside(window.ref)):
            self._before()
            self._now = FileDialog(window, sight, self._left)
            self._now.look(self._backend, sight)

    def end(self) -> None:
        """Write the step of a dialog that has closed."""
        dialog, self._now, self._gone = self._now, None, False
        if dialog is None:
            return
        self._left.add(dialog.window.ref)
        # What was done in the dialog is in no step: the last one is from before it.
        opener = self._script.last
        if not dialog.accepted:
            if dialog.doubted_at > NEVER:
                self._script.gap(GapReason.LATE)
                return
            if opener is not None and _only_opened(opener, dialog.window):
                self._script.drop(lambda _: True)
            return
        reason = dialog.unknown()
        if reason is not None:
            self._script.gap(reason)
            return
        if dialog.saves and opener is not None and opens_save_dialog(opener.action):
            name = dialog.name_in(self._script.documents)
            if name is not None:
                self._script.drop(opens_save_dialog)
                self._script.add(SaveAs(filename=name), dialog.tree, None)
                return
        if dialog.path is None:
            self._script.gap(GapReason.FOLDER)
        self._script.enter(dialog.tree, dialog.window, self._starts(dialog.window))
        value = dialog.name if dialog.path is None else str(dialog.path)
        self._script.set_text(dialog.tree, dialog.window, value, added=False)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a dialog showed when it was read.

    Attributes:
        began: When the reading began, monotonic seconds.
        ended: When it was done, monotonic seconds.
        text: What its field held; empty where it has none.
        row: The line of its list that was chosen.
        several: Whether more than one was.
        folder: The folder that it showed; None where it never told.
    """

    began: float = NEVER
    ended: float = NEVER
    text: str = ""
    row: str = ""
    several: bool = False
    folder: Path | None = None

    @property
    def name(self) -> str:
        """What is chosen: what the field says, or the line of the list."""
        return self.text.strip() or self.row


class FileDialog:
    """Follows one file dialog from its opening to its end.

    What it shows while it closes is not what was chosen: programs empty the field, or leave the
    folder out. So what counts is what it showed before that which had it take the choice.

    Args:
        window: The dialog.
        sight: The look that shows it first.
        left: Dialogs that closed before.

    Attributes:
        seen_at: When it was seen first, monotonic seconds.
        tree: The last look at it.
        saves: Whether it saves.
        accepted_at: When what was done in it last took what is chosen, monotonic seconds; never
            where that did something else.
        doubted_at: When input came after that, which no look shows to have gone to the dialog.
    """

    def __init__(self, window: Node, sight: Sight, left: set[Ref]) -> None:
        self.window = window
        self.seen_at = sight.ended
        self.tree = sight.tree
        self.saves = False
        self.accepted_at = self.doubted_at = NEVER
        self._opens = False
        self._others = ({one.ref for one in sight.windows} | left) - {window.ref}
        self._entry: Node | None = None
        self._first: Path | None = None
        self._shown: deque[_Shown] = deque([_Shown()], maxlen=_MOST_READINGS)
        self._chosen = _Shown()
        self._written = self._pressed = NEVER

    @property
    def accepted(self) -> bool:
        """Whether what was done in it last takes what is chosen."""
        return self.accepted_at > NEVER

    @property
    def name(self) -> str:
        """What was chosen: a path, or a name in the folder that it showed."""
        return self._chosen.name

    @property
    def path(self) -> Path | None:
        """The file; None where the dialog does not tell its folder."""
        return named_path(self.name, self._chosen.folder)

    def takes(self, window: Node) -> bool:
        """Whether input in a window goes to the dialog, or to a question that it asks.

        Args:
            window: The window.
        """
        own = window.app == self.window.app and window.ref not in self._others
        return own or window.ref == self.window.ref

    def look(self, backend: DesktopBackend, sight: Sight) -> None:
        """Read what it shows now.

        Args:
            backend: The desktop.
            sight: A look.
        """
        inside = sight.tree.inside(self.window.ref)
        if not inside:
            return  # Its question has the keys.
        if sight.began > self.doubted_at:
            self.doubted_at = NEVER
        self.tree = sight.tree
        if accept_of(inside) is not None:
            # While it closes, and in a look that was cut, its button does not show.
            self.saves, self._opens = saves(inside), opens(inside)
        self._entry = entry_of(inside) or (self._entry if sight.tree.truncated else None)
        last = self._shown[-1]
        folder = folder_of(inside) or last.folder
        chosen = [one for one in inside if is_row(one) and one.has(State.SELECTED)]
        rows = {name for one in chosen if (name := self._row_of(sight.tree, one))}
        kept = last.row if folder == last.folder else ""
        row = rows.pop() if len(rows) == 1 else kept
        self._read(backend, sight.began, row, len(rows) > 1, folder)

    def read(self, backend: DesktopBackend) -> None:
        """Read its field: the next key may close it.

        Args:
            backend: The desktop.
        """
        last = self._shown[-1]
        if self._entry is not None:
            self._read(backend, time.monotonic(), last.row, last.several, last.folder)

    def pressed(self, node: Node | None, tree: Tree, one: UserInput) -> None:
        """A press of the pointer in the dialog, or in a question that it asks.

        Args:
            node: What was pressed.
            tree: The look that shows it.
            one: The press.
        """
        if node is not None and node.window != self.window.ref:
            return
        again, self._pressed = one.at - self._pressed < _TWICE_SECONDS, one.at
        last = self._shown[-1]
        accepts = False
        if node is not None and node.role is Role.BUTTON:
            accept = accept_of(tree.inside(self.window.ref))
            accepts = (accept is None or accept.ref == node.ref) and not declines(node.name)
        elif node is not None and is_row(node):
            row = self._row_of(tree, node)
            accepts = again and row == last.row
            text = "" if self._entry is None else row
            self._shown.append(_Shown(one.at, one.at, text, row, folder=last.folder))
        self._does(one, accepts=accepts)

    def key(self, one: UserInput) -> None:
        """A key in the dialog.

        Args:
            one: The key.
        """
        name = one.keys[-1] if one.keys else ""
        alone = len(one.keys) == 1
        if alone and name == "tab":
            return
        accepts = alone and name == "enter"
        if alone and name == "space":
            focused, accept = self.tree.focused(), accept_of(self.tree.inside(self.window.ref))
            accepts = focused is not None and focused == accept
        self._does(one, accepts=accepts)
        if alone and name == "escape":
            self.doubted_at = NEVER
        elif not accepts:
            self._written = one.at

    def unknown(self) -> GapReason | None:
        """Why the file cannot be told; None where it can."""
        path = self.path
        if self._chosen.several or not self.name or self.name.startswith('"'):
            return GapReason.NO_ELEMENT
        there = path is not None and path.exists()
        if self._opens:
            return None if there or path is None else GapReason.LATE
        # It was read before the last key was pressed: the rest of the name is missing.
        return None if there or self._chosen.began > self._written else GapReason.LATE

    def name_in(self, documents: Path) -> str | None:
        """The file's name alone, where it was saved in the folder for documents.

        A person who named no folder, and went to none, saved where the program proposed to.

        Args:
            documents: The folder for documents.
        """
        name = PurePath(self.name).name
        path = self.path
        if path is not None and path.parent.resolve() == documents.resolve():
            return name
        return name if name == self.name and self._chosen.folder == self._first else None

    def _does(self, one: UserInput, *, accepts: bool) -> None:
        """Note what input does; after the choice was taken it may have gone elsewhere."""
        earlier = (shown for shown in reversed(self._shown) if shown.ended <= one.at)
        before = next(earlier, self._shown[0])
        # Not what it shows first: a dialog that opens puts its row of folders together.
        self._first = self._first or before.folder
        if self.accepted:
            self.doubted_at = one.at
        self.accepted_at = NEVER
        if accepts:
            self.accepted_at = one.at
            self._chosen = before

    def _read(
        self,
        backend: DesktopBackend,
        began: float,
        row: str,
        several: bool,
        folder: Path | None,
    ) -> None:
        found = "" if self._entry is None else value_of(backend, self._entry, None)
        if found is not None:
            shown = _Shown(began, time.monotonic(), found, row, several, folder)
            self._shown.append(shown)

    def _row_of(self, tree: Tree, node: Node) -> str:
        """Name of the file in a line of the list: its first cell says it."""
        around = holder(tree, node, LISTS)
        if node.rect is None or around is None:
            return node.name.strip()
        middle = node.rect.y + node.rect.height // 2
        line = [
            one
            for one in tree.inside(self.window.ref)
            if is_row(one)
            and one.name.strip()
            and one.rect is not None
            and one.rect.y <= middle < one.rect.y + one.rect.height
            and holder(tree, one, LISTS) == around
        ]
        first = min(line, key=lambda one: 0 if one.rect is None else one.rect.x, default=node)
        return first.name.strip()


def _only_opened(step: WorkflowStep, dialog: Node) -> bool:
    """Whether a step did nothing but open a dialog that was cancelled."""
    if opens_save_dialog(step.action):
        return True
    check = step.verify
    title = clean(dialog.name)
    if check is None or check.target is None or not isinstance(step.action, _OPENING):
        return False
    return check.condition == "appears" and bool(title) and check.target.name == title


_OPENING = (Click, PressKeys, ChooseMenu)
