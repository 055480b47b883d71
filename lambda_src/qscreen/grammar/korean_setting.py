"""Reads Korean clauses that set values, switch things and drag."""

import re
from collections.abc import Sequence

from qscreen.grammar import lexicon_ko as ko
from qscreen.grammar.fault import Reason
from qscreen.grammar.intent import Intent, Verb, refuse
from qscreen.grammar.korean_clause import (
    AT,
    IN,
    TO,
    Clause,
    app_of,
    object_of,
    pop_phrase,
    refuse_rest,
)
from qscreen.grammar.korean_phrases import Phrase
from qscreen.grammar.targets import ends_in_role, read_noun
from qscreen.grammar.tokens import Token
from qscreen.wire import action as act
from qscreen.wire.action import ActionKind
from qscreen.wire.snapshot import Role

SWITCHES = frozenset({Role.CHECK_BOX, Role.RADIO_BUTTON, Role.TOGGLE_BUTTON})
_STEPS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
_PIXELS = re.compile(r"(\d{1,5})(?:" + "|".join(ko.PIXELS) + r")(?:만큼)?")


def set_value(clause: Clause) -> list[Intent]:
    """Read *음량 슬라이더를 70으로 설정해*.

    Args:
        clause: The clause.

    Returns:
        The setting.

    Raises:
        Misunderstood: It names no element or no value.
    """
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_TARGET)
    value = pop_phrase(phrases, TO)
    if value is None or len(value.tokens) != 1:
        raise refuse(Reason.NO_VALUE, clause.tokens, kind)
    app = app_of(pop_phrase(phrases, IN - {"의"}), kind)
    found = _of_value(phrases, clause)
    refuse_rest(phrases, kind)
    target = read_noun(found, ko.NOUNS, kind).target(app)
    return [clause.intent(act.SetValue(target=target, value=value.tokens[0].value))]


def _of_value(phrases: list[Phrase], clause: Clause) -> Sequence[Token]:
    """Take what is set: *음량을*, *음량 값을*, *음량의 값을*."""
    found = object_of(phrases, clause, ko.OBJECT_PARTICLES)
    if found.norms[-1] not in ko.VALUE_NOUNS:
        return found.tokens
    if len(found.tokens) > 1:
        return found.tokens[:-1]
    owner = pop_phrase(phrases, frozenset({"의"}))
    if owner is None:
        raise refuse(Reason.NO_TARGET, found.tokens, clause.kind)
    return owner.tokens


def switch(clause: Clause) -> list[Intent]:
    """Read *'동의' 확인란을 체크해*, *'동의' 체크를 해제해*, *'와이파이' 스위치를 꺼*.

    Args:
        clause: The clause.

    Returns:
        The setting.

    Raises:
        Misunderstood: It names nothing that is switched.
    """
    kind = clause.kind
    phrases = clause.phrases(Reason.NO_TARGET)
    app = app_of(pop_phrase(phrases, IN), kind)
    found = pop_phrase(phrases, AT) if clause.verb is Verb.CHECK else None
    found = found or object_of(phrases, clause, ko.OBJECT_PARTICLES)
    refuse_rest(phrases, kind)
    tokens = found.tokens
    if len(tokens) > 1 and tokens[-1].norm in ko.SWITCHED:
        tokens = tokens[:-1]
    noun = read_noun(tokens, ko.NOUNS, kind)
    if noun.role not in SWITCHES and not (noun.role is None and noun.quoted):
        raise refuse(Reason.ROLE_UNFIT, found.tokens, kind)
    value = "on" if clause.verb is Verb.CHECK else "off"
    return [clause.intent(act.SetValue(target=noun.target(app), value=value))]


def turn_on(clause: Clause) -> list[Intent] | None:
    """Read *'와이파이' 스위치를 켜*; 켜다 opens programs otherwise.

    Args:
        clause: The clause.

    Returns:
        The setting; None when nothing that is switched is named.
    """
    phrases = clause.phrases(Reason.NO_TARGET)
    last = phrases[-1].tokens
    if ends_in_role(last, ko.NOUNS) not in SWITCHES or clause.tokens[-1].norm.startswith("열"):
        return None
    return switch(Clause(clause.words, Verb.CHECK, clause.tokens))


def drag(clause: Clause) -> list[Intent]:
    """Read *'메모'를 '휴지통'으로 드래그해* and *슬라이더를 오른쪽으로 100픽셀 끌어*.

    Args:
        clause: The clause.

    Returns:
        The drag.

    Raises:
        Misunderstood: It does not say what is dragged, or where to.
    """
    kind = clause.kind
    words = list(clause.words)
    pixels = _PIXELS.fullmatch(words[-1].norm) if words else None
    if pixels:
        words = words[:-1]
    phrases = Clause(words, clause.verb, clause.tokens).phrases(Reason.NO_TARGET)
    where = pop_phrase(phrases, TO | AT)
    if where is None:
        raise refuse(Reason.NO_DIRECTION, clause.tokens, kind)
    found = object_of(phrases, clause, ko.OBJECT_PARTICLES)
    refuse_rest(phrases, kind)
    target = read_noun(found.tokens, ko.NOUNS, kind).target()
    if pixels is None:
        onto = read_noun(where.tokens, ko.NOUNS, kind).target()
        return [clause.intent(act.Drag(target=target, onto=onto))]
    way = ko.DIRECTIONS.get(where.tokens[0].norm) if len(where.tokens) == 1 else None
    if way is None:
        raise refuse(Reason.NO_DIRECTION, where.tokens, ActionKind.DRAG)
    count = int(pixels[1])
    if not 1 <= count <= 10000:
        raise refuse(Reason.BAD_NUMBER, clause.words[-1:], kind)
    x, y = _STEPS[way]
    return [clause.intent(act.Drag(target=target, right=x * count, down=y * count))]
