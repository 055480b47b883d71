"""What changed on the screen, as far as the accessible tree tells."""

from dataclasses import dataclass, replace

from qagent.act.context import Context, quoted
from qagent.desktop.base import GoneError, Node, Ref, Tree, UnsupportedError
from qagent.messages import text
from qscreen.redaction import redact
from qscreen.wire import State

_WATCHED = frozenset(
    {State.ACTIVE, State.CHECKED, State.ENABLED, State.EXPANDED, State.FOCUSED, State.SELECTED}
)
_TELLING = frozenset({State.CHECKED, State.EXPANDED, State.SELECTED})
"""States whose change is evidence enough by itself."""


_FAINT = frozenset({State.FOCUSED, State.ACTIVE})
"""States that change by pointing alone."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changed.

    Attributes:
        words: It in words that may leave the device.
        focus_only: Whether only the focus moved, which proves no press.
    """

    words: str
    focus_only: bool = False


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


def fingerprint(
    context: Context, concerned: Node | None = None, *, seen: Tree | None = None
) -> Fingerprint:
    """Take the fingerprint of the active window, and of the one that an action goes to.

    What changes in other windows is no evidence of the action; that one opens, closes or gets the
    focus is.

    Args:
        context: Surroundings of the step.
        concerned: The element that the action goes to, when it is not in the active window.
        seen: A look at the active window of a moment ago, which is not taken again.
    """
    windows = context.windows_shown()
    nodes: list[Node] = list(windows)
    caret = None
    for window in windows:
        if window.has(State.ACTIVE) or (concerned is not None and window.ref == concerned.window):
            try:
                known = seen is not None and seen.get(window.ref) is not None
                tree = seen if seen is not None and known else context.look(window=window)
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


def quick_change(context: Context, before: Fingerprint, concerned: Node | None) -> Change | None:
    """The change that can be told without another look: of the windows, or of the element itself.

    Args:
        context: Surroundings of the step.
        before: The fingerprint from before.
        concerned: The element that the action went to.
    """
    if concerned is not None and concerned.ref in before.elements:
        try:
            fresh = context.backend.refresh(concerned)
        except GoneError:
            fresh = concerned
        telling = (before.elements[concerned.ref][2] ^ fresh.states) & _TELLING
        if fresh is not concerned and telling:
            return Change(f"{quoted(fresh)} {', '.join(sorted(telling))}")
    windows = context.windows_shown()
    now = {node.ref: node.name for node in windows}
    if now == before.windows:
        return None
    outside = replace(before, elements={r: before.elements[r] for r in before.windows}, caret=None)
    found = {one.ref: (one.name, one.value, one.states & _WATCHED) for one in windows}
    return describe_change(
        outside, Fingerprint(now, found, {one.ref: one for one in windows}, None)
    )


def describe_change(before: Fingerprint, after: Fingerprint) -> Change | None:
    """The most telling difference, or None."""
    opened = after.windows.keys() - before.windows.keys()
    if opened:
        return Change(f"+ {redact(after.windows[next(iter(opened))])}")
    closed = before.windows.keys() - after.windows.keys()
    if closed:
        return Change(f"- {redact(before.windows[next(iter(closed))])}")
    faint: Change | None = None
    for ref, now in after.elements.items():
        was = before.elements.get(ref)
        if was is None:
            return Change(f"+ {quoted(after.nodes[ref])}")
        if was == now:
            continue
        states = was[2] ^ now[2]
        words = f"{quoted(after.nodes[ref])} {', '.join(sorted(states))}".strip()
        if was[:2] != now[:2] or states - _FAINT:
            return Change(words)
        # The element that got the focus says more than the one that lost it.
        if faint is None or State.FOCUSED in now[2]:
            faint = Change(words, focus_only=True)
    gone = before.elements.keys() - after.elements.keys()
    if gone:
        return Change(f"- {quoted(before.nodes[next(iter(gone))])}")
    if before.caret != after.caret:
        return Change(
            text("change.caret", before=before.caret, after=after.caret),
            focus_only=faint is not None,
        )
    return faint
