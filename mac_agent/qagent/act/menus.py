"""Choosing an item of the menus by its path."""

from qagent.act.changes import fingerprint
from qagent.act.context import Context, Done, RefusedError, quoted
from qagent.act.looking import look_patiently
from qagent.act.pressing import judge
from qagent.act.resolve import describe
from qagent.apps import same_app
from qagent.desktop.base import GoneError, Node, Ref, Tree, UnsupportedError
from qagent.messages import text
from qagent.observe import fold
from qscreen.redaction import redact
from qscreen.wire import ChooseMenu, EffectError, Role, Route, State

_MENUS = frozenset({Role.MENU, Role.MENU_ITEM})
_OPENERS = frozenset({Role.BUTTON, Role.TOGGLE_BUTTON, Role.COMBO_BOX})
_OPEN_SECONDS, _CLOSE_SECONDS = 2.0, 0.4
_MOST_CANDIDATES = 10


def choose_menu(context: Context, action: ChooseMenu) -> Done:
    """Open the menus one after the other and press the item at the end."""
    if action.app is not None:
        _to_front(context, action.app)
    tree = look_patiently(context)
    active = tree.active_window()
    if active is None:
        raise RefusedError(EffectError.TARGET_NOT_FOUND, text("focus.none"))
    context.allow(active.app)
    node = _first(tree, active, action.path)
    before = fingerprint(context, seen=tree)
    picture = context.backend.capture()
    context.begin({})
    route = Route.ACCESSIBILITY
    opened = 0
    for place in range(len(action.path)):
        if place:
            node = _next(context, tree, node, action.path, place, opened)
        if not node.has(State.ENABLED):
            _close(context, opened)
            raise RefusedError(EffectError.BAD_VALUE, text("menu.disabled", item=quoted(node)))
        # What shows before a menu is opened is not in it.
        tree = context.look_shown()
        with context.closing(node, opened):
            if _press(context, node) is Route.POINTER:
                route = Route.POINTER
        opened += place < len(action.path) - 1
    _close_left_open(context, node, opened)
    return judge(context, before, picture, route, node.rect)


def _to_front(context: Context, app: str) -> None:
    windows = [one for one in context.windows_shown() if same_app(app, one.app)]
    windows = windows or [one for one in context.windows_shown() if fold(app) in fold(one.name)]
    if not windows:
        raise RefusedError(EffectError.APP_NOT_FOUND, text("menu.no_menu", item=f"'{app}'"))
    window = next((one for one in windows if one.has(State.ACTIVE)), windows[0])
    context.allow(window.app)
    if not window.has(State.ACTIVE):
        context.take_focus(window)


def _first(tree: Tree, active: Node, path: tuple[str, ...]) -> Node:
    """The menu that the path begins with: in a menu bar, else whatever opens one."""
    inside = [node for node in tree.inside(active.ref) if fold(node.name) == fold(path[0])]
    for roles in (_MENUS, _OPENERS):
        found = [node for node in inside if node.role in roles]
        found = [node for node in found if not _holds(tree, node, found)]
        if len(found) > 1:
            # LibreOffice has a second menu bar of no size behind the one that shows.
            found = [node for node in found if _in_bar(tree, node)] or found
            found = found[:1] if len({node.name for node in found}) == 1 else found
        if found:
            return found[0]
    known = [node for node in tree.inside(active.ref) if node.role in _MENUS and node.name]
    raise RefusedError(
        EffectError.TARGET_NOT_FOUND,
        text("menu.no_menu", item=f"'{redact(path[0])}'"),
        tuple(describe(node) for node in known[:_MOST_CANDIDATES]),
    )


def _in_bar(tree: Tree, node: Node) -> bool:
    parent = tree.get(node.parent)
    return parent is not None and parent.role is Role.MENU_BAR and parent.rect is not None


def _holds(tree: Tree, node: Node, others: list[Node]) -> bool:
    return any(tree.get(other.parent) is node for other in others)


def _next(
    context: Context,
    before: Tree,
    parent: Node,
    path: tuple[str, ...],
    place: int,
    opened: int,
) -> Node:
    """Wait for an item of the menu that was just opened."""
    known: set[Ref] = {node.ref for node in before.nodes}
    wanted = fold(path[place])
    shown: list[Node] = []

    def appeared() -> Node | None:
        nonlocal shown
        tree = context.look_shown()
        shown = [
            node
            for node in tree.nodes
            if node.role in _MENUS and (node.ref not in known or _is_below(tree, node, parent))
        ]
        found = [node for node in shown if fold(node.name) == wanted]
        return found[0] if found else None

    found = context.stop.wait_until(appeared, _OPEN_SECONDS, 0.03)
    if found is not None:
        return found
    _close(context, opened)
    raise RefusedError(
        EffectError.TARGET_NOT_FOUND,
        text(
            "menu.not_found",
            path=f"'{redact(' > '.join(path[:place]))}'",
            item=f"'{redact(path[place])}'",
        ),
        tuple(dict.fromkeys(describe(node) for node in shown if node.name))[:_MOST_CANDIDATES],
    )


def _is_below(tree: Tree, node: Node, parent: Node) -> bool:
    above = tree.get(node.parent)
    while above is not None:
        if above.ref == parent.ref:
            return True
        above = tree.get(above.parent)
    return False


def _press(context: Context, node: Node) -> Route:
    try:
        context.backend.press(node)
    except UnsupportedError:
        context.click(node)
        return Route.POINTER
    return Route.ACCESSIBILITY


def _close_left_open(context: Context, item: Node, opened: int) -> None:
    """Close menus that stay open: Qt does an item's action and lets its menu be."""

    def closed() -> bool:
        try:
            return not context.backend.refresh(item).has(State.SHOWING)
        except GoneError:
            return True

    if opened and not context.stop.wait_until(closed, _CLOSE_SECONDS):
        _close(context, opened)


def _close(context: Context, opened: int) -> None:
    """Close the menus that were opened: nothing half-done remains."""
    for _ in range(opened):
        context.backend.press_keys(("escape",))
