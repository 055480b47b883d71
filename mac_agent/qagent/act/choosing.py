"""Selecting an option of a combo box, list or tab list."""

from qagent.act.context import Context, Done, RefusedError, quoted
from qagent.act.looking import look_patiently
from qagent.act.resolve import describe
from qagent.act.undoing import remember_setting
from qagent.desktop.base import Capability, Node, UnsupportedError
from qagent.messages import text
from qagent.observe import fold
from qscreen.wire import EffectError, Outcome, Role, Route, Select, State

_SELECT_SECONDS = 1.5
_POPUP_SECONDS = 2.0
_MOST_COMPARED = 60
_OPTION_ROLES = frozenset({Role.LIST_ITEM, Role.MENU_ITEM, Role.CELL, Role.TREE_ITEM})
_CONTAINERS = frozenset({Role.COMBO_BOX, Role.LIST, Role.TAB_LIST, Role.TREE, Role.TABLE})


def select(context: Context, action: Select) -> Done:
    """Select an option natively and read the selection back."""
    if action.target is not None:
        containers = [context.find(action.target, prefer=_is_container)]
    else:
        tree = look_patiently(context)
        active = tree.active_window()
        if active is not None:
            context.allow(active.app)
        containers = (
            [] if active is None else [n for n in tree.inside(active.ref) if _is_container(n)]
        )
    options = [(node, _options(context, node)) for node in containers]
    if len(options) == 1 and not options[0][1] and options[0][0].role is Role.COMBO_BOX:
        return pick_from_popup(context, options[0][0], action.option)
    found = _fitting(options, action.option)
    if not found:
        silent = [node for node, names in options if not names]
        items = _shown_items(context, silent, action.option)
        if len(items) == 1:
            return _pick_shown(context, items[0], action.option)
    if len(found) > 1:
        raise RefusedError(
            EffectError.AMBIGUOUS_TARGET,
            text("target.ambiguous", target=f"'{action.option}'", count=len(found)),
            tuple(describe(node) for node, _ in found[:10]),
        )
    if not found:
        known = [name for _, names in options for name in names if name]
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND,
            text("select.no_option", option=f"'{action.option}'"),
            tuple(known[:10]),
        )
    node, index = found[0]
    context.allow(node.app)
    before = _selected(context, node, len(dict(options)[node]))
    if before == index:
        # Pressing it again would take the choice back in some programs.
        evidence = text("select.confirmed", option=f"'{action.option}'")
        return Done(Outcome.CONFIRMED, evidence, Route.NONE, node.rect)
    context.begin({})
    try:
        context.backend.select_option(node, index)
    except UnsupportedError as error:
        shown = _shown_option(context, node, dict(options)[node][index])
        if shown is None:
            raise RefusedError(
                EffectError.BACKEND_ERROR, text("route.unsupported", target=quoted(node))
            ) from error
        context.click(shown)
        route = Route.POINTER
    else:
        route = Route.ACCESSIBILITY
    option = f"'{action.option}'"
    if context.stop.wait_until(lambda: context.backend.is_selected(node, index), _SELECT_SECONDS):
        if before is not None:
            _remember(context, node, before, index)
        return Done(
            Outcome.CONFIRMED,
            text("select.confirmed", option=option),
            route,
            node.rect,
        )
    return Done(
        Outcome.SUSPECTED_NOOP,
        text("select.failed", option=option),
        route,
        node.rect,
    )


def _shown_items(context: Context, containers: list[Node], option: str) -> list[Node]:
    """Items of that name which show in containers that tell nothing of their options."""
    if not containers:
        return []
    tree = context.look_shown()
    refs = {node.ref for node in containers}
    wanted = fold(option)
    return [
        node
        for node in tree.nodes
        if node.role in _OPTION_ROLES and fold(node.name) == wanted and node.parent in refs
    ]


def _pick_shown(context: Context, item: Node, option: str) -> Done:
    """Select an item that shows, by the pointer: what it calls an action may do something else."""
    context.allow(item.app)
    context.begin({})
    context.click(item)
    quoted_option = f"'{option}'"
    if context.stop.wait_until(
        lambda: context.backend.refresh(item).has(State.SELECTED), _SELECT_SECONDS
    ):
        evidence = text("select.confirmed", option=quoted_option)
        return Done(Outcome.CONFIRMED, evidence, Route.POINTER, item.rect)
    evidence = text("select.failed", option=quoted_option)
    return Done(Outcome.SUSPECTED_NOOP, evidence, Route.POINTER, item.rect)


def pick_from_popup(context: Context, node: Node, option: str) -> Done:
    """Open a combo box that tells nothing of its options, and press the one that appears.

    Args:
        context: Surroundings of the step.
        node: The combo box.
        option: The option's name.

    Raises:
        RefusedError: It has no such option; the list is closed again.
    """
    context.allow(node.app)
    known = {one.ref for one in context.look_shown().nodes}
    context.begin({})
    route = _press(context, node)
    wanted = fold(option)
    shown: list[Node] = []

    def appeared() -> Node | None:
        nonlocal shown
        shown = [
            one
            for one in context.look_shown().nodes
            if one.ref not in known and one.role in _OPTION_ROLES and one.name
        ]
        return next((one for one in shown if fold(one.name) == wanted), None)

    item = context.stop.wait_until(appeared, _POPUP_SECONDS, 0.03)
    if item is None:
        context.backend.press_keys(("escape",))
        raise RefusedError(
            EffectError.TARGET_NOT_FOUND,
            text("select.no_option", option=f"'{option}'"),
            tuple(dict.fromkeys(one.name for one in shown))[:10],
        )
    if item.rect is not None:
        # A list that pops up takes the pointer; its items select themselves without closing it.
        with context.closing(item):
            context.click(item)
        route = Route.POINTER
    else:
        route = _press(context, item)

    def chosen() -> bool:
        again = _again(context, node)
        return again is not None and wanted in {fold(again.value or ""), fold(again.name)}

    quoted_option = f"'{option}'"
    if context.stop.wait_until(chosen, _SELECT_SECONDS, 0.03):
        return Done(
            Outcome.CONFIRMED, text("select.confirmed", option=quoted_option), route, node.rect
        )
    return Done(
        Outcome.SUSPECTED_NOOP, text("select.failed", option=quoted_option), route, node.rect
    )


def _again(context: Context, node: Node) -> Node | None:
    return context.look_shown().get(node.ref)


def _press(context: Context, node: Node) -> Route:
    try:
        context.backend.press(node)
    except UnsupportedError:
        context.click(node)
        return Route.POINTER
    return Route.ACCESSIBILITY


def _shown_option(context: Context, container: Node, name: str) -> Node | None:
    """The option itself where it shows: one without an action of its own takes the pointer."""
    tree = context.look_shown()
    inside = [one for one in tree.nodes if one.parent == container.ref and one.name == name]
    return inside[0] if len(inside) == 1 and inside[0].rect is not None else None


def _selected(context: Context, node: Node, count: int) -> int | None:
    """The one option that is selected; None where none or several are."""
    if count > _MOST_COMPARED:
        return None
    try:
        found = [place for place in range(count) if context.backend.is_selected(node, place)]
    except UnsupportedError:
        return None
    return found[0] if len(found) == 1 else None


def _remember(context: Context, node: Node, before: int, after: int) -> None:
    def put_back(later: Context) -> Route:
        later.backend.select_option(node, before)
        return Route.ACCESSIBILITY

    remember_setting(
        context,
        node,
        lambda later: later.backend.is_selected(node, after),
        put_back,
        lambda later: later.backend.is_selected(node, before),
    )


def read_back(context: Context, action: Select) -> Done | None:
    """Judge an interrupted selection: is the option selected?"""
    tree = context.look()
    containers = [node for node in tree.nodes if _is_container(node)]
    for node, index in _fitting([(n, _options(context, n)) for n in containers], action.option):
        if context.backend.is_selected(node, index):
            return Done(
                Outcome.CONFIRMED,
                text("select.confirmed", option=f"'{action.option}'"),
                Route.NONE,
                node.rect,
            )
    return None


def _is_container(node: Node) -> bool:
    if node.role is Role.COMBO_BOX:
        # Some toolkits open its list and tell nothing of it before.
        return True
    return bool(node.can & {Capability.SELECTION, Capability.TABLE}) and node.role in _CONTAINERS


def _options(context: Context, node: Node) -> tuple[str, ...]:
    try:
        return context.backend.options(node)
    except UnsupportedError:
        return ()


def _fitting(options: list[tuple[Node, tuple[str, ...]]], wanted: str) -> list[tuple[Node, int]]:
    """Options of that name; one that merely contains the words counts when none is equal."""
    folded = fold(wanted)
    places = [(node, index, fold(n)) for node, names in options for index, n in enumerate(names)]
    equal = [(node, index) for node, index, name in places if name == folded]
    return equal or [(node, index) for node, index, name in places if folded in name]
