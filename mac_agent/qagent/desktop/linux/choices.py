"""Options of combo boxes, lists and tab lists, by the route that each toolkit offers."""

from qagent.desktop.base import Capability, Node
from qagent.desktop.lacks import unsupported
from qagent.desktop.linux.bus import ROOT_PATH, AccessibilityBus, AtspiRef
from qagent.desktop.linux.elements import as_ref
from qagent.desktop.linux.roles import bits_of
from qagent.desktop.linux.toolkit import Toolkit
from qagent.desktop.linux.tree import App, TreeReader
from qscreen.wire import Role

_MAX_OPTIONS = 500
_SELECTED = 1 << 23
_NO_ACTION = frozenset({"", "dodefault", "showcontextmenu", "clickancestor"})


class Choices:
    """Works with the options of containers.

    Args:
        bus: The accessibility bus.
        tree: Reads their children.
    """

    def __init__(self, bus: AccessibilityBus, tree: TreeReader) -> None:
        self._bus = bus
        self._tree = tree

    def names(self, container: Node) -> tuple[str, ...]:
        """Names of the options, also of those that do not show.

        Raises:
            UnsupportedError: The container has none.
        """
        return tuple(name for _, name in self._options(container)[1])

    def select(self, container: Node, index: int) -> None:
        """Select an option.

        Raises:
            UnsupportedError: It offers no native way to that.
        """
        holder, options = self._options(container)
        if self._is_page(container):
            self._press(options[index][0], container)
            return
        answer = self._bus.call(holder, "Selection", "SelectChild", "i", index)
        if answer and answer[0] is False:
            raise unsupported(container, "selection_declined")

    def is_selected(self, container: Node, index: int) -> bool:
        """Whether an option is selected."""
        holder, options = self._options(container)
        if self._is_page(container):
            state = self._bus.call(options[index][0], "Accessible", "GetState")[0]
            return bool(bits_of(state) & _SELECTED)
        return bool(self._bus.call(holder, "Selection", "IsChildSelected", "i", index)[0])

    def _options(self, container: Node) -> tuple[AtspiRef, list[tuple[AtspiRef, str]]]:
        """Who keeps the options, and the options: a combo box keeps them in its menu or list."""
        ref = as_ref(container)
        combo = container.role is Role.COMBO_BOX
        if Capability.SELECTION not in container.can and not (combo and self._is_page(container)):
            raise unsupported(container, "selection")
        children = self._tree.children(ref, _MAX_OPTIONS)
        if len(children) == 1 and (combo or not children[0][1]):
            inner = self._tree.children(children[0][0], _MAX_OPTIONS)
            if inner:
                return ref, inner
        return ref, children

    def _is_page(self, container: Node) -> bool:
        app = App((as_ref(container)[0], ROOT_PATH), container.app)
        return self._tree.toolkit(app) is Toolkit.CHROMIUM

    def _press(self, option: AtspiRef, container: Node) -> None:
        """Press an option of a page; a hidden one of a combo box can be pressed all the same."""
        name = str(self._bus.call(option, "Action", "GetName", "i", 0)[0])
        if name.lower() in _NO_ACTION:
            raise unsupported(container, "option_action")
        self._bus.call(option, "Action", "DoAction", "i", 0)
