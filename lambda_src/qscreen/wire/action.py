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
    SET_VALUE = "set_value"
    DRAG = "drag"
    CHOOSE_MENU = "choose_menu"
    READ_CLIPBOARD = "read_clipboard"
    WRITE_CLIPBOARD = "write_clipboard"
    READ_TABLE = "read_table"
    WRITE_TABLE = "write_table"
    UNDO = "undo"


class UndoWay(StrEnum):
    """How a step can be undone; told before it is done.

    `nothing`: it changes nothing that would have to be undone. `restore`: what was there before
    can be put back, by the program's own undo or by setting it, and the result is verified.
    `cannot`: no undo can be verified.
    """

    NOTHING = "nothing"
    RESTORE = "restore"
    CANNOT = "cannot"


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
    count: int = Field(default=1, ge=1, le=3)


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
    """Wait for an element, a text, or for the screen to come to rest.

    `appears` and `disappears`: the target, or a text inside an element. `text`: the target, or
    the active window without one, contains `text`. `idle`: nothing has changed on the screen for
    `idle_ms`.
    """

    kind: Literal[ActionKind.WAIT_FOR] = ActionKind.WAIT_FOR
    target: Target | None = None
    condition: Literal["appears", "disappears", "text", "idle"] = "appears"
    text: str | None = Field(default=None, min_length=1, max_length=1000)
    idle_ms: int = Field(default=500, ge=100, le=10000)
    timeout_ms: int = Field(default=5000, ge=100, le=60000)

    @model_validator(mode="after")
    def _fits_its_condition(self) -> "WaitFor":
        if self.condition in {"appears", "disappears"} and self.target is None:
            raise ValueError(f"waiting for what {self.condition} needs a target")
        if (self.condition == "text") != (self.text is not None):
            raise ValueError("`text` belongs to the condition text, and is needed there")
        if self.condition == "idle" and self.idle_ms > self.timeout_ms:
            raise ValueError("`idle_ms` is longer than `timeout_ms`")
        return self


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


class SetValue(WireModel):
    """Set what an element holds, in place of what it held.

    The whole text of a field, the number of a slider or spin box, the option of a combo box, or
    `on` and `off` of a check box, switch or radio button. Of a file dialog, the path of the file to
    open or to save: the dialog takes it and closes. Setting what is already so changes nothing and
    is confirmed.
    """

    kind: Literal[ActionKind.SET_VALUE] = ActionKind.SET_VALUE
    target: Target
    value: str = Field(max_length=4000)


class Drag(WireModel):
    """Press the pointer on an element, move it, and let go: onto another element or by pixels."""

    kind: Literal[ActionKind.DRAG] = ActionKind.DRAG
    target: Target
    onto: Target | None = None
    right: int = Field(default=0, ge=-10000, le=10000, description="Pixels; negative is left.")
    down: int = Field(default=0, ge=-10000, le=10000, description="Pixels; negative is up.")

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "Drag":
        if (self.onto is not None) == bool(self.right or self.down):
            raise ValueError("a drag goes onto a target or by pixels, one of them")
        return self


class ChooseMenu(WireModel):
    """Choose an item of the menus by its path, e.g. `("File", "Export", "PDF")`."""

    kind: Literal[ActionKind.CHOOSE_MENU] = ActionKind.CHOOSE_MENU
    path: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        min_length=1, max_length=8
    )
    app: str | None = Field(default=None, min_length=1, max_length=200)


class ReadClipboard(WireModel):
    """Read the text in the clipboard; the effect's evidence carries it, redacted."""

    kind: Literal[ActionKind.READ_CLIPBOARD] = ActionKind.READ_CLIPBOARD


class WriteClipboard(WireModel):
    """Put a text into the clipboard; undoing it puts back the text that was there."""

    kind: Literal[ActionKind.WRITE_CLIPBOARD] = ActionKind.WRITE_CLIPBOARD
    text: str = Field(min_length=1, max_length=4000)


CELL = r"^[A-Z]{1,3}[1-9][0-9]{0,6}$"
"""Name of a cell, as spreadsheets write it; other tables are counted in the same way."""


class ReadTable(WireModel):
    """Read a block of a table; the effect's evidence carries it, redacted.

    One line for each row, cells separated by tabs. What is left out of a larger table is said.
    """

    kind: Literal[ActionKind.READ_TABLE] = ActionKind.READ_TABLE
    target: Target | None = None
    start: str = Field(default="A1", pattern=CELL, description="First cell, e.g. `B2`.")
    end: str | None = Field(default=None, pattern=CELL, description="Last cell, e.g. `D7`.")


class WriteTable(WireModel):
    """Write cells of a table, row by row from a cell on; read back afterwards."""

    kind: Literal[ActionKind.WRITE_TABLE] = ActionKind.WRITE_TABLE
    target: Target | None = None
    start: str = Field(default="A1", pattern=CELL, description="First cell, e.g. `B2`.")
    rows: tuple[
        Annotated[
            tuple[Annotated[str, Field(max_length=1000)], ...], Field(min_length=1, max_length=50)
        ],
        ...,
    ] = Field(min_length=1, max_length=200)


class Undo(WireModel):
    """Undo the last step that can be undone, and verify that it is."""

    kind: Literal[ActionKind.UNDO] = ActionKind.UNDO


Action = Annotated[
    OpenApp
    | Focus
    | Click
    | TypeText
    | PressKeys
    | Select
    | SaveAs
    | WaitFor
    | Read
    | Scroll
    | SetValue
    | Drag
    | ChooseMenu
    | ReadClipboard
    | WriteClipboard
    | ReadTable
    | WriteTable
    | Undo,
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
    ActionKind.SET_VALUE: RiskCategory.EDIT,
    ActionKind.DRAG: RiskCategory.EDIT,
    ActionKind.CHOOSE_MENU: RiskCategory.EDIT,
    ActionKind.READ_CLIPBOARD: RiskCategory.LOOK,
    ActionKind.WRITE_CLIPBOARD: RiskCategory.EDIT,
    ActionKind.READ_TABLE: RiskCategory.LOOK,
    ActionKind.WRITE_TABLE: RiskCategory.EDIT,
    ActionKind.UNDO: RiskCategory.EDIT,
}
"""Risk category of each kind of action; a kind without one fails the tests."""

UNDO_OF_KIND: dict[ActionKind, UndoWay] = {
    ActionKind.OPEN_APP: UndoWay.NOTHING,
    ActionKind.FOCUS: UndoWay.NOTHING,
    ActionKind.CLICK: UndoWay.CANNOT,
    ActionKind.TYPE_TEXT: UndoWay.RESTORE,
    ActionKind.PRESS_KEYS: UndoWay.CANNOT,
    ActionKind.SELECT: UndoWay.RESTORE,
    ActionKind.SAVE_AS: UndoWay.CANNOT,
    ActionKind.WAIT_FOR: UndoWay.NOTHING,
    ActionKind.READ: UndoWay.NOTHING,
    ActionKind.SCROLL: UndoWay.NOTHING,
    ActionKind.SET_VALUE: UndoWay.RESTORE,
    ActionKind.DRAG: UndoWay.CANNOT,
    ActionKind.CHOOSE_MENU: UndoWay.CANNOT,
    ActionKind.READ_CLIPBOARD: UndoWay.NOTHING,
    ActionKind.WRITE_CLIPBOARD: UndoWay.RESTORE,
    ActionKind.READ_TABLE: UndoWay.NOTHING,
    ActionKind.WRITE_TABLE: UndoWay.RESTORE,
    ActionKind.UNDO: UndoWay.CANNOT,
}
"""How each kind of action can be undone; a kind without one fails the tests."""
