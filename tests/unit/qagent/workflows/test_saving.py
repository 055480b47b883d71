"""What asks for a save dialog is no step of its own; any other step before it stays."""

import pytest

from qagent.workflows.saving import opens_save_dialog
from qscreen.wire import Action, ChooseMenu, Click, PressKeys, Role, SetValue, Target


@pytest.mark.parametrize(
    ("action", "opens"),
    [
        (PressKeys(keys=("ctrl", "shift", "s")), True),
        (PressKeys(keys=("super", "s")), True),
        (PressKeys(keys=("s",)), False),
        (PressKeys(keys=("ctrl", "a")), False),
        (ChooseMenu(path=("File", "Save As...")), True),
        (ChooseMenu(path=("파일", "저장")), True),
        (ChooseMenu(path=("Edit", "Select All")), False),
        (Click(target=Target(name="Save", role=Role.BUTTON)), True),
        (Click(target=Target(name="OK", role=Role.BUTTON)), False),
        (SetValue(target=Target(name="Save"), value="x"), False),
    ],
)
def test_only_what_asks_for_the_dialog_is_taken_back(action: Action, opens: bool) -> None:
    assert opens_save_dialog(action) is opens
