"""Reading the accessible tree: the cache call for GTK, a walk of what shows for the rest."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from qagent.desktop.base import Budget, Capability, GoneError, Node, UnsupportedError
from qagent.desktop.linux import roles
from qagent.desktop.linux.bus import (
    NULL_PATH,
    REGISTRY,
    ROOT_PATH,
    AccessibilityBus,
    AtspiRef,
    CallError,
)
from qscreen.wire import Rect, State

_CAPABILITIES = {
    "org.a11y.atspi.Action": Capability.PRESS,
    "org.a11y.atspi.Text": Capability.TEXT,
    "org.a11y.atspi.EditableText": Capability.EDIT_TEXT,
    "org.a11y.atspi.Value": Capability.VALUE,
    "org.a11y.atspi.Selection": Capability.SELECTION,
}
_LARGE_CACHE = 700
"""Elements of a program from which on one window is walked (18 of 322 elements: 28 ms)."""

_MANY_WINDOWS = 8
"""Windows of one program from which on only the active one is read (12 windows: 170 ms)."""

_MAX_CHILDREN = 500
"""A container with more children is not opened: it is cut, and the cut is reported."""


@dataclass(slots=True)
class _Raw:
    """An element before it is turned into a `Node`."""

    ref: AtspiRef
    parent: AtspiRef
    place: int
    name: str
    role: int
    bits: int
    interfaces: list[str]
    children: list["_Raw"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class App:
    """A running accessible program."""

    ref: AtspiRef
    name: str
    toolkit: str


class TreeReader:
    """Reads trees of running programs over the accessibility bus."""

    def __init__(self, bus: AccessibilityBus) -> None:
        self._bus = bus
        self._toolkits: dict[str, str] = {}
        self._cache_sizes: dict[str, int] = {}
        # GTK 3 answers Cache.GetItems only after somebody has registered for an event; this one
        # is rare, so that programs are not slowed by sending us what we do not read.
        bus.call(
            (REGISTRY, "/org/a11y/atspi/registry"),
            "Registry",
            "RegisterEvent",
            "sass",
            "Window:Create",
            [],
            "",
        )

    def apps(self) -> list[App]:
        """The running accessible programs."""
        children = self._bus.call((REGISTRY, ROOT_PATH), "Accessible", "GetChildren")[0]
        refs: list[AtspiRef] = [(str(name), str(path)) for name, path in children]
        names = self._bus.many([self._bus.property(ref, "Accessible", "Name") for ref in refs])
        unknown = [ref for ref in refs if ref[0] not in self._toolkits]
        kits = self._bus.many(
            [self._bus.property(ref, "Application", "ToolkitName") for ref in unknown]
        )
        versions = self._bus.many(
            [self._bus.property(ref, "Application", "Version") for ref in unknown]
        )
        for ref, kit, version in zip(unknown, kits, versions, strict=True):
            if kit is not None:
                number = str(version[0][1]) if version else ""
                self._toolkits[ref[0]] = f"{str(kit[0][1]).lower()} {number}"
        return [
            App(ref, str(name[0][1]), self._toolkits.get(ref[0], ""))
            for ref, name in zip(refs, names, strict=True)
            if name is not None
        ]

    def windows(self) -> tuple[Node, ...]:
        """Top-level windows that show, of all programs."""
        return tuple(self._windows_of(self.apps()))

    def _windows_of(self, apps: list[App]) -> list[Node]:
        answers = self._bus.many(
            [self._bus.message(app.ref, "Accessible", "GetChildren") for app in apps]
        )
        found: list[tuple[App, _Raw]] = []
        for app, answer in zip(apps, answers, strict=True):
            refs = [(str(n), str(p)) for n, p in answer[0]] if answer else []
            refs = [ref for ref in refs if ref[1] != NULL_PATH]
            found += [(app, raw) for raw in self._properties(refs, app.ref)]
        shown = [(app, raw) for app, raw in found if roles.is_showing(raw.bits)]
        nodes = [_node(raw, None, raw.ref, app.name) for app, raw in shown]
        return self._with_extents(nodes)

    def app_tree(self, app: App, budget: Budget) -> tuple[list[Node], bool]:
        """Showing elements of one program in document order, and whether they were cut."""
        deadline = time.monotonic() + budget.seconds
        if int(self._bus.get(app.ref, "Accessible", "ChildCount")) > _MANY_WINDOWS:
            return self._active_window_only(app, budget)
        raws: list[_Raw] | None = None
        if app.toolkit.startswith("gtk"):
            raws = self._from_cache(app)
        truncated = False
        if not raws:
            raws, truncated = self._from_walk([app.ref], budget, deadline)
        return self._finish(_document_order(raws, app.ref), app.name, budget, deadline, truncated)

    def _active_window_only(self, app: App, budget: Budget) -> tuple[list[Node], bool]:
        """Titles of all windows and the inside of the active one; that is a cut, and said so."""
        nodes: list[Node] = []
        for window in self._windows_of([app]):
            if window.has(State.ACTIVE):
                nodes += self.window_tree(window, budget)[0]
            else:
                nodes.append(window)
        return nodes, True

    def window_tree(self, window: Node, budget: Budget) -> tuple[list[Node], bool]:
        """Showing elements of one window, and whether they were cut.

        Raises:
            GoneError: The window is gone.
        """
        deadline = time.monotonic() + budget.seconds
        ref = as_ref(window)
        app = App((ref[0], ROOT_PATH), window.app, self._toolkits.get(ref[0], ""))
        raws: list[_Raw] | None = None
        truncated = False
        # The cache call brings all windows: with many of them the walk of one is cheaper.
        if app.toolkit.startswith("gtk") and self._cache_sizes.get(ref[0], 0) <= _LARGE_CACHE:
            raws = self._from_cache(app)
        if raws:
            ordered = _inside(_document_order(raws, app.ref), ref)
        else:
            top = self._properties([ref], app.ref)
            if not top or roles.is_defunct(top[0].bits):
                raise GoneError(f"the window {window.name!r} does not exist any more")
            inner, truncated = self._from_walk([ref], budget, deadline)
            ordered = _document_order([*top, *inner], app.ref)
        return self._finish(ordered, app.name, budget, deadline, truncated)

    def _finish(
        self, ordered: list[_Raw], app: str, budget: Budget, deadline: float, truncated: bool
    ) -> tuple[list[Node], bool]:
        if len(ordered) > budget.nodes:
            ordered, truncated = ordered[: budget.nodes], True
        nodes = self._with_extents(_nodes(ordered, app))
        nodes = self._with_values(nodes, budget)
        return nodes, truncated or time.monotonic() > deadline

    def refresh(self, node: Node) -> Node:
        """Read name, states and place of an element again."""
        ref = as_ref(node)
        answer = self._properties([ref], ref)
        if not answer or roles.is_defunct(answer[0].bits):
            raise GoneError(f"{node.role} {node.name!r} does not exist any more")
        raw = answer[0]
        fresh = replace(node, name=raw.name, states=roles.states_of(raw.bits))
        return self._with_extents([fresh])[0]

    def children(self, ref: AtspiRef, most: int) -> list[tuple[AtspiRef, str]]:
        """Handles and names of an element's children, also of hidden ones.

        Raises:
            UnsupportedError: There are more than `most`.
        """
        count = int(self._bus.get(ref, "Accessible", "ChildCount"))
        if count > most:
            raise UnsupportedError(f"the container has {count} children")
        answer = self._bus.call(ref, "Accessible", "GetChildren")[0]
        refs = [(str(name), str(path)) for name, path in answer]
        names = self._bus.many([self._bus.property(one, "Accessible", "Name") for one in refs])
        return [
            (one, str(name[0][1]) if name else "") for one, name in zip(refs, names, strict=True)
        ]

    def _from_cache(self, app: App) -> list[_Raw] | None:
        try:
            items = self._bus.call((app.ref[0], "/org/a11y/atspi/cache"), "Cache", "GetItems")[0]
        except (UnsupportedError, GoneError, CallError):
            return None
        self._cache_sizes[app.ref[0]] = len(items)
        return [_raw_of_item(item) for item in items]

    def _from_walk(
        self, start: list[AtspiRef], budget: Budget, deadline: float
    ) -> tuple[list[_Raw], bool]:
        """Breadth first through what shows; two pipelined batches a level."""
        found: list[_Raw] = []
        seen: set[AtspiRef] = set(start)
        level: list[AtspiRef] = list(start)
        truncated = False
        while level:
            if time.monotonic() > deadline or len(found) >= budget.nodes:
                return found, True
            answers = self._bus.many(
                [self._bus.message(ref, "Accessible", "GetChildren") for ref in level]
            )
            following: list[AtspiRef] = []
            for parent, answer in zip(level, answers, strict=True):
                if answer is None:
                    truncated = True
                    continue
                refs = [(str(name), str(path)) for name, path in answer[0]]
                refs = [ref for ref in refs if ref not in seen and ref[1] != NULL_PATH]
                seen.update(refs)
                for raw in self._properties(refs, parent):
                    if not roles.is_showing(raw.bits):
                        continue
                    found.append(raw)
                    if roles.manages_descendants(raw.bits) or len(refs) > _MAX_CHILDREN:
                        truncated = True
                        continue
                    following.append(raw.ref)
            level = following
        return found, truncated

    def _properties(self, refs: list[AtspiRef], parent: AtspiRef) -> list[_Raw]:
        bus = self._bus
        calls = []
        for ref in refs:
            calls += [
                bus.property(ref, "Accessible", "Name"),
                bus.message(ref, "Accessible", "GetRole"),
                bus.message(ref, "Accessible", "GetState"),
                bus.message(ref, "Accessible", "GetInterfaces"),
            ]
        answers = bus.many(calls)
        raws = []
        for place, ref in enumerate(refs):
            name, role, state, interfaces = answers[4 * place : 4 * place + 4]
            if name is None or role is None or state is None or interfaces is None:
                continue
            raws.append(
                _Raw(
                    ref,
                    parent,
                    place,
                    str(name[0][1]),
                    int(role[0]),
                    roles.bits_of(state[0]),
                    list(interfaces[0]),
                )
            )
        return raws

    def _with_extents(self, nodes: list[Node]) -> list[Node]:
        answers = self._bus.many(
            [self._bus.message(as_ref(n), "Component", "GetExtents", "u", 0) for n in nodes]
        )
        return [
            replace(node, rect=_rect(answer[0])) if answer else node
            for node, answer in zip(nodes, answers, strict=True)
        ]

    def _with_values(self, nodes: list[Node], budget: Budget) -> list[Node]:
        """Add texts, values and action names; a secure field is never asked for its text."""
        calls = []
        owners: list[tuple[int, str]] = []
        for place, node in enumerate(nodes):
            ref = as_ref(node)
            if Capability.PRESS in node.can:
                calls.append(self._bus.message(ref, "Action", "GetActions"))
                owners.append((place, "actions"))
            if node.secure:
                continue
            if Capability.TEXT in node.can:
                calls.append(self._bus.message(ref, "Text", "GetText", "ii", 0, budget.text))
                owners.append((place, "text"))
            elif Capability.VALUE in node.can:
                calls.append(self._bus.property(ref, "Value", "CurrentValue"))
                owners.append((place, "value"))
        result = list(nodes)
        for (place, kind), answer in zip(owners, self._bus.many(calls), strict=True):
            if answer is None:
                continue
            if kind == "actions":
                names = tuple(str(action[0]) for action in answer[0])
                result[place] = replace(result[place], actions=names)
            elif kind == "text":
                result[place] = replace(result[place], value=str(answer[0]))
            else:
                result[place] = replace(result[place], value=f"{float(answer[0][1]):g}")
        return result


def as_ref(node: Node) -> AtspiRef:
    """The AT-SPI handle of a node of this backend."""
    ref = node.ref
    if not (isinstance(ref, tuple) and len(ref) == 2):
        raise TypeError(f"not an element of the Linux backend: {ref!r}")
    return str(ref[0]), str(ref[1])


def _raw_of_item(item: tuple[Any, ...]) -> _Raw:
    """Read one cache item; the two wire formats differ in their fourth field."""
    ref, parent = (str(item[0][0]), str(item[0][1])), (str(item[2][0]), str(item[2][1]))
    if isinstance(item[3], int):
        place, first = int(item[3]), 5
    else:
        place, first = 0, 4
    interfaces, name, role, _description, words = item[first : first + 5]
    return _Raw(ref, parent, place, str(name), int(role), roles.bits_of(words), list(interfaces))


def _document_order(raws: Iterable[_Raw], root: AtspiRef) -> list[_Raw]:
    """Depth first from the program's windows; hidden branches and orphans are left out."""
    by_ref = {raw.ref: raw for raw in raws}
    top: list[_Raw] = []
    for raw in by_ref.values():
        if raw.ref == root:
            continue
        if raw.parent == root:
            top.append(raw)
        elif raw.parent in by_ref:
            by_ref[raw.parent].children.append(raw)
    ordered: list[_Raw] = []
    stack = sorted(top, key=lambda raw: -raw.place)
    while stack:
        raw = stack.pop()
        if not roles.is_showing(raw.bits) or roles.is_defunct(raw.bits):
            continue
        ordered.append(raw)
        stack += sorted(raw.children, key=lambda child: -child.place)
    return ordered


def _inside(ordered: list[_Raw], window: AtspiRef) -> list[_Raw]:
    """The window and what it holds."""
    kept = {window}
    for raw in ordered:
        if raw.parent in kept:
            kept.add(raw.ref)
    return [raw for raw in ordered if raw.ref in kept]


def _nodes(ordered: list[_Raw], app: str) -> list[Node]:
    window_of: dict[AtspiRef, AtspiRef] = {}
    nodes = []
    for raw in ordered:
        window_of[raw.ref] = window_of.get(raw.parent, raw.ref)
        parent = raw.parent if raw.parent in window_of else None
        nodes.append(_node(raw, parent, window_of[raw.ref], app))
    return nodes


def _node(raw: _Raw, parent: AtspiRef | None, window: AtspiRef, app: str) -> Node:
    return Node(
        ref=raw.ref,
        parent=parent,
        window=window,
        app=app,
        role=roles.role_of(raw.role, raw.bits),
        native_role=roles.NATIVE_NAMES.get(raw.role, f"atspi-{raw.role}"),
        name=raw.name,
        states=roles.states_of(raw.bits),
        secure=raw.role == roles.PASSWORD_TEXT,
        can=frozenset(_CAPABILITIES[name] for name in raw.interfaces if name in _CAPABILITIES),
    )


def _rect(extents: tuple[int, int, int, int]) -> Rect | None:
    x, y, width, height = extents
    # Elements that are not placed yet answer the smallest integer and negative sizes.
    if width <= 0 or height <= 0 or x < -32768 or y < -32768:
        return None
    return Rect(x=x, y=y, width=width, height=height)
