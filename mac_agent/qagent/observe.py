"""The one observation pipeline: whatever is decided or sent is made from what this module saw."""

import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Budget, Node, Tree
from qagent.hidden_windows import with_covered
from qscreen.redaction import redact
from qscreen.wire import Element, Rect, Role, Snapshot, State

_FIELDS = frozenset(
    {
        Role.TEXT_FIELD,
        Role.TEXT_AREA,
        Role.PASSWORD_FIELD,
        Role.COMBO_BOX,
        Role.SPIN_BUTTON,
        Role.SLIDER,
        Role.LIST,
        Role.TABLE,
        Role.TREE,
    }
)
_LARGE = frozenset({Role.LIST, Role.TABLE, Role.TREE})
"""Fields that fill their window: only a label right beside or above their corner names them."""

_LARGE_GAP = 32
"""Most pixels between such a field's corner and its label."""

_LABEL_GAP = 240
"""Most pixels between a field and the label that names it."""

MOST_BYTES = 1_500_000
"""Most bytes of a snapshot's elements as JSON. Lambda takes 6 MB with the body as a JSON string
inside an event, where a quote takes two bytes and a Korean letter six instead of three."""

_NAME = 1000
_VALUE = 4000


def look(
    backend: DesktopBackend, *, budget: Budget | None = None, window: Node | None = None
) -> Tree:
    """Look at the desktop and give nameless fields the text of the label beside them.

    Args:
        backend: The desktop.
        budget: Bounds of the traversal.
        window: Only this top-level window.
    """
    tree = backend.look(budget or Budget(), window=window)
    return _with_labels(tree)


def without_apps(tree: Tree, hides: Callable[[str], bool]) -> Tree:
    """Leave out what belongs to hidden programs."""
    if not any(hides(app) for app in (*tree.apps, *(node.app for node in tree.nodes))):
        return tree
    nodes = tuple(node for node in tree.nodes if not hides(node.app))
    apps = tuple(app for app in tree.apps if not hides(app))
    return Tree(tree.screen, nodes, apps, tree.truncated)


def _hides_nothing(_: str) -> bool:
    return False


def take_snapshot(
    backend: DesktopBackend,
    device_id: str,
    *,
    budget: Budget | None = None,
    hides: Callable[[str], bool] = _hides_nothing,
) -> Snapshot:
    """Observe the screen for the cloud: redacted, with ids bound to this snapshot.

    Args:
        backend: The desktop.
        device_id: Id of this device.
        budget: Bounds of the traversal.
        hides: Names of programs of which nothing is told.
    """
    taken_at, started = datetime.now(UTC), time.perf_counter()
    tree = with_covered(backend, without_apps(look(backend, budget=budget), hides))
    elements, cut = elements_of(tree)
    return snapshot_of(tree, elements, cut, device_id, taken_at, started)


def snapshot_of(
    tree: Tree,
    elements: tuple[Element, ...],
    cut: bool,
    device_id: str,
    taken_at: datetime,
    started: float,
) -> Snapshot:
    """Make a snapshot of a look.

    Args:
        tree: The look.
        elements: What may leave the device of its nodes.
        cut: Whether some were left out for their size.
        device_id: Id of this device.
        taken_at: When the look began.
        started: The same as `time.perf_counter` tells it, seconds.
    """
    active = tree.active_window()
    return Snapshot(
        id=f"snap-{uuid4().hex}",
        device_id=device_id,
        taken_at=taken_at,
        screen=tree.screen,
        active_app=redacted(active.app, 200) if active else None,
        active_window=redacted(active.name, 1000) if active else None,
        apps=tuple(redacted(app, 200) for app in tree.apps),
        elements=elements,
        truncated=tree.truncated or cut,
        duration_ms=(time.perf_counter() - started) * 1000,
    )


def elements_of(tree: Tree) -> tuple[tuple[Element, ...], bool]:
    """What may leave the device of a look: redacted, with ids in the order of its nodes.

    Args:
        tree: The look.

    Returns:
        The elements, and whether some at the end were left out for their size.
    """
    ids = {node.ref: f"e{number}" for number, node in enumerate(tree.nodes, start=1)}
    return _within_size(_element(node, ids) for node in tree.nodes)


def fold(text: str) -> str:
    """Fold a name for comparison: NFC, case, white space, and the dots of `Save As...`."""
    folded = unicodedata.normalize("NFC", text).casefold()
    folded = re.sub(r"\s+", " ", folded).strip()
    return folded.removesuffix("…").removesuffix("...").removesuffix(":").strip()


def redacted(text: str, most: int) -> str:
    """A text that may leave the device, cut after it was redacted.

    Args:
        text: The text.
        most: Most characters.
    """
    return redact(text)[:most]


def _element(node: Node, ids: dict[object, str]) -> Element:
    return Element(
        id=ids[node.ref],
        parent=None if node.parent is None else ids.get(node.parent),
        role=node.role,
        name=redacted(node.name, _NAME),
        value=None if node.secure or node.value is None else redacted(node.value, _VALUE),
        states=tuple(state for state in State if state in node.states),
        rect=node.rect,
        secure=node.secure,
        actions=node.actions,
    )


def _within_size(elements: Iterable[Element]) -> tuple[tuple[Element, ...], bool]:
    """Keep the first elements that fit; parents come first, so no kept one loses its parent."""
    kept: list[Element] = []
    size = 0
    for element in elements:
        size += len(element.model_dump_json(exclude_none=True).encode()) + 1
        if size > MOST_BYTES:
            return tuple(kept), True
        kept.append(element)
    return tuple(kept), False


def _with_labels(tree: Tree) -> Tree:
    """Name fields by geometry; some toolkits (zenity) set no relation to their label."""
    nameless = [node for node in tree.nodes if _is_nameless(node)]
    if not nameless:
        return tree
    labels = [
        node for node in tree.nodes if node.role is Role.LABEL and node.name.strip() and node.rect
    ]
    names: dict[object, str] = {}
    for field in nameless:
        near = [
            (gap, label.name.strip())
            for label in labels
            if label.window == field.window
            and (gap := _gap_of(field.role, label.rect, field.rect)) is not None
        ]
        # A text area fills its window; the nearest label would name it by accident.
        if near and field.role is not Role.TEXT_AREA:
            names[field.ref] = min(near)[1].removesuffix(":").strip()
    nodes = tuple(
        replace(node, name=names[node.ref]) if node.ref in names else node for node in tree.nodes
    )
    return Tree(tree.screen, nodes, tree.apps, tree.truncated)


def _is_nameless(node: Node) -> bool:
    if node.role not in _FIELDS or node.rect is None:
        return False
    # Toolkits name a combo box by what it shows.
    shows_name = node.role is Role.COMBO_BOX and node.name == node.value
    return not node.name or shows_name


def _gap_of(role: Role, label: Rect | None, field: Rect | None) -> int | None:
    gap = _gap(label, field)
    if gap is None or role not in _LARGE or label is None or field is None:
        return gap
    beside = gap <= _LARGE_GAP and abs(label.y - field.y) <= _LARGE_GAP
    above = gap >= _LABEL_GAP - 2 and gap - _LABEL_GAP <= _LARGE_GAP
    aligned = abs(label.x - field.x) <= _LARGE_GAP
    return gap if beside or (above and aligned) else None


def _gap(label: Rect | None, field: Rect | None) -> int | None:
    """Pixels from a label to the field on its right or below it; None when it is neither."""
    if label is None or field is None:
        return None
    middle = label.y + label.height / 2
    to_the_left = field.x - (label.x + label.width)
    if field.y <= middle <= field.y + field.height and -2 <= to_the_left <= _LABEL_GAP:
        return to_the_left
    above = field.y - (label.y + label.height)
    aligned = label.x < field.x + field.width and field.x < label.x + label.width
    # A label above loses against one in the same row at the same distance.
    return above + _LABEL_GAP if aligned and -2 <= above <= field.height else None
