"""Elements as they come over the bus, and how they become nodes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qagent.desktop.base import Capability, Node, Ref
from qagent.desktop.linux import roles
from qagent.desktop.linux.bus import NULL_PATH, AtspiRef
from qagent.desktop.linux.toolkit import Toolkit, clean_name, is_showing
from qscreen.wire import Rect, Role, State

CAPABILITIES = {
    "org.a11y.atspi.Action": Capability.PRESS,
    "org.a11y.atspi.Text": Capability.TEXT,
    "org.a11y.atspi.EditableText": Capability.EDIT_TEXT,
    "org.a11y.atspi.Value": Capability.VALUE,
    "org.a11y.atspi.Selection": Capability.SELECTION,
    "org.a11y.atspi.Table": Capability.TABLE,
}
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
        Role.COMBO_BOX,
        Role.LIST_ITEM,
        Role.TREE_ITEM,
        Role.TEXT_FIELD,
    }
)
"""Roles with an action of their own in Chromium, which lets every element have one."""

_SMALLEST = -32768


@dataclass(slots=True)
class Raw:
    """An element before it is turned into a `Node`.

    Attributes:
        ref: The element.
        parent: Its parent.
        place: Its place among the parent's children.
        name: Accessible name.
        role: Number of its role.
        bits: Its states.
        interfaces: Full names of what it offers.
        rect: Where it says it is.
        children: Those that were found, in no order.
    """

    ref: AtspiRef
    parent: AtspiRef
    place: int
    name: str
    role: int
    bits: int
    interfaces: frozenset[str] = frozenset()
    rect: Rect | None = None
    children: list["Raw"] = field(default_factory=list)


def as_ref(node: Node) -> AtspiRef:
    """The AT-SPI handle of a node of this backend."""
    return as_ref_of(node.ref)


def as_ref_of(ref: Ref) -> AtspiRef:
    """A handle of this backend as an AT-SPI handle."""
    if not (isinstance(ref, tuple) and len(ref) == 2):
        raise TypeError(f"not an element of the Linux backend: {ref!r}")
    return str(ref[0]), str(ref[1])


def refs_of(children: tuple[Any, ...] | None) -> list[AtspiRef]:
    """Read the answer to GetChildren."""
    refs = [(str(name), str(path)) for name, path in children[0]] if children else []
    return [ref for ref in refs if ref[1] != NULL_PATH]


def document_order(
    raws: Iterable[Raw], root: AtspiRef, toolkit: Toolkit, *, hidden: bool = False
) -> list[Raw]:
    """Depth first from the program's windows; hidden branches and orphans are left out."""
    by_ref = {raw.ref: raw for raw in raws}
    top: list[Raw] = []
    for raw in by_ref.values():
        if raw.ref == root:
            continue
        if raw.parent == root:
            top.append(raw)
        elif raw.parent in by_ref:
            by_ref[raw.parent].children.append(raw)
    ordered: list[Raw] = []
    stack = sorted(top, key=lambda raw: -raw.place)
    while stack:
        raw = stack.pop()
        if not is_showing(raw.bits, toolkit, hidden=hidden) or roles.is_defunct(raw.bits):
            continue
        ordered.append(raw)
        stack += sorted(raw.children, key=lambda child: -child.place)
    return ordered


def nodes_of(ordered: Sequence[Raw], app: str, toolkit: Toolkit) -> list[Node]:
    """Make nodes of elements in document order."""
    window_of: dict[AtspiRef, AtspiRef] = {}
    nodes = []
    for raw in ordered:
        window_of[raw.ref] = window_of.get(raw.parent, raw.ref)
        parent = raw.parent if raw.parent in window_of else None
        nodes.append(node_of(raw, parent, window_of[raw.ref], app, toolkit))
    return nodes


def node_of(
    raw: Raw, parent: AtspiRef | None, window: AtspiRef, app: str, toolkit: Toolkit
) -> Node:
    """Make a node of an element."""
    states = roles.states_of(raw.bits)
    role = roles.role_of(raw.role, raw.bits)
    if toolkit is Toolkit.CHROMIUM and role in {Role.GROUP, Role.LABEL}:
        # A part of a page that takes text (contenteditable) is a text area to its reader.
        own = states >= {State.EDITABLE, State.FOCUSABLE}
        role = Role.TEXT_AREA if own else role
    if toolkit is Toolkit.GTK4:
        states |= {State.SHOWING}
    if toolkit is Toolkit.LIBREOFFICE and role is Role.CELL:
        # LibreOffice calls no cell sensitive.
        states |= {State.ENABLED}
    node = Node(
        ref=raw.ref,
        parent=parent,
        window=window,
        app=app,
        role=role,
        native_role=roles.NATIVE_NAMES.get(raw.role, f"atspi-{raw.role}"),
        name=clean_name(raw.name, toolkit),
        states=states,
        secure=raw.role == roles.PASSWORD_TEXT,
        rect=raw.rect,
    )
    return with_capabilities(node, raw.interfaces, toolkit)


def with_capabilities(node: Node, interfaces: Iterable[str], toolkit: Toolkit) -> Node:
    """Note what an element offers."""
    can = {CAPABILITIES[name] for name in interfaces if name in CAPABILITIES}
    if toolkit is Toolkit.CHROMIUM and node.role not in _PRESSED:
        can.discard(Capability.PRESS)
    return replace(node, can=frozenset(can))


def rect_of(extents: tuple[int, int, int, int]) -> Rect | None:
    """Read the answer to GetExtents; None for what has no place yet."""
    x, y, width, height = extents
    # Elements that are not placed yet answer the smallest integer and negative sizes.
    if width <= 0 or height <= 0 or x < _SMALLEST or y < _SMALLEST:
        return None
    return Rect(x=x, y=y, width=width, height=height)


def moved(rect: Rect | None, x: int, y: int) -> Rect | None:
    """A rectangle elsewhere."""
    return None if rect is None else rect.model_copy(update={"x": rect.x + x, "y": rect.y + y})
