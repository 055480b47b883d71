"""What an order asks for: data only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of elements as people call them; one covers several roles."""

    BUTTON = "button"
    LINK = "link"
    FIELD = "field"
    AREA = "area"
    CHECK_BOX = "check_box"
    RADIO = "radio"
    LIST = "list"
    ITEM = "item"
    TAB = "tab"
    SECTION = "section"
    SLIDER = "slider"
    SPINNER = "spinner"
    MENU = "menu"
    IMAGE = "image"
    PARAGRAPH = "paragraph"
    DATE = "date"
    RESULT = "result"
    TREE = "tree"
    PAGES = "pages"
    SHAPE = "shape"


COLOURS = (
    "black", "white", "grey", "silver", "red", "maroon", "pink", "magenta", "purple", "orange",
    "brown", "gold", "yellow", "olive", "lime", "green", "teal", "cyan", "blue", "navy",
)  # fmt: skip
"""Colours that elements are told apart by, as style sheets call them."""


class Part(StrEnum):
    """Which part of an element's text is taken."""

    WHOLE = "whole"
    WORD = "word"
    BESIDE = "beside"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Which:
    """Which element is meant.

    Attributes:
        names: What it may be called, the likeliest first; empty when only the kind is said.
        kind: What it is; None when only the name is said.
        nth: Its number among those that fit, from 1; from the end when negative.
        beside: What stands in the same row or entry.
        any_of: Whether any one that fits will do, as in *a button*.
        colour: Its colour.
    """

    names: tuple[str, ...] = ()
    kind: Kind | None = None
    nth: int | None = None
    beside: str | None = None
    any_of: bool = False
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """Press an element."""

    which: Which


@dataclass(frozen=True, slots=True)
class PressShades:
    """Press every shape in a shade of a colour."""

    colour: str


class Compared(StrEnum):
    """What a number must be."""

    LESS = "less"
    GREATER = "greater"
    EVEN = "even"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a number on the screen must be.

    Attributes:
        compared: How it is compared.
        number: With what; not used for even and odd.
    """

    compared: Compared
    number: float = 0.0

    def holds(self, found: float) -> bool:
        """Whether a number is so."""
        match self.compared:
            case Compared.LESS:
                return found < self.number
            case Compared.GREATER:
                return found > self.number
            case Compared.EVEN:
                return found % 2 == 0
            case Compared.ODD:
                return found % 2 == 1


@dataclass(frozen=True, slots=True)
class PressUntil:
    """Press an element again and again, until the number that it changes is as wanted."""

    which: Which
    condition: Condition


@dataclass(frozen=True, slots=True)
class AwaitNumber:
    """Wait until the number beside a label is as wanted."""

    label: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class DragAway:
    """Drag an element in a direction.

    Attributes:
        which: The element.
        right: -1 for left, 1 for right.
        down: -1 for up, 1 for down.
    """

    which: Which
    right: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose options: boxes are checked, items selected.

    Attributes:
        options: Their names; empty to choose nothing.
        inside: The list or menu they are in, when it is said.
    """

    options: tuple[str, ...]
    inside: Which | None = None


@dataclass(frozen=True, slots=True)
class Enter:
    """Enter a text into a field, in place of what it holds.

    Attributes:
        text: The text; None for what was taken from the screen before.
        field: The field; the only one, or the focused one, when absent.
        every: Whether every such field gets it.
    """

    text: str | None
    field: Which | None = None
    every: bool = False


@dataclass(frozen=True, slots=True)
class Complete:
    """Enter a beginning and take the suggestion that ends as said."""

    begins: str
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """Take a text from the screen, for the next entering.

    Attributes:
        part: Which part of the element's text.
        which: The element; for `beside` the label.
        number: Number of the word, from 1; from the end when negative.
    """

    part: Part
    which: Which | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class PutFocus:
    """Put the keyboard focus into a field."""

    which: Which


@dataclass(frozen=True, slots=True)
class Search:
    """Say where what follows may be hidden: it is opened part by part until it is found."""

    among: Kind


@dataclass(frozen=True, slots=True)
class Adjust:
    """Set sliders or spin boxes, in their order on the screen."""

    values: tuple[str, ...]
    which: Which


@dataclass(frozen=True, slots=True)
class ScrollTo:
    """Scroll an element to its end or to its beginning."""

    which: Which
    to_end: bool


@dataclass(frozen=True, slots=True)
class Resize:
    """Drag the corner of an element.

    Attributes:
        which: The element.
        wide: Whether its width is meant, not its height.
        larger: Whether it shall become larger.
    """

    which: Which
    wide: bool
    larger: bool


@dataclass(frozen=True, slots=True)
class Highlight:
    """Select the text of an element, as with the pointer."""

    which: Which


@dataclass(frozen=True, slots=True)
class FollowPath:
    """Choose in menus by a path."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PickDay:
    """Pick a day in a calendar that a field opens."""

    day: date


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Drag an item to another place in its list or grid.

    Attributes:
        which: The item.
        nth: The place, from 1; from the end when negative. None where `side` says it.
        side: Top, middle or bottom (-1, 0, 1), and left, centre or right.
        by: Rows down and columns right.
    """

    which: Which
    nth: int | None = None
    side: tuple[int, int] | None = None
    by: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """Drag the items of a list into the order of their numbers."""

    falling: bool = False


@dataclass(frozen=True, slots=True)
class Seek:
    """Turn the pages of a list until something shows."""

    which: Which


@dataclass(frozen=True, slots=True)
class PickColour:
    """Pick a colour by its name, as style sheets call it."""

    name: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Let time pass.

    Attributes:
        seconds: How long.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class MoveOnto:
    """Drag an element onto another one."""

    which: Which
    onto: Which


Order = (
    Press
    | Choose
    | Enter
    | Complete
    | Take
    | PutFocus
    | Search
    | Adjust
    | ScrollTo
    | Resize
    | Highlight
    | FollowPath
    | PickDay
    | MoveOnto
    | MoveTo
    | Sort
    | Seek
    | PickColour
    | PressShades
    | PressUntil
    | AwaitNumber
    | DragAway
    | Pause
)
