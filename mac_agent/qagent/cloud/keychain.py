"""The refresh token in the system's keychain: macOS Keychain, or the Secret Service on Linux.

Where there is none (a server's display, a container) the token stays in the enrolment's file, for
the owner only. `QAGENT_SECRETS` decides: `keychain`, `file`, or `auto` when it is absent.
"""

import os
from typing import TYPE_CHECKING

from qagent.home import HomeError
from qagent.messages import text

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "qagent"
"""Under this name the keychain shows the token; the account is the device's id."""

_SETTINGS = ("auto", "keychain", "file")


def keep(device_id: str, token: str) -> bool:
    """Put a device's refresh token into the keychain.

    Args:
        device_id: The device.
        token: Its token.

    Returns:
        Whether it is there; False where the file has to hold it.

    Raises:
        HomeError: `QAGENT_SECRETS` wants a keychain, and there is none or it refused.
    """
    from keyring.errors import KeyringError

    wanted = _setting()
    backend = None if wanted == "file" else _backend()
    if backend is None:
        if wanted == "keychain":
            raise HomeError(text("keychain.none"), text("keychain.repair"))
        return False
    try:
        backend.set_password(SERVICE, device_id, token)
    except KeyringError as error:
        if wanted == "keychain":
            raise _refused(error) from error
        return False
    return True


def find(device_id: str) -> str:
    """A device's refresh token out of the keychain.

    Args:
        device_id: The device.

    Raises:
        HomeError: The keychain does not hold it, or did not give it.
    """
    from keyring.errors import KeyringError

    backend = _backend()
    if backend is None:
        raise HomeError(text("keychain.none"), text("keychain.enrol"))
    try:
        token = backend.get_password(SERVICE, device_id)
    except KeyringError as error:
        raise _refused(error) from error
    if not token:
        raise HomeError(text("keychain.missing", device=device_id), text("keychain.enrol"))
    return token


def _refused(error: Exception) -> HomeError:
    return HomeError(
        text("keychain.refused", fault=str(error) or type(error).__name__), text("keychain.repair")
    )


def _setting() -> str:
    value = os.environ.get("QAGENT_SECRETS", "").strip().lower() or "auto"
    if value not in _SETTINGS:
        raise HomeError(
            text("keychain.setting", value=value),
            text("keychain.setting.repair", names=", ".join(_SETTINGS)),
        )
    return value


def _backend() -> "KeyringBackend | None":
    """The system's keychain; None when the library found none that keeps anything."""
    import keyring
    from keyring.backends import chainer, fail, null

    backend = keyring.get_keyring()
    if isinstance(backend, chainer.ChainerBackend) and not backend.backends:
        return None
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend
