"""Which elements of a look an order means; never a guess."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from qagent.act.resolve import describe
from qagent.desktop.base import Node, Ref, Tree
from qagent.messages import text
from qagent.observe import fold
from qagent.plan_words import words_of
from qagent.pursuit.desk import GivenUpError
from qscreen.orders.model import Kind, Which
from qscreen.wire import EffectError, Role, State

_ROLES: dict[Kind, tuple[frozenset[Role], ...]] = {
    Kind.BUTTON: (frozenset({Role.BUTTON, Role.TOGGLE_BUTTON}), frozenset({Role.MENU_ITEM})),
    Kind.LINK: (frozenset({Role.LINK}),),
    Kind.FIELD: (
        frozenset({Role.TEXT_FIELD, Role.PASSWORD_FIELD}),
        frozenset({Role.SPIN_BUTTON, Role.COMBO_BOX}),
        frozenset({Role.TEXT_AREA}),
    ),
    Kind.AREA: (frozenset({Role.TEXT_AREA}), frozenset({Role.TEXT_FIELD})),
    Kind.CHECK_BOX: (frozenset({Role.CHECK_BOX, Role.TOGGLE_BUTTON}),),
    Kind.RADIO: (frozenset({Role.RADIO_BUTTON}),),
    Kind.LIST: (frozenset({Role.COMBO_BOX, Role.LIST}),),
    Kind.ITEM: (
        frozenset({Role.LIST_ITEM, Role.MENU_ITEM, Role.TREE_ITEM, Role.CELL}),
        frozenset({Role.IMAGE}),
    ),
    Kind.TAB: (frozenset({Role.TAB}),),
    Kind.SECTION: (frozenset({Role.TAB}), frozenset({Role.TOGGLE_BUTTON, Role.BUTTON})),
    Kind.SLIDER: (frozenset({Role.SLIDER}),),
    Kind.SPINNER: (frozenset({Role.SPIN_BUTTON}),),
    Kind.MENU: (frozenset({Role.MENU, Role.COMBO_BOX}),),
    Kind.IMAGE: (frozenset({Role.IMAGE}),),
    Kind.RESULT: (frozenset({Role.LINK}), frozenset({Role.LIST_ITEM})),
    Kind.TREE: (frozenset({Role.TREE}),),
    Kind.DATE: (frozenset({Role.TEXT_FIELD}),),
    Kind.PAGES: (frozenset({Role.LINK, Role.BUTTON}),),
}
"""Roles of each kind, the proper ones first; the next ones count when there are none of them."""

_PRESSED = frozenset(
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
    }
)
_PLAIN = frozenset({Role.LABEL, Role.GROUP, Role.OTHER, Role.IMAGE, Role.CELL})
_CALLED = frozenset({Kind.BUTTON, Kind.LINK, Kind.ITEM, Kind.TAB, Kind.SECTION, Kind.RESULT})
_FEWEST_WORDS = 4
"""Fewest words of a paragraph; a caption has fewer."""

_SMALLEST = 4
"""Fewest pixels of what can be seen: what is about to unfold is smaller."""

_MOST = 10


class Sight:
    """A look, reduced to the page or window in which orders are carried out.

    What shows the goal itself, as a page that asks for it does, is no part of it: its words name
    elements and are none.

    Args:
        tree: The look.
        goal: What the user asked for.
    """

    def __init__(self, tree: Tree, goal: str) -> None:
        self.tree = tree
        self.said = _bare(goal)
        active = tree.active_window()
        inside = tree.nodes if active is None else tree.inside(active.ref)
        self.children: dict[Ref | None, list[Node]] = {}
        for node in inside:
            self.children.setdefault(node.parent, []).append(node)
        documents = [node for node in inside if node.role is Role.DOCUMENT]
        scope = inside if not documents else tuple(self.below(documents[0]))
        echoes = self._echoes(scope)
        self.echo = [node for node in scope if node.ref in echoes]
        self.nodes = tuple(node for node in scope if node.ref not in echoes and not _is_speck(node))

    def below(self, node: Node) -> list[Node]:
        """All elements inside one, in document order."""
        found: list[Node] = []
        for child in self.children.get(node.ref, ()):
            found.append(child)
            found += self.below(child)
        return found

    def text_of(self, node: Node) -> str:
        """What an element shows: its own text, or that of the labels inside it."""
        if node.role is Role.LABEL and node.name:
            return node.name
        inside = [one for one in self.below(node) if one.role is Role.LABEL and one.name]
        if inside:
            return "".join(one.name for one in inside)
        return node.value or node.name

    def _echoes(self, scope: Sequence[Node]) -> set[Ref]:
        said = self.said
        hidden: set[Ref] = set()
        for node in scope:
            if node.role not in {Role.GROUP, Role.LABEL} or node.ref in hidden:
                continue
            inside = self.below(node)
            only_text = all(one.role in {Role.GROUP, Role.LABEL} for one in inside)
            # Of blocks inside each other the innermost one shows it; the others hold more.
            inner = any(_bare(self.text_of(one)) == said for one in self.children.get(node.ref, ()))
            if only_text and not inner and _bare(self.text_of(node)) == said:
                hidden.add(node.ref)
                hidden |= {one.ref for one in inside}
        return hidden


def _is_speck(node: Node) -> bool:
    rect = node.rect
    return rect is not None and max(rect.width, rect.height) < _SMALLEST


def _bare(text_: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFC", text_) if char.isalnum())


def candidates(sight: Sight, which: Which) -> list[Node]:
    """All elements that an order may mean, in document order.

    Args:
        sight: The look.
        which: What is meant.
    """
    nodes: Sequence[Node] = sight.nodes
    if which.beside is not None:
        nodes = _entry(sight, which.beside)
    if which.kind is Kind.SHAPE:
        return _named(shapes(sight), which.names)
    if which.kind is Kind.PARAGRAPH:
        return _named(paragraphs(sight), which.names)
    if which.kind is None and which.names:
        return _any(nodes, which.names)
    if which.kind is None:
        return [node for node in nodes if node.role in _PRESSED]
    for roles in _ROLES[which.kind]:
        found = [node for node in nodes if node.role in roles]
        found = _named(found, which.names) if which.names else _usable(sight, which.kind, found)
        if found:
            return found
    # Pages call many things buttons, links and items that tell nothing of it.
    found = _any(nodes, which.names) if which.names and which.kind in _CALLED else []
    return [one for one in found if which.kind is not Kind.LINK or not _is_fragment(sight, one)]


def find(sight: Sight, which: Which) -> Node | None:
    """The one element that an order means; None when there is none.

    Raises:
        GivenUpError: Several fit equally well.
    """
    found = candidates(sight, which)
    if which.nth is not None:
        place = which.nth - 1 if which.nth > 0 else which.nth
        return found[place] if -len(found) <= place < len(found) else None
    if which.any_of and found:
        return found[0]
    if len(found) > 1:
        listed = ", ".join(describe(node) for node in found[:_MOST])
        message = text("target.ambiguous", target=words_of(which), count=len(found))
        raise GivenUpError(f"{message} {listed}", EffectError.AMBIGUOUS_TARGET)
    return found[0] if found else None


def shapes(sight: Sight) -> list[Node]:
    """Things that are drawn and carry no name: pictures, else blocks that hold nothing."""
    bare = [
        node
        for node in sight.nodes
        if not node.name and node.rect is not None and not sight.children.get(node.ref)
    ]
    images = [node for node in bare if node.role is Role.IMAGE]
    if images:
        return images
    blocks = [node for node in bare if node.role is Role.GROUP]
    # One of a kind is a spacer or a frame; what is meant to be chosen from has equals.
    sizes = [(one.rect.width, one.rect.height) for one in blocks if one.rect is not None]
    equals = [one for one, size in zip(blocks, sizes, strict=True) if sizes.count(size) > 1]
    return equals or blocks


def paragraphs(sight: Sight) -> list[Node]:
    """Blocks of running text, in document order."""
    found = [
        node
        for node in sight.nodes
        if node.role is Role.LABEL
        and not node.name
        and _only_labels(sight, node)
        and len(sight.text_of(node).split()) >= _FEWEST_WORDS
    ]
    if found:
        return found
    groups = below_goal(sight, blocks_of(sight))
    if len(groups) == 1:
        return groups
    return [node for node in groups if len(sight.text_of(node).split()) >= _FEWEST_WORDS]


def below_goal(sight: Sight, blocks: list[Node]) -> list[Node]:
    """Where the screen shows the goal itself, *below* means the next block under it."""
    goal = sight.echo[0].rect if sight.echo else None
    if goal is None:
        return blocks
    under = [
        (block.rect.y, block)
        for block in blocks
        if block.rect is not None
        and block.rect.y >= goal.y + goal.height - 2
        and block.rect.x < goal.x + goal.width
        and goal.x < block.rect.x + block.rect.width
    ]
    return [min(under, key=lambda one: one[0])[1]] if under else blocks


def blocks_of(sight: Sight) -> list[Node]:
    """Outermost groups that show nothing but text."""
    found: list[Node] = []
    inside: set[object] = set()
    for node in sight.nodes:
        if node.ref in inside or node.role not in {Role.GROUP, Role.LABEL}:
            continue
        parts = sight.below(node)
        if parts and all(one.role in {Role.GROUP, Role.LABEL} for one in parts):
            shown = sight.text_of(node)
            if shown.strip() and _bare(shown) != sight.said:
                found.append(node)
            inside |= {one.ref for one in parts}
    return found


def _only_labels(sight: Sight, node: Node) -> bool:
    inside = sight.children.get(node.ref, [])
    return bool(inside) and all(
        one.role is Role.LABEL or (one.role is Role.GROUP and _only_labels(sight, one))
        for one in inside
    )


def _usable(sight: Sight, kind: Kind, found: list[Node]) -> list[Node]:
    """Those of a kind that an order without a name can mean."""
    if kind is Kind.FIELD:
        return [one for one in found if one.has(State.EDITABLE) or one.secure] or found
    if kind is Kind.SECTION:
        # A panel that is open holds controls of its own; a heading that opens one does not.
        return [
            one for one in found if not any(inner.role in _PRESSED for inner in sight.below(one))
        ]
    return found


def _any(nodes: Iterable[Node], names: Sequence[str]) -> list[Node]:
    """Elements of a name: what can be pressed first, then what merely shows it."""
    listed = list(nodes)
    for roles in (_PRESSED, _PLAIN):
        # A running text that merely contains the words is not what they name.
        found = _named(
            [node for node in listed if node.role in roles], names, whole=roles is _PLAIN
        )
        if found:
            return _innermost(listed, found)
    return _named(listed, names, whole=True)


def _is_fragment(sight: Sight, node: Node) -> bool:
    """Whether a text is a piece of a running one: a link stands in an element of its own."""
    beside = sight.children.get(node.parent, [])
    return node.role is Role.LABEL and len(beside) > 1


def _innermost(nodes: Sequence[Node], found: list[Node]) -> list[Node]:
    """Leave out what holds another one of the same name, as a tab holds its link."""
    refs = {node.ref for node in found}
    parents = {node.ref: node.parent for node in nodes}
    holders: set[Ref] = set()
    for node in found:
        parent = parents.get(node.ref)
        while parent is not None:
            if parent in refs:
                holders.add(parent)
            parent = parents.get(parent)
    return [node for node in found if node.ref not in holders]


def _named(nodes: Sequence[Node], names: Sequence[str], *, whole: bool = False) -> list[Node]:
    """Elements of one of the names: letter by letter, then folded, then by whole words of it."""
    if not names:
        return list(nodes)
    for wanted in names:
        exact = [node for node in nodes if node.name.strip() == wanted]
        if exact:
            return exact
        folded = [node for node in nodes if fold(node.name) == fold(wanted)]
        if folded:
            return folded
    for wanted in () if whole else names:
        words = re.compile(rf"(?<!\w){re.escape(fold(wanted))}(?!\w)")
        part = [node for node in nodes if words.search(fold(node.name))]
        if part:
            return part
    return []


def _entry(sight: Sight, label: str) -> list[Node]:
    """The elements of the row or entry in which a text stands."""
    found = [node for node in sight.nodes if fold(node.name) == fold(label)]
    if not found:
        # *Their phone number* may stand beside *Phone:*.
        first = fold(label).split()[0]
        found = [
            node for node in sight.nodes if node.role is Role.LABEL and fold(node.name) == first
        ]
    if not found:
        return []
    node: Node | None = found[0]
    while node is not None:
        inside = sight.below(node)
        if any(one.role in _PRESSED or one.role is Role.IMAGE for one in inside):
            return inside
        node = sight.tree.get(node.parent)
    return []
