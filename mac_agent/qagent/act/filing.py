"""A program's file dialog: a path goes into its field, and the dialog takes it and closes."""

from collections.abc import Sequence
from pathlib import Path

from qagent.act.context import MODAL_SECONDS, Context, Done, FailedError, RefusedError, quoted
from qagent.act.looking import look_patiently
from qagent.consent.classify import Act, Verb, classify
from qagent.desktop.base import GoneError, Node, UnsupportedError
from qagent.desktop.macos.file_dialog import enter_path
from qagent.file_dialogs import (
    accept_of,
    entry_of,
    folder_of,
    is_file_dialog,
    named_path,
    opens,
    saves,
)
from qagent.messages import text
from qagent.policy import RiskKind
from qagent.stop import StoppedError, StopSignal
from qscreen.redaction import redact
from qscreen.wire import EffectError, Outcome, Role, Route, SaveAs, State, Step

_SHOW_FIELD = ("ctrl", "l")
"""GTK shows the field of a dialog that opens files on these keys, and hides it on them again."""

_PRESSES, _PRESS_SECONDS = 8, 1.0
_WRITTEN_SECONDS = 2.0
"""Time a program gets to write the file once its dialog has closed; some never do."""


def as_file_dialog(context: Context, node: Node) -> Node | None:
    """The file dialog that an element is, or is the inner part of; None for anything else.

    Args:
        context: Surroundings of the step.
        node: The element.
    """
    if node.role is not Role.DIALOG or node.window is None:
        return None
    window = next((one for one in context.backend.windows() if one.ref == node.window), None)
    if window is None:
        return None
    inside = look_patiently(context, window).inside(window.ref)
    return window if is_file_dialog(window, inside) else None


def choose_file(context: Context, dialog: Node, name: str) -> Done:
    """Choose a file in an open file dialog, to open it or to save under that name.

    Args:
        context: Surroundings of the step.
        dialog: The dialog.
        name: A path, or a name in the folder that the dialog shows.
    """
    inside = look_patiently(context, dialog).inside(dialog.ref)
    path = named_path(name, folder_of(inside))
    if saves(inside):
        _may_write(context, path)
    elif opens(inside) and path is not None and not path.exists():
        raise RefusedError(EffectError.BAD_VALUE, text("file.missing", path=redact(str(path))))
    context.begin({})
    written = str(path) if path is not None else name
    try:
        entry = entry_of(inside) or _field(context, dialog)
        fill_and_accept(context, dialog, entry, written)
    except (FailedError, StoppedError, GoneError, UnsupportedError):
        cancel(context, dialog)
        raise
    evidence = text("file.chosen", target=quoted(dialog), path=f"'{redact(written)}'")
    if path is not None and saves(inside):
        context.stop.wait_until(lambda: _is_written(path), _WRITTEN_SECONDS)
        if path.is_file():
            found = text("save.exists", path=redact(str(path)), size=path.stat().st_size)
            evidence = f"{evidence} {found}"
    return Done(Outcome.CONFIRMED, evidence, Route.ACCESSIBILITY, dialog.rect)


def fill_and_accept(context: Context, dialog: Node, entry: Node, name: str) -> None:
    """Put a name into a dialog's field, and have the dialog take it until it is gone.

    Args:
        context: Surroundings of the step.
        dialog: The dialog.
        entry: Its field.
        name: The name, or a path.

    Raises:
        FailedError: The field did not take the name, or the dialog stayed.
    """
    known = {one.ref for one in context.backend.windows()}
    shown = name
    if context.backend.name == "macos":
        shown = enter_path(context.backend, entry, Path(name), context.stop.wait_until)
    else:
        context.backend.set_text(entry, shown)
    if not context.stop.wait_until(
        lambda: context.backend.text_state(entry).text == shown, MODAL_SECONDS
    ):
        raise FailedError(EffectError.BACKEND_ERROR, text("file.dialog_stayed"), Route.KEYBOARD)
    # The guard judges the press by what the dialog shows now: the name that was put there.
    inside = look_patiently(context, dialog).inside(dialog.ref)
    accept = accept_of(inside)

    def gone() -> bool:
        # One question about one window: a list of all would keep the program from its work.
        try:
            if context.backend.refresh(dialog).has(State.SHOWING):
                return False
        except GoneError:
            pass
        return all(one.ref != dialog.ref for one in context.backend.windows())

    # The chooser reads the name in the background and ignores a press until it has.
    for _ in range(_PRESSES):
        if not _replace(context, dialog, known):
            _accept(context, entry, accept)
        if context.stop.wait_until(gone, _PRESS_SECONDS):
            return
    raise FailedError(EffectError.BACKEND_ERROR, text("file.dialog_stayed"), Route.KEYBOARD)


def cancel(context: Context, dialog: Node) -> None:
    """Close a dialog and whatever question it put on top: nothing half-done remains.

    Args:
        context: Surroundings of the step.
        dialog: The dialog.
    """
    for _ in range(3):
        windows = context.backend.windows()
        if all(one.ref != dialog.ref for one in windows):
            return
        if any(one.app == dialog.app and one.has(State.ACTIVE) for one in windows):
            context.backend.press_keys(("escape",))
        # Also when the work was stopped.
        StopSignal().wait_until(
            lambda: all(one.ref != dialog.ref for one in context.backend.windows()), 0.4
        )


def _may_write(context: Context, path: Path | None) -> None:
    """Refuse what the policy does not allow, and a folder that is not there."""
    saving = Step(id="s1", action=SaveAs(filename="file"), because="a file dialog that saves")
    denial = context.policy.denies_step(saving)
    if denial is not None:
        raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)
    if path is not None and not path.parent.is_dir():
        raise RefusedError(
            EffectError.BAD_VALUE, text("file.no_folder", path=redact(str(path.parent)))
        )


def _field(context: Context, dialog: Node) -> Node:
    """Have a dialog without a field show one."""
    if context.backend.name == "macos":
        raise FailedError(EffectError.NOT_EDITABLE, text("file.no_field", target=quoted(dialog)))
    context.bring_up(dialog)
    context.backend.press_keys(_SHOW_FIELD)

    def shown() -> Node | None:
        return entry_of(look_patiently(context, dialog).inside(dialog.ref))

    found = context.stop.wait_until(shown, MODAL_SECONDS)
    if found is None:
        raise FailedError(EffectError.NOT_EDITABLE, text("file.no_field", target=quoted(dialog)))
    return found


def _accept(context: Context, entry: Node, accept: Node | None) -> None:
    try:
        if accept is None:
            context.backend.press(entry)
            return
        context.stop.wait_until(lambda: context.backend.refresh(accept).has(State.ENABLED), 0.5)
        context.backend.press(accept)
    except GoneError:
        # An earlier press was taken after all; the caller looks at the dialog next.
        return


def _replace(context: Context, dialog: Node, known: set[object]) -> bool:
    """Answer the question whether an existing file is to be replaced: a person was asked before.

    The guard judges this press too: what is replaced is not replaced unasked.
    """
    for window in context.backend.windows():
        if window.app != dialog.app or window.ref in known:
            continue
        inside = look_patiently(context, window).inside(window.ref)
        yes = [one for one in inside if _replaces(window, one, inside)]
        if len(yes) == 1:
            try:
                context.backend.press(yes[0])
            except GoneError:
                return False
            return True
    return False


def _replaces(window: Node, button: Node, inside: Sequence[Node]) -> bool:
    act = Act(Verb.PRESS, button, window, tuple(inside))
    return button.role is Role.BUTTON and RiskKind.OVERWRITE in classify(act)


def _is_written(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
