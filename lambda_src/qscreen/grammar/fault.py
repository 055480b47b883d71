"""Why a goal was not understood, before it is put into words."""

from enum import Enum, auto

from qscreen.wire.action import ActionKind


class Reason(Enum):
    """Kinds of not understanding; each language has a sentence for each."""

    EMPTY = auto()
    TOO_LONG = auto()
    UNCLOSED_QUOTE = auto()
    NO_VERB = auto()
    NEGATION = auto()
    NO_TEXT = auto()
    EMPTY_QUOTE = auto()
    NO_FILENAME = auto()
    BAD_FILENAME = auto()
    NO_TARGET = auto()
    NOT_A_NAME = auto()
    NAME_TOO_LONG = auto()
    LEFT_OVER = auto()
    NO_PROGRAM = auto()
    ROLE_UNFIT = auto()
    PLACE_UNFIT = auto()
    NO_FOLDER = auto()
    NO_KEYS = auto()
    BAD_NUMBER = auto()
    NO_DIRECTION = auto()
    NO_VALUE = auto()
    TIME_IS_NO_TARGET = auto()
    TOO_MANY_STEPS = auto()


class Misunderstood(Exception):  # noqa: N818 - it is an answer, not an error
    """Ends the parsing of a goal at the part that was not understood.

    Attributes:
        reason: What is wrong with it.
        start: Offset of the part.
        end: Offset after the part.
        kind: The action that was being read, when that much is known.
    """

    def __init__(
        self, reason: Reason, start: int, end: int, kind: ActionKind | None = None
    ) -> None:
        super().__init__(reason.name)
        self.reason = reason
        self.start = start
        self.end = end
        self.kind = kind
