"""Reading the elements of windows: depth first through what shows, within a budget.

Each element costs two messages: one for all its facts, and one for its value when it is known to
be no password field. A password field's value is never asked for, not even in one message with
the facts that tell that it is one.
"""

import time

from qagent.desktop.base import Budget, Capability, GoneError, Node, UnsupportedError
from qagent.desktop.macos import roles
from qagent.desktop.macos.elements import MacRef, as_ref
from qagent.desktop.macos.seam import Accessibility, Element, NotAnsweringError, Point
from qagent.desktop.macos.space import Space
from qscreen.wire import Rect, Role, State

FACTS = (
    "AXRole",
    "AXSubrole",
    "AXTitle",
    "AXDescription",
    "AXIdentifier",
    "AXPosition",
    "AXSize",
    "AXEnabled",
    "AXFocused",
    "AXSelected",
    "AXExpanded",
    "AXHidden",
    "AXMinimized",
    "AXModal",
    "AXPlaceholderValue",
    "AXTitleUIElement",
)
"""Asked of every element in one message; a value is none of them."""

_MOST_CHILDREN = 500


class Walk:
    """One traversal: its budget, and what it found.

    Args:
        ax: The accessibility interface.
        space: The space of places.
        budget: Its bounds.

    Attributes:
        nodes: What was found, parents first.
        truncated: Whether something was left out.
    """

    def __init__(self, ax: Accessibility, space: Space, budget: Budget) -> None:
        self._ax = ax
        self._space = space
        self._budget = budget
        self._deadline = time.monotonic() + budget.seconds
        self.nodes: list[Node] = []
        self.truncated = False
        self._seen: set[MacRef] = set()

    def spent(self) -> bool:
        """Whether the budget is used up."""
        return len(self.nodes) >= self._budget.nodes or time.monotonic() > self._deadline

    def root(self, ref: MacRef, app: str, active: bool, *, alone: bool = False) -> bool:
        """Read a window and what is in it; whether it shows."""
        node = self._try(ref, None, None, app, active)
        if node is None:
            return False
        self.nodes.append(node)
        if not alone:
            self._children(node)
        return True

    def below(self, ref: MacRef, parent: Node, app: str) -> None:
        """Read an element and what is in it as a part of a window."""
        if self.spent():
            self.truncated = True
            return
        node = self._try(ref, parent, parent.window, app, False)
        if node is not None:
            self.nodes.append(node)
            self._children(node)

    def _children(self, top: Node) -> None:
        stack = self._next(top)
        while stack:
            if self.spent():
                self.truncated = True
                return
            ref, parent = stack.pop()
            if ref in self._seen:
                continue
            self._seen.add(ref)
            node = self._try(ref, parent, parent.window, parent.app, False)
            if node is None:
                continue
            self.nodes.append(node)
            stack += self._next(node)

    def _next(self, node: Node) -> list[tuple[MacRef, Node]]:
        """Children, the last one first; a container with very many is cut."""
        ref = as_ref(node)
        closed_menu = node.native_role.startswith("AXMenuBarItem") and not node.has(State.SELECTED)
        if closed_menu:
            return []
        try:
            children, count = self._ax.children(ref.element, _MOST_CHILDREN)
        except (GoneError, NotAnsweringError, UnsupportedError):
            self.truncated = True
            return []
        self.truncated = self.truncated or count > len(children)
        web = ref.web or node.native_role.startswith(roles.WEB_AREA)
        return [(MacRef(one, ref.pid, web), node) for one in reversed(children)]

    def _try(
        self, ref: MacRef, parent: Node | None, window: object, app: str, active: bool
    ) -> Node | None:
        try:
            return self.read(ref, parent, window, app, active)
        except GoneError:
            return None
        except (NotAnsweringError, UnsupportedError):
            self.truncated = True
            return None

    def read(
        self, ref: MacRef, parent: Node | None, window: object, app: str, active: bool
    ) -> Node | None:
        """Read one element; None when it does not show."""
        facts = dict(zip(FACTS, self._ax.read(ref.element, FACTS), strict=True))
        role = facts["AXRole"]
        if not isinstance(role, str) or facts["AXHidden"] or facts["AXMinimized"]:
            return None
        # A sheet is a window of its own here, and not a second time inside its window.
        if role == "AXSheet" and parent is not None:
            return None
        place, size = facts["AXPosition"], facts["AXSize"]
        rect: Rect | None = None
        if isinstance(place, Point) and isinstance(size, Point):
            rect = self._space.rect(place, size)
            off_screen = rect is not None and not self._space.shows(place, size)
            if off_screen and not self._budget.hidden:
                return None
        subrole = facts["AXSubrole"] if isinstance(facts["AXSubrole"], str) else None
        identifier = facts["AXIdentifier"] if isinstance(facts["AXIdentifier"], str) else None
        secure = roles.is_secure(role, subrole)
        value = None
        if not secure and role in roles.VALUE_ROLES:
            (value,) = self._ax.read(ref.element, ("AXValue",))
        meant = roles.role_of(role, subrole)
        text = role in roles.TEXT_ROLES and not secure
        editable = text and self._ax.settable(ref.element, "AXValue")
        actions = self._ax.actions(ref.element)
        return Node(
            ref=ref,
            parent=None if parent is None else parent.ref,
            window=ref if window is None else window,
            app=app,
            role=meant,
            native_role=roles.native_name(role, subrole, identifier),
            name=self._name(facts, meant, value),
            states=_states(facts, meant, value, active=active, editable=editable),
            secure=secure,
            can=_capabilities(role, ref, actions, secure=secure, editable=editable),
            rect=rect,
            value=None if value is None else _shown(value)[: self._budget.text],
            actions=actions,
        )

    def _name(self, facts: dict[str, object | None], role: Role, value: object | None) -> str:
        for key in ("AXTitle", "AXDescription"):
            found = facts[key]
            if isinstance(found, str) and found.strip():
                return found
        if role is Role.LABEL and isinstance(value, str):
            return value
        label = facts["AXTitleUIElement"]
        if label is not None:
            found = self._label(label).strip().removesuffix(":")
            if found:
                return found
        placeholder = facts["AXPlaceholderValue"]
        return placeholder if isinstance(placeholder, str) else ""

    def _label(self, label: Element) -> str:
        """The text of the element that names another one; only of a static text, never a field."""
        try:
            role, title = self._ax.read(label, ("AXRole", "AXTitle"))
            if role == "AXStaticText":
                (title,) = self._ax.read(label, ("AXValue",))
        except (GoneError, NotAnsweringError, UnsupportedError):
            return ""
        return title if isinstance(title, str) else ""


def _states(
    facts: dict[str, object | None],
    role: Role,
    value: object | None,
    *,
    active: bool,
    editable: bool,
) -> frozenset[State]:
    found = {State.SHOWING}
    flags = {
        State.ACTIVE: active,
        # Only what says that it is off is off: many elements know no such attribute.
        State.ENABLED: facts["AXEnabled"] is not False and facts["AXEnabled"] != 0,
        State.FOCUSED: bool(facts["AXFocused"]),
        State.FOCUSABLE: facts["AXFocused"] is not None,
        State.SELECTED: bool(facts["AXSelected"]) or (role is Role.TAB and value == 1),
        State.EXPANDED: bool(facts["AXExpanded"]),
        State.MODAL: bool(facts["AXModal"]),
        State.EDITABLE: editable,
        State.MULTI_LINE: role is Role.TEXT_AREA,
        State.CHECKED: role in roles.TOGGLED and role is not Role.TAB and value == 1,
    }
    found |= {state for state, is_set in flags.items() if is_set}
    return frozenset(found)


def _capabilities(
    role: str, ref: MacRef, actions: tuple[str, ...], *, secure: bool, editable: bool
) -> frozenset[Capability]:
    can: set[Capability] = set()
    if actions:
        can.add(Capability.PRESS)
    if (role in roles.TEXT_ROLES or role == "AXStaticText") and not secure:
        can.add(Capability.TEXT)
    # Chromium takes a native edit and tells its page nothing of it: there we type.
    if editable and not ref.web:
        can.add(Capability.EDIT_TEXT)
    if role in {"AXSlider", "AXIncrementor", "AXStepper"}:
        can.add(Capability.VALUE)
    if role in roles.SELECTIONS:
        can.add(Capability.SELECTION)
    if role in roles.TABLES:
        can.add(Capability.TABLE)
    return frozenset(can)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value)
