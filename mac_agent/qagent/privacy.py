"""What leaves the device: snapshots without secrets, and what a picture may not show."""

from collections.abc import Callable, Iterable

from qagent.consent.classify import is_secret
from qagent.consent.closed import is_closed
from qagent.desktop.base import Node, Picture, Ref, Surface, Tree
from qagent.policy import DataClass, Policy
from qscreen.wire import Element, Rect, Role, Snapshot

_MARGIN = 2
"""Pixels around an element that belong to it: frames and shadows."""

_CONTAINERS = frozenset({Role.WINDOW, Role.DIALOG, Role.TABLE, Role.TREE, Role.LIST, Role.DOCUMENT})
_SECRET = "secret"  # noqa: S105 - the name of a marker


def private_snapshot(snapshot: Snapshot, policy: Policy) -> Snapshot:
    """A snapshot without what the policy keeps on the device.

    Args:
        snapshot: The snapshot, redacted already.
        policy: The policy in force.
    """
    labels, values = (
        policy.may_leave(DataClass.LABELS) and policy.may_read(DataClass.LABELS),
        policy.may_leave(DataClass.VALUES) and policy.may_read(DataClass.VALUES),
    )
    elements = tuple(_private(one, labels=labels, values=values) for one in snapshot.elements)
    kept = snapshot.model_copy(update={"elements": elements})
    return kept if labels else kept.model_copy(update={"active_window": None})


def _private(element: Element, *, labels: bool, values: bool) -> Element:
    secret = element.secure or (element.value is not None and _is_secret(element))
    update: dict[str, object] = {}
    if secret:
        update |= {"secure": True, "value": None}
    if not values:
        update |= {"value": None}
    if not labels:
        update |= {"name": ""}
    return element.model_copy(update=update) if update else element


def _is_secret(element: Element) -> bool:
    node = Node(
        ref=_SECRET,
        parent=None,
        window=None,
        app="",
        role=element.role,
        native_role="",
        name=element.name,
        states=frozenset(element.states),
    )
    return is_secret(node)


def areas(tree: Tree, policy: Policy) -> tuple[Rect, ...]:
    """What to cover in a picture of the screen.

    Args:
        tree: All that shows.
        policy: The policy in force.

    Returns:
        Rectangles of secret fields, of elements whose text would be redacted, of hidden programs
        and windows, and of what could not be read.
    """
    by_window = areas_by_window(tree, policy)
    return tuple(dict.fromkeys(rect for found in by_window.values() for rect in found))


def areas_by_window(tree: Tree, policy: Policy) -> dict[Ref | None, tuple[Rect, ...]]:
    """What to cover, as in ``areas``, by the window that it belongs to.

    Args:
        tree: All that shows, or what shows of some windows.
        policy: The policy in force.
    """
    redact = policy.redactor.redact
    parents = {node.parent for node in tree.nodes}
    unread = tree.truncated and not policy.unread_pictures
    found: dict[Ref | None, tuple[Rect, ...]] = {}
    closed = {
        one.ref: one.rect for one in tree.windows() if is_closed((one.app,), one.name, policy)
    }
    for node in tree.nodes:
        if node.rect is None:
            continue
        is_window = node.ref == node.window
        # An opened list or menu of a hidden window reaches beyond it.
        hidden = node.window in closed and (
            is_window or not _is_inside(node.rect, closed[node.window])
        )
        blind = unread and node.role in _CONTAINERS and node.ref not in parents
        if hidden or blind or is_secret(node) or _is_personal(node, redact, is_window=is_window):
            found[node.window] = (*found.get(node.window, ()), node.rect)
    return found


def areas_of_surfaces(surfaces: Iterable[Surface], policy: Policy) -> tuple[Rect, ...]:
    """What to cover in a picture of what the window server shows, whoever tells elements of it.

    Args:
        surfaces: What it shows.
        policy: The policy in force.

    Returns:
        Rectangles of hidden windows with their frames, and of titles that would be redacted.
    """
    found = []
    for one in surfaces:
        if is_closed(one.apps, one.title, policy):
            found.append(one.rect)
        elif one.bar is not None and policy.redactor.redact(one.title) != one.title:
            found.append(one.bar)
    return tuple(found)


def _is_inside(inner: Rect, outer: Rect | None) -> bool:
    return (
        outer is not None
        and outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def _is_personal(node: Node, redact: Callable[[str], str], *, is_window: bool) -> bool:
    # A window's title is on its frame, which is no element: see `areas_of_surfaces`.
    texts = () if is_window else (node.name, node.value or "")
    return any(redact(one) != one for one in texts if one)


def cover(picture: Picture, rects: Iterable[Rect]) -> Picture:
    """A picture with solid black boxes.

    Args:
        picture: The picture.
        rects: What to cover, pixels; parts beyond the picture are left out.
    """
    pixels: bytearray | None = None
    for rect in rects:
        left, right = max(0, rect.x - _MARGIN), min(picture.width, rect.x + rect.width + _MARGIN)
        top = max(0, rect.y - _MARGIN)
        bottom = min(picture.height, rect.y + rect.height + _MARGIN)
        if left >= right or top >= bottom:
            continue
        if pixels is None:
            pixels = bytearray(picture.bgra)
        row = b"\0\0\0\xff" * (right - left)
        for y in range(top, bottom):
            start = 4 * (y * picture.width + left)
            pixels[start : start + len(row)] = row
    return picture if pixels is None else Picture(picture.width, picture.height, bytes(pixels))
