"""Which risky kinds an act is of, judged from what it really goes to. Pure: looks at no screen.

An act is one operation on the desktop with its resolved target, so what is judged is what is
done, whatever the plan calls it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from qagent.consent.words import declines, kinds_of_name, kinds_of_text
from qagent.desktop.base import Node
from qagent.file_dialogs import (
    CHOOSER,
    accept_of,
    entry_of,
    folder_of,
    is_file_dialog,
    named_path,
    saves,
)
from qagent.policy.kinds import RiskKind
from qscreen.review.words import normal
from qscreen.wire import Role, State


class Verb(StrEnum):
    """Operations on the desktop that change something."""

    PRESS = "press"
    POINT = "point"
    KEYS = "keys"
    TYPE = "type"
    SELECT = "select"
    SET = "set"
    DRAG = "drag"
    COPY = "copy"
    FOCUS = "focus"
    SCROLL = "scroll"
    LAUNCH = "launch"


@dataclass(frozen=True, slots=True)
class Act:
    """One operation on the desktop.

    Attributes:
        verb: What is done.
        node: The element it goes to, where there is one.
        window: The window it goes to, where there is one.
        inside: The elements of that window, as they were seen last.
        point: Place on the screen, pixels, of what is done with the pointer.
        button: Button of the pointer.
        keys: Keys.
        text: Text that is entered, or the option that is selected.
        program: Program that is started.
        argv: Its command line.
        end: Where a drag ends, pixels.
        onto: What a drag ends on.
        said: What the plan calls the element; counts where no element is known.
    """

    verb: Verb
    node: Node | None = None
    window: Node | None = None
    inside: tuple[Node, ...] = ()
    point: tuple[int, int] | None = None
    button: str = "primary"
    keys: tuple[str, ...] = ()
    text: str = ""
    program: str = ""
    argv: tuple[str, ...] = ()
    end: tuple[int, int] | None = None
    onto: Node | None = None
    said: str = ""


_SHELLS = re.compile(
    r"(?:^|[./ -])(?:terminal|console|xterm|uxterm|konsole|iterm2?|powershell|pwsh|bash|zsh|fish"
    r"|sh|cmd|tilix|kitty|alacritty|wezterm|terminator|rxvt|urxvt|regedit|gnome-terminal(?:-server)?"
    r"|xfce4-terminal|lxterminal|qterminal|mate-terminal|ptyxis|kgx)(?:$|[. -])"
    r"|터미널|콘솔|명령 ?프롬프트|파워 ?[셸쉘]|레지스트리"
)
_SETTINGS_PROGRAMS = re.compile(
    r"gnome-control-center|systemsettings|system ?(?:settings|preferences)|xfce4-settings"
    r"|control panel|regedit|시스템 ?(?:설정|환경설정)|제어판"
)
_INSTALLERS = re.compile(
    r"gnome-software|synaptic|discover|app ?store|installer|software ?(?:centre|center|updater)"
    r"|gdebi|pkexec|update-manager|설치 ?관리자|앱 ?스토어"
)
_EXECUTABLE = re.compile(
    r"\.(?:exe|msi|bat|cmd|com|ps1|vbs|js|jse|wsf|hta|scr|sh|bash|command|app|pkg|dmg|desktop|py|"
    r"jar|reg|lnk|plist|deb|rpm|appimage)$"
)
_SECRET_FIELD = re.compile(
    r"password|passcode|passphrase|one[- ]time|(?<![a-z])(?:otp|pin|cvc|cvv)(?![a-z])|security code"
    r"|api key|secret|token|암호|비밀 ?번호|인증 ?번호|보안 ?코드|일회용"
)
_TRASH = re.compile(r"(?<![a-z])(?:trash|rubbish|recycle ?bin|bin)(?![a-z])|휴지통")
_ENTERS = frozenset({"enter", "space"})
_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super"})
_TEXTS = frozenset(
    {Role.TEXT_FIELD, Role.TEXT_AREA, Role.PASSWORD_FIELD, Role.DOCUMENT, Role.SPIN_BUTTON}
)
_PASSIVE = frozenset({*_TEXTS, Role.WINDOW, Role.DIALOG, Role.SCROLL_BAR, Role.APPLICATION})
_CONTROLS = frozenset(
    {
        Role.BUTTON,
        Role.TOGGLE_BUTTON,
        Role.CHECK_BOX,
        Role.RADIO_BUTTON,
        Role.LINK,
        Role.MENU_ITEM,
        Role.TAB,
    }
)
_SWITCHES = frozenset(
    {Role.TOGGLE_BUTTON, Role.CHECK_BOX, Role.RADIO_BUTTON, Role.COMBO_BOX, Role.SLIDER}
)
_LONGEST_NAME = 60
"""Longest name, in characters, of something that is pressed; what is longer is content."""

_BY_ENTER = frozenset(
    {RiskKind.SEND, RiskKind.DELETE, RiskKind.PAY, RiskKind.OVERWRITE, RiskKind.INSTALL}
    | {RiskKind.CREDENTIALS}
)
"""What the Enter key may set off in a window that offers it by a button."""


def is_shell(app: str) -> bool:
    """Whether a program takes commands."""
    return _SHELLS.search(normal(app)) is not None


def classify(act: Act) -> frozenset[RiskKind]:
    """The risky kinds of an act; none for one that a person need not be asked about.

    Args:
        act: What is about to be done.
    """
    match act.verb:
        case Verb.PRESS | Verb.POINT:
            return _pressing(act, act.node)
        case Verb.SELECT:
            return kinds_of_name(act.text) | _in_settings(act, act.node)
        case Verb.SET:
            return _in_settings(act, act.node)
        case Verb.DRAG:
            return _dragging(act)
        case Verb.KEYS:
            return _keys(act)
        case Verb.TYPE:
            return _typing(act)
        case Verb.LAUNCH:
            return _launching(act)
        case Verb.FOCUS | Verb.SCROLL | Verb.COPY:
            return frozenset()


def _pressing(act: Act, node: Node | None) -> frozenset[RiskKind]:
    if node is None:
        return kinds_of_name(act.said)
    if node.role in _PASSIVE:
        return frozenset()
    if act.button != "primary":
        return frozenset()  # A secondary click opens a menu; what is chosen there is judged.
    found = kinds_of_name(node.name) if _is_name(node) else frozenset[RiskKind]()
    if not declines(node.name):
        found |= _asked_by_dialog(act, node) | _saved_by(act, node)
    return found | _in_settings(act, node)


def _is_name(node: Node) -> bool:
    return node.role in _CONTROLS or len(normal(node.name)) <= _LONGEST_NAME


def _asked_by_dialog(act: Act, node: Node) -> frozenset[RiskKind]:
    """`OK` under `Delete 3 files?` deletes: a dialog's button does what the dialog says."""
    window = act.window
    if window is None or node.role not in {Role.BUTTON, Role.TOGGLE_BUTTON, Role.LINK}:
        return frozenset()
    if window.role is not Role.DIALOG and not window.has(State.MODAL):
        return frozenset()
    if window.native_role == CHOOSER:
        return frozenset()  # It lists files: their names are no question.
    words = [window.name]
    words += [one.name for one in act.inside if one.role is Role.LABEL]
    return kinds_of_text("\n".join(words))


def _saved_by(act: Act, node: Node) -> frozenset[RiskKind]:
    """A save dialog's button replaces the file that is there, or makes one that is run."""
    window = act.window
    if window is None or not is_file_dialog(window, act.inside) or not saves(act.inside):
        return frozenset()
    accept, entry = accept_of(act.inside), entry_of(act.inside)
    if accept is None or entry is None or accept.ref != node.ref or not entry.value:
        return frozenset()
    path = named_path(entry.value, folder_of(act.inside))
    found: set[RiskKind] = set()
    if path is not None and (path.exists() or path.is_symlink()):
        found.add(RiskKind.OVERWRITE)
    if saves_program(entry.value):
        found.add(RiskKind.COMMAND)
    return frozenset(found)


def _in_settings(act: Act, node: Node | None) -> frozenset[RiskKind]:
    """Changing a switch, or applying, in a window for settings."""
    if node is None or declines(node.name):
        return frozenset()
    window = act.window
    title = "" if window is None else window.name
    settings = _SETTINGS_PROGRAMS.search(normal(node.app)) or (
        RiskKind.SETTINGS in kinds_of_text(title)
    )
    changes = node.role in _SWITCHES or act.verb in {Verb.SELECT, Verb.SET}
    applies = normal(node.name) in {"ok", "apply", "save", "확인", "적용", "저장"}
    return frozenset({RiskKind.SETTINGS}) if settings and (changes or applies) else frozenset()


def _keys(act: Act) -> frozenset[RiskKind]:
    keys = frozenset(act.keys)
    held, plain = keys & _MODIFIERS, keys - _MODIFIERS
    focused = act.node
    in_text = focused is not None and (focused.role in _TEXTS and focused.has(State.EDITABLE))
    found: set[RiskKind] = set()
    app = act.window.app if act.window is not None else ""
    if is_shell(app) and plain & {"enter", "v"}:
        found.add(RiskKind.COMMAND)
    if keys in (frozenset({"alt", "f2"}), frozenset({"super", "r"})):
        found.add(RiskKind.COMMAND)
    if plain & {"delete"} and ("shift" in held or not in_text):
        found.add(RiskKind.DELETE)
    if plain & {"backspace"} and "super" in held and not in_text:
        found.add(RiskKind.DELETE)
    if plain & {"enter"} and held & {"ctrl", "super"}:
        found.add(RiskKind.SEND)
    if plain & _ENTERS and not held:
        found |= _enter(act, focused, space="space" in plain)
    return frozenset(found)


def _enter(act: Act, focused: Node | None, *, space: bool) -> frozenset[RiskKind]:
    """Enter presses what has the focus; in a field or a dialog, the button that stands for it."""
    if focused is not None and focused.role in _CONTROLS:
        return _pressing(act, focused)
    if space:
        return frozenset()
    multi_line = focused is not None and (
        focused.role is Role.TEXT_AREA or focused.has(State.MULTI_LINE)
    )
    window = act.window
    is_dialog = window is not None and (window.role is Role.DIALOG or window.has(State.MODAL))
    buttons = [one for one in act.inside if one.role is Role.BUTTON and not declines(one.name)]
    found: frozenset[RiskKind] = frozenset()
    if is_dialog and not multi_line:
        for one in buttons:
            found |= _pressing(act, one)
    elif focused is not None and not multi_line and focused.role in _TEXTS:
        for one in buttons:
            found |= kinds_of_name(one.name) & _BY_ENTER
    elif multi_line and focused is not None:
        # A chat sends by Enter from a field of several lines; an editor has no such button.
        found |= frozenset(
            kind for one in buttons for kind in kinds_of_name(one.name) if kind is RiskKind.SEND
        )
    return found


def _typing(act: Act) -> frozenset[RiskKind]:
    node = act.node
    found: set[RiskKind] = set()
    if node is None:
        return frozenset()
    if is_secret(node):
        found.add(RiskKind.CREDENTIALS)
    if is_shell(node.app):
        found.add(RiskKind.COMMAND)
    if node.role is not Role.TEXT_AREA and any(end in act.text for end in "\n\r"):
        found |= _enter(act, node, space=False)
    return frozenset(found)


def _dragging(act: Act) -> frozenset[RiskKind]:
    """Dropping on the trash deletes."""
    onto = "" if act.onto is None else normal(act.onto.name)
    return frozenset({RiskKind.DELETE}) if _TRASH.search(onto) else frozenset()


def _launching(act: Act) -> frozenset[RiskKind]:
    words = [normal(act.program), *(normal(part) for part in act.argv[:1])]
    found: set[RiskKind] = set()
    for word in words:
        if is_shell(word):
            found.add(RiskKind.COMMAND)
        if _SETTINGS_PROGRAMS.search(word):
            found.add(RiskKind.SETTINGS)
        if _INSTALLERS.search(word):
            found.add(RiskKind.INSTALL)
    return frozenset(found)


def is_secret(node: Node) -> bool:
    """Whether a field holds a secret, by its role or by its name (a password that is shown)."""
    field = node.role in _TEXTS and node.role is not Role.TEXT_AREA
    return node.secure or (field and _SECRET_FIELD.search(normal(node.name)) is not None)


def saves_program(filename: str) -> bool:
    """Whether a file of this name is run when it is opened."""
    return _EXECUTABLE.search(normal(filename)) is not None
