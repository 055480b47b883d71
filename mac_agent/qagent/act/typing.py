"""Typing text, verified by reading it back."""

import hashlib

from qagent.act.cells import type_into_cell
from qagent.act.context import (
    Context,
    Done,
    FailedError,
    Precondition,
    RefusedError,
    excerpt,
    quoted,
    read_back_seconds,
)
from qagent.act.looking import look_patiently
from qagent.act.undoing import remember_text
from qagent.desktop.base import GoneError, Node, TextState, Tree, UnsupportedError
from qagent.messages import text
from qagent.policy import TypingRoute
from qscreen.wire import EffectError, Outcome, Role, Route, State, TypeText

FIRST_KEY_SECONDS, LATE_SECONDS = 1.5, 0.5
"""Time a program gets to take the first key, and to take it again after it was sent again."""

_FIRST_KEYS = 6
"""How often the first key is sent while nothing of it shows."""

BATCH_SECONDS = 3.0
"""Time a program gets to take one batch of keys."""

PASTE_SECONDS = 12.0
"""Time a program gets to ask for what it is to paste."""

CELL_SECONDS = 12.0
"""Time a table gets to say which of its cells is the active one."""

_ROUTES = {
    TypingRoute.ACCESSIBILITY: Route.ACCESSIBILITY,
    TypingRoute.KEYBOARD: Route.KEYBOARD,
    TypingRoute.CLIPBOARD: Route.CLIPBOARD,
}


def type_text(context: Context, action: TypeText) -> Done:
    """Type into the target, or into the focused element."""
    if action.target is not None:
        node = context.find(action.target, prefer=_editable)
    else:
        node = focused_editable(context)
    if node.secure and not context.policy.secure_fields:
        raise RefusedError(EffectError.SECURE_FIELD, text("type.secure", target=quoted(node)))
    if not node.secure and not node.has(State.EDITABLE):
        raise RefusedError(EffectError.NOT_EDITABLE, text("type.not_editable", target=quoted(node)))
    if node.secure:
        return type_unseen(context, node, action.text)
    if node.role is Role.CELL:
        return type_into_cell(context, node, action.text)
    return _type_verified(context, node, action.text)


def focused_editable(context: Context) -> Node:
    """The element that would get typed text.

    Raises:
        RefusedError: No editable element has the focus.
    """
    node = focused_in(look_patiently(context))
    if node is not None and node.role is Role.TABLE:
        # The table has the focus before the cell that becomes the active one.
        node = context.stop.wait_until(lambda: _active_cell(context), CELL_SECONDS, 0.05) or node
    if node is None:
        raise RefusedError(EffectError.TARGET_NOT_FOUND, text("focus.none"))
    context.allow(node.app)
    return node


def _active_cell(context: Context) -> Node | None:
    node = focused_in(look_patiently(context))
    return None if node is None or node.role is Role.TABLE else node


def focused_in(tree: Tree) -> Node | None:
    """The focused editable (or secure) element of the active window."""
    active = tree.active_window()
    if active is None:
        return None
    focused = tree.focused()
    if focused is not None and _editable(focused):
        return focused
    return next(
        (node for node in tree.inside(active.ref) if node.has(State.FOCUSED) and _editable(node)),
        None,
    )


def digest(content: str) -> str:
    """SHA-256 of a text, hexadecimal: the journal keeps this instead of the screen's text."""
    return hashlib.sha256(content.encode()).hexdigest()


def _editable(node: Node) -> bool:
    return node.has(State.EDITABLE) or node.secure


def _type_verified(context: Context, node: Node, typed: str) -> Done:
    try:
        context.take_focus(node)
    except UnsupportedError as error:
        raise RefusedError(
            EffectError.NOT_EDITABLE, text("type.not_editable", target=quoted(node))
        ) from error
    before = context.backend.text_state(node)
    expected = before.after_typing(typed)
    context.begin(_precondition(node, before, expected, typed))
    route = _enter(context, node, before, typed)
    limit = read_back_seconds(typed)
    after = before

    def arrived() -> bool:
        nonlocal after
        after = context.backend.text_state(node)
        return after.text == expected

    if context.stop.wait_until(arrived, limit) or _holds_more(before.text, after.text, typed):
        evidence = text(
            "type.confirmed", target=quoted(node), count=len(typed), excerpt=excerpt(typed)
        )
        remember_text(
            context,
            node,
            before.text,
            after.text,
            lambda later, old: replace_text(later, node, old),
        )
        return Done(Outcome.CONFIRMED, evidence, route, node.rect)
    if after.text == before.text:
        return Done(
            Outcome.SUSPECTED_NOOP, text("type.unchanged", target=quoted(node)), route, node.rect
        )
    message = text(
        "type.differs", target=quoted(node), expected=len(expected), found=len(after.text)
    )
    raise FailedError(EffectError.BACKEND_ERROR, message, route)


def _enter(context: Context, node: Node, before: TextState, typed: str) -> Route:
    """Try the routes in order; only `unsupported` leads to the next one."""
    for route in context.policy.typing_routes:
        try:
            if route is TypingRoute.ACCESSIBILITY:
                context.stop.check()
                context.backend.insert_text(node, before, typed)
            elif route is TypingRoute.CLIPBOARD:
                _paste(context, node, before, typed)
            else:
                _type_keys(context, node, before, typed)
        except UnsupportedError:
            # The next route would type it a second time if this one entered it after all.
            if context.backend.text_state(node).text == before.text:
                continue
            raise FailedError(
                EffectError.BACKEND_ERROR,
                text("route.unsupported", target=quoted(node)),
                _ROUTES[route],
            ) from None
        return _ROUTES[route]
    raise FailedError(EffectError.BACKEND_ERROR, text("route.unsupported", target=quoted(node)))


def _type_keys(context: Context, node: Node, before: TextState, typed: str) -> None:
    """Type by keys; the first one is waited for before the others follow.

    Chromium drops the keys that come before the first picture of a page, though its tree is there
    and its field has the focus; a busy machine takes its time for that picture. One key can be
    sent again without harm: those that arrive after all are taken back.
    """
    first = typed[0]

    def begun() -> bool:
        return context.backend.text_state(node).text != before.text

    # Enter and Tab do something wherever they arrive, whether the text shows it or not.
    most = 1 if first in "\n\t" else _FIRST_KEYS
    for sent in range(1, most + 1):
        context.backend.type_text(first, lambda _: _still_focused(context, node))
        if context.stop.wait_until(begun, FIRST_KEY_SECONDS):
            _take_back_repeated(context, node, before, first, sent)
            break
    if len(typed) > 1:
        context.backend.type_text(
            typed[1:], lambda count: _arrived_so_far(context, node, before, typed[: count + 1])
        )


def _take_back_repeated(
    context: Context, node: Node, before: TextState, first: str, sent: int
) -> None:
    """Take back what arrived more than once of a key that was sent again."""
    if sent == 1:
        return
    shown = context.backend.text_state(node).text

    def more() -> bool:
        nonlocal shown
        last, shown = shown, context.backend.text_state(node).text
        return shown != last

    # Those on their way come one right after the other.
    while context.stop.wait_until(more, LATE_SECONDS):
        pass
    repeated = [before.after_typing(first * (count + 2)) for count in range(sent - 1)]
    if shown in repeated:
        for _ in range(repeated.index(shown) + 1):
            context.backend.press_keys(("backspace",))


def _paste(context: Context, node: Node, before: TextState, typed: str) -> None:
    """Paste the text; the clipboard gets back what the user had in it."""
    _still_focused(context, node)
    with context.backend.lend_clipboard():
        context.backend.write_clipboard(typed)
        context.backend.press_keys(("super" if context.backend.name == "macos" else "ctrl", "v"))
        # The program asks for the text when it gets to it: not before may it be taken away.
        expected = before.after_typing(typed)

        def shows(content: str) -> bool:
            return context.backend.text_state(node).text == content

        if expected != before.text:
            context.stop.wait_until(lambda: not shows(before.text), PASTE_SECONDS)
        context.stop.wait_until(lambda: shows(expected), BATCH_SECONDS)


def _still_focused(context: Context, node: Node) -> None:
    """Between two batches of keys: stop, or do not type into somebody else's window."""
    context.stop.check()
    if not context.has_focus(node):
        raise FailedError(
            EffectError.BACKEND_ERROR, text("focus.failed", target=quoted(node)), Route.KEYBOARD
        )


def _arrived_so_far(context: Context, node: Node, before: TextState, part: str) -> None:
    """Between two batches of keys: wait until the program has taken what was typed so far."""
    _still_focused(context, node)
    if not part:
        return
    expected = len(before.after_typing(part))
    # A program may have entered more or less than was typed; the read-back at the end judges that.
    context.stop.wait_until(
        lambda: len(context.backend.text_state(node).text) >= expected, BATCH_SECONDS
    )


def type_unseen(context: Context, node: Node, typed: str, *, replace: bool = False) -> Done:
    """Type into a password field with consent: it is not read, before or after.

    Args:
        context: Surroundings of the step.
        node: The field.
        typed: What to type.
        replace: Whether it takes the place of what the field holds.
    """
    context.take_focus(node)
    context.begin({"secure": True})
    if replace:
        _select_all(context)
    context.backend.type_text(typed, lambda _: _still_focused(context, node))
    return Done(Outcome.UNVERIFIABLE, text("type.secure_done"), Route.KEYBOARD, node.rect)


def replace_text(context: Context, node: Node, value: str) -> Route:
    """Replace the whole text of a field: natively, else by selecting all and typing.

    Args:
        context: Surroundings of the step.
        node: The field.
        value: The new text.

    Returns:
        How it was done.

    Raises:
        FailedError: The field did not get the focus.
        UnsupportedError: It takes neither.
    """
    if TypingRoute.ACCESSIBILITY in context.policy.typing_routes:
        try:
            context.backend.set_text(node, value)
        except UnsupportedError:
            pass
        else:
            return Route.ACCESSIBILITY
    context.take_focus(node)
    _select_all(context)
    if value:
        context.backend.type_text(value, lambda _: _still_focused(context, node))
    else:
        context.backend.press_keys(("delete",))
    return Route.KEYBOARD


def _select_all(context: Context) -> None:
    context.backend.press_keys(("super" if context.backend.name == "macos" else "ctrl", "a"))


def _precondition(node: Node, before: TextState, expected: str, typed: str) -> Precondition:
    return {
        "app": node.app,
        "role": str(node.role),
        "name": node.name,
        "before": digest(before.text),
        "expected": digest(expected),
        "occurrences": before.text.count(typed),
    }


def _holds_more(before: str, after: str, typed: str) -> bool:
    """The program changed more than was typed (a completed bracket), but all of it is there."""
    return len(typed) >= 3 and after.count(typed) > before.count(typed)


def read_back(context: Context, action: TypeText, precondition: Precondition) -> Done | None:
    """Judge an interrupted typing: is the text there, and was it not there before?

    Returns:
        The confirmed outcome, or None when it cannot be confirmed.
    """
    if precondition.get("secure"):
        return None
    tree = context.look()
    wanted = (precondition.get("app"), precondition.get("role"), precondition.get("name"))
    for node in tree.nodes:
        if (node.app, str(node.role), node.name) != wanted or node.secure:
            continue
        try:
            found = context.backend.text_state(node).text
        except (UnsupportedError, GoneError):
            continue
        count = found.count(action.text)
        more = len(action.text) >= 3 and count > int(precondition.get("occurrences", 0))
        if digest(found) == precondition.get("expected") or (
            more and digest(found) != precondition.get("before")
        ):
            evidence = text(
                "type.confirmed",
                target=quoted(node),
                count=len(action.text),
                excerpt=excerpt(action.text),
            )
            return Done(Outcome.CONFIRMED, evidence, Route.NONE, node.rect)
    return None
