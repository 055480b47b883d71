"""Virtual key codes and modifier flags of macOS (Carbon's `Events.h`, `CGEventTypes.h`)."""

from qagent.desktop.base import DesktopError
from qagent.messages import text

RETURN, TAB = 36, 48

MODIFIERS: dict[str, tuple[int, int]] = {
    "super": (55, 1 << 20),  # command
    "shift": (56, 1 << 17),
    "alt": (58, 1 << 19),  # option
    "ctrl": (59, 1 << 18),
}
"""Key code and flag of each modifier."""

NAMED: dict[str, int] = {
    "enter": RETURN,
    "tab": TAB,
    "escape": 53,
    "space": 49,
    "backspace": 51,
    "delete": 117,
    "home": 115,
    "end": 119,
    "page_up": 116,
    "page_down": 121,
    "up": 126,
    "down": 125,
    "left": 123,
    "right": 124,
    "f1": 122,
    "f2": 120,
    "f3": 99,
    "f4": 118,
    "f5": 96,
    "f6": 97,
    "f7": 98,
    "f8": 100,
    "f9": 101,
    "f10": 109,
    "f11": 103,
    "f12": 111,
}
_PLAIN = dict(
    zip(
        "asdfhgzxcv",
        range(10),
        strict=True,
    )
) | {
    "b": 11,
    "q": 12,
    "w": 13,
    "e": 14,
    "r": 15,
    "y": 16,
    "t": 17,
    "1": 18,
    "2": 19,
    "3": 20,
    "4": 21,
    "6": 22,
    "5": 23,
    "=": 24,
    "9": 25,
    "7": 26,
    "-": 27,
    "8": 28,
    "0": 29,
    "]": 30,
    "o": 31,
    "u": 32,
    "[": 33,
    "i": 34,
    "p": 35,
    "l": 37,
    "j": 38,
    "'": 39,
    "k": 40,
    ";": 41,
    "\\": 42,
    ",": 43,
    "/": 44,
    "n": 45,
    "m": 46,
    ".": 47,
    "`": 50,
}
_SHIFTED = dict(zip('!@#$%^&*()_+{}|:"<>?~', "1234567890-=[]\\;',./`", strict=True))


class UnknownKeyError(DesktopError):
    """A key that the keyboard does not have."""


def combination(keys: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """Split a combination into its modifiers, in order, and the code of its one other key.

    Codes are places on an ANSI keyboard: shortcuts of the usual layouts (Korean among them) are
    found by them. Text is never typed by code.

    Raises:
        UnknownKeyError: A name without a key, or not exactly one key besides modifiers.
    """
    modifiers = [key for key in keys if key in MODIFIERS]
    others = [key for key in keys if key not in MODIFIERS]
    if len(others) != 1:
        raise UnknownKeyError(
            text("keys.not_one", keys="+".join(keys)), text("keys.not_one.repair")
        )
    key = others[0]
    if key in NAMED:
        return tuple(modifiers), NAMED[key]
    lowered = _SHIFTED.get(key, key.lower())
    if lowered not in _PLAIN:
        raise UnknownKeyError(text("keys.unknown", name=key), text("keys.unknown.repair"))
    if (key in _SHIFTED or (len(key) == 1 and key.isupper())) and "shift" not in modifiers:
        modifiers.append("shift")
    return tuple(modifiers), _PLAIN[lowered]


def name_of(code: int) -> str:
    """The name of a key by its code, as the API writes it; empty for a key without one."""
    names = {known: name for name, known in (_PLAIN | NAMED).items()}
    return names.get(code, "")


def flags_of(modifiers: tuple[str, ...]) -> int:
    """The modifiers' flags together."""
    return sum(MODIFIERS[name][1] for name in dict.fromkeys(modifiers))
