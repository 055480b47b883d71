"""Typing into a cell of a spreadsheet: an editor opens in it while the keys arrive.

Spreadsheets correct what is typed: a capital at the beginning, curved quotation marks, a dash for
two hyphens. That is not what was asked for. Text that is set natively is left as it is; the editor
has it, not the cell.
"""

from difflib import SequenceMatcher
from time import monotonic

from qagent.act.context import (
    Context,
    Done,
    FailedError,
    excerpt,
    quoted,
    read_back_seconds,
)
from qagent.act.looking import look_patiently
from qagent.desktop.base import GoneError, Node, UnsupportedError
from qagent.messages import text
from qagent.policy import TypingRoute
from qscreen.wire import EffectError, Outcome, Role, Route, State

_HOLD_CELLS = frozenset({Role.CELL, Role.TABLE, Role.DOCUMENT})
_POLL_SECONDS = 0.05
_SETTLED_SECONDS = 0.4
"""A program that corrects does so with the key that ends a word; then nothing moves any more."""
_ALIKE = 0.6
"""Share of letters that a corrected text has in common with what was typed."""


def type_into_cell(context: Context, node: Node, typed: str) -> Done:
    """Type into a cell: an editor opens in it, and takes the place of what the cell holds.

    The text stays in the editor until a key ends it, as when a person types.

    Args:
        context: What the action works with.
        node: The cell.
        typed: The text.

    Raises:
        FailedError: The editor shows something else.
    """
    context.take_focus(node)
    context.begin({"app": node.app, "role": str(node.role), "name": node.name})
    context.backend.type_text(typed, lambda _: _answered(context))
    editor = _Editor(context, typed)
    route = Route.KEYBOARD
    if not editor.wait():
        raise _differs(node, typed, editor.shown, route)
    if editor.shown != typed and _take_back(context, editor, typed):
        route = Route.ACCESSIBILITY
    if editor.shown != typed:
        raise _differs(node, typed, editor.shown, route)
    evidence = text("type.confirmed", target=quoted(node), count=len(typed), excerpt=excerpt(typed))
    return Done(Outcome.CONFIRMED, evidence, route, node.rect)


def corrected(meant: str, shown: str) -> bool:
    """Whether a text looks like one that a program has corrected.

    Args:
        meant: What was typed.
        shown: What is there.
    """
    if not shown or meant == shown or meant.startswith("="):
        return False
    return _alike(meant, shown)


def cut_short(meant: str, shown: str) -> bool:
    """Whether a text looks like one whose last keys a busy program has lost.

    Args:
        meant: What was typed.
        shown: What is there.
    """
    if len(shown) >= len(meant) or meant.startswith("="):
        return False
    return not shown or _alike(meant[: len(shown)], shown)


def retype(context: Context, value: str) -> None:
    """Write the focused cell once more, past the corrections of the program.

    Args:
        context: What the action works with.
        value: What it is to hold.
    """
    context.backend.type_text(value, lambda _: _answered(context))
    editor = _Editor(context, value)
    if editor.wait():
        _take_back(context, editor, value)
    context.backend.press_keys(("enter",))


def _answered(context: Context) -> None:
    """Between two batches of keys: stop, or wait until the programs have gone round their loops."""
    context.stop.check()
    context.backend.windows()


def _alike(meant: str, shown: str) -> bool:
    return SequenceMatcher(None, meant.casefold(), shown.casefold()).ratio() >= _ALIKE


def _take_back(context: Context, editor: "_Editor", typed: str) -> bool:
    """Put what was typed in the place of what the program made of it."""
    if TypingRoute.ACCESSIBILITY not in context.policy.typing_routes or editor.node is None:
        return False
    try:
        context.backend.set_text(editor.node, typed)
    except (UnsupportedError, GoneError):
        return False
    context.stop.wait_until(editor.arrived, read_back_seconds(typed), _POLL_SECONDS)
    return True


def _differs(node: Node, typed: str, shown: str, route: Route) -> FailedError:
    message = text("type.differs", target=quoted(node), expected=len(typed), found=len(shown))
    return FailedError(EffectError.BACKEND_ERROR, message, route)


class _Editor:
    """The editor that opens in a cell, found once and read again and again.

    Attributes:
        node: The editor; None until it is there.
        shown: What it held when it was read last.
    """

    def __init__(self, context: Context, typed: str) -> None:
        self._context = context
        self._typed = typed
        self._since = monotonic()
        self.node: Node | None = None
        self.shown = ""

    def wait(self) -> bool:
        """Wait until it holds what was typed, or what the program has made of it."""
        limit = read_back_seconds(self._typed)
        # On a busy machine the search alone takes as long as a text does.
        self._context.stop.wait_until(self._is_there, limit, _POLL_SECONDS)
        return bool(self._context.stop.wait_until(self._settled, limit, _POLL_SECONDS))

    def arrived(self) -> bool:
        """Whether the editor holds what was typed."""
        if not self._is_there() or self.node is None:
            return False
        before = self.shown
        try:
            self.shown = self._context.backend.text_state(self.node).text
        except (UnsupportedError, GoneError):
            self.node = None
            return False
        if self.shown != before:
            self._since = monotonic()
        if self.shown != self._typed and self.shown.startswith(self._typed):
            # The program completes the text by itself: that is not what was asked for.
            self._context.backend.press_keys(("delete",))
            return False
        return self.shown == self._typed

    def _settled(self) -> bool:
        if self.arrived():
            return True
        still = monotonic() - self._since >= _SETTLED_SECONDS
        return still and corrected(self._typed, self.shown)

    def _is_there(self) -> bool:
        if self.node is None:
            self.node = self._find()
        return self.node is not None

    def _find(self) -> Node | None:
        # A sheet has thousands of cells, and a busy program takes its time for them.
        return _open_editor(look_patiently(self._context).nodes)


def _open_editor(nodes: tuple[Node, ...]) -> Node | None:
    # The table and its cell keep the focus beside the editor that opens in the cell.
    editors = [
        one
        for one in nodes
        if one.has(State.FOCUSED, State.EDITABLE) and one.role not in _HOLD_CELLS
    ]
    return editors[0] if len(editors) == 1 and not editors[0].secure else None
