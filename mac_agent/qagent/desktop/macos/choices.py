"""Options of pop-up buttons, lists and tab groups, and the names by which they are told."""

import time

from qagent.desktop.base import Capability, Node, UnsupportedError
from qagent.desktop.lacks import unsupported
from qagent.desktop.macos.elements import as_ref
from qagent.desktop.macos.seam import Accessibility, Element
from qagent.messages import text

_MAX_OPTIONS = 500
_MENU_SECONDS = 1.0
_ROLES = frozenset({"AXRow", "AXRadioButton", "AXMenuItem", "AXStaticText", "AXCell", "AXButton"})


class Choices:
    """Works with the options of containers.

    Args:
        ax: The accessibility interface.
    """

    def __init__(self, ax: Accessibility) -> None:
        self._ax = ax

    def names(self, container: Node) -> tuple[str, ...]:
        """Names of the options; a pop-up's menu is opened and closed for it.

        Raises:
            UnsupportedError: The container has none.
        """
        if Capability.SELECTION not in container.can:
            raise unsupported(container, "selection")
        if not _is_pop_up(container):
            return tuple(self.title(one) for one in self._options(container))
        items = self._opened(container)
        try:
            return tuple(self.title(one) for one in items)
        finally:
            self._close_menu(container)

    def select(self, container: Node, index: int) -> None:
        """Select an option.

        Raises:
            UnsupportedError: There is no such option.
        """
        if _is_pop_up(container):
            items = self._opened(container)
            if index >= len(items):
                self._close_menu(container)
                raise UnsupportedError(text("lack.options", name=container.name, count=len(items)))
            self._ax.perform(items[index], "AXPress")
            return
        items = self._options(container)
        if index >= len(items):
            raise UnsupportedError(text("lack.options", name=container.name, count=len(items)))
        if "AXPress" in self._ax.actions(items[index]):
            self._ax.perform(items[index], "AXPress")
        else:
            self._ax.write(items[index], "AXSelected", True)

    def is_selected(self, container: Node, index: int) -> bool:
        """Whether an option is selected; one that is not there is not."""
        if _is_pop_up(container):
            (shown,) = self._ax.read(as_ref(container).element, ("AXValue",))
            names = self.names(container)
            return index < len(names) and shown == names[index]
        items = self._options(container)
        if index >= len(items):
            return False
        selected, value = self._ax.read(items[index], ("AXSelected", "AXValue"))
        return bool(selected) or value == 1

    def title(self, element: Element) -> str:
        """Name of an option; a row is named by the first text inside."""
        role, title, described = self._ax.read(element, ("AXRole", "AXTitle", "AXDescription"))
        for found in (title, described):
            if isinstance(found, str) and found:
                return found
        if role == "AXStaticText":
            (value,) = self._ax.read(element, ("AXValue",))
            return value if isinstance(value, str) else ""
        for child in self._ax.children(element, 20)[0]:
            found = self.title(child)
            if found:
                return found
        return ""

    def _options(self, container: Node) -> tuple[Element, ...]:
        if Capability.SELECTION not in container.can:
            raise unsupported(container, "selection")
        items, count = self._ax.children(as_ref(container).element, _MAX_OPTIONS)
        if count > len(items):
            raise UnsupportedError(text("lack.children", count=count))
        kept = []
        for item in items:
            (role,) = self._ax.read(item, ("AXRole",))
            if role in _ROLES:
                kept.append(item)
        return tuple(kept)

    def _opened(self, pop_up: Node) -> tuple[Element, ...]:
        """The items of a pop-up's menu, which exist only while it is open."""
        element = as_ref(pop_up).element
        self._ax.perform(element, "AXPress")
        limit = time.monotonic() + _MENU_SECONDS
        while time.monotonic() < limit:
            menus, _ = self._ax.children(element, 5)
            for menu in menus:
                items, _ = self._ax.children(menu, _MAX_OPTIONS)
                if items:
                    return items
            time.sleep(0.02)
        raise UnsupportedError(text("lack.menu", name=pop_up.name))

    def _close_menu(self, pop_up: Node) -> None:
        menus, _ = self._ax.children(as_ref(pop_up).element, 5)
        for menu in menus:
            self._ax.perform(menu, "AXCancel")


def _is_pop_up(node: Node) -> bool:
    return node.native_role.startswith("AXPopUpButton")
