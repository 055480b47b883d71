"""Orders that press: one element, options, a path through menus, something hidden."""

import re

from qagent.desktop.base import Node, Ref, Tree
from qagent.messages import text
from qagent.observe import fold
from qagent.plan_words import words_of
from qagent.pursuit.colours import of_colour
from qagent.pursuit.desk import Desk, GivenUpError, pointed
from qagent.pursuit.finding import Sight, candidates, find, shapes
from qscreen.orders.model import (
    AwaitNumber,
    Choose,
    FollowPath,
    Kind,
    Press,
    PressShades,
    PressUntil,
    Seek,
    Which,
)
from qscreen.wire import (
    ChooseMenu,
    Click,
    EffectError,
    Focus,
    PressKeys,
    Role,
    Select,
    SetValue,
    State,
)

_OPEN_SECONDS = 0.6
"""Time that what was opened gets to show before the next part is opened."""

_MOST_PARTS = 30
_MOST_PRESSES = 40
_AWAIT_SECONDS = 60.0
_NEAR = 5  # elements from a label to its number
_NUMBER = re.compile(r"[$€£₩]?(-?\d+(?:\.\d+)?)[%원]?")
_NO_SIZE = 2  # pixels
_MARK = 24
"""Most pixels of the mark that opens a branch."""

_NEXT = (">", "›", "»", "next", "next page", "다음", "다음 페이지")
_MENU_SIGNS = ("+", "☰", "⋮", "…", "Menu", "메뉴")
_SWITCHES = frozenset({Role.CHECK_BOX, Role.RADIO_BUTTON, Role.TOGGLE_BUTTON})
_OPTIONS = frozenset({Role.LIST_ITEM, Role.MENU_ITEM, Role.CELL, Role.TREE_ITEM})
_LISTS = frozenset({Role.COMBO_BOX, Role.LIST})


def press(desk: Desk, order: Press) -> None:
    """Press the element that is meant; open what may hide it where the goal says so."""
    which = order.which
    if which.colour is not None:
        click(desk, _coloured(desk, which, which.colour))
        return
    click(desk, _on_pages(desk, which) if which.kind is Kind.RESULT else sought(desk, which))


def click(desk: Desk, node: Node) -> None:
    """Press an element of a look."""
    target = pointed(node)
    desk.act(Click(target=target), (target, node))


def sought(desk: Desk, which: Which) -> Node:
    """Find an element: as it shows, a moment later, scrolled away, or hidden.

    Raises:
        GivenUpError: It is not there, or several fit.
    """
    sight = Sight(desk.look(), desk.goal)
    node = find(sight, which)
    if node is not None:
        return node
    if desk.among is not None:
        return _opened(desk, which, desk.among)
    node = find(Sight(desk.look(hidden=True), desk.goal), which)
    if node is not None:
        return node
    raise GivenUpError(text("target.not_found", target=words_of(which)))


def _coloured(desk: Desk, which: Which, colour: str) -> Node:
    sight = Sight(desk.look(), desk.goal)
    found = of_colour(desk, candidates(sight, which), colour)
    if len(found) != 1:
        key = "target.ambiguous" if found else "target.not_found"
        raise GivenUpError(text(key, target=f"{colour} {words_of(which)}", count=len(found)))
    return found[0]


def press_shades(desk: Desk, order: PressShades) -> None:
    """Press every shape in a shade of a colour."""
    found = of_colour(desk, shapes(Sight(desk.look(), desk.goal)), order.colour, shade=True)
    if not found:
        raise GivenUpError(text("target.not_found", target=order.colour))
    for node in found:
        target = pointed(node)
        desk.act(Click(target=target), (target, node), faint=True)


def press_until(desk: Desk, order: PressUntil) -> None:
    """Press an element until the number that it changes is as wanted."""
    node = sought(desk, order.which)
    target = pointed(node)
    place: Ref | None = None
    for _ in range(_MOST_PRESSES):
        before = _numbers(desk)
        desk.act(Click(target=target), (target, node), faint=True)
        after = _numbers(desk)
        changed = [ref for ref, number in after.items() if before.get(ref) != number]
        place = place if place in after else next(iter(changed), None)
        if place is not None and order.condition.holds(after[place]):
            return
    raise GivenUpError(text("pursuit.no_number"), EffectError.TIMED_OUT)


def _numbers(desk: Desk) -> dict[Ref, float]:
    """The numbers that show, by the blocks they stand in."""
    found: dict[Ref, float] = {}
    for node in desk.look().nodes:
        number = _NUMBER.fullmatch(node.name.strip())
        if node.role is Role.LABEL and number is not None and node.parent is not None:
            found[node.parent] = float(number[1])
    return found


def await_number(desk: Desk, order: AwaitNumber) -> None:
    """Wait until the number beside a label is as wanted."""

    def so(tree: Tree) -> bool:
        sight = Sight(tree, desk.goal)
        labels = [place for place, one in enumerate(sight.nodes) if _labels(one, order.label)]
        for place in labels:
            for one in sight.nodes[place + 1 : place + _NEAR]:
                number = _NUMBER.fullmatch(one.name.strip())
                if number is not None:
                    return order.condition.holds(float(number[1]))
        return False

    if desk.until(so, _AWAIT_SECONDS) is None:
        raise GivenUpError(text("pursuit.no_number"), EffectError.TIMED_OUT)


def _labels(node: Node, label: str) -> bool:
    words = fold(node.name).split()
    return node.role is Role.LABEL and bool(words) and set(fold(label).split()) <= set(words)


def _on_pages(desk: Desk, which: Which) -> Node:
    """Find a result by its number, counted over the pages of a list."""
    wanted = which.nth or 1
    for _ in range(_MOST_PARTS):
        sight = Sight(desk.settle(), desk.goal)
        page = turner(sight)
        found = [
            one
            for one in candidates(sight, Which(kind=Kind.RESULT))
            if page is None or not _beside(sight, one, page)
        ]
        if wanted <= len(found):
            return found[wanted - 1]
        if page is None or not found:
            break
        wanted -= len(found)
        click(desk, page)
    raise GivenUpError(text("target.not_found", target=words_of(which)))


def _beside(sight: Sight, one: Node, page: Node) -> bool:
    """Whether a link stands among those that turn the pages."""
    parents = {page.parent}
    holder = sight.tree.get(page.parent)
    if holder is not None and holder.role is Role.LIST_ITEM:
        parents |= {child.ref for child in sight.children.get(holder.parent, [])}
    return one.ref == page.ref or one.parent in parents


def _opened(desk: Desk, which: Which, among: Kind) -> Node:
    """Open what may hide an element, one after the other, until it shows."""
    tried: set[tuple[str, Ref]] = set()
    for _ in range(_MOST_PARTS):
        sight = Sight(desk.look(), desk.goal)
        node = find(sight, which)
        if node is not None:
            return node
        if among is Kind.PAGES:
            page = turner(sight)
            closed = [] if page is None else [page]
        else:
            closed = [one for one in _openers(sight, among) if (one.name, one.ref) not in tried]
        if not closed:
            raise GivenUpError(text("target.not_found", target=words_of(which)))
        opener = closed[0]
        tried.add((opener.name, opener.ref))
        click(desk, opener)
        if desk.until(lambda tree: _shows(desk, tree, which), _OPEN_SECONDS):
            desk.settle()
    raise GivenUpError(text("target.not_found", target=words_of(which)))


def _shows(desk: Desk, tree: Tree, which: Which) -> bool:
    return bool(candidates(Sight(tree, desk.goal), which))


def seek(desk: Desk, order: Seek) -> None:
    """Turn pages until something shows."""
    desk.among = Kind.PAGES
    sought(desk, order.which)
    desk.among = None


def turner(sight: Sight) -> Node | None:
    """What turns to the next page of a list."""
    for name in _NEXT:
        found = [
            one
            for one in candidates(sight, Which((name,), Kind.PAGES))
            if one.name.strip().casefold() == name
        ]
        if found:
            return found[-1]
    return None


def _openers(sight: Sight, among: Kind) -> list[Node]:
    """What opens a part of the page that may hide something."""
    if among is Kind.TREE:
        return _branches(sight)
    if among is Kind.MENU:
        found = candidates(sight, Which(kind=Kind.BUTTON))
        return found or candidates(sight, Which(_MENU_SIGNS))
    return [
        one
        for one in candidates(sight, Which(kind=among))
        if not one.has(State.SELECTED) and not one.has(State.EXPANDED)
    ]


def _branches(sight: Sight) -> list[Node]:
    """What opens the branches of a tree: the marks before their names, never the names.

    A press on a name may choose what only has to be opened.
    """
    found: list[Node] = []
    for item in candidates(sight, Which(kind=Kind.ITEM)):
        if item.role is Role.TREE_ITEM and not item.has(State.EXPANDED):
            found.append(item)
            continue
        marks = [
            one
            for one in sight.children.get(item.ref, ())
            if one.role in {Role.GROUP, Role.BUTTON}
            and not sight.children.get(one.ref)
            and one.rect is not None
            and max(one.rect.width, one.rect.height) <= _MARK
        ]
        found += marks[:1]
    return found


def choose(desk: Desk, order: Choose) -> None:
    """Check boxes and select items by their names."""
    for option in order.options:
        _choose_one(desk, option, order.inside)


def _choose_one(desk: Desk, option: str, inside: Which | None) -> None:
    sight = Sight(desk.look(), desk.goal)
    named = Which((option,))
    if inside is not None and inside.kind in {Kind.LIST, Kind.MENU}:
        holder = find(sight, inside)
        if holder is not None:
            _select(desk, option, holder)
            return
        box = _drawn_box(sight)
        if box is None:
            raise GivenUpError(text("target.not_found", target=words_of(inside)))
        click(desk, box)
        desk.settle()
        click(desk, sought(desk, named))
        return
    for one in candidates(sight, Which((option,), Kind.CHECK_BOX)) + candidates(
        sight, Which((option,), Kind.RADIO)
    ):
        if one.role in _SWITCHES and one.name.strip() == option:
            target = pointed(one)
            desk.act(SetValue(target=target, value="on"), (target, one))
            return
    node = find(sight, named)
    if node is None and candidates(sight, Which(kind=Kind.LIST)):
        # What a closed list holds does not show; the step looks into every list.
        desk.act(Select(option=option))
        return
    node = node or sought(desk, named)
    if node.role in _SWITCHES:
        target = pointed(node)
        desk.act(SetValue(target=target, value="on"), (target, node))
    elif node.role in _OPTIONS and (holder := _holder(sight, node)) is not None:
        _select(desk, option, holder)
    else:
        click(desk, node)


def _drawn_box(sight: Sight) -> Node | None:
    """A drop-down list that a page draws itself: it keeps its keys in a field of no size."""
    hidden = [
        one
        for one in sight.tree.nodes
        if one.role is Role.TEXT_FIELD
        and not one.name
        and one.rect is not None
        and max(one.rect.width, one.rect.height) <= _NO_SIZE
    ]
    if len(hidden) != 1:
        return None
    beside = sight.children.get(hidden[0].parent, [])
    drawn = [one for one in beside if one.role is Role.GROUP and sight.below(one)]
    return drawn[-1] if drawn else None


def _holder(sight: Sight, item: Node) -> Node | None:
    parent = sight.tree.get(item.parent)
    while parent is not None and parent.role not in _LISTS:
        parent = sight.tree.get(parent.parent)
    return parent


def _select(desk: Desk, option: str, holder: Node) -> None:
    target = pointed(holder)
    desk.act(Select(option=option, target=target), (target, holder))


def follow(desk: Desk, order: FollowPath) -> None:
    """Follow a path through menus.

    A program's menus are opened one after the other. The menus of a page open under the pointer
    alone, and a press chooses what only opens a menu: there the keys lead the way.
    """
    sight = Sight(desk.look(), desk.goal)
    first = find(sight, Which((order.path[0],), Kind.ITEM))
    menu = None if first is None else sight.tree.get(first.parent)
    if menu is None or menu.role is not Role.MENU or not menu.has(State.FOCUSABLE):
        desk.act(ChooseMenu(path=order.path))
        return
    target = pointed(menu)
    # The focus goes on to one of its items.
    desk.act(Focus(target=target), (target, menu), faint=True)
    for place, name in enumerate(order.path):
        _walk_to(desk, name)
        last = place + 1 == len(order.path)
        desk.act(PressKeys(keys=("enter" if last else "right",)), faint=True)


def _walk_to(desk: Desk, name: str) -> None:
    """Go down a menu by keys until an item of a name has the focus."""
    for _ in range(_MOST_PARTS):
        focused = [one for one in desk.look().nodes if one.has(State.FOCUSED)]
        if any(fold(one.name) == fold(name) for one in focused):
            return
        desk.act(PressKeys(keys=("down",)), faint=True)
    raise GivenUpError(text("target.not_found", target=f"'{name}'"))
