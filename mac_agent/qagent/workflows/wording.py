"""Saying a step in the words of the command grammar, so that a goal gives the very same step.

A template is a goal (`qscreen.wire.TemplateRequest`): the platform plans it by the grammar and by
nothing else that it knows of the recording. What is said here is therefore read back by the same
grammar, and what does not come back as it was is not said at all.
"""

from qscreen.grammar.lexicon_en import NOUNS
from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    Drag,
    Focus,
    OpenApp,
    PressKeys,
    Read,
    ReadClipboard,
    ReadTable,
    Role,
    SaveAs,
    Scroll,
    Select,
    SetValue,
    Target,
    TypeText,
    Undo,
    WaitFor,
    WriteClipboard,
)

_ROLE_WORDS: dict[Role, str] = {}
for _words, _role in NOUNS.roles.items():
    _ROLE_WORDS.setdefault(_role, " ".join(_words))


def clause_of(action: Action) -> str | None:
    """One action as a clause in English; None where the grammar has no words for it.

    Args:
        action: The action; variables in it stay as they are written.
    """
    match action:
        case OpenApp():
            what = "a new document in " if action.new_document else ""
            return f"open {what}{quoted(action.app)}"
        case Focus():
            return _with("focus", action.target)
        case Click():
            verb = {("primary", 1): "click", ("primary", 2): "double-click"}.get(
                (action.button, action.count), "right-click" if action.count == 1 else ""
            )
            return _with(verb, action.target) if verb else None
        case TypeText():
            return _placed(f"type {quoted(action.text)}", " in", action.target)
        case PressKeys():
            return f"press {'+'.join(action.keys)}"
        case Select():
            return _placed(f"select {quoted(action.option)}", " from", action.target)
        case SaveAs():
            return f"save as {quoted(action.filename)}"
        case WaitFor():
            return _waiting(action)
        case Read():
            return "read the text" if action.target is None else _with("read", action.target)
        case Scroll():
            said = _placed(f"scroll {action.direction}", " in", action.target)
            return None if said is None else f"{said} {action.amount} times"
        case SetValue():
            said = _with("set", action.target)
            return None if said is None else f"{said} to {quoted(action.value)}"
        case Drag():
            start = _noun(action.target)
            end = None if action.onto is None else _noun(action.onto)
            return None if start is None or end is None else f"drag {start} to {end}"
        case ChooseMenu():
            path = " > ".join(quoted(one) for one in action.path)
            place = f" in {quoted(action.app)}" if action.app is not None else ""
            return f"choose {path}{place}"
        case ReadClipboard():
            return "read the clipboard"
        case WriteClipboard():
            return f"copy {quoted(action.text)} to the clipboard"
        case ReadTable():
            return None if action.target is None else _with("read", action.target)
        case Undo():
            return "undo the last step"
        case _:
            return None


def quoted(words: str) -> str:
    """A text in quotation marks, which the grammar reads back as it is."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _noun(target: Target) -> str | None:
    """An element's name and role."""
    role = None if target.role is None else _ROLE_WORDS.get(target.role)
    if target.role is not None and role is None:
        return None
    name = None if target.name is None else quoted(target.name)
    return "the " + " ".join(part for part in (name, role) if part)


def _with(verb: str, target: Target) -> str | None:
    noun = _noun(target)
    if noun is None:
        return None
    place = "" if target.app is None else f" in {quoted(target.app)}"
    return f"{verb} {noun}{place}"


def _placed(said: str, preposition: str, target: Target | None) -> str | None:
    """A clause with its place, where it has one."""
    where = "" if target is None else _with(preposition, target)
    return None if where is None else f"{said}{where}"


def _waiting(action: WaitFor) -> str | None:
    limit = action.timeout_ms
    seconds, rest = divmod(limit, 1000)
    usual = WaitFor.model_fields["timeout_ms"].default
    most = "" if limit == usual else f" for up to {seconds} seconds"
    if rest and limit != usual:
        most = f" for up to {limit} ms"
    if action.condition == "idle":
        return f"wait until nothing changes{most}"
    if action.target is None:
        return f"wait until the window shows {quoted(action.text or '')}{most}"
    what = _with("", action.target)
    if what is None:
        return None
    if action.condition == "text":
        return f"wait until{what} shows {quoted(action.text or '')}{most}"
    verb = "appears" if action.condition == "appears" else "disappears"
    return f"wait until{what} {verb}{most}"
