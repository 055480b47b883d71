"""Which element a target means on the live screen; never a guess."""

import difflib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from qagent.apps import same_app
from qagent.desktop.base import Node, Tree
from qagent.messages import text
from qagent.observe import fold
from qagent.words import element
from qscreen.redaction import redact
from qscreen.wire import Role, State, Target

_COMPATIBLE: dict[Role, frozenset[Role]] = {
    Role.TEXT_FIELD: frozenset({Role.TEXT_AREA, Role.PASSWORD_FIELD, Role.SPIN_BUTTON}),
    Role.TEXT_AREA: frozenset({Role.DOCUMENT}),
    Role.BUTTON: frozenset({Role.TOGGLE_BUTTON}),
    Role.WINDOW: frozenset({Role.DIALOG}),
    Role.LIST_ITEM: frozenset({Role.TREE_ITEM, Role.CELL}),
    Role.LIST: frozenset({Role.TREE, Role.TABLE}),
    Role.MENU_ITEM: frozenset({Role.MENU}),
}
"""Roles that people call by another role's name; the exact role wins."""

_MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one element fits."""

    node: Node


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several elements fit equally well."""

    message: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotFound:
    """No element fits."""

    message: str
    candidates: tuple[str, ...]


Resolution = Found | Ambiguous | NotFound


def describe_target(target: Target) -> str:
    """A target in words, for messages."""
    name = "" if target.name is None else f"'{target.name}'"
    return element(target.role, name, target.app or "")


def describe(node: Node) -> str:
    """An element in words, for messages and candidates."""
    # Redacted before it is cut: half a secret looks like none.
    name = redact(unicodedata.normalize("NFC", node.name).strip())
    return element(node.role, f"'{name[:80]}'") if name else element(node.role, app=node.app)


def matches(tree: Tree, target: Target) -> list[Node]:
    """All elements that fit a target, the best kind of match only.

    Args:
        tree: A look at the live screen.
        target: What is meant.
    """
    fitting = _fitting_apps(tree, target)
    nodes = [node for node in tree.nodes if _app_fits(tree, node, target, fitting)]
    if target.role is not None:
        exact = [node for node in nodes if node.role is target.role]
        near = _COMPATIBLE.get(target.role, frozenset())
        return _by_name(exact, target) or _by_name(
            [node for node in nodes if node.role in near], target
        )
    return _by_name(nodes, target)


def resolve(
    tree: Tree, target: Target, *, prefer: Callable[[Node], bool] | None = None
) -> Resolution:
    """Find the one element that a target means.

    Elements of the active window win over those of other windows; those that the action can work
    on (`prefer`) win over the rest. What is still not one is refused.

    Args:
        tree: A look at the live screen.
        target: What is meant.
        prefer: Which elements the action can work on.
    """
    found = matches(tree, target)
    if not found:
        return _not_found(tree, target)
    active = tree.active_window()
    if active is not None:
        found = [node for node in found if node.window == active.ref] or found
    if prefer is not None:
        found = [node for node in found if prefer(node)] or found
    if target.role is not Role.LABEL:
        # A label that names a field is not meant beside the field itself.
        found = [node for node in found if node.role is not Role.LABEL] or found
    found = _without_ancestors(tree, found)
    if len(found) == 1:
        return Found(found[0])
    return Ambiguous(
        text("target.ambiguous", target=describe_target(target), count=len(found)),
        tuple(_place(node) for node in found[:_MOST_CANDIDATES]),
    )


def _fitting_apps(tree: Tree, target: Target) -> frozenset[str]:
    if target.app is None:
        return frozenset(tree.apps)
    return frozenset(app for app in tree.apps if same_app(target.app, app))


def _app_fits(tree: Tree, node: Node, target: Target, fitting: frozenset[str]) -> bool:
    if target.app is None or node.app in fitting:
        return True
    window = tree.get(node.window)
    return window is not None and fold(target.app) in fold(window.name)


def _by_name(nodes: list[Node], target: Target) -> list[Node]:
    if target.name is None:
        return nodes
    wanted = fold(target.name)
    exact = [node for node in nodes if fold(node.name) == wanted]
    if exact or not wanted:
        return exact
    return [node for node in nodes if wanted in fold(node.name)]


def _without_ancestors(tree: Tree, found: list[Node]) -> list[Node]:
    """Leave out what merely holds another candidate (a list item around its own label)."""
    refs = {node.ref for node in found}
    holders = set()
    for node in found:
        parent = tree.get(node.parent)
        while parent is not None:
            if parent.ref in refs:
                # The outer one is kept when only it can be pressed.
                holders.add(node.ref if parent.can and not node.can else parent.ref)
            parent = tree.get(parent.parent)
    return [node for node in found if node.ref not in holders] or found


def _place(node: Node) -> str:
    if node.rect is None:
        return describe(node)
    return text("element.at", what=describe(node), x=node.rect.x, y=node.rect.y)


def _not_found(tree: Tree, target: Target) -> NotFound:
    message = text("target.not_found", target=describe_target(target))
    if tree.truncated:
        message = f"{message} {text('target.truncated')}"
    pool = [
        node
        for node in tree.nodes
        if (target.role is None or node.role is target.role)
        and (node.name or target.name is None)
        and node.has(State.SHOWING)
    ]
    if target.name is not None:
        by_name = {fold(node.name): node for node in reversed(pool)}
        near = difflib.get_close_matches(fold(target.name), by_name, n=5, cutoff=0.4)
        pool = [by_name[name] for name in near]
    return NotFound(message, tuple(dict.fromkeys(describe(node) for node in pool[:5])))
