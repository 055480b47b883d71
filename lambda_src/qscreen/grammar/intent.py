"""What one clause asks for, in a form that both languages share."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from qscreen.grammar.fault import Misunderstood, Reason
from qscreen.grammar.tokens import Token
from qscreen.wire.action import Action, ActionKind


class Verb(Enum):
    """Meanings of verbs."""

    OPEN = auto()
    TYPE = auto()
    STRIKE = auto()
    SAVE = auto()
    PRESS = auto()
    CLICK = auto()
    DOUBLE_CLICK = auto()
    RIGHT_CLICK = auto()
    SELECT = auto()
    FOCUS = auto()
    PUT_FOCUS = auto()
    WAIT = auto()
    READ = auto()
    SCROLL = auto()
    SCROLL_UP = auto()
    SCROLL_DOWN = auto()
    SET = auto()
    CHECK = auto()
    UNCHECK = auto()
    TURN_OFF = auto()
    DRAG = auto()
    COPY = auto()
    UNDO = auto()


KIND_OF_VERB: dict[Verb, ActionKind] = {
    Verb.OPEN: ActionKind.OPEN_APP,
    Verb.TYPE: ActionKind.TYPE_TEXT,
    Verb.STRIKE: ActionKind.TYPE_TEXT,
    Verb.SAVE: ActionKind.SAVE_AS,
    Verb.PRESS: ActionKind.PRESS_KEYS,
    Verb.CLICK: ActionKind.CLICK,
    Verb.DOUBLE_CLICK: ActionKind.CLICK,
    Verb.RIGHT_CLICK: ActionKind.CLICK,
    Verb.SELECT: ActionKind.SELECT,
    Verb.FOCUS: ActionKind.FOCUS,
    Verb.PUT_FOCUS: ActionKind.FOCUS,
    Verb.WAIT: ActionKind.WAIT_FOR,
    Verb.READ: ActionKind.READ,
    Verb.SCROLL: ActionKind.SCROLL,
    Verb.SCROLL_UP: ActionKind.SCROLL,
    Verb.SCROLL_DOWN: ActionKind.SCROLL,
    Verb.SET: ActionKind.SET_VALUE,
    Verb.CHECK: ActionKind.SET_VALUE,
    Verb.UNCHECK: ActionKind.SET_VALUE,
    Verb.TURN_OFF: ActionKind.SET_VALUE,
    Verb.DRAG: ActionKind.DRAG,
    Verb.COPY: ActionKind.WRITE_CLIPBOARD,
    Verb.UNDO: ActionKind.UNDO,
}


@dataclass(frozen=True, slots=True)
class Intent:
    """An action and the words that ask for it.

    Attributes:
        action: The action.
        start: Offset of the words in the goal.
        end: Offset after them.
    """

    action: Action
    start: int
    end: int


def refuse(reason: Reason, tokens: Sequence[Token], kind: ActionKind | None) -> Misunderstood:
    """Make the answer for a part of the goal.

    Args:
        reason: What is wrong with it.
        tokens: The part; not empty.
        kind: The action that was being read.

    Returns:
        The exception to raise.
    """
    return Misunderstood(reason, tokens[0].start, tokens[-1].end, kind)
