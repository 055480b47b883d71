"""Selecting an option of a combo box, list or tab list."""

from qagent.act.context import Context, Done, RefusedError, quoted
from qagent.act.resolve import describe
from qagent.desktop.base import Capability, Node, UnsupportedError
from qagent.messages import text
from qagent.observe import fold
from qscreen.wire import EffectError, Outcome, Role, Route, Select

_CONTAINERS = frozenset({Role.COMBO_BOX, Role.LIST, Role.TAB_LIST, Role.TREE, Role.TABLE})


def select(context: Context, action: Select) -> Done:
    """Select an option natively and read the selection back."""
    if action.target is not None:
        containers = [context.find(action.target, prefer=_is_container)]
    else:
        tree = context.look_at_active()
        active = tree.active_window()
        if active is not None:
            context.allow(active.app)
        containers = (
            [] if active is None else [n for n in tree.inside(active.ref) if _is_container(n)]
        )
    options = [(node, _options(context, node)) for node in containers]
    found = _fitting(options, action.option)
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
    context.begin({})
    try:
        context.backend.select_option(node, index)
    except UnsupportedError as error:
        raise RefusedError(
            EffectError.BACKEND_ERROR, text("route.unsupported", target=quoted(node))
        ) from error
    option = f"'{action.option}'"
    if context.stop.wait_until(lambda: context.backend.is_selected(node, index), 0.6):
        return Done(
            Outcome.CONFIRMED,
            text("select.confirmed", option=option),
            Route.ACCESSIBILITY,
            node.rect,
        )
    return Done(
        Outcome.SUSPECTED_NOOP,
        text("select.failed", option=option),
        Route.ACCESSIBILITY,
        node.rect,
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
    return Capability.SELECTION in node.can and node.role in _CONTAINERS


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
