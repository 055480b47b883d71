"""Files that only their owner can read."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoUser:
    """The local cloud's user.

    Attributes:
        user_pool_id: The pool it lives in; another pool means that the user is gone.
        username: Name for the sign-in.
        password: Random.
        totp_secret: Base32 secret of the authenticator.
    """

    user_pool_id: str
    username: str
    password: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a sign-in.

    Attributes:
        client_id: The app client that issued them.
        access_token: What the API wants.
        expires_at: When the access token ends, epoch seconds.
        refresh_token: Gives new access tokens without password and code.
    """

    client_id: str
    access_token: str
    expires_at: float
    refresh_token: str


class SecretFile:
    """A JSON file with mode 0600 in a folder with mode 0700."""

    def __init__(self, path: Path) -> None:
        """Point at the file; it need not exist."""
        self._path = path

    def read(self) -> dict[str, Any] | None:
        """The content, or None when there is none that can be read."""
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) else None

    def write(self, value: DemoUser | Tokens) -> None:
        """Replace the content in one step."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.parent.chmod(0o700)
        temporary = self._path.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(asdict(value), stream)
        temporary.replace(self._path)

    def remove(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)
