"""What an element does not offer, said to the user."""

from qagent.desktop.base import (
    CoveredError,
    Node,
    SecureFieldError,
    Surface,
    UnsupportedError,
)
from qagent.messages import text
from qagent.words import role_word


def unsupported(node: Node, lack: str) -> UnsupportedError:
    """The error of an element that does not offer a route.

    Args:
        node: The element.
        lack: What it lacks: a text's key after `lack.`; an unknown one raises `KeyError`.
    """
    return UnsupportedError(text(f"lack.{lack}", role=role_word(node.role), name=node.name))


def secure(node: Node) -> SecureFieldError:
    """The error of a password field, which is never read."""
    return SecureFieldError(text("lack.secure", role=role_word(node.role)))


def covered(surface: Surface) -> CoveredError:
    """The error of a place where another program than the one that is meant lies on top.

    Args:
        surface: What lies there; its names are for those who know whether they may be told.
    """
    return CoveredError(text("desktop.covered"), text("desktop.covered.repair"), surface)
