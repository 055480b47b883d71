"""What is read of nodes after the walk: texts, values, actions, and the labels of fields."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from qagent.desktop.base import Budget, Capability, Node
from qagent.desktop.linux.bus import AccessibilityBus, AtspiRef
from qagent.desktop.linux.elements import as_ref, refs_of, with_capabilities
from qagent.desktop.linux.toolkit import Toolkit, clean_name, clean_text
from qagent.desktop.linux.wire import Call
from qscreen.wire import Role, State

_LABELLED_BY = 2
"""Number of the relation (`AtspiRelationType`)."""

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
_TEXTS = frozenset({Role.TEXT_FIELD, Role.TEXT_AREA})
_NAMED_BY_TEXT = frozenset({Role.LABEL, Role.CELL, Role.STATUS_BAR})
_VALUED = frozenset({Role.SLIDER, Role.SPIN_BUTTON, Role.SCROLL_BAR, Role.PROGRESS_BAR})
_COUNTS_EXACTLY = frozenset({Toolkit.QT, Toolkit.LIBREOFFICE})
"""Toolkits that answer nothing, or complain, when asked for text beyond the end."""


class DetailReader:
    """Completes nodes; a secure field is never asked for its text.

    Args:
        bus: The accessibility bus.
    """

    def __init__(self, bus: AccessibilityBus) -> None:
        self._bus = bus
        self._interfaces: dict[tuple[str, str], tuple[str, ...]] = {}

    def complete(self, nodes: list[Node], toolkit: Toolkit, budget: Budget) -> list[Node]:
        """Add capabilities, texts, values, actions and labels.

        Args:
            nodes: The nodes of one program.
            toolkit: The program's toolkit.
            budget: How much of a text is wanted.
        """
        if toolkit is Toolkit.CHROMIUM:
            nodes = self._with_known_interfaces(nodes)
        nodes = self._with_texts(nodes, toolkit, budget)
        if toolkit is Toolkit.CHROMIUM:
            return self._with_chosen_options(nodes)
        return self._with_labels(nodes)

    def _with_known_interfaces(self, nodes: list[Node]) -> list[Node]:
        """In Chromium the role decides what an element offers: each role is asked once."""
        unknown: dict[tuple[str, str], AtspiRef] = {}
        for node in nodes:
            key = as_ref(node)[0], node.native_role
            if key not in self._interfaces:
                unknown.setdefault(key, as_ref(node))
        calls = [self._bus.message(ref, "Accessible", "GetInterfaces") for ref in unknown.values()]
        for key, answer in zip(unknown, self._bus.many(calls), strict=True):
            if answer is not None:
                self._interfaces[key] = tuple(answer[0])
        return [
            with_capabilities(
                node,
                self._interfaces.get((as_ref(node)[0], node.native_role), ()),
                Toolkit.CHROMIUM,
            )
            for node in nodes
        ]

    def _with_texts(self, nodes: list[Node], toolkit: Toolkit, budget: Budget) -> list[Node]:
        lengths = self._lengths(nodes, toolkit)
        calls: list[Call] = []
        owners: list[tuple[int, str]] = []
        for place, node in enumerate(nodes):
            ref = as_ref(node)
            if Capability.PRESS in node.can and toolkit is not Toolkit.CHROMIUM:
                calls.append(self._bus.message(ref, "Action", "GetActions"))
                owners.append((place, "actions"))
            if _wants_text(node):
                end = min(budget.text, lengths.get(place, budget.text))
                calls.append(self._bus.message(ref, "Text", "GetText", "ii", 0, end))
                owners.append((place, "text"))
            elif Capability.VALUE in node.can and node.role in _VALUED:
                calls.append(self._bus.property(ref, "Value", "CurrentValue"))
                owners.append((place, "value"))
        result = list(nodes)
        for (place, kind), answer in zip(owners, self._bus.many(calls), strict=True):
            if answer is not None:
                result[place] = _READERS[kind](result[place], answer[0])
        return result

    def _lengths(self, nodes: Sequence[Node], toolkit: Toolkit) -> dict[int, int]:
        if toolkit not in _COUNTS_EXACTLY:
            return {}
        wanted = [place for place, node in enumerate(nodes) if _wants_text(node)]
        told = self._bus.many(
            [self._bus.property(as_ref(nodes[one]), "Text", "CharacterCount") for one in wanted]
        )
        return {
            place: int(answer[0][1])
            for place, answer in zip(wanted, told, strict=True)
            if answer is not None
        }

    def _with_labels(self, nodes: list[Node]) -> list[Node]:
        """Name fields by the element that the program says labels them.

        Toolkits name a combo box by what it shows; that is its value.
        """
        places = [
            place
            for place, node in enumerate(nodes)
            if node.role in _FIELDS and (not node.name or node.role is Role.COMBO_BOX)
        ]
        related = self._bus.many(
            [
                self._bus.message(as_ref(nodes[place]), "Accessible", "GetRelationSet")
                for place in places
            ]
        )
        labels: dict[int, AtspiRef] = {}
        for place, answer in zip(places, related, strict=True):
            for kind, targets in answer[0] if answer is not None else ():
                if kind == _LABELLED_BY and targets:
                    labels[place] = (str(targets[0][0]), str(targets[0][1]))
        names = self._bus.many(
            [self._bus.property(ref, "Accessible", "Name") for ref in labels.values()]
        )
        found = {
            place: str(answer[0][1]).strip().removesuffix(":").strip()
            for place, answer in zip(labels, names, strict=True)
            if answer is not None
        }
        result = list(nodes)
        for place in places:
            node = result[place]
            if node.role is Role.COMBO_BOX and node.value is None and node.name:
                # Without a label it keeps what it shows as a name until one is found beside it.
                node = replace(node, value=node.name)
            if found.get(place):
                node = replace(node, name=found[place])
            result[place] = node
        return result

    def _with_chosen_options(self, nodes: list[Node]) -> list[Node]:
        """The chosen option of a page's combo box is its value; its list is hidden in it."""
        places = [place for place, node in enumerate(nodes) if node.role is Role.COMBO_BOX]
        if not places:
            return nodes
        told = self._bus.many(
            [
                self._bus.message(as_ref(nodes[place]), "Accessible", "GetChildren")
                for place in places
            ]
        )
        menus = {
            place: refs_of(answer)[0]
            for place, answer in zip(places, told, strict=True)
            if refs_of(answer)
        }
        chosen = self._bus.many(
            [
                self._bus.message(ref, "Selection", "GetSelectedChild", "i", 0)
                for ref in menus.values()
            ]
        )
        options = {
            place: (str(answer[0][0]), str(answer[0][1]))
            for place, answer in zip(menus, chosen, strict=True)
            if answer is not None
        }
        names = self._bus.many(
            [self._bus.property(ref, "Accessible", "Name") for ref in options.values()]
        )
        result = list(nodes)
        for place, answer in zip(options, names, strict=True):
            if answer is not None:
                shown = clean_name(str(answer[0][1]), Toolkit.CHROMIUM)
                result[place] = replace(result[place], value=shown)
        return result


def _wants_text(node: Node) -> bool:
    """Whether a node's text says more than its name."""
    if node.secure or Capability.TEXT not in node.can:
        return False
    if node.role in _VALUED:
        return State.EDITABLE in node.states and Capability.VALUE not in node.can
    own = node.role in _TEXTS or State.EDITABLE in node.states
    return own or (node.role in _NAMED_BY_TEXT and not node.name)


def _read_actions(node: Node, answer: Any) -> Node:
    return replace(node, actions=tuple(str(action[0]) for action in answer))


def _read_text(node: Node, answer: Any) -> Node:
    return replace(node, value=clean_text(str(answer)))


def _read_value(node: Node, answer: Any) -> Node:
    return replace(node, value=f"{float(answer[1]):g}")


_READERS = {"actions": _read_actions, "text": _read_text, "value": _read_value}
