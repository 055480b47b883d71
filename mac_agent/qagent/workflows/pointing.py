"""Which element a person pointed at, and how a step names it. Pure: looks at no screen."""

from collections.abc import Iterable, Sequence

from qagent.act.resolve import matches
from qagent.desktop.base import Node, Tree
from qagent.observe import fold
from qagent.workflows.model import Surroundings
from qscreen.redaction import redact
from qscreen.wire import Rect, Role, Target

FIELDS = frozenset({Role.TEXT_FIELD, Role.TEXT_AREA, Role.PASSWORD_FIELD})
SWITCHES = frozenset({Role.CHECK_BOX, Role.RADIO_BUTTON, Role.TOGGLE_BUTTON})
CHOICES = frozenset({Role.COMBO_BOX, Role.LIST})
NUMBERS = frozenset({Role.SLIDER, Role.SPIN_BUTTON})
MENUS = frozenset({Role.MENU, Role.MENU_ITEM})
SETTABLE = FIELDS | SWITCHES | CHOICES | NUMBERS
PRESSED = frozenset(
    {Role.BUTTON, Role.TOGGLE_BUTTON, Role.LINK, Role.TAB, Role.TREE_ITEM, Role.CELL}
    | {Role.LIST_ITEM, *MENUS}
)
_MEANT = SETTABLE | PRESSED
_IN_POPUPS = MENUS | {Role.LIST_ITEM, Role.CELL, Role.COMBO_BOX}
_DESCRIBING = frozenset({Role.LABEL, Role.TAB, Role.IMAGE})
_CLIMB = 4
"""How many levels above what is under the pointer the element that is meant may be."""

_NEAR = 300
"""Most pixels between an element and what counts as beside it."""

_LONGEST = 200


def under(
    tree: Tree, x: int, y: int, window: Node | None = None, *, popup: bool = False
) -> Node | None:
    """The element that a click at a place means.

    Args:
        tree: A look from before the click.
        x: Pixels.
        y: Pixels.
        window: The window that the click went to; any when absent.
        popup: Whether a menu or an opened list lies there, so that nothing below it is meant.
    """
    found = [
        node
        for node in tree.nodes
        if node.rect is not None
        and _covers(node.rect, x, y)
        and (window is None or popup or node.window == window.ref)
        and (not popup or node.role in _IN_POPUPS)
    ]
    if not found:
        return None
    inner = min(reversed(found), key=lambda node: _area(node.rect))
    return _meant(tree, inner)


def above(tree: Tree, node: Node) -> list[Node]:
    """The elements around one, the innermost first."""
    found: list[Node] = []
    parent = tree.get(node.parent)
    while parent is not None:
        found.append(parent)
        parent = tree.get(parent.parent)
    return found


def holder(tree: Tree, node: Node, roles: frozenset[Role]) -> Node | None:
    """The nearest element around one that has one of the roles."""
    return next((one for one in above(tree, node) if one.role in roles), None)


def menu_path(tree: Tree, item: Node, opened: Sequence[str]) -> tuple[str, ...]:
    """Names of the menus that lead to an item, and its own.

    Args:
        tree: A look in which the item shows.
        item: The item.
        opened: Names of the menus that were opened before, where the tree does not hold them.

    Returns:
        The path; empty for an item that is in no menu of a menu bar.
    """
    around = above(tree, item)
    names = [one.name for one in reversed(around) if one.role in MENUS and one.name]
    if not any(one.role is Role.MENU_BAR for one in around):
        names = [*opened, *names]
    path: list[str] = []
    for name in (*names, item.name):
        if name and (not path or fold(path[-1]) != fold(name)):
            path.append(name)
    return tuple(path) if len(path) > 1 else ()


def target_of(node: Node) -> Target:
    """How a step names an element; a name that would be redacted is left out."""
    name = clean(node.name)
    return Target(name=name or None, role=node.role, app=node.app[:_LONGEST] or None)


def surroundings_of(tree: Tree, node: Node, target: Target) -> Surroundings:
    """What is around an element, as far as it may be written down.

    Args:
        tree: The look in which it was found.
        node: The element.
        target: How its step names it.
    """
    window = tree.get(node.window)
    around = [one for one in above(tree, node) if one.ref != node.window and one.name.strip()]
    found = Surroundings(
        window="" if window is None else clean(window.name),
        within=tuple(words for one in around if (words := clean(one.name)))[:5],
        beside=tuple(dict.fromkeys(_beside(tree, node)))[:4],
    )
    equals = [one for one in matches(tree, target) if one.window == node.window]
    if len(equals) > 1 and len(best(tree, equals, found)) != 1:
        place = next((n for n, one in enumerate(equals, start=1) if one.ref == node.ref), None)
        found = found.model_copy(update={"number": place})
    return found


def best(tree: Tree, nodes: Sequence[Node], known: Surroundings) -> list[Node]:
    """Those of several elements whose surroundings are most like the ones that are known.

    Args:
        tree: The look in which they were found.
        nodes: The elements.
        known: What was around the one that is meant.
    """
    scored = [(_likeness(tree, node, known), node) for node in nodes]
    top = max((score for score, _ in scored), default=(0, 0, 0))
    return [node for score, node in scored if score == top]


def clean(text: str) -> str:
    """A name as it may be written down: on one line, empty when it would be redacted."""
    short = " ".join(text.split())[:_LONGEST]
    return short if redact(text) == text else ""


def _meant(tree: Tree, inner: Node) -> Node:
    """The element that does something, where a part of it or its label was pointed at."""
    for node in (inner, *above(tree, inner)[:_CLIMB]):
        if node.role in _MEANT:
            return node
    named = [
        node
        for node in tree.nodes
        if node.window == inner.window
        and node.role in SWITCHES
        and inner.name.strip()
        and fold(node.name) == fold(inner.name)
    ]
    return named[0] if len(named) == 1 else inner


def _likeness(tree: Tree, node: Node, known: Surroundings) -> tuple[int, int, int]:
    window = tree.get(node.window)
    same = int(window is not None and fold(clean(window.name)) == fold(known.window))
    around = {fold(one.name) for one in above(tree, node)}
    near = {fold(name) for name in _beside(tree, node)}
    return (
        same,
        sum(fold(name) in around for name in known.within),
        sum(fold(name) in near for name in known.beside),
    )


def _beside(tree: Tree, node: Node) -> list[str]:
    """Names of the labels that lie nearest to an element, and of what stands beside it."""
    if node.rect is None:
        return []
    others = [
        (gap, clean(one.name))
        for one in _neighbours(tree, node)
        if one.rect is not None and (gap := _distance(node.rect, one.rect)) <= _NEAR
    ]
    own = fold(node.name)
    return [name for _, name in sorted(others)[:6] if name and fold(name) != own][:4]


def _neighbours(tree: Tree, node: Node) -> Iterable[Node]:
    for one in tree.nodes:
        if one.window != node.window or one.ref in {node.ref, node.window} or not one.name.strip():
            continue
        if one.role in _DESCRIBING or one.parent == node.parent:
            yield one


def _distance(one: Rect, other: Rect) -> int:
    across = max(one.x - other.x - other.width, other.x - one.x - one.width, 0)
    down = max(one.y - other.y - other.height, other.y - one.y - one.height, 0)
    return across + 2 * down  # What stands in the same row belongs to it before what is below.


def _covers(rect: Rect, x: int, y: int) -> bool:
    return rect.x <= x < rect.x + rect.width and rect.y <= y < rect.y + rect.height


def _area(rect: Rect | None) -> int:
    return 0 if rect is None else rect.width * rect.height
