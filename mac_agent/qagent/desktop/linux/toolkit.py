"""What has to be known of each toolkit to read its programs on the accessibility bus.

What was seen: Debian 12 with GTK 3.24, GTK 4.8, Qt 5.15 and 6.4, Chromium 156, LibreOffice 7.4.
"""

import re
from enum import StrEnum

from qagent.desktop.linux import roles

_VISIBLE = 1 << 30
_CLASS_NAME = re.compile(r"(?:Gtk|Adw|Gdk)[A-Z][A-Za-z]*")
_TWICE = re.compile(r"(?P<half>.+) (?P=half)", re.DOTALL)
_OBJECT = "\ufffc"
"""Stands in a text for an embedded element; it says nothing to a reader."""


class Toolkit(StrEnum):
    """Toolkits that are read differently."""

    GTK3 = "gtk3"
    GTK4 = "gtk4"
    QT = "qt"
    CHROMIUM = "chromium"
    LIBREOFFICE = "libreoffice"
    OTHER = "other"


def toolkit_of(app: str, name: str, version: str) -> Toolkit:
    """The toolkit of a program.

    Args:
        app: The program's accessible name.
        name: What it says its toolkit is (`Application.ToolkitName`).
        version: The toolkit's version.
    """
    if app == "soffice":  # LibreOffice names the toolkit that draws its windows.
        return Toolkit.LIBREOFFICE
    match name.lower():
        case "gtk":
            return Toolkit.GTK4 if version.startswith("4") else Toolkit.GTK3
        case "qt":
            return Toolkit.QT
        case "chromium":
            return Toolkit.CHROMIUM
    return Toolkit.OTHER


def is_showing(bits: int, toolkit: Toolkit, *, hidden: bool = False) -> bool:
    """Whether an element can be seen; GTK 4 says only of windows that they show.

    Args:
        bits: Its states.
        toolkit: Its toolkit.
        hidden: Whether one that is only scrolled out of sight counts too.
    """
    if toolkit is Toolkit.GTK4 or hidden:
        return bool(bits & _VISIBLE)
    return roles.is_showing(bits)


def clean_name(name: str, toolkit: Toolkit) -> str:
    """An accessible name without what the toolkit puts there for itself.

    GTK 4 names what has no name by its class, and joins a button's own name and its label's.
    """
    if toolkit is not Toolkit.GTK4:
        return name.replace(_OBJECT, "")
    if _CLASS_NAME.fullmatch(name):
        return ""
    twice = _TWICE.fullmatch(name)
    return twice["half"] if twice else name


def clean_text(text: str) -> str:
    """A text without the places of embedded elements."""
    return text.replace(_OBJECT, "")
