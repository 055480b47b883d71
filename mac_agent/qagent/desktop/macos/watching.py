"""Reading keys of a Mac, and opening its watcher; PyObjC is imported only for that."""

import sys

from qagent.desktop.base import MissingProgramError, UnsupportedPlatformError
from qagent.desktop.macos.keys import MODIFIERS, name_of
from qagent.desktop.watching import InputWatcher, UserInput
from qagent.messages import text


def open_mac_watcher() -> InputWatcher:
    """Watch the keyboard and the pointer of this Mac.

    Raises:
        UnsupportedPlatformError: This is no Mac.
        MissingProgramError: PyObjC is not installed.
        PermissionMissingError: macOS does not let us listen.
    """
    if sys.platform != "darwin":
        raise UnsupportedPlatformError(text("mac.only"), text("mac.only.repair"))
    try:
        from qagent.desktop.macos.hearing import MacWatcher
    except ImportError as error:
        raise MissingProgramError(
            text("mac.no_package", name=error.name), text("mac.no_package.repair")
        ) from error
    return MacWatcher()


def key_input(at: float, code: int, flags: int) -> UserInput:
    """A key as it is told; of one that writes only that it does.

    Args:
        at: When it came, monotonic seconds.
        code: Its virtual key code.
        flags: The modifiers that were held (`CGEventFlags`).
    """
    order = ("ctrl", "alt", "super", "shift")
    held = tuple(name for name in order if flags & MODIFIERS[name][1])
    name = name_of(code)
    if len(name) > 1:
        return UserInput(at, keys=(*held, name), writes=name == "space" and not held)
    # The option key writes characters of its own.
    if set(held) <= {"shift", "alt"}:
        return UserInput(at, writes=True)
    return UserInput(at, keys=(*held, name) if name else ())
