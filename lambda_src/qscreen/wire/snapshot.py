"""What the agent saw: one observation of the screen, with ids bound to it."""

from enum import StrEnum

from pydantic import Field

from qscreen.wire.base import Identifier, Timestamp, WireModel


class Role(StrEnum):
    """Roles of elements, one vocabulary over AT-SPI and the macOS accessibility API."""

    APPLICATION = "application"
    WINDOW = "window"
    DIALOG = "dialog"
    BUTTON = "button"
    TOGGLE_BUTTON = "toggle_button"
    CHECK_BOX = "check_box"
    RADIO_BUTTON = "radio_button"
    TEXT_FIELD = "text_field"
    TEXT_AREA = "text_area"
    PASSWORD_FIELD = "password_field"  # noqa: S105 - a role, not a password
    LABEL = "label"
    LINK = "link"
    COMBO_BOX = "combo_box"
    LIST = "list"
    LIST_ITEM = "list_item"
    MENU_BAR = "menu_bar"
    MENU = "menu"
    MENU_ITEM = "menu_item"
    TAB = "tab"
    TAB_LIST = "tab_list"
    TABLE = "table"
    ROW = "row"
    CELL = "cell"
    TREE = "tree"
    TREE_ITEM = "tree_item"
    SLIDER = "slider"
    SPIN_BUTTON = "spin_button"
    SCROLL_BAR = "scroll_bar"
    PROGRESS_BAR = "progress_bar"
    IMAGE = "image"
    DOCUMENT = "document"
    TOOLBAR = "toolbar"
    STATUS_BAR = "status_bar"
    GROUP = "group"
    SEPARATOR = "separator"
    OTHER = "other"


class State(StrEnum):
    """States of an element that a plan or a check may rely on.

    `covered` is a window of which nothing can be seen, since others lie in front of it.
    """

    ACTIVE = "active"
    CHECKED = "checked"
    COVERED = "covered"
    EDITABLE = "editable"
    ENABLED = "enabled"
    EXPANDED = "expanded"
    FOCUSABLE = "focusable"
    FOCUSED = "focused"
    MODAL = "modal"
    MULTI_LINE = "multi_line"
    SELECTED = "selected"
    SHOWING = "showing"


class Rect(WireModel):
    """A rectangle in screen pixels; the origin is the top left corner of all displays together."""

    x: int
    y: int
    width: int = Field(ge=0)
    height: int = Field(ge=0)


class Screen(WireModel):
    """Size of the captured screen."""

    width: int = Field(gt=0, description="Pixels.")
    height: int = Field(gt=0, description="Pixels.")
    scale: float = Field(default=1.0, gt=0, description="Device pixels per logical point.")


class Element(WireModel):
    """One accessible element. `id` is valid only inside its snapshot."""

    id: str = Field(pattern=r"^e[0-9]+$", description="Id bound to the snapshot, e.g. `e17`.")
    parent: str | None = Field(default=None, pattern=r"^e[0-9]+$")
    role: Role
    name: str = Field(default="", max_length=1000, description="Accessible name, redacted.")
    value: str | None = Field(
        default=None,
        max_length=4000,
        description="Text or value, redacted; never of secure fields.",
    )
    states: tuple[State, ...] = ()
    rect: Rect | None = None
    secure: bool = Field(default=False, description="A password field: its value is never read.")
    actions: tuple[str, ...] = Field(default=(), description="Names of accessibility actions.")


class Snapshot(WireModel):
    """One observation of the device's screen.

    Elements are in document order; a parent stands before its children.
    """

    id: Identifier
    device_id: Identifier
    taken_at: Timestamp
    screen: Screen
    active_app: str | None = Field(default=None, max_length=200)
    active_window: str | None = Field(default=None, max_length=1000)
    apps: tuple[str, ...] = Field(default=(), description="Names of running accessible programs.")
    elements: tuple[Element, ...] = ()
    truncated: bool = Field(
        default=False, description="True when a budget cut the tree: absence proves nothing."
    )
    duration_ms: float = Field(ge=0, description="Time the observation took, milliseconds.")
