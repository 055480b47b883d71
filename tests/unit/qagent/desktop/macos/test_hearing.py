"""Keys of a Mac as the recorder is told them: shortcuts by name, writing without its letters."""

import pytest

from qagent.desktop.macos.keys import MODIFIERS
from qagent.desktop.macos.watching import key_input
from qagent.desktop.watching import UserInput

A, S, ESCAPE, SPACE, UNKNOWN = 0, 1, 53, 49, 127


def flags(*names: str) -> int:
    return sum(MODIFIERS[name][1] for name in names)


@pytest.mark.parametrize(
    ("code", "held", "keys", "writes"),
    [
        (A, (), (), True),
        (A, ("shift",), (), True),
        (S, ("alt",), (), True),
        (S, ("super",), ("super", "s"), False),
        (S, ("super", "shift"), ("super", "shift", "s"), False),
        (ESCAPE, ("ctrl", "alt"), ("ctrl", "alt", "escape"), False),
        (SPACE, (), ("space",), True),
        (SPACE, ("super",), ("super", "space"), False),
        (UNKNOWN, (), (), True),
        (UNKNOWN, ("ctrl",), (), False),
    ],
)
def test_a_key_is_told_without_its_letter(
    code: int, held: tuple[str, ...], keys: tuple[str, ...], writes: bool
) -> None:
    assert key_input(1.0, code, flags(*held)) == UserInput(1.0, keys=keys, writes=writes)
