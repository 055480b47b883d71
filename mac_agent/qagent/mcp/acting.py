"""Tools that act: one for each action that `qscreen.wire` knows, made from its own definition."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, get_args

from pydantic import Field, ValidationError, WithJsonSchema, create_model, model_validator
from pydantic.fields import FieldInfo

from qagent.act.context import RefusedError
from qagent.desktop.base import DesktopError, Node
from qagent.mcp.answers import ChangesAnswer, EffectAnswer, effect_of
from qagent.mcp.desk import Desk
from qagent.mcp.faults import ToolError, repair_of, stop_code
from qagent.mcp.looking import changes_of
from qagent.mcp.tools import Given, Part, Tool, bad_arguments
from qagent.messages import text
from qagent.stop import StoppedError, StopSignal
from qscreen.tools import Risk
from qscreen.wire import (
    Action,
    ChooseMenu,
    Click,
    Drag,
    Effect,
    EffectError,
    Focus,
    OpenApp,
    Outcome,
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
    UndoWay,
    WaitFor,
    WireModel,
    WriteClipboard,
    WriteTable,
)
from qscreen.wire.action import RISK_OF_KIND, UNDO_OF_KIND

_CHANGES = 40


# The list of roles would stand in the schema of every tool; a wrong one is answered with it.
_ROLE = {"type": "string", "description": "Its role, as looks tell it, e.g. button."}


class Where(Given):
    """Which element is meant: an id from a look, or its name, role and app."""

    element: str | None = Field(
        default=None, max_length=20, description="Id from a look, e.g. s3e17; then nothing else."
    )
    name: str | None = Field(default=None, min_length=1, max_length=200, description="Its name.")
    role: Annotated[Role, WithJsonSchema(_ROLE)] | None = None
    app: str | None = Field(
        default=None, min_length=1, max_length=200, description="Program or window title."
    )

    @model_validator(mode="after")
    def _points_one_way(self) -> "Where":
        named = self.name is not None or self.role is not None
        if (self.element is not None) == named or (self.element and self.app):
            raise ValueError(text("mcp.bad_target"))
        return self


class Acting(Given):
    """Base of the arguments of tools that act."""

    look_after: bool = Field(
        default=False, description="Also answer what changed on the screen since the last look."
    )


@dataclass(frozen=True)
class _Declared:
    """What is said of an action for a model and for people."""

    name: str
    part: Part
    title: str
    description: str
    action: type[WireModel]
    risk: Risk
    idempotent: bool = False
    only: tuple[str, ...] = field(default=())


_LOOKS = "Reads; nothing changes. "
_CANNOT_UNDO = " The tool undo cannot undo it."
_TREE = Part.ACCESSIBILITY
_DECLARED = (
    _Declared(
        "open_app",
        _TREE,
        "Open a program",
        "Open a program, or bring it to the front, by the name that people use.",
        OpenApp,
        Risk.WRITE,
    ),
    _Declared(
        "focus_element",
        _TREE,
        "Focus an element",
        "Give an element the keyboard focus and bring its window to the front.",
        Focus,
        Risk.WRITE,
        idempotent=True,
    ),
    _Declared(
        "press_element",
        _TREE,
        "Press an element",
        "Press a button, link, check box, tab or menu item. A press that sends, deletes, pays, "
        "installs or the like is first asked about in a dialog on the device.",
        Click,
        Risk.EXTERNAL,
        only=("target",),
    ),
    _Declared(
        "set_value",
        _TREE,
        "Set a value",
        "Set what an element holds, in place of what it held: the text of a field, the number of "
        "a slider or spin box, the option of a combo box, on or off of a check box or switch; of "
        "an open file dialog, the path of the file to open or save: it takes it and closes.",
        SetValue,
        Risk.WRITE,
        idempotent=True,
    ),
    _Declared(
        "select_option",
        _TREE,
        "Select an option",
        "Select an option of a combo box, list or tab list by its name.",
        Select,
        Risk.WRITE,
        idempotent=True,
    ),
    _Declared(
        "choose_menu",
        _TREE,
        "Choose from the menus",
        'Choose an item of a program\'s menus by its path, e.g. ["File", "Export", "PDF"].',
        ChooseMenu,
        Risk.EXTERNAL,
    ),
    _Declared(
        "save_as",
        _TREE,
        "Save the document",
        "Save the active document under a file name in the device's document folder, and verify "
        "the file. A file that is there is never overwritten.",
        SaveAs,
        Risk.WRITE,
    ),
    _Declared(
        "read_element",
        _TREE,
        "Read an element",
        _LOOKS + "The whole text of an element, or of the focused one; never of a secret field.",
        Read,
        Risk.READ,
    ),
    _Declared(
        "read_table",
        _TREE,
        "Read a table",
        _LOOKS + "A block of cells, one row a line, cells separated by tabs.",
        ReadTable,
        Risk.READ,
    ),
    _Declared(
        "write_table",
        _TREE,
        "Write a table",
        "Write cells of a table row by row from a cell on; they are read back.",
        WriteTable,
        Risk.WRITE,
        idempotent=True,
    ),
    _Declared(
        "wait_for",
        _TREE,
        "Wait",
        _LOOKS + "Waits until an element appears or disappears, a text is there, or the screen is "
        "at rest.",
        WaitFor,
        Risk.READ,
    ),
    _Declared(
        "undo",
        _TREE,
        "Undo the last step",
        "Undo the last step of this session that can be undone, and verify that it is.",
        Undo,
        Risk.DESTRUCTIVE,
    ),
    _Declared(
        "type_text",
        Part.INPUT,
        "Type text",
        "Type text into a target, or into the focused element, and read it back. Korean and "
        "English; a line break presses Enter.",
        TypeText,
        Risk.EXTERNAL,
    ),
    _Declared(
        "press_keys",
        Part.INPUT,
        "Press keys",
        'Press one key combination, e.g. ["ctrl", "s"]. Names: ctrl, alt, shift, super, enter, '
        "tab, escape, space, backspace, delete, home, end, page_up, page_down, up, down, left, "
        "right, f1 to f12, or one character.",
        PressKeys,
        Risk.EXTERNAL,
    ),
    _Declared(
        "click",
        Part.INPUT,
        "Click an element",
        "Click an element once or twice, with the primary or the secondary button. Prefer "
        "press_element for a plain press.",
        Click,
        Risk.EXTERNAL,
    ),
    _Declared(
        "scroll",
        Part.INPUT,
        "Scroll",
        "Turn the wheel over the active window or a target.",
        Scroll,
        Risk.WRITE,
    ),
    _Declared(
        "drag",
        Part.INPUT,
        "Drag an element",
        "Press the pointer on an element, move it onto another one or by pixels, and let go.",
        Drag,
        Risk.EXTERNAL,
    ),
    _Declared(
        "read_clipboard",
        Part.INPUT,
        "Read the clipboard",
        _LOOKS + "The text in the clipboard, redacted.",
        ReadClipboard,
        Risk.READ,
    ),
    _Declared(
        "write_clipboard",
        Part.INPUT,
        "Write the clipboard",
        "Put a text into the clipboard, in place of what it held.",
        WriteClipboard,
        Risk.WRITE,
        idempotent=True,
    ),
)


def acting_tools() -> list[Tool]:
    """The tools that carry out actions, in the order in which they are shown."""
    return [_tool(one) for one in _DECLARED]


def _tool(declared: _Declared) -> Tool:
    kind = declared.action.model_fields["kind"].default
    final = UNDO_OF_KIND[kind] is UndoWay.CANNOT and declared.action is not Undo
    return Tool(
        declared.part,
        declared.name,
        declared.title,
        declared.description + (_CANNOT_UNDO if final else ""),
        _arguments_of(declared),
        EffectAnswer,
        partial(_act, declared.action),
        declared.risk,
        RISK_OF_KIND[kind],
        idempotent=declared.idempotent or declared.risk is Risk.READ,
    )


def _arguments_of(declared: _Declared) -> type[Given]:
    """The action's own fields, its targets as a model points at them."""
    base: type[Given] = Given if declared.risk is Risk.READ else Acting
    fields: dict[str, Any] = {}
    for name, info in declared.action.model_fields.items():
        if name == "kind" or (declared.only and name not in declared.only):
            continue
        fields[name] = (_pointing(info), info)
    return create_model(f"{declared.name}_arguments", __base__=base, **fields)


def _pointing(info: FieldInfo) -> Any:
    annotation = info.annotation
    if annotation is Target:
        return Where
    if Target in get_args(annotation):
        return Where | None
    return annotation


def _act(make: Callable[..., Any], desk: Desk, given: Given) -> EffectAnswer:
    chosen: dict[Target, Node] = {}
    values: dict[str, Any] = {}
    for name in type(given).model_fields:
        value = getattr(given, name)
        if name == "look_after":
            continue
        values[name] = _target(desk, value, chosen) if isinstance(value, Where) else value
    try:
        action: Action = make(**values)
    except ValidationError as error:
        raise bad_arguments(error) from None
    effect = desk.act(action, chosen)
    _check(effect, desk.stop)
    after: ChangesAnswer | None = None
    if getattr(given, "look_after", False):
        # The step is done: what prevents the look after it must not make it look undone.
        with suppress(RefusedError, StoppedError, DesktopError):
            after = changes_of(desk.look(), _CHANGES)
    return effect_of(effect, after)


def _target(desk: Desk, where: Where, chosen: dict[Target, Node]) -> Target:
    if where.element is None:
        return Target(name=where.name, role=where.role, app=where.app)
    node = desk.node(where.element)
    target = Target(name=node.name[:200] or None, role=node.role, app=node.app[:200] or None)
    if chosen.setdefault(target, node).ref != node.ref:
        raise ToolError("ambiguous_target", text("mcp.same_target"))
    return target


def _check(effect: Effect, stop: StopSignal) -> None:
    """What was refused, failed or seems to have done nothing is an error; unknown is told."""
    if effect.outcome in {Outcome.CONFIRMED, Outcome.UNVERIFIABLE}:
        return
    code = "suspected_noop" if effect.error is None else str(effect.error)
    if effect.error is EffectError.STOPPED:
        code = stop_code(stop.reason())
    message = effect.evidence or text("mcp.unverified")
    raise ToolError(code, message, repair_of(code), effect.candidates)
