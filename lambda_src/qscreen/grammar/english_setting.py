"""Reads English clauses that set values, switch things and drag."""

from qscreen.grammar import lexicon_en as en
from qscreen.grammar.cursor import Cursor
from qscreen.grammar.english_clause import needs, noun_in_app, single
from qscreen.grammar.english_counts import number_of
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, Verb, refuse
from qscreen.grammar.targets import read_app, read_noun
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role

_SWITCHES = frozenset({Role.CHECK_BOX, Role.RADIO_BUTTON, Role.TOGGLE_BUTTON})
_ONTO = (("and", "drop"),)
_STEPS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
_PIXELS = frozenset({"pixel", "pixels", "px"})


def set_value(cursor: Cursor, _: Verb) -> list[Intent]:
    """Read *set the volume slider to 70*.

    Args:
        cursor: The clause after its verb.

    Returns:
        The setting.

    Raises:
        Misunderstood: It names no element or no value.
    """
    kind = ActionKind.SET_VALUE
    needs(cursor, Reason.NO_TARGET, kind)
    cursor.accept(en.READ_PARTS)
    rest = cursor.take(len(cursor.rest))
    stop = next((n for n in range(len(rest) - 1, 0, -1) if rest[n].norm == "to"), 0)
    value = rest[stop + 1 :]
    if not stop or not value:
        raise refuse(Reason.NO_VALUE, rest or cursor.tokens, kind)
    noun, app = noun_in_app(rest[:stop], kind)
    if len(value) > 2 and value[1].norm in en.IN_WORDS and app is None:
        app, value = read_app(value[2:], en.NOUNS, kind), value[:1]
    return single(cursor, act.SetValue(target=noun.target(app), value=_value(value)))


def _value(tokens: list[Token]) -> str:
    """One quoted text, or one word such as a number."""
    if len(tokens) > 1 or tokens[0].norm in en.NOUNS.reserved - {"on", "off"}:
        raise refuse(Reason.NO_VALUE, tokens, ActionKind.SET_VALUE)
    return tokens[0].value


def switch(cursor: Cursor, verb: Verb) -> list[Intent]:
    """Read *check the 'I agree' checkbox* and *turn off the 'Wi-Fi' switch*.

    Args:
        cursor: The clause after its verb.
        verb: Which way.

    Returns:
        The setting.

    Raises:
        Misunderstood: It names nothing that is switched.
    """
    kind = ActionKind.SET_VALUE
    needs(cursor, Reason.NO_TARGET, kind)
    rest = cursor.take(len(cursor.rest))
    noun, app = noun_in_app(rest, kind)
    if noun.role not in _SWITCHES and not (noun.role is None and noun.quoted):
        # *check the status* asks to look at something.
        raise refuse(Reason.ROLE_UNFIT, rest, kind)
    value = "on" if verb is Verb.CHECK else "off"
    return single(cursor, act.SetValue(target=noun.target(app), value=value))


def drag(cursor: Cursor, _: Verb) -> list[Intent]:
    """Read *drag 'A' to 'B'* and *drag the slider 100 pixels right*.

    Args:
        cursor: The clause after its verb.

    Returns:
        The drag.

    Raises:
        Misunderstood: It does not say what is dragged, or where to.
    """
    kind = ActionKind.DRAG
    needs(cursor, Reason.NO_TARGET, kind)
    rest = cursor.take(len(cursor.rest))
    moved = _by_pixels(rest)
    if moved is not None:
        head, right, down = moved
        if not head:
            raise refuse(Reason.NO_TARGET, rest, kind)
        target = read_noun(head, en.NOUNS, kind).target()
        return single(cursor, act.Drag(target=target, right=right, down=down))
    stop = next((n for n, t in enumerate(rest) if n and t.norm in {"to", "onto", "into", "on"}), 0)
    if not stop or stop + 1 == len(rest):
        raise refuse(Reason.NO_DIRECTION, rest, kind)
    target = read_noun(rest[:stop], en.NOUNS, kind).target()
    onto = read_noun(rest[stop + 1 :], en.NOUNS, kind).target()
    return single(cursor, act.Drag(target=target, onto=onto))


def _by_pixels(rest: list[Token]) -> tuple[list[Token], int, int] | None:
    """Cut *100 pixels right* or *right by 100 pixels* off the end."""
    norms = [token.norm for token in rest]
    if len(rest) >= 3 and norms[-1] in _STEPS and norms[-2] in _PIXELS:
        head, number, way = rest[:-3], rest[-3], norms[-1]
    elif len(rest) >= 4 and norms[-1] in _PIXELS and norms[-3] == "by" and norms[-4] in _STEPS:
        head, number, way = rest[:-4], rest[-2], norms[-4]
    else:
        return None
    count = number_of(number)
    if count is None or not 1 <= count <= 10000:
        raise refuse(Reason.BAD_NUMBER, [number], ActionKind.DRAG)
    if head and head[-1].norm == "to":
        head = head[:-1]
    x, y = _STEPS[way]
    return head, x * count, y * count
