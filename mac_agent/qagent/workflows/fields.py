"""What the elements hold that a person sets: read before and after, never of a secret field."""

from qagent.consent.classify import is_secret
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import (
    Budget,
    Capability,
    GoneError,
    Node,
    ProgramError,
    SecureFieldError,
    UnsupportedError,
)
from qagent.observe import look
from qagent.workflows.pointing import CHOICES, FIELDS, SWITCHES
from qscreen.wire import State

_MOST_OPTIONS = 500


def holds_secret(node: Node) -> bool:
    """Whether what an element holds is never read."""
    return node.secure or is_secret(node)


def value_of(backend: DesktopBackend, node: Node, window: Node | None) -> str | None:
    """What an element holds; None where that cannot be told.

    Args:
        backend: The desktop.
        node: The element, in no secret field.
        window: Its window, which is looked at where the element itself does not tell.
    """
    if holds_secret(node):
        return None
    try:
        if node.role in SWITCHES:
            return "on" if backend.refresh(node).has(State.CHECKED) else "off"
        if node.role in CHOICES:
            return _chosen(backend, node, window)
        if Capability.TEXT in node.can and (node.role in FIELDS or node.has(State.EDITABLE)):
            return backend.text_state(node).text
        if Capability.VALUE in node.can:
            return f"{backend.value_state(node).current:g}"
    except (GoneError, UnsupportedError, ProgramError, SecureFieldError):
        return None
    return None


def _chosen(backend: DesktopBackend, node: Node, window: Node | None) -> str | None:
    """The option that is chosen: as the element says, else as a new look shows it."""
    if window is not None:
        again = look(backend, budget=Budget(), window=window).get(node.ref)
        if again is not None and again.value:
            return again.value
    try:
        names = backend.options(node)[:_MOST_OPTIONS]
        chosen = [name for n, name in enumerate(names) if backend.is_selected(node, n)]
    except UnsupportedError:
        return None
    return chosen[0] if len(chosen) == 1 else None
