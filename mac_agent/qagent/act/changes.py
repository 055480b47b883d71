"""What changed on the screen, as far as the accessible tree tells."""

from dataclasses import dataclass

from qagent.act.context import Context, quoted
from qagent.desktop.base import GoneError, Node, Ref, Tree, UnsupportedError
from qscreen.redaction import redact
from qscreen.wire import State

_WATCHED = frozenset(
    {State.ACTIVE, State.CHECKED, State.ENABLED, State.EXPANDED, State.FOCUSED, State.SELECTED}
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """All windows, and the elements of those that an action concerns, at one moment.

    Attributes:
        windows: Titles of the windows by handle.
        elements: Windows and elements by handle, with what is watched of each.
        nodes: The windows and elements themselves.
        caret: Caret of the focused text.
    """

    windows: dict[Ref, str]
    elements: dict[Ref, tuple[str, str | None, frozenset[State]]]
    nodes: dict[Ref, Node]
    caret: int | None


def fingerprint(context: Context, concerned: Node | None = None) -> Fingerprint:
    """Take the fingerprint of the active window, and of the one that an action goes to.

    What changes in other windows is no evidence of the action; that one opens, closes or gets the
    focus is.

    Args:
        context: Surroundings of the step.
        concerned: The element that the action goes to, when it is not in the active window.
    """
    windows = context.windows_shown()
    nodes: list[Node] = list(windows)
    caret = None
    for window in windows:
        if window.has(State.ACTIVE) or (concerned is not None and window.ref == concerned.window):
            try:
                tree = context.look(window=window)
            except GoneError:
                continue
            nodes += tree.nodes
            caret = _caret(context, tree) if window.has(State.ACTIVE) else caret
    return Fingerprint(
        {node.ref: node.name for node in windows},
        {node.ref: (node.name, node.value, node.states & _WATCHED) for node in nodes},
        {node.ref: node for node in nodes},
        caret,
    )


def _caret(context: Context, tree: Tree) -> int | None:
    focused = tree.focused()
    if focused is None or focused.secure:
        return None
    try:
        return context.backend.text_state(focused).caret
    except (UnsupportedError, GoneError):
        return None


def describe_change(before: Fingerprint, after: Fingerprint) -> str | None:
    """The most telling difference in words that may leave the device, or None."""
    opened = after.windows.keys() - before.windows.keys()
    if opened:
        return f"+ {redact(after.windows[next(iter(opened))])}"
    closed = before.windows.keys() - after.windows.keys()
    if closed:
        return f"- {redact(before.windows[next(iter(closed))])}"
    for ref, now in after.elements.items():
        was = before.elements.get(ref)
        if was is None:
            return f"+ {quoted(after.nodes[ref])}"
        if was != now:
            states = ", ".join(sorted(was[2] ^ now[2]))
            return f"{quoted(after.nodes[ref])} {states}".strip()
    gone = before.elements.keys() - after.elements.keys()
    if gone:
        return f"- {quoted(before.nodes[next(iter(gone))])}"
    if before.caret != after.caret:
        return f"caret {before.caret} → {after.caret}"
    return None
