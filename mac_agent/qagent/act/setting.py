"""Setting what an element holds: text, numbers, options, on and off, a file dialog's file."""

from qagent.act import choosing
from qagent.act.context import (
    Context,
    Done,
    FailedError,
    RefusedError,
    excerpt,
    quoted,
)
from qagent.act.filing import as_file_dialog, choose_file
from qagent.act.typing import replace_text, type_unseen
from qagent.act.undoing import remember_setting, remember_text
from qagent.desktop.base import Capability, Node, UnsupportedError, ValueState
from qagent.messages import text
from qagent.observe import fold
from qscreen.wire import EffectError, Outcome, Role, Route, Select, SetValue, State

SET_SECONDS = 1.5
"""Time a program gets to show the new value."""

_SWITCHES = frozenset({Role.CHECK_BOX, Role.TOGGLE_BUTTON, Role.RADIO_BUTTON})
_ON = frozenset({"on", "true", "yes", "1", "checked", "켬", "켜기", "켜짐", "예", "체크"})
_OFF = frozenset({"off", "false", "no", "0", "unchecked", "끔", "끄기", "꺼짐", "아니요", "해제"})
_CHOICES = frozenset({Role.COMBO_BOX, Role.LIST, Role.TAB_LIST})


def set_value(context: Context, action: SetValue) -> Done:
    """Set what an element holds, and read it back."""
    node = context.find(action.target, prefer=_is_settable)
    dialog = as_file_dialog(context, node)
    if dialog is not None:
        return choose_file(context, dialog, action.value)
    if node.secure:
        if not context.policy.secure_fields:
            raise RefusedError(EffectError.SECURE_FIELD, text("type.secure", target=quoted(node)))
        return type_unseen(context, node, action.value, replace=True)
    if node.role in _SWITCHES:
        return _switch(context, node, action.value)
    if node.role in _CHOICES and not node.has(State.EDITABLE):
        return choosing.select(context, Select(option=action.value, target=action.target))
    if Capability.VALUE in node.can and (number := _number(action.value)) is not None:
        return _set_number(context, node, number)
    if node.has(State.EDITABLE) or Capability.EDIT_TEXT in node.can:
        return _set_text(context, node, action.value)
    if Capability.VALUE in node.can:
        message = text("set.not_a_number", target=quoted(node), value=excerpt(action.value))
        raise RefusedError(EffectError.BAD_VALUE, message)
    raise RefusedError(EffectError.NOT_EDITABLE, text("type.not_editable", target=quoted(node)))


def read_back(context: Context, action: SetValue) -> Done | None:
    """Judge an interrupted setting: does the element hold the value?"""
    node = context.find(action.target, prefer=_is_settable)
    if node.secure:
        return None
    if node.role in _SWITCHES:
        holds = node.has(State.CHECKED) is (fold(action.value) in _ON)
    elif node.role in _CHOICES:
        return choosing.read_back(context, Select(option=action.value, target=action.target))
    elif (number := _number(action.value)) is not None and Capability.VALUE in node.can:
        holds = _is(context.backend.value_state(node), number)
    else:
        holds = _same(context.backend.text_state(node).text, action.value)
    return _confirmed(node, action.value, Route.NONE) if holds else None


def _is_settable(node: Node) -> bool:
    return (
        node.has(State.EDITABLE)
        or node.secure
        or node.role in _SWITCHES | _CHOICES
        or (node.role is Role.DIALOG and node.ref == node.window)
        or bool(node.can & {Capability.VALUE, Capability.EDIT_TEXT})
    )


def _confirmed(node: Node, value: str, route: Route) -> Done:
    key = "set.already" if route is Route.NONE else "set.confirmed"
    evidence = text(key, target=quoted(node), value=excerpt(value))
    return Done(Outcome.CONFIRMED, evidence, route, node.rect)


def _switch(context: Context, node: Node, value: str) -> Done:
    wanted = fold(value)
    if wanted not in _ON | _OFF:
        raise RefusedError(
            EffectError.BAD_VALUE, text("set.not_a_switch_value", target=quoted(node))
        )
    on = wanted in _ON
    if node.has(State.CHECKED) is on:
        return _confirmed(node, value, Route.NONE)
    if node.role is Role.RADIO_BUTTON and not on:
        raise RefusedError(EffectError.BAD_VALUE, text("set.radio_off", target=quoted(node)))
    context.begin({})
    route = _toggle(context, node)

    def is_on(later: Context, state: bool) -> bool:
        return later.backend.refresh(node).has(State.CHECKED) is state

    if not context.stop.wait_until(lambda: is_on(context, on), SET_SECONDS):
        return Done(
            Outcome.SUSPECTED_NOOP, text("set.failed", target=quoted(node)), route, node.rect
        )
    if node.role is not Role.RADIO_BUTTON:
        remember_setting(
            context,
            node,
            lambda later: is_on(later, on),
            lambda later: _toggle(later, node),
            lambda later: is_on(later, not on),
        )
    return _confirmed(node, value, route)


def _toggle(context: Context, node: Node) -> Route:
    try:
        context.backend.press(node)
    except UnsupportedError:
        context.click(node)
        return Route.POINTER
    return Route.ACCESSIBILITY


def _set_number(context: Context, node: Node, number: float) -> Done:
    before = context.backend.value_state(node)
    bounded = before.maximum > before.minimum
    if bounded and not before.minimum <= number <= before.maximum:
        message = text(
            "set.out_of_range",
            target=quoted(node),
            low=f"{before.minimum:g}",
            high=f"{before.maximum:g}",
        )
        raise RefusedError(EffectError.BAD_VALUE, message)
    if _is(before, number) and not node.has(State.EDITABLE):
        return _confirmed(node, f"{number:g}", Route.NONE)
    context.begin({})
    try:
        context.backend.set_value(node, number)
    except UnsupportedError:
        if not node.has(State.EDITABLE):
            raise
        return _set_text(context, node, f"{number:g}")

    def holds(later: Context, value: float) -> bool:
        return _is(later.backend.value_state(node), value)

    def put_back(later: Context) -> Route:
        later.backend.set_value(node, before.current)
        return Route.ACCESSIBILITY

    if context.stop.wait_until(lambda: holds(context, number), SET_SECONDS):
        remember_setting(
            context,
            node,
            lambda later: holds(later, number),
            put_back,
            lambda later: holds(later, before.current),
        )
        return _confirmed(node, f"{number:g}", Route.ACCESSIBILITY)
    found = context.backend.value_state(node)
    if _is(found, before.current) and node.has(State.EDITABLE):
        # A page may call a text field of its own a spin box: only its keys change it.
        return _set_text(context, node, f"{number:g}")
    if _is(found, before.current):
        return Done(
            Outcome.SUSPECTED_NOOP,
            text("set.failed", target=quoted(node)),
            Route.ACCESSIBILITY,
            node.rect,
        )
    # A slider with steps takes the nearest one: that is not what was asked for.
    evidence = text(
        "set.differs", target=quoted(node), value=f"{number:g}", found=f"{found.current:g}"
    )
    return Done(Outcome.UNVERIFIABLE, evidence, Route.ACCESSIBILITY, node.rect)


def _set_text(context: Context, node: Node, value: str) -> Done:
    before = context.backend.text_state(node).text
    if before == value:
        return _confirmed(node, value, Route.NONE)
    context.begin({})
    route = replace_text(context, node, value)
    shown = before

    def holds() -> bool:
        nonlocal shown
        shown = context.backend.text_state(node).text
        return _same(shown, value)

    if context.stop.wait_until(holds, SET_SECONDS + 0.004 * len(value)):
        remember_text(
            context, node, before, shown, lambda later, old: replace_text(later, node, old)
        )
        return _confirmed(node, value, route)
    if shown == before:
        return Done(
            Outcome.SUSPECTED_NOOP, text("set.failed", target=quoted(node)), route, node.rect
        )
    message = text("set.differs", target=quoted(node), value=excerpt(value), found=excerpt(shown))
    raise FailedError(EffectError.BACKEND_ERROR, message, route)


def _same(shown: str, value: str) -> bool:
    """Whether a field shows a text; editors of pages keep a line end of their own."""
    return shown == value or shown.removesuffix("\n") == value


def _is(state: ValueState, number: float) -> bool:
    return abs(state.current - number) <= 1e-6 * max(1.0, abs(number))


def _number(value: str) -> float | None:
    try:
        return float(value.strip().replace(",", "").removesuffix("%"))
    except ValueError:
        return None
