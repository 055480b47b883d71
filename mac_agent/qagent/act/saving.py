"""Saving the active document under a new name; never over an existing file."""

import os
from pathlib import Path

from qagent.act.context import (
    MODAL_SECONDS,
    Context,
    Done,
    FailedError,
    Precondition,
    RefusedError,
)
from qagent.act.filing import cancel, fill_and_accept
from qagent.act.looking import look_patiently
from qagent.desktop.base import GoneError, Node, Tree, UnsupportedError
from qagent.desktop.macos.file_dialog import SAVE_AS
from qagent.file_dialogs import CHOOSER, entry_of, is_file_dialog, saves
from qagent.messages import text
from qagent.policy import ready_documents
from qagent.stop import StoppedError, StopSignal
from qscreen.wire import EffectError, Outcome, Role, Route, SaveAs, State

_SHORTCUT = ("ctrl", "shift", "s")
_LATE_SECONDS = 0.5
_LARGEST_COMPARED = 4_000_000
_LONGEST_NAME = 255
"""Bytes of a file name that Linux and macOS take (NAME_MAX); Korean letters have three each."""


def save_as(context: Context, action: SaveAs) -> Done:
    """Save the active document through the program's own dialog (GTK 3 file chooser)."""
    name = action.filename
    too_long = len(os.fsencode(name)) > _LONGEST_NAME
    if name in {".", ".."} or name != name.strip() or too_long:
        raise RefusedError(
            EffectError.BACKEND_ERROR, text("save.bad_name", name=f"'{action.filename}'")
        )
    path = ready_documents(context.policy) / action.filename
    if _exists(path):
        raise RefusedError(
            EffectError.WOULD_OVERWRITE, text("save.would_overwrite", name=str(path))
        )
    tree = look_patiently(context)
    window = tree.active_window()
    if window is None:
        raise RefusedError(EffectError.TARGET_NOT_FOUND, text("save.no_window"))
    context.allow(window.app)
    shown = _document_text(context, tree, window)
    context.begin({"path": str(path), "existed": False, "app": window.app})
    try:
        dialog, entry = _open_dialog(context, tree, window)
    except (FailedError, StoppedError):
        _cancel_late(context, window)
        raise
    try:
        fill_and_accept(context, dialog, entry, str(path))
    except (FailedError, StoppedError, GoneError, UnsupportedError):
        cancel(context, dialog)
        raise
    return _verify(context, window, path, shown)


def read_back(context: Context, action: SaveAs, precondition: Precondition) -> Done | None:
    """Judge an interrupted save: the file is there and was not there before."""
    path = Path(str(precondition.get("path", "")))
    if path.name != action.filename or precondition.get("existed") is not False:
        return None
    open_dialogs = [one for one in _dialogs(context) if one.app == precondition.get("app")]
    if open_dialogs and not path.exists():
        # The interruption left the dialog open: nothing was saved, nothing half-done remains.
        for dialog in open_dialogs:
            cancel(context, dialog)
        return None
    if not context.stop.wait_until(lambda: path.is_file() and path.stat().st_size > 0, 1.0):
        return None
    if _dialogs(context):
        return None
    return Done(
        Outcome.CONFIRMED,
        text("save.exists", path=str(path), size=path.stat().st_size),
        Route.NONE,
    )


def _open_dialog(context: Context, tree: Tree, window: Node) -> tuple[Node, Node]:
    """Press the shortcut, where no dialog is open, and wait for one with its focused name entry."""
    inside = tree.inside(window.ref)
    if is_file_dialog(window, inside) and saves(inside):
        entry = entry_of(inside)
        if entry is not None:
            return window, entry
    on_mac = context.backend.name == "macos"
    context.backend.press_keys(SAVE_AS if on_mac else _SHORTCUT)

    def appeared() -> tuple[Node, Node] | None:
        for dialog in _dialogs(context):
            if dialog.app != window.app or not dialog.has(State.ACTIVE):
                continue
            entry = entry_of(look_patiently(context, dialog).inside(dialog.ref))
            if entry is not None and entry.has(State.FOCUSED):
                return dialog, entry
        return None

    found = context.stop.wait_until(appeared, MODAL_SECONDS)
    if found is None:
        raise FailedError(
            EffectError.BACKEND_ERROR, text("save.no_dialog", app=window.app), Route.KEYBOARD
        )
    return found


def _verify(context: Context, window: Node, path: Path, shown: str | None) -> Done:
    def complete() -> bool:
        return path.is_file() and (shown is None or shown == "" or path.stat().st_size > 0)

    if not context.stop.wait_until(complete, MODAL_SECONDS):
        raise FailedError(
            EffectError.BACKEND_ERROR, text("save.no_file", path=str(path)), Route.KEYBOARD
        )
    size = path.stat().st_size
    if shown is None or size > _LARGEST_COMPARED:
        evidence = text("save.exists", path=str(path), size=size)
        return Done(Outcome.CONFIRMED, evidence, Route.KEYBOARD, window.rect)
    wanted = shown.encode()
    # An editor may end the last line of a file.
    equal = context.stop.wait_until(
        lambda: path.read_bytes() in {wanted, wanted + b"\n"}, MODAL_SECONDS / 2
    )
    if not equal:
        evidence = text("save.differs", path=str(path), size=size)
        return Done(Outcome.UNVERIFIABLE, evidence, Route.KEYBOARD, window.rect)
    evidence = text("save.confirmed", path=str(path), size=path.stat().st_size)
    return Done(Outcome.CONFIRMED, evidence, Route.KEYBOARD, window.rect)


def _document_text(context: Context, tree: Tree, window: Node) -> str | None:
    """Text of the window's only text area, to compare with the file."""
    areas = [
        node
        for node in tree.inside(window.ref)
        if node.role is Role.TEXT_AREA and node.has(State.EDITABLE)
    ]
    if len(areas) != 1:
        return None
    try:
        return context.backend.text_state(areas[0]).text
    except UnsupportedError:
        return None


def _dialogs(context: Context) -> list[Node]:
    return [window for window in context.backend.windows() if window.native_role == CHOOSER]


def _cancel_late(context: Context, window: Node) -> None:
    """The dialog was asked for and may still come: wait for it and close it."""
    StopSignal().wait_until(
        lambda: any(one.app == window.app for one in _dialogs(context)), _LATE_SECONDS
    )
    for dialog in _dialogs(context):
        if dialog.app == window.app:
            cancel(context, dialog)


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()
