"""Handles of accessible elements, as nodes carry them."""

from dataclasses import dataclass

from qagent.desktop.base import Node
from qagent.desktop.macos.seam import Element


@dataclass(frozen=True, slots=True)
class MacRef:
    """Our handle: the element, and what its program and surroundings are."""

    element: Element
    pid: int
    web: bool = False

    def __hash__(self) -> int:
        return hash(self.element)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MacRef) and self.element == other.element


def as_ref(node: Node) -> MacRef:
    """The handle of a node of this backend."""
    if not isinstance(node.ref, MacRef):
        raise TypeError(f"not an element of the macOS backend: {node.ref!r}")
    return node.ref
