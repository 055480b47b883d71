"""Focusing, clicking, pressing keys and scrolling; judged by what changed."""

import time

from qagent.act.changes import (
    Change,
    Fingerprint,
    describe_change,
    fingerprint,
    quick_change,
)
from qagent.act.context import Context, Done, RefusedError, centre, middle, quoted
from qagent.act.looking import look_patiently
from qagent.act.placing import find_place, is_placed
from qagent.desktop.base import Capability, GoneError, Node, Picture, Tree, UnsupportedError
from qagent.messages import text
from qscreen.wire import (
    Click,
    EffectError,
    Focus,
    Outcome,
    PressKeys,
    Rect,
    Role,
    Route,
    Scroll,
    State,
)

QUICK_SECONDS = 0.025
"""Time in which an element is asked whether it changed before the whole window is."""

CHANGE_SECONDS = 1.5
"""Time a program gets to react; a GTK button animates its press for 250 ms."""

_SCROLL_SECONDS = 0.15
"""Time that a list gets to scroll."""

_PRESSED = frozenset(
    {Role.BUTTON, Role.TOGGLE_BUTTON, Role.CHECK_BOX, Role.RADIO_BUTTON, Role.LINK, Role.MENU_ITEM}
)
_PRESSABLE = frozenset(
    {
        Role.BUTTON,
        Role.TOGGLE_BUTTON,
        Role.CHECK_BOX,
        Role.RADIO_BUTTON,
        Role.LINK,
        Role.MENU,
        Role.MENU_ITEM,
        Role.TAB,
        Role.LIST_ITEM,
        Role.TREE_ITEM,
        Role.COMBO_BOX,
    }
)


def focus(context: Context, action: Focus) -> Done:
    """Give the keyboard focus to an element; to a window by its first field."""
    node = context.find(action.target, prefer=lambda one: one.has(State.FOCUSABLE))
    if context.has_focus(node):
        return Done(Outcome.CONFIRMED, text("focus.confirmed", target=quoted(node)), rect=node.rect)
    context.begin({})
    is_window = node.ref == node.window
    route = Route.ACCESSIBILITY
    try:
        context.backend.focus(node)
    except UnsupportedError:
        if is_window:
            # In the middle of a window lies something that would be pressed.
            raise
        context.click(node)
        route = Route.POINTER

    def arrived() -> bool:
        return _is_active(context, node) if is_window else context.has_focus(node)

    if context.stop.wait_until(arrived, CHANGE_SECONDS):
        evidence = text("focus.confirmed", target=quoted(node))
        return Done(Outcome.CONFIRMED, evidence, route, node.rect)
    return Done(Outcome.SUSPECTED_NOOP, text("focus.failed", target=quoted(node)), route, node.rect)


def click(context: Context, action: Click) -> Done:
    """Press an element: its own action first, the pointer where it has none.

    What only the picture shows is pressed at the place where its words are read again.
    """
    try:
        node = context.find(
            action.target,
            prefer=lambda one: Capability.PRESS in one.can or one.role in _PRESSABLE,
        )
    except RefusedError as error:
        if not is_placed(context, error):
            raise
        return _click_at(context, action)
    before = fingerprint(context, node, seen=context.seen)
    picture = context.backend.capture()
    context.begin({})
    route = Route.POINTER
    if action.button == "primary" and action.count == 1:
        try:
            context.backend.press(node)
            route = Route.ACCESSIBILITY
        except UnsupportedError:
            pass
    if route is Route.POINTER:
        context.bring_up(node)
        node = _in_full_sight(context, node)
        x, y = centre(node)
        context.backend.click(x, y, meant=node, button=action.button, count=action.count)
    return judge(context, before, picture, route, node.rect, node)


def _click_at(context: Context, action: Click) -> Done:
    place = find_place(context, action.target)
    before = fingerprint(context, place.window)
    picture = context.backend.capture()
    context.begin({})
    x, y = middle(place.rect)
    context.backend.click(x, y, meant=place.window, button=action.button, count=action.count)
    return judge(context, before, picture, Route.POINTER, place.rect)


def _in_full_sight(context: Context, node: Node) -> Node:
    """Scroll to an element that counts as shown though what holds it cuts its middle off.

    A page calls the items of a list shown that lie beyond the edge of the list.
    """
    if context.seen is None or node.rect is None:
        return node
    x, y = centre(node)
    holder = context.seen.get(node.parent)
    while holder is not None and (holder.rect is None or _covers(holder.rect, x, y)):
        holder = context.seen.get(holder.parent)
    if holder is None:
        return node
    try:
        context.backend.reveal(node)
    except (UnsupportedError, GoneError):
        return node

    def moved() -> Node | None:
        fresh = context.backend.refresh(node)
        return fresh if fresh.rect != node.rect else None

    return context.stop.wait_until(moved, _SCROLL_SECONDS, 0.02) or node


def _covers(rect: Rect, x: int, y: int) -> bool:
    return rect.x <= x < rect.x + rect.width and rect.y <= y < rect.y + rect.height


def press_keys(context: Context, action: PressKeys) -> Done:
    """Press a combination in the active window."""
    active = next((one for one in context.backend.windows() if one.has(State.ACTIVE)), None)
    if active is None:
        raise RefusedError(EffectError.TARGET_NOT_FOUND, text("focus.none"))
    context.allow(active.app)
    before = fingerprint(context)
    picture = context.backend.capture()
    context.begin({})
    context.backend.press_keys(action.keys)
    return judge(context, before, picture, Route.KEYBOARD, active.rect)


def scroll(context: Context, action: Scroll) -> Done:
    """Turn the wheel over the target or the active window."""
    if action.target is not None:
        try:
            node = context.find(action.target)
            x, y = centre(node)
        except RefusedError as error:
            if not is_placed(context, error):
                raise
            place = find_place(context, action.target)
            node, (x, y) = place.window, middle(place.rect)
    else:
        tree = look_patiently(context)
        active = tree.active_window()
        if active is None:
            raise RefusedError(EffectError.TARGET_NOT_FOUND, text("focus.none"))
        context.allow(active.app)
        node = _scrollable(tree, active)
        x, y = centre(node)
    picture = context.backend.capture()
    context.begin({})
    context.backend.scroll(x, y, action.direction, action.amount, meant=node)
    changed = context.stop.wait_until(
        lambda: differs(picture, context.backend.capture(), node.rect), CHANGE_SECONDS, 0.03
    )
    if changed:
        evidence = text("change.seen", change=quoted(node))
        return Done(Outcome.CONFIRMED, evidence, Route.POINTER, node.rect)
    return Done(Outcome.SUSPECTED_NOOP, text("change.none"), Route.POINTER, node.rect)


def differs(before: Picture, after: Picture, rect: Rect | None) -> bool:
    """Whether two pictures differ inside a rectangle, or anywhere."""
    if rect is None or (before.width, before.height) != (after.width, after.height):
        return before.bgra != after.bgra
    left, right = max(0, rect.x), min(before.width, rect.x + rect.width)
    for row in range(max(0, rect.y), min(before.height, rect.y + rect.height)):
        start, end = 4 * (row * before.width + left), 4 * (row * before.width + right)
        if before.bgra[start:end] != after.bgra[start:end]:
            return True
    return False


def judge(
    context: Context,
    before: Fingerprint,
    picture: Picture,
    route: Route,
    rect: Rect | None,
    concerned: Node | None = None,
) -> Done:
    """Wait for a change, and say what came of an action.

    Args:
        context: Surroundings of the step.
        before: The fingerprint from before the action.
        picture: The screen from before it.
        route: How it was done.
        rect: Where it was done.
        concerned: The element that it went to.
    """
    faint: Change | None = None
    began = time.monotonic()

    def change() -> Change | None:
        nonlocal faint
        # Most actions change the element itself or a window, a moment after: told without a look.
        found = quick_change(context, before, concerned)
        if found is None and time.monotonic() - began > QUICK_SECONDS:
            found = describe_change(before, fingerprint(context, concerned))
        if found is not None and found.focus_only and _takes_presses(concerned):
            # The focus comes first; what the press does comes after it, or does not come.
            faint = found
            return None
        return found

    found = context.stop.wait_until(change, CHANGE_SECONDS, 0.01)
    if found:
        return Done(Outcome.CONFIRMED, text("change.seen", change=found.words), route, rect)
    if faint is not None:
        evidence = text("change.focus", change=faint.words)
        return Done(Outcome.UNVERIFIABLE, evidence, route, rect)
    if differs(picture, context.backend.capture(), None):
        return Done(Outcome.UNVERIFIABLE, text("change.pixels"), route, rect)
    return Done(Outcome.SUSPECTED_NOOP, text("change.none"), route, rect)


def _takes_presses(node: Node | None) -> bool:
    """Whether pressing an element does more than to focus it."""
    return node is not None and node.role in _PRESSED


def _is_active(context: Context, window: Node) -> bool:
    return any(one.ref == window.ref and one.has(State.ACTIVE) for one in context.backend.windows())


def _scrollable(tree: Tree, window: Node) -> Node:
    """What the wheel would turn: the largest text area, list or document of the window."""
    roles = {Role.TEXT_AREA, Role.LIST, Role.TABLE, Role.TREE, Role.DOCUMENT}
    found = [node for node in tree.inside(window.ref) if node.role in roles and node.rect]
    return max(found, key=lambda node: _area(node.rect), default=window)


def _area(rect: Rect | None) -> int:
    return 0 if rect is None else rect.width * rect.height
