"""Roles and states of the macOS accessibility interface in our words."""

from qscreen.wire import Role

SECURE_SUBROLE = "AXSecureTextField"
WEB_AREA = "AXWebArea"

ROLES: dict[str, Role] = {
    "AXApplication": Role.APPLICATION,
    "AXWindow": Role.WINDOW,
    "AXSheet": Role.DIALOG,
    "AXDrawer": Role.GROUP,
    "AXButton": Role.BUTTON,
    "AXMenuButton": Role.BUTTON,
    "AXDisclosureTriangle": Role.TOGGLE_BUTTON,
    "AXCheckBox": Role.CHECK_BOX,
    "AXRadioButton": Role.RADIO_BUTTON,
    "AXTextField": Role.TEXT_FIELD,
    "AXSearchField": Role.TEXT_FIELD,
    "AXTextArea": Role.TEXT_AREA,
    "AXStaticText": Role.LABEL,
    "AXHeading": Role.LABEL,
    "AXLink": Role.LINK,
    "AXPopUpButton": Role.COMBO_BOX,
    "AXComboBox": Role.COMBO_BOX,
    "AXList": Role.LIST,
    "AXMenuBar": Role.MENU_BAR,
    "AXMenuBarItem": Role.MENU,
    "AXMenu": Role.MENU,
    "AXMenuItem": Role.MENU_ITEM,
    "AXTabGroup": Role.TAB_LIST,
    "AXTable": Role.TABLE,
    "AXGrid": Role.TABLE,
    "AXOutline": Role.TREE,
    "AXRow": Role.ROW,
    "AXCell": Role.CELL,
    "AXColumn": Role.OTHER,
    "AXSlider": Role.SLIDER,
    "AXIncrementor": Role.SPIN_BUTTON,
    "AXStepper": Role.SPIN_BUTTON,
    "AXScrollBar": Role.SCROLL_BAR,
    "AXProgressIndicator": Role.PROGRESS_BAR,
    "AXBusyIndicator": Role.PROGRESS_BAR,
    "AXImage": Role.IMAGE,
    "AXWebArea": Role.DOCUMENT,
    "AXToolbar": Role.TOOLBAR,
    "AXSplitGroup": Role.GROUP,
    "AXSplitter": Role.SEPARATOR,
    "AXGroup": Role.GROUP,
    "AXRadioGroup": Role.GROUP,
    "AXScrollArea": Role.GROUP,
    "AXBrowser": Role.GROUP,
    "AXLayoutArea": Role.GROUP,
}
_SUBROLES: dict[str, Role] = {
    SECURE_SUBROLE: Role.PASSWORD_FIELD,
    "AXDialog": Role.DIALOG,
    "AXSystemDialog": Role.DIALOG,
    "AXApplicationAlertDialog": Role.DIALOG,
    "AXTabButton": Role.TAB,
    "AXToggle": Role.TOGGLE_BUTTON,
    "AXSwitch": Role.TOGGLE_BUTTON,
    "AXOutlineRow": Role.TREE_ITEM,
    "AXSeparator": Role.SEPARATOR,
}
_PANELS = frozenset({"save-panel", "open-panel"})

TEXT_ROLES = frozenset({"AXTextField", "AXTextArea", "AXComboBox", "AXSearchField"})
VALUE_ROLES = frozenset(
    {
        *TEXT_ROLES,
        "AXStaticText",
        "AXHeading",
        "AXCheckBox",
        "AXRadioButton",
        "AXDisclosureTriangle",
        "AXButton",
        "AXPopUpButton",
        "AXSlider",
        "AXIncrementor",
        "AXStepper",
        "AXScrollBar",
        "AXProgressIndicator",
        "AXLink",
    }
)
"""Roles whose value is asked for, in a second message and never of a secure field."""

TOGGLED = frozenset({Role.CHECK_BOX, Role.RADIO_BUTTON, Role.TOGGLE_BUTTON, Role.TAB})
TABLES = frozenset({"AXTable", "AXOutline", "AXGrid"})
SELECTIONS = frozenset({"AXPopUpButton", "AXList", "AXTable", "AXOutline", "AXTabGroup"})


def role_of(role: str, subrole: str | None) -> Role:
    """Role in our vocabulary; the subrole is the more exact one."""
    if subrole is not None and subrole in _SUBROLES:
        return _SUBROLES[subrole]
    return ROLES.get(role, Role.OTHER)


def native_name(role: str, subrole: str | None, identifier: str | None) -> str:
    """Role as decisions name it: `file chooser` for the system's panels, else as macOS does."""
    if identifier in _PANELS:
        return "file chooser"
    return role if subrole is None else f"{role}/{subrole}"


def is_secure(role: str, subrole: str | None) -> bool:
    """Whether it is a password field."""
    return SECURE_SUBROLE in {role, subrole}
