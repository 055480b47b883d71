"""What changed on the screen, as far as the accessible tree tells."""

from dataclasses import dataclass

from qagent.act.context import Context, quoted
from qagent.desktop.base import GoneError, Node, Ref, UnsupportedError
from qscreen.redaction import redact
from qscreen.wire import State

_WATCHED = frozenset(
    {State.ACTIVE, State.CHECKED, State.ENABLED, State.EXPANDED, State.FOCUSED, State.SELECTED}
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The active program's windows and elements at one moment.

    Attributes:
        windows: Titles of the windows by handle.
        elements: Elements by handle, with what is watched of each.
        nodes: The elements themselves.
        caret: Caret of the focused text.
    """

    windows: dict[Ref, str]
    elements: dict[Ref, tuple[str, str | None, frozenset[State]]]
    nodes: dict[Ref, Node]
    caret: int | None


def fingerprint(context: Context) -> Fingerprint:
    """Take the fingerprint of all that shows."""
    tree = context.look_shown()
    focused = tree.focused()
    caret = None
    if focused is not None and not focused.secure:
        try:
            caret = context.backend.text_state(focused).caret
        except (UnsupportedError, GoneError):
            caret = None
    return Fingerprint(
        {node.ref: node.name for node in tree.windows()},
        {node.ref: (node.name, node.value, node.states & _WATCHED) for node in tree.nodes},
        {node.ref: node for node in tree.nodes},
        caret,
    )


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
