"""What would be done, in words: the steps of a plan, and the orders by which a goal is pursued."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from qagent.act.resolve import describe_target
from qagent.messages import language, text
from qagent.plan_texts import TEXTS as PLAN_TEXTS
from qagent.words import said
from qscreen.orders import Order
from qscreen.orders.model import Condition, Kind, Part, Which
from qscreen.wire import Action, Language, Step, Target, UndoWay

_LABELLED = {"amount", "count", "idle_ms", "start", "timeout_ms"}
"""Fields whose value alone would not say what it means."""

_WAYS = {"right": ("left", "right"), "down": ("up", "down")}
"""Directions by the sign of a field."""

_WORDS = {"button", "condition", "direction"}
"""Fields that hold one of a few words."""


def step_words(step: Step) -> str:
    """A step of a plan, and that it cannot be undone, where that is so.

    Args:
        step: The step.
    """
    values = ", ".join(_values(step.action))
    what = ": ".join(one for one in (said("kind", step.action.kind), values) if one)
    told = f"{step.id} {what}  ← {step.because}"
    return f"{told}\n  {text('undo.cannot')}" if step.undo is UndoWay.CANNOT else told


def order_words(order: Order) -> str:
    """An order, which becomes steps once the screen is seen.

    Args:
        order: The order.
    """
    values = ", ".join(_parts(order))
    return ": ".join(one for one in (text(f"order.{type(order).__name__}"), values) if one)


def words_of(which: Which) -> str:
    """Which element an order means, without where it is.

    Args:
        which: What the order says of it.
    """
    korean = language() is Language.KO
    number = _number(which.nth) if which.nth else ""
    name = f"'{which.names[0]}'" if which.names else ""
    kind = text(f"thing.{which.kind}") if which.kind else ""
    parts = (number, name, kind) if korean else (kind, name, number)
    return " ".join(one for one in parts if one)


def _values(action: Action) -> Iterator[str]:
    """The values of an action that are not at their default."""
    given = action.model_dump(exclude_defaults=True, exclude_none=True)
    for name in sorted(given, key=lambda one: one != "target"):
        value = getattr(action, name)
        match value:
            case Target():
                words = describe_target(value)
                yield text("plan.onto", value=words) if name == "onto" else words
            case True:
                yield text(f"plan.{name}")
            case _ if name in _WORDS:
                yield text(f"plan.{value}")
            case _ if name in _LABELLED:
                yield text(f"plan.{name}", value=value)
            case int() if name in {"right", "down"}:
                yield f"{text(f'plan.{name}')} {value} px"
            case tuple() if name == "keys":
                yield "+".join(value)
            case tuple() if name == "path":
                yield " > ".join(value)
            case _:
                yield json.dumps(value, ensure_ascii=False)


def _parts(part: Any) -> Iterator[str]:
    """What an order speaks of, its parts in their order."""
    for field in fields(part):
        value = getattr(part, field.name)
        match value:
            case None if field.name == "text":
                yield text("plan.taken")
            case None | "" | ():
                pass
            case bool():
                key = f"plan.{field.name}.{value}"
                if key in PLAN_TEXTS:
                    yield text(key)
            case Condition(compared=compared, number=number):
                yield text(f"compared.{compared}", value=f"{number:g}")
            case Which():
                yield " ".join(_which(value))
            case Kind():
                yield text(f"thing.{value}")
            case Part():
                yield text(f"part.{value}")
            case int() if field.name in _WAYS:
                if value:
                    yield text(f"plan.{_WAYS[field.name][value > 0]}")
            case int() if field.name in {"nth", "number"}:
                if value:
                    yield _number(value)
            case tuple() | list():
                yield ", ".join(str(one) if isinstance(one, int) else f"'{one}'" for one in value)
            case str():
                yield f"'{value}'"
            case _:
                yield str(value)


def _which(which: Which) -> Iterator[str]:
    """Which element an order means, and where it is."""
    if which.beside:
        yield text("plan.beside", value=f"'{which.beside}'")
    if which.any_of:
        yield text("plan.any_of.True")
    if which.colour:
        yield f"'{which.colour}'"
    yield words_of(which)


def _number(place: int) -> str:
    return text("plan.nth" if place > 0 else "plan.nth_last", value=abs(place))
