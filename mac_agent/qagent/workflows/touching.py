"""The element that a person is setting: noticed with the first key or click, written when done."""

from dataclasses import dataclass

from qagent.consent.classify import Verb
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import CellRange, GoneError, Node, Ref, Tree
from qagent.desktop.watching import UserInput
from qagent.workflows import cells, pointing
from qagent.workflows.fields import holds_secret, value_of
from qagent.workflows.model import GapReason
from qagent.workflows.pointing import CHOICES, FIELDS, NUMBERS, SWITCHES
from qagent.workflows.script import Script
from qscreen.wire import Role, SetValue, State

_EDITING = frozenset(
    {"backspace", "delete", "home", "end", "left", "right", "up", "down", "page_up", "page_down"}
)
_EDITING_WITH_CTRL = frozenset({"a", "c", "x", "v", "z", "y"}) | _EDITING
_STEPPING = _EDITING | {"space"}
_IN_SHEET = _EDITING | {"enter", "tab", "escape", "f2"}
"""Keys with which a person writes into cells and goes from one to the next."""


@dataclass(slots=True)
class Touched:
    """The element that is being set.

    Attributes:
        node: The element.
        tree: The look in which it was found.
        before: What it held before; None for a secret.
        after: What it held when it was read last.
        written: Whether a key wrote into it, or a click changed it.
        sheet: The part of a spreadsheet that is compared, and what its cells held before.
    """

    node: Node
    tree: Tree
    before: str | None
    after: str | None = None
    written: bool = False
    sheet: tuple[CellRange, dict[str, str]] | None = None


def sets(node: Node, name: str, held: frozenset[str], *, writes: bool) -> bool:
    """Whether a key changes what an element holds.

    Args:
        node: The element that gets the key.
        name: The key's name; empty for one that writes.
        held: Modifiers that are held.
        writes: Whether it writes a character.
    """
    if node.role in {Role.CELL, Role.TABLE}:
        return not held.intersection({"ctrl", "alt", "super"}) and (writes or name in _IN_SHEET)
    if node.role in FIELDS or (node.has(State.EDITABLE) and node.role not in SWITCHES):
        if writes or (held <= {"shift"} and name in _EDITING):
            return True
        if held and held <= {"ctrl", "shift", "super"} and name in _EDITING_WITH_CTRL:
            return True
        many = node.role is Role.TEXT_AREA or node.has(State.MULTI_LINE)
        return name == "enter" and held <= {"shift"} and many
    if node.role in CHOICES | NUMBERS or node.role is Role.RADIO_BUTTON:
        return not held and (writes or name in _STEPPING)
    return node.role in SWITCHES and name == "space" and not held


class Touching:
    """Follows one element at a time until a person is done with it.

    Args:
        backend: The desktop.
        script: Takes the steps.

    Attributes:
        now: The element that is being set, if there is one.
    """

    def __init__(self, backend: DesktopBackend, script: Script) -> None:
        self._backend = backend
        self._script = script
        self.now: Touched | None = None
        self._known: tuple[Ref, tuple[CellRange, dict[str, str]]] | None = None

    def begin(self, node: Node, tree: Tree, earlier: Tree, *, written: bool) -> None:
        """Note that an element is touched; what was touched before is written.

        Args:
            node: The element.
            tree: The look in which it was found.
            earlier: The last look from before it was touched: it shows what the element held.
            written: Whether that changed it.
        """
        if self.now is not None and self.now.node.ref != node.ref:
            self.flush()
        if self.now is None:
            self.now = Touched(node, tree, _held_before(earlier.get(node.ref)))
            if node.role is Role.TABLE:
                self.now.sheet = self._sheet_before(node, tree)
        self.now.written = self.now.written or written

    def prepare(self, tree: Tree, *, fresh: bool) -> None:
        """Read a spreadsheet that has the keys before anything is written into it.

        Args:
            tree: The last look.
            fresh: Whether something came since it was read last.
        """
        focused = tree.focused()
        sheet = None if focused is None else cells.sheet_of(tree, focused)
        if sheet is None or self.now is not None:
            return
        if fresh or self._known is None or self._known[0] != sheet.ref:
            self._known = None
            self._known = (sheet.ref, self._sheet_before(sheet, tree))

    def _sheet_before(self, sheet: Node, tree: Tree) -> tuple[CellRange, dict[str, str]]:
        if self._known is not None and self._known[0] == sheet.ref:
            return self._known[1]
        part = cells.around(self._backend, sheet, tree)
        return part, cells.read(self._backend, sheet, part)

    def read(self) -> None:
        """Read what the element holds now: the next key may close its window."""
        touched = self.now
        if touched is None or not touched.written or touched.node.role in CHOICES | {Role.TABLE}:
            return
        found = value_of(self._backend, touched.node, None)
        touched.after = touched.after if found is None else found

    def flush(self) -> None:
        """Write the step for what was set, if it was changed."""
        touched, self.now = self.now, None
        if touched is None or not touched.written:
            return
        node, tree = touched.node, touched.tree
        if holds_secret(node):
            self._script.set_secret(tree, node, "")
            return
        if touched.sheet is not None:
            part, held = touched.sheet
            changed = cells.changes(self._backend, node, part, held)
            self._known = (node.ref, (part, held | changed))
            for name, text in changed.items():
                self._script.set_cell(tree, node, name, text)
            return
        window = tree.get(node.window)
        found = value_of(self._backend, node, window if node.role in CHOICES else None)
        after = touched.after if found is None else found
        before = touched.before or ""
        if after is None:
            # It was written into, and is gone before it could be read, or does not tell.
            self._script.gap(
                GapReason.LATE if _is_gone(self._backend, node) else GapReason.NO_ELEMENT
            )
            return
        if after == before:
            return
        if node.role in SWITCHES:
            if node.role is not Role.RADIO_BUTTON or after == "on":
                action = SetValue(target=pointing.target_of(node), value=after)
                self._script.add(action, tree, node, Verb.PRESS)
        elif node.role is Role.TEXT_AREA and before.strip() and after.startswith(before):
            self._script.set_text(tree, node, after[len(before) :], added=True)
        else:
            self._script.set_text(tree, node, after, added=False)

    def holds(self, node: Node, tree: Tree, *, popup: bool = False) -> bool:
        """Whether an element is the one that is being set, or a part of its opened list.

        Args:
            node: The element.
            tree: The look in which it was found.
            popup: Whether it lies in an opened list.
        """
        touched = self.now
        if touched is None:
            return False
        if node.ref == touched.node.ref:
            return True
        if touched.node.role not in CHOICES:
            return False
        around = (one.ref for one in pointing.above(tree, node))
        return popup or touched.node.ref in around

    def takes_key(self, one: UserInput, tree: Tree, *, popup: bool) -> bool:
        """Whether a key goes to the opened list of the combo box that is being set.

        Args:
            one: The key.
            tree: The last look.
            popup: Whether a list was open in it.
        """
        touched = self.now
        if touched is None or touched.node.role not in CHOICES or len(one.keys) > 1:
            return False
        if not one.writes and not _STEPPING.union({"enter", "escape"}).issuperset(one.keys):
            return False
        focused = tree.focused()
        inside = focused is not None and self.holds(focused, tree)
        if popup or inside:
            touched.written = True
        return popup or inside

    def takes_choice(self) -> bool:
        """Whether a click into an opened list chooses an option of what is being set."""
        if self.now is None or self.now.node.role not in CHOICES:
            return False
        self.now.written = True
        return True


def _is_gone(backend: DesktopBackend, node: Node) -> bool:
    try:
        backend.refresh(node)
    except GoneError:
        return True
    return False


def _held_before(node: Node | None) -> str | None:
    """What an element held; None for a secret, and for one that was not there yet."""
    if node is None or holds_secret(node):
        return None
    if node.role in SWITCHES:
        return "on" if node.has(State.CHECKED) else "off"
    return node.value
