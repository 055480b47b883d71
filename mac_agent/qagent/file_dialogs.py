"""A program's file dialog as it shows itself: its field, its folder, its button.

GTK, LibreOffice with GTK and macOS call theirs a file chooser. Qt calls its own one a dialog like
any other: it is known by the folder that it shows. What was seen: GTK 3.24, Qt 6.4.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from qagent.desktop.base import Node
from qagent.observe import fold
from qscreen.wire import Role, State

CHOOSER = "file chooser"
SAVE_NAMES = frozenset({"save", "저장", "저장하기", "enregistrer", "speichern", "guardar", "保存"})
_OPEN_NAMES = frozenset(
    {"open", "attach", "upload", "insert", "import", "열기", "첨부", "업로드", "삽입", "가져오기"}
)
_OTHER_NAMES = frozenset({"ok", "choose", "select", "add", "확인", "선택", "추가"})
LISTS = frozenset({Role.TREE, Role.TABLE, Role.LIST})
_ROWS = frozenset({Role.CELL, Role.LIST_ITEM, Role.TREE_ITEM})


def is_file_dialog(window: Node, inside: Iterable[Node]) -> bool:
    """Whether a window is a file dialog.

    Args:
        window: The window.
        inside: Its elements.
    """
    if window.native_role == CHOOSER:
        return True
    if window.role is not Role.DIALOG:
        return False
    shown = tuple(inside)
    listed = any(one.role in LISTS for one in shown)
    return listed and len(_entries(shown)) == 1 and _chosen_folder(shown) is not None


def entry_of(inside: Iterable[Node]) -> Node | None:
    """The field that takes a path; None while the dialog shows none.

    Args:
        inside: The dialog's elements.
    """
    entries = _entries(inside)
    focused = [one for one in entries if one.has(State.FOCUSED)]
    return next(iter(focused or entries), None)


def accept_of(inside: Iterable[Node]) -> Node | None:
    """The button that takes what is chosen; None where none can be told.

    Args:
        inside: The dialog's elements.
    """
    buttons = [one for one in inside if one.role is Role.BUTTON]
    for names in (SAVE_NAMES, _OPEN_NAMES, _OTHER_NAMES):
        named = [one for one in buttons if fold(one.name) in names]
        if named:
            return named[-1]
    return None


def saves(inside: Iterable[Node]) -> bool:
    """Whether a file dialog saves, by its button.

    Args:
        inside: The dialog's elements.
    """
    accept = accept_of(inside)
    return accept is not None and fold(accept.name) in SAVE_NAMES


def opens(inside: Iterable[Node]) -> bool:
    """Whether a file dialog opens a file that is there, by its button.

    Args:
        inside: The dialog's elements.
    """
    accept = accept_of(inside)
    return accept is not None and fold(accept.name) in _OPEN_NAMES


def folder_of(inside: Sequence[Node]) -> Path | None:
    """The folder that a file dialog shows; None where it does not tell.

    Args:
        inside: The dialog's elements.
    """
    return _chosen_folder(inside) or _path_bar(inside)


def is_row(node: Node) -> bool:
    """Whether an element is a line of the dialog's list.

    Args:
        node: The element.
    """
    return node.role in _ROWS


def named_path(name: str, folder: Path | None) -> Path | None:
    """The file that a name in a dialog means; None where its folder is not known.

    Args:
        name: What stands in the field, or in the chosen line.
        folder: The folder that the dialog shows.
    """
    path = Path(name)
    if name.startswith("~/"):
        path = path.expanduser()
    if path.is_absolute():
        return path
    return None if folder is None or not name else folder / path


def _entries(inside: Iterable[Node]) -> list[Node]:
    return [one for one in inside if one.role is Role.TEXT_FIELD and one.has(State.EDITABLE)]


def _chosen_folder(inside: Iterable[Node]) -> Path | None:
    """Qt's choice of folders, which shows the path of the one that is listed."""
    shown = [one.value or "" for one in inside if one.role is Role.COMBO_BOX]
    paths = [path for words in shown if (path := Path(words)).is_absolute() and path.is_dir()]
    return paths[0] if len(paths) == 1 else None


def _path_bar(inside: Sequence[Node]) -> Path | None:
    """GTK's row of folders, from the root or from home up to the one that is shown and below.

    The row may be too long to show its beginning: then the arrow before it can be pressed.
    """
    steps = [one for one in inside if one.role is Role.TOGGLE_BUTTON and one.rect is not None]
    shown = next((one for one in steps if one.has(State.CHECKED)), None)
    if shown is None:
        return None
    row = sorted((one for one in steps if one.parent == shown.parent), key=_left)
    arrows = [one for one in inside if one.role is Role.BUTTON and one.parent == shown.parent]
    names = [one.name for one in row if _left(one) <= _left(shown)]
    whole = bool(arrows) and not min(arrows, key=_left).has(State.ENABLED)
    home = Path.home()
    if whole:
        found = Path("/").joinpath(*names[1:])
    elif names[0] == home.name:
        found = home.joinpath(*names[1:])
    else:
        return None
    return found if found.is_dir() else None


def _left(node: Node) -> int:
    return 0 if node.rect is None else node.rect.x
