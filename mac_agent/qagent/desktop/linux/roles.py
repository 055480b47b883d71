"""Numbers of AT-SPI roles and states (`atspi-constants.h`, at-spi2-core 2.46) in our words."""

from qscreen.wire import Role, State

PASSWORD_TEXT = 40
"""The role number of password fields; Qt 6 names the role `text`, so only the number is sure."""

FILE_CHOOSER = 19

NATIVE_NAMES: dict[int, str] = {
    2: "alert",
    16: "dialog",
    19: "file chooser",
    22: "font chooser",
    23: "frame",
    69: "window",
}
"""Native names of the roles that decisions are made on; others are shown by number."""

ROLES: dict[int, Role] = {
    2: Role.DIALOG,  # alert
    7: Role.CHECK_BOX,
    8: Role.MENU_ITEM,  # check menu item
    10: Role.CELL,  # column header
    11: Role.COMBO_BOX,
    15: Role.SLIDER,  # dial
    16: Role.DIALOG,
    19: Role.DIALOG,  # file chooser
    20: Role.GROUP,  # filler
    22: Role.DIALOG,  # font chooser
    23: Role.WINDOW,  # frame
    18: Role.IMAGE,  # drawing area
    26: Role.IMAGE,  # icon
    27: Role.IMAGE,
    29: Role.LABEL,
    31: Role.LIST,
    32: Role.LIST_ITEM,
    33: Role.MENU,
    34: Role.MENU_BAR,
    35: Role.MENU_ITEM,
    37: Role.TAB,
    38: Role.TAB_LIST,
    39: Role.GROUP,  # panel
    40: Role.PASSWORD_FIELD,
    41: Role.MENU,  # popup menu
    42: Role.PROGRESS_BAR,
    43: Role.BUTTON,
    44: Role.RADIO_BUTTON,
    45: Role.MENU_ITEM,  # radio menu item
    46: Role.GROUP,  # root pane
    47: Role.CELL,  # row header
    48: Role.SCROLL_BAR,
    49: Role.GROUP,  # scroll pane
    50: Role.SEPARATOR,
    51: Role.SLIDER,
    52: Role.SPIN_BUTTON,
    53: Role.GROUP,  # split pane
    54: Role.STATUS_BAR,
    55: Role.TABLE,
    56: Role.CELL,
    57: Role.CELL,  # table column header
    58: Role.CELL,  # table row header
    59: Role.MENU_ITEM,  # tear-off menu item
    60: Role.TEXT_AREA,  # terminal
    61: Role.TEXT_FIELD,  # text: an area when multi-line
    62: Role.TOGGLE_BUTTON,
    63: Role.TOOLBAR,
    64: Role.LABEL,  # tool tip
    65: Role.TREE,
    66: Role.TREE,  # tree table
    68: Role.GROUP,  # viewport
    69: Role.WINDOW,
    73: Role.LABEL,  # paragraph
    75: Role.APPLICATION,
    77: Role.TEXT_FIELD,  # edit bar
    79: Role.TEXT_FIELD,  # entry
    81: Role.LABEL,  # caption
    82: Role.DOCUMENT,  # document frame
    83: Role.LABEL,  # heading
    84: Role.GROUP,  # page
    85: Role.GROUP,  # section
    87: Role.GROUP,  # form
    88: Role.LINK,
    90: Role.ROW,
    91: Role.TREE_ITEM,
    92: Role.DOCUMENT,  # document spreadsheet
    93: Role.DOCUMENT,  # document presentation
    94: Role.DOCUMENT,  # document text
    95: Role.DOCUMENT,  # document web
    96: Role.DOCUMENT,  # document email
    98: Role.LIST,  # list box
    99: Role.GROUP,  # grouping
    101: Role.GROUP,  # notification
    102: Role.GROUP,  # info bar
    103: Role.PROGRESS_BAR,  # level bar
    104: Role.GROUP,  # title bar
    105: Role.GROUP,  # block quote
    108: Role.GROUP,  # definition
    109: Role.GROUP,  # article
    110: Role.GROUP,  # landmark
    111: Role.GROUP,  # log
    116: Role.LABEL,  # static
    121: Role.LIST,  # description list
    122: Role.LIST_ITEM,  # description term
    123: Role.LIST_ITEM,  # description value
    127: Role.LABEL,  # mark
    129: Role.BUTTON,  # push button menu
}
"""Roles by number; what is not here is `other`."""

WINDOW_ROLES = frozenset({2, 16, 19, 22, 23, 69})
"""Roles of top-level windows."""

STATES: dict[int, State] = {
    1: State.ACTIVE,
    4: State.CHECKED,
    7: State.EDITABLE,
    8: State.ENABLED,
    10: State.EXPANDED,
    11: State.FOCUSABLE,
    12: State.FOCUSED,
    16: State.MODAL,
    17: State.MULTI_LINE,
    23: State.SELECTED,
    25: State.SHOWING,
}
_SHOWING = 1 << 25
_SENSITIVE = 1 << 24
_DEFUNCT = 1 << 6
_MANAGES_DESCENDANTS = 1 << 31


def bits_of(words: list[int]) -> int:
    """Join the two 32-bit words that GetState answers."""
    return sum(word << (32 * place) for place, word in enumerate(words))


def states_of(bits: int) -> frozenset[State]:
    """States in our vocabulary; an insensitive element is not enabled."""
    found = {state for number, state in STATES.items() if bits >> number & 1}
    if not bits & _SENSITIVE:
        found.discard(State.ENABLED)
    return frozenset(found)


def is_showing(bits: int) -> bool:
    """Whether the element can be seen."""
    return bool(bits & _SHOWING)


def is_defunct(bits: int) -> bool:
    """Whether the element is dead."""
    return bool(bits & _DEFUNCT)


def manages_descendants(bits: int) -> bool:
    """Whether the element makes children on demand: never ask it for all of them."""
    return bool(bits & _MANAGES_DESCENDANTS)


def role_of(number: int, bits: int) -> Role:
    """Role in our vocabulary; a multi-line text is a text area."""
    role = ROLES.get(number, Role.OTHER)
    if role is Role.TEXT_FIELD and bits >> 17 & 1:
        return Role.TEXT_AREA
    return role
