"""Turning what a person does into steps.

Keys tell that a field is written into, never what: a field's text is read from the field once the
person is done with it. A click means the element that lay there in the last look from before it.
What the desktop shows afterwards is the step's verification.
"""

import time
from collections import deque

from qagent.apps import find_program
from qagent.consent.classify import Verb
from qagent.consent.dialog import is_own_dialog
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import DesktopError, Node, Tree
from qagent.desktop.watching import InputWatcher, UserInput
from qagent.home import HomeError
from qagent.workflows import pointing
from qagent.workflows.aftermath import Aftermath
from qagent.workflows.cells import sheet_of
from qagent.workflows.file_dialogs import FileDialogs
from qagent.workflows.focus import Focus, may_move_focus
from qagent.workflows.model import GapReason
from qagent.workflows.pointing import CHOICES, FIELDS, SETTABLE
from qagent.workflows.script import Script
from qagent.workflows.scrolling import TURNED_BY_WHEEL, Scrolling
from qagent.workflows.sights import Sight, Sights
from qagent.workflows.touching import Touching, sets
from qscreen.wire import (
    ChooseMenu,
    Click,
    Drag,
    PressKeys,
    Role,
    SetValue,
)

QUIET_SECONDS = 0.12
"""After so long without a key or a click the screen is looked at again."""

OPENED_SECONDS = 0.04
"""The same after a press that opens a menu or a list, until it shows."""

_OPENING_SECONDS = 0.6
"""Longest time that a menu or a list takes to show."""

STALE_SECONDS = 2.0
"""A look that is older than this may not show what was pressed: the machine is too busy."""

LOOK_SECONDS = 0.25
"""Longest time between two looks while a person works."""

_IDLE_SECONDS, _IDLE_LOOK_SECONDS = 5.0, 1.0
_DOUBLE_SECONDS, _DOUBLE_PIXELS = 0.5, 6
_DRAG_PIXELS = 12


class Recorder:
    """Hears a person's input and writes steps.

    Args:
        backend: The desktop.
        watcher: Hears the input.
        script: Takes the steps.
        stop_key: The combination that ends the recording: no step.

    Attributes:
        stopped: Whether it was heard. A grab of it gets nothing while no window has the keys.
    """

    def __init__(
        self,
        backend: DesktopBackend,
        watcher: InputWatcher,
        script: Script,
        stop_key: tuple[str, ...] = (),
    ) -> None:
        self._backend = backend
        self._watcher = watcher
        self._script = script
        self._stop_key = frozenset(stop_key)
        self.stopped = False
        self._sights = Sights(backend, watcher, script)
        self._touching = Touching(backend, script)
        self._scrolling = Scrolling(script)
        self._queue: deque[UserInput] = deque()
        self._focus = Focus(backend, self._sights, self._touching, self._look)
        self._changed = self._stepped = float("-inf")
        self._clicked: tuple[float, tuple[int, int]] = (0.0, (-99, -99))
        self._pressed: tuple[Node, Tree, tuple[int, int]] | None = None
        self._menus: list[str] = []
        self._dialogs = FileDialogs(backend, script, self._touching.flush, self._opens)
        self._aftermath = Aftermath()
        self._heard = self._came = self._taken = time.monotonic()
        self._opening = self._opened = self._prepared = 0.0
        self._look()

    def turn(self) -> None:
        """Wait a moment for input, write what it means, and look at the screen when it is quiet."""
        opening = time.monotonic() < self._opening
        inputs = self._watcher.take(OPENED_SECONDS if opening else QUIET_SECONDS)
        self._queue.extend(inputs)
        self._take_queued()
        self._touching.read()
        self._dialogs.read()
        now = time.monotonic()
        idle = now - self._heard > _IDLE_SECONDS
        due = now - self._sights.last.ended > (_IDLE_LOOK_SECONDS if idle else LOOK_SECONDS)
        quiet = not inputs and self._heard > self._sights.last.ended
        if (due or quiet or opening) and self._look().popups:
            self._opening = 0.0

    def finish(self) -> None:
        """Write what is still open."""
        self._queue.extend(self._watcher.take(0))
        self._take_queued()
        self._look()
        self._dialogs.end()
        self._touching.flush()
        self._scrolling.end(None)

    def _take_queued(self) -> None:
        """Write what was heard, in its order; what fails is said to be missing."""
        while self._queue and not self.stopped:
            one = self._queue.popleft()
            # What came meanwhile tells whether what had the keys may have lost them since.
            self._queue.extend(self._watcher.take(0))
            self._heard, self._taken = time.monotonic(), one.at
            try:
                if one.point is not None:
                    self._point(one)
                elif self._stop_key and frozenset(one.keys) == self._stop_key:
                    self.stopped = True
                else:
                    self._key(one)
            except (DesktopError, HomeError):
                raise
            except Exception:
                self._script.gap(GapReason.NO_ELEMENT)
                raise
            finally:
                self._came = one.at
                self._focus.heard(one)

    # Looking

    def _look(self) -> Sight:
        """Look, and take what shows as what the last step brought."""
        sight = self._sights.look()
        active = sight.tree.active_window()
        if self._script.refusal(active) is None:
            check = self._aftermath.seen(sight.tree, sight.windows, sight.ended)
            if check is not None:
                self._script.verified(*check)
        self._dialogs.follow(sight)
        self._touching.prepare(sight.tree, fresh=self._heard > self._prepared)
        self._prepared = sight.ended
        return sight

    # Pointer

    def _point(self, one: UserInput) -> None:
        if one.point is None:
            return
        if one.turn:
            self._wheel(one, one.point)
            return
        if one.released:
            self._release(one.point)
            return
        self._aftermath.end()
        sight = self._sights.before(one, self._came)
        popup = sight.ended > one.at or sight.covered(one.point)
        window = sight.tree.active_window()
        node = pointing.under(sight.tree, *one.point, window, popup=popup)
        if node is None and popup and self._touching.takes_choice():
            return  # An option of the list that is open: what is chosen is read afterwards.
        stale = not popup and (sight.began < self._changed or one.at - sight.ended > STALE_SECONDS)
        if node is None:
            sight = self._look()
            window = sight.tree.active_window()
            node = pointing.under(sight.tree, *one.point, window)
        elif stale and not self._repeats(one) and self._look().tree.get(node.ref) is None:
            # It is not there any more, and may not have been there any more when it was pressed.
            self._script.gap(GapReason.LATE)
        if self._refused(window):
            return
        self._scrolling.end(node)
        self._pressed = (node, sight.tree, one.point) if node is not None else None
        dialog = self._dialogs.taking(window)
        if dialog is not None:
            self._changed = self._heard
            dialog.pressed(node, sight.tree, one)
            return
        if node is None or node.ref == node.window:
            self._touching.flush()
            if node is None:
                self._script.gap(GapReason.NO_ELEMENT)
            return
        if node.role in pointing.MENUS | CHOICES or one.button == "secondary":
            self._opening = time.monotonic() + _OPENING_SECONDS
            self._opened = one.at
        self._press(node, sight.tree, one, popup=popup)

    def _press(self, node: Node, tree: Tree, one: UserInput, *, popup: bool) -> None:
        if one.button == "primary" and sheet_of(tree, node) is not None:
            return  # Going to a cell is no step: what is written names its cells.
        same = self._touching.holds(node, tree, popup=popup)
        if same and one.button == "primary":
            now = self._touching.now
            if now is not None and now.node.role not in FIELDS:
                now.written = True
            return
        self._touching.flush()
        self._script.enter(tree, tree.get(node.window), self._opens(node))
        if node.role in SETTABLE - {Role.TOGGLE_BUTTON} and one.button == "primary":
            self._touching.begin(node, tree, tree, written=node.role not in FIELDS)
            return
        if node.role is Role.LIST_ITEM and one.button == "primary":
            container = pointing.holder(tree, node, CHOICES)
            if container is not None and node.name:
                target = pointing.target_of(container)
                value = pointing.clean(node.name)
                if value:
                    self._script.add(SetValue(target=target, value=value), tree, container)
                    return
        if node.role in pointing.MENUS:
            self._menu(node, tree)
            return
        self._click(node, tree, one)

    def _click(self, node: Node, tree: Tree, one: UserInput) -> None:
        assert one.point is not None
        last, twice = self._script.last, self._repeats(one)
        self._clicked = (one.at, one.point)
        target = pointing.target_of(node)
        if twice and last is not None and last.action == Click(target=target):
            self._script.replace_last(Click(target=target, count=2))
            self._expect(tree)
            return
        button = "secondary" if one.button == "secondary" else "primary"
        if node.role not in pointing.PRESSED and not target.name:
            self._script.gap(GapReason.NO_ELEMENT)
            return
        verb = Verb.PRESS if button == "primary" else None
        self._script.add(Click(target=target, button=button), tree, node, verb)
        self._expect(tree)

    def _repeats(self, one: UserInput) -> bool:
        """Whether a press is the second one of a double click."""
        at, (x, y) = self._clicked
        near = one.point is not None and (
            max(abs(x - one.point[0]), abs(y - one.point[1])) <= _DOUBLE_PIXELS
        )
        return near and one.at - at < _DOUBLE_SECONDS and one.button == "primary"

    def _wheel(self, one: UserInput, point: tuple[int, int]) -> None:
        """A notch of the wheel scrolls, or sets what is under the pointer."""
        self._aftermath.end()
        sight = self._sights.before(one, self._came)
        window = sight.tree.active_window()
        if window is None or sight.covered(point) or self._refused(window):
            return
        if self._dialogs.taking(window) is not None:
            return
        node = pointing.under(sight.tree, *point, window)
        if node is None:
            return
        if node.role in TURNED_BY_WHEEL:
            self._touching.begin(node, sight.tree, sight.tree, written=True)
            return
        self._touching.flush()
        self._script.enter(sight.tree, window, self._opens(window))
        self._scrolling.turn(one, sight.tree, node, window)

    def _release(self, point: tuple[int, int]) -> None:
        """Letting go elsewhere: a menu's item was chosen, or what was pressed was dragged."""
        if self._pressed is None:
            return
        pressed, tree, start = self._pressed
        self._pressed = None
        if max(abs(start[0] - point[0]), abs(start[1] - point[1])) <= _DRAG_PIXELS:
            return
        if pressed.role in pointing.MENUS:
            tree = self._sights.last.tree
            item = pointing.under(tree, *point, popup=True)
            if self._menus and item is not None and item.role is Role.MENU_ITEM:
                self._menu(item, tree)
            return
        target, last = pointing.target_of(pressed), self._script.last
        if last is None or last.action != Click(target=target):
            return
        onto = pointing.under(tree, *point, tree.active_window())
        if onto is not None and onto.name and onto.ref not in {pressed.ref, onto.window}:
            self._script.replace_last(Drag(target=target, onto=pointing.target_of(onto)))
        else:
            right, down = point[0] - start[0], point[1] - start[1]
            self._script.replace_last(Drag(target=target, right=right, down=down))

    def _menu(self, node: Node, tree: Tree) -> None:
        path = pointing.menu_path(tree, node, self._menus)
        opens = node.role is Role.MENU or pointing.holder(
            tree, node, frozenset({Role.MENU_BAR})
        ) is tree.get(node.parent)
        if opens:
            # A menu was opened; what is chosen in it is the step.
            self._menus = list(path) if len(path) > 1 else [node.name]
            return
        self._menus = []
        cleaned = tuple(words for name in path if (words := pointing.clean(name)))
        if len(cleaned) > 1 and len(cleaned) == len(path):
            action = ChooseMenu(path=cleaned[-8:], app=node.app[:200] or None)
            self._script.add(action, tree, node, Verb.PRESS)
        else:
            self._script.add(Click(target=pointing.target_of(node)), tree, node, Verb.PRESS)
        self._expect(tree)

    # Keys

    def _key(self, one: UserInput) -> None:
        if not one.keys and not one.writes:
            return
        self._aftermath.end()
        before, last = self._sights.before(one, self._came), self._sights.last
        # A list that was just opened shows in no look that was begun before.
        opened = last.began < self._opened or bool(last.popups or before.popups)
        if self._touching.takes_key(one, last.tree, popup=opened):
            return
        earlier = before.tree
        if self._to_dialog(one, earlier.active_window()):
            return
        node, tree, known = self._focus.at(before, self._queue)
        opens = self._stepped < before.ended and self._dialogs.follows(one, before)
        if opens:
            # It opened a file dialog, which shows by now.
            node, tree, known = earlier.focused(), earlier, True
        if not known and not may_move_focus(one):
            # It was written into an element that nothing tells.
            self._touching.flush()
            self._script.gap(GapReason.LATE)
            return
        window = tree.active_window()
        self._scrolling.end(None)
        if self._refused(window):
            return
        name = one.keys[-1] if one.keys else ""
        held = frozenset(one.keys[:-1])
        if not opens and self._to_dialog(one, window):
            return
        node = (node and sheet_of(tree, node)) or node
        if node is not None and sets(node, name, held, writes=one.writes):
            self._script.enter(tree, window, self._opens(node))
            # In a spreadsheet most keys only go to the next cell: what changed is read at the end.
            self._touching.begin(node, tree, earlier, written=True)
            return
        if name == "tab" and held <= {"shift"}:
            self._touching.flush()
            return
        if node is not None and name in {"space", "enter"} and not held and _is_pressed(node):
            self._touching.flush()
            self._script.enter(tree, window, self._opens(node))
            target = pointing.target_of(node)
            self._script.add(Click(target=target), tree, node, Verb.PRESS)
            self._expect(tree)
            return
        self._touching.flush()
        if one.writes and not one.keys:
            self._script.gap(GapReason.NO_ELEMENT)
            return
        if one.keys and window is not None:
            self._script.enter(tree, window, self._opens(window))
            self._script.add(PressKeys(keys=one.keys), tree, node or window, Verb.KEYS)
            self._expect(tree)

    def _to_dialog(self, one: UserInput, window: Node | None) -> bool:
        """Whether a key goes to a file dialog, which is recorded as a whole."""
        dialog = self._dialogs.taking(window)
        if dialog is None:
            return False
        self._changed = self._heard
        dialog.key(one)
        return True

    # Windows

    def _refused(self, window: Node | None) -> bool:
        if window is not None and is_own_dialog(window.app, window.name):
            return True
        reason = self._script.refusal(window)
        if reason is not None:
            self._touching.flush()
            self._script.gap(reason)
        return reason is not None

    def _expect(self, tree: Tree) -> None:
        self._changed = self._heard
        self._stepped = self._taken
        last = self._script.last
        if last is not None:
            self._aftermath.expect(last.id, tree, self._script.literals())

    def _opens(self, node: Node) -> bool:
        return find_program(node.app) is not None


def _is_pressed(node: Node) -> bool:
    return node.role in pointing.PRESSED and bool(node.name)
