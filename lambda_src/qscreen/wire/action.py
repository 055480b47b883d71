"""What can be done on a screen: the closed set of actions."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from qscreen.wire.base import WireModel
from qscreen.wire.snapshot import Role


class ActionKind(StrEnum):
    """The verbs of the command grammar."""

    OPEN_APP = "open_app"
    FOCUS = "focus"
    CLICK = "click"
    TYPE_TEXT = "type_text"
    PRESS_KEYS = "press_keys"
    SELECT = "select"
    SAVE_AS = "save_as"
    WAIT_FOR = "wait_for"
    READ = "read"
    SCROLL = "scroll"


class RiskCategory(StrEnum):
    """How much a step can change; policy and consent are decided on it."""

    LOOK = "look"
    NAVIGATE = "navigate"
    EDIT = "edit"
    WRITE_FILE = "write_file"


class Target(WireModel):
    """How a step names an element; resolved on the live screen, refused when ambiguous.

    Every given field must match. Names match after Unicode NFC, case folding and white-space
    folding; an exact match wins over a name that merely contains the words.
    """

    name: str | None = Field(default=None, min_length=1, max_length=200)
    role: Role | None = None
    app: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _names_something(self) -> "Target":
        if self.name is None and self.role is None:
            raise ValueError("a target needs a name or a role")
        return self


class OpenApp(WireModel):
    """Open a program, or bring it to the front.

    `app` is a name as the user says it (`text editor`, `메모장`, `mousepad`); the device
    resolves it to a program it has.
    """

    kind: Literal[ActionKind.OPEN_APP] = ActionKind.OPEN_APP
    app: str = Field(min_length=1, max_length=200)
    new_document: bool = Field(
        default=False, description="Start with an empty document even if the program is running."
    )


class Focus(WireModel):
    """Give the keyboard focus to an element."""

    kind: Literal[ActionKind.FOCUS] = ActionKind.FOCUS
    target: Target


class Click(WireModel):
    """Press an element (accessibility action first, pointer as fallback)."""

    kind: Literal[ActionKind.CLICK] = ActionKind.CLICK
    target: Target
    button: Literal["primary", "secondary"] = "primary"
    count: int = Field(default=1, ge=1, le=2)


class TypeText(WireModel):
    """Type text into a target, or into the focused element."""

    kind: Literal[ActionKind.TYPE_TEXT] = ActionKind.TYPE_TEXT
    text: str = Field(min_length=1, max_length=4000)
    target: Target | None = None


class PressKeys(WireModel):
    """Press one key combination, e.g. `("ctrl", "s")`.

    Names: ctrl, alt, shift, super (the command key on macOS), enter, tab, escape, space,
    backspace, delete, home, end, page_up, page_down, up, down, left, right, f1-f12, or one
    printable ASCII character.
    """

    kind: Literal[ActionKind.PRESS_KEYS] = ActionKind.PRESS_KEYS
    keys: tuple[Annotated[str, Field(pattern=r"^([a-z_]+|f1[0-2]|f[1-9]|[!-~])$")], ...] = Field(
        min_length=1, max_length=5
    )


class Select(WireModel):
    """Select an option of a combo box, list or tab list."""

    kind: Literal[ActionKind.SELECT] = ActionKind.SELECT
    option: str = Field(min_length=1, max_length=200)
    target: Target | None = None


class SaveAs(WireModel):
    """Save the active document under a file name.

    A bare name goes to the device's document folder. An existing file is never overwritten
    without consent.
    """

    kind: Literal[ActionKind.SAVE_AS] = ActionKind.SAVE_AS
    filename: str = Field(
        min_length=1,
        max_length=255,
        pattern=r"^[^/\\\x00-\x1f]+$",
        description="File name without a folder.",
    )


class WaitFor(WireModel):
    """Wait until an element or a text appears or disappears."""

    kind: Literal[ActionKind.WAIT_FOR] = ActionKind.WAIT_FOR
    target: Target
    condition: Literal["appears", "disappears"] = "appears"
    timeout_ms: int = Field(default=5000, ge=100, le=60000)


class Read(WireModel):
    """Read the text of an element, or of the focused one; the effect's evidence carries it."""

    kind: Literal[ActionKind.READ] = ActionKind.READ
    target: Target | None = None


class ScrollDirection(StrEnum):
    """Where the content moves to."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"


class Scroll(WireModel):
    """Scroll the active window or a target."""

    kind: Literal[ActionKind.SCROLL] = ActionKind.SCROLL
    direction: ScrollDirection
    amount: int = Field(default=3, ge=1, le=100, description="Wheel notches.")
    target: Target | None = None


Action = Annotated[
    OpenApp | Focus | Click | TypeText | PressKeys | Select | SaveAs | WaitFor | Read | Scroll,
    Field(discriminator="kind"),
]

RISK_OF_KIND: dict[ActionKind, RiskCategory] = {
    ActionKind.OPEN_APP: RiskCategory.NAVIGATE,
    ActionKind.FOCUS: RiskCategory.NAVIGATE,
    ActionKind.CLICK: RiskCategory.EDIT,
    ActionKind.TYPE_TEXT: RiskCategory.EDIT,
    ActionKind.PRESS_KEYS: RiskCategory.EDIT,
    ActionKind.SELECT: RiskCategory.EDIT,
    ActionKind.SAVE_AS: RiskCategory.WRITE_FILE,
    ActionKind.WAIT_FOR: RiskCategory.LOOK,
    ActionKind.READ: RiskCategory.LOOK,
    ActionKind.SCROLL: RiskCategory.NAVIGATE,
}
"""Risk category of each kind of action; a kind without one fails the tests."""
