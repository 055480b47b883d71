"""Orders that fill: fields, suggestions, sliders, the focus."""

import re

from PIL import ImageColor

from qagent.desktop.base import Capability, Node
from qagent.messages import text
from qagent.observe import fold
from qagent.plan_words import words_of
from qagent.pursuit.desk import Desk, GivenUpError, pointed
from qagent.pursuit.finding import Sight, candidates, find
from qagent.pursuit.pressing import click, sought
from qscreen.orders.model import Adjust, Complete, Enter, Kind, PickColour, PutFocus, Which
from qscreen.wire import Drag, EffectError, Focus, PressKeys, Role, SetValue, State, TypeText

_SUGGEST_SECONDS = 2.0
_FIELD_KINDS = frozenset({Kind.FIELD, Kind.AREA})
_TIME = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>\d{2})(?: ?(?P<half>[ap]m))?", re.IGNORECASE)
_SLIDER = Which(kind=Kind.SLIDER)
_FEW_STEPS, _MOST_MOVES, _TRIED = 8, 8, 20
"""Steps that are made by keys; tries; pixels of the first drag, which tells what a pixel does."""

_SHOW_SECONDS = 0.5


def enter(desk: Desk, order: Enter) -> None:
    """Enter a text into a field, or what was taken into one field after the other."""
    texts = desk.taken if order.text is None else (order.text,)
    if not texts:
        raise GivenUpError(text("pursuit.nothing_taken"))
    fields = _fields(desk, order, texts[0])
    if order.every and len(texts) == 1:
        texts = texts * len(fields)
    if len(fields) != len(texts):
        raise GivenUpError(text("pursuit.fields_differ", fields=len(fields), texts=len(texts)))
    for field, entered in zip(fields, texts, strict=True):
        _enter_one(desk, field, entered)


def _fields(desk: Desk, order: Enter, entered: str) -> list[Node]:
    sight = Sight(desk.look(), desk.goal)
    if order.every:
        return candidates(sight, order.field or Which(kind=Kind.FIELD))
    which = order.field or Which(kind=Kind.FIELD)
    found = candidates(sight, which)
    if not found and which.names and which.kind in _FIELD_KINDS:
        parts = _parts(sight)
        if parts and _TIME.fullmatch(entered):
            return parts[:1]
        # A field that nothing names is meant when it is the only one.
        nameless = Which(kind=which.kind, nth=which.nth)
        found = candidates(sight, nameless)
        which = nameless if found else which
    if not found:
        return [sought(desk, which)]
    node = find(sight, which)
    if node is None:
        raise GivenUpError(text("target.not_found", target=words_of(which)))
    return [node]


def _parts(sight: Sight) -> list[Node]:
    """The parts of a date or time field: one spin box for each number."""
    spins = candidates(sight, Which(kind=Kind.SPINNER))
    return spins if len(spins) > 1 and not any(one.has(State.EDITABLE) for one in spins) else []


def _enter_one(desk: Desk, field: Node, entered: str) -> None:
    if field.role is Role.SPIN_BUTTON and not field.has(State.EDITABLE):
        time = _TIME.fullmatch(entered)
        if time is not None:
            half = (time["half"] or "").lower()[:1]
            hours = time["hours"].zfill(2)
            type_parts(desk, field, f"{hours}{time['minutes']}{half}")
            return
    target = pointed(field)
    desk.act(SetValue(target=target, value=entered), (target, field))


def type_parts(desk: Desk, first: Node, keys: str) -> None:
    """Type the numbers of a date or time one key after the other: its parts follow each other."""
    target = pointed(first)
    desk.act(Focus(target=target), (target, first))
    for key in keys:
        desk.act(PressKeys(keys=(key,)), faint=True)


def complete(desk: Desk, order: Complete) -> None:
    """Enter a beginning, and take the one suggestion that fits."""
    field = sought(desk, Which(kind=Kind.FIELD))
    known = {node.ref for node in desk.look().nodes}
    target = pointed(field)
    desk.act(TypeText(text=order.begins, target=target), (target, field))

    def fitting(sight: Sight) -> list[Node]:
        return [
            node
            for node in sight.nodes
            if node.ref not in known
            and node.role in {Role.LIST_ITEM, Role.MENU_ITEM, Role.LABEL, Role.LINK}
            and fold(node.name).startswith(fold(order.begins))
            and fold(node.name).endswith(fold(order.ends))
        ]

    tree = desk.until(lambda seen: bool(fitting(Sight(seen, desk.goal))), _SUGGEST_SECONDS)
    if tree is None:
        raise GivenUpError(text("target.not_found", target=f"'{order.begins}…{order.ends}'"))
    click(desk, fitting(Sight(tree, desk.goal))[0])


def focus(desk: Desk, order: PutFocus) -> None:
    """Put the keyboard focus into a field."""
    node = sought(desk, order.which)
    target = pointed(node)
    desk.act(Focus(target=target), (target, node))


def adjust(desk: Desk, order: Adjust) -> None:
    """Set sliders or spin boxes in their order on the screen."""
    sight = Sight(desk.look(), desk.goal)
    found = candidates(sight, Which(kind=order.which.kind))
    found = found or _handles(sight)
    if order.which.nth is not None or order.which.names:
        one = find(sight, order.which)
        found = [] if one is None else [one]
    if len(found) != len(order.values):
        key = "target.not_found" if not found else "pursuit.fields_differ"
        raise GivenUpError(
            text(
                key,
                target=words_of(order.which),
                fields=len(found),
                texts=len(order.values),
            )
        )
    for node, value in zip(found, order.values, strict=True):
        if Capability.VALUE in node.can:
            target = pointed(node)
            desk.act(SetValue(target=target, value=value), (target, node))
        else:
            _slide(desk, node, float(value))


def _handles(sight: Sight) -> list[Node]:
    """Sliders that tell nothing of themselves: nameless small things that take the focus."""
    return [
        node
        for node in sight.nodes
        if node.role in {Role.GROUP, Role.OTHER}
        and node.has(State.FOCUSABLE)
        and not node.name
        and not sight.children.get(node.ref)
        and node.rect is not None
        and max(node.rect.width, node.rect.height) <= 40
    ]


def _slide(desk: Desk, handle: Node, wanted: float) -> None:
    """Move a slider whose value only stands beside it: drag it near, then step it by keys."""
    target = pointed(handle)
    desk.act(Focus(target=target), (target, handle), faint=True)
    per_pixel = 0.0
    for _ in range(_MOST_MOVES):
        value = _shown(desk, handle)
        if value is None:
            raise GivenUpError(text("target.not_found", target=words_of(_SLIDER)))
        if value == wanted:
            return
        if abs(wanted - value) <= _FEW_STEPS:
            for _ in range(round(abs(wanted - value))):
                key = "right" if wanted > value else "left"
                desk.act(PressKeys(keys=(key,)), faint=True)
            # A busy page shows the last of several keys late; one more would be one too many.
            desk.stop.wait_until(lambda: _shown(desk, handle) == wanted, _SHOW_SECONDS, 0.05)
            desk.settle(_SHOW_SECONDS)
            continue
        way = round((wanted - value) / per_pixel) if per_pixel else _TRIED
        way = way if per_pixel else way * (1 if wanted > value else -1)
        _drag_by(desk, handle, way or 1)
        desk.settle(_SHOW_SECONDS)
        after = _shown(desk, handle)
        if after is not None and after != value:
            per_pixel = abs(after - value) / abs(way or 1)
    message = text("set.failed", target=words_of(_SLIDER))
    raise GivenUpError(message, EffectError.BACKEND_ERROR)


def _drag_by(desk: Desk, handle: Node, way: int) -> None:
    """Drag a handle along the longer side of what holds it; up is more."""
    tree = desk.look()
    holder = tree.get(handle.parent)
    upright = (
        holder is not None and holder.rect is not None and holder.rect.height > holder.rect.width
    )
    target = pointed(handle)
    right, down = (0, -way) if upright else (way, 0)
    desk.act(Drag(target=target, right=right, down=down), (target, handle), faint=True)


def _shown(desk: Desk, handle: Node) -> float | None:
    """The first number that stands after a handle, else the last before it."""
    nodes = Sight(desk.look(), desk.goal).nodes
    place = next((n for n, one in enumerate(nodes) if one.ref == handle.ref), None)
    if place is None:
        return None
    numbers = [
        (n < place, abs(n - place), float(one.name))
        for n, one in enumerate(nodes)
        if one.role is Role.LABEL and re.fullmatch(r"-?\d+(?:\.\d+)?", one.name.strip())
    ]
    return min(numbers)[2] if numbers else None


def pick_colour(desk: Desk, order: PickColour) -> None:
    """Enter a colour by its number into the one field that takes it."""
    try:
        red, green, blue = ImageColor.getrgb(order.name)[:3]
    except ValueError as error:
        raise GivenUpError(
            text("pursuit.no_colour", name=order.name), EffectError.BAD_VALUE
        ) from error
    field = sought(desk, Which(kind=Kind.FIELD))
    sign = "#" if (field.value or "").startswith("#") else ""
    _enter_one(desk, field, f"{sign}{red:02X}{green:02X}{blue:02X}")
