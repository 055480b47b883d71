"""Undoing the last step: by the program's own undo, else by putting back what was there."""

from collections.abc import Callable

from qagent.act.context import Context, Done, FailedError, RefusedError, quoted
from qagent.act.memory import UndoRecord
from qagent.desktop.base import Node, UnsupportedError
from qagent.messages import text
from qscreen.wire import EffectError, Outcome, Route, Undo

_PRESSES = 12
"""Most presses of the program's undo: programs undo typed text by words."""

_PRESS_SECONDS = 0.25
_VERIFY_SECONDS = 5.0


def undo(context: Context, _: Undo) -> Done:
    """Undo the last step that can be undone."""
    record = context.last_undo
    if record is None:
        raise RefusedError(EffectError.NOTHING_TO_UNDO, text("undo.nothing"))
    if record.app:
        context.allow(record.app)
    done = record.undo(context)
    assert isinstance(done, Done)
    return done


def remember_text(
    context: Context, node: Node, before: str, after: str, replace: Callable[[Context, str], Route]
) -> None:
    """Remember how to put an element's old text back.

    Args:
        context: Surroundings of the step that changed it.
        node: The element.
        before: Its text before.
        after: Its text now.
        replace: Replaces the whole text by another one.
    """
    what = quoted(node)

    def restore(later: Context) -> Done:
        if later.backend.text_state(node).text != after:
            raise RefusedError(EffectError.BACKEND_ERROR, text("undo.changed_since", target=what))
        later.begin({"undo": True})
        route = _own_undo(later, node, before)
        if route is None:
            route = replace(later, before)
        if not later.stop.wait_until(
            lambda: later.backend.text_state(node).text == before, _VERIFY_SECONDS
        ):
            raise FailedError(EffectError.BACKEND_ERROR, text("undo.failed", target=what), route)
        return Done(Outcome.CONFIRMED, text("undo.confirmed", target=what), route, node.rect)

    context.remember(UndoRecord(what, node.app, restore))


def remember_setting(
    context: Context,
    node: Node,
    is_after: Callable[[Context], bool],
    put_back: Callable[[Context], Route],
    is_before: Callable[[Context], bool],
) -> None:
    """Remember how to set an element back.

    Args:
        context: Surroundings of the step that set it.
        node: The element.
        is_after: Whether it still is as the step left it.
        put_back: Sets it back.
        is_before: Whether it is as it was before the step.
    """
    what = quoted(node)

    def restore(later: Context) -> Done:
        if not is_after(later):
            raise RefusedError(EffectError.BACKEND_ERROR, text("undo.changed_since", target=what))
        later.begin({"undo": True})
        route = put_back(later)
        if not later.stop.wait_until(lambda: is_before(later), _VERIFY_SECONDS):
            raise FailedError(EffectError.BACKEND_ERROR, text("undo.failed", target=what), route)
        return Done(Outcome.CONFIRMED, text("undo.confirmed", target=what), route, node.rect)

    context.remember(UndoRecord(what, node.app, restore))


def _own_undo(context: Context, node: Node, before: str) -> Route | None:
    """Press the program's undo until the text is the old one; None when it does not get there.

    It stops at the first press that changes nothing or that leads away: an undo that undoes what
    the user did before would be worse than none. What it left is put right by the caller.
    """
    keys = ("super", "z") if context.backend.name == "macos" else ("ctrl", "z")
    try:
        context.take_focus(node)
    except (UnsupportedError, FailedError):
        return None
    shown = context.backend.text_state(node).text
    for _ in range(_PRESSES):
        context.backend.press_keys(keys)
        was = shown

        def changed(was: str = was) -> bool:
            return context.backend.text_state(node).text != was

        if not context.stop.wait_until(changed, _PRESS_SECONDS):
            return None
        shown = context.backend.text_state(node).text
        if shown == before:
            return Route.KEYBOARD
        if abs(len(shown) - len(before)) > abs(len(was) - len(before)):
            return None
    return None
