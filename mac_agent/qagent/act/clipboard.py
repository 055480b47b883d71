"""Reading and writing the clipboard."""

from qagent.act.context import Context, Done, FailedError, RefusedError
from qagent.act.memory import UndoRecord
from qagent.messages import text
from qagent.policy import DataClass
from qscreen.redaction import redact
from qscreen.wire import EffectError, Outcome, ReadClipboard, Route, WriteClipboard

_SECONDS = 1.0
_MOST_EVIDENCE = 4000


def read_clipboard(context: Context, _: ReadClipboard) -> Done:
    """Read the clipboard's text, where the policy lets plans read it."""
    _allow(context)
    found = context.backend.read_clipboard()
    if found is None:
        raise RefusedError(EffectError.TARGET_NOT_FOUND, text("clipboard.no_text"))
    return Done(Outcome.CONFIRMED, redact(found)[:_MOST_EVIDENCE], Route.CLIPBOARD)


def write_clipboard(context: Context, action: WriteClipboard) -> Done:
    """Put a text into the clipboard; what was there can be put back."""
    before = context.backend.read_clipboard()
    context.begin({})
    context.backend.write_clipboard(action.text)
    if not context.stop.wait_until(
        lambda: context.backend.read_clipboard() == action.text, _SECONDS
    ):
        raise FailedError(EffectError.BACKEND_ERROR, text("clipboard.differs"), Route.CLIPBOARD)
    if before is not None:
        _remember(context, before, action.text)
    evidence = text("clipboard.written", count=len(action.text))
    return Done(Outcome.CONFIRMED, evidence, Route.CLIPBOARD)


def read_back(context: Context, action: WriteClipboard) -> Done | None:
    """Judge an interrupted writing: is the text in the clipboard?"""
    if context.backend.read_clipboard() != action.text:
        return None
    evidence = text("clipboard.written", count=len(action.text))
    return Done(Outcome.CONFIRMED, evidence, Route.NONE)


def _allow(context: Context) -> None:
    if not context.policy.may_read(DataClass.CLIPBOARD):
        denial = context.policy.denies_data(DataClass.CLIPBOARD)
        raise RefusedError(EffectError.DENIED_BY_POLICY, denial.message)


def _remember(context: Context, before: str, after: str) -> None:
    what = str(Route.CLIPBOARD)

    def restore(later: Context) -> Done:
        if later.backend.read_clipboard() != after:
            raise RefusedError(EffectError.BACKEND_ERROR, text("undo.changed_since", target=what))
        later.begin({"undo": True})
        later.backend.write_clipboard(before)
        if not later.stop.wait_until(lambda: later.backend.read_clipboard() == before, _SECONDS):
            raise FailedError(EffectError.BACKEND_ERROR, text("undo.failed", target=what))
        return Done(Outcome.CONFIRMED, text("undo.confirmed", target=what), Route.CLIPBOARD)

    context.remember(UndoRecord(what, "", restore))
