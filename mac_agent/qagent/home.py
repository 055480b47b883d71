"""The agent's own folder: owner-only files, written whole or not at all."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qagent.messages import text
from qagent.words import reason


def default_home() -> Path:
    """`QAGENT_HOME`, or `~/.qagent`."""
    chosen = os.environ.get("QAGENT_HOME", "").strip()
    return Path(chosen).expanduser() if chosen else Path.home() / ".qagent"


class HomeError(Exception):
    """A file of the agent's folder cannot be used.

    Attributes:
        what: What happened.
        repair: What the user can do about it.
    """

    def __init__(self, what: str, repair: str) -> None:
        super().__init__(f"{what} {repair}")
        self.what = what
        self.repair = repair


_unwritten: set[Path] = set()
"""Latches that this process could not put on disk: it is stopped all the same, until it ends."""


@dataclass(frozen=True, slots=True)
class StopFile:
    """The user's latch: while the file is there, nothing is done on this device."""

    path: Path

    def is_set(self) -> bool:
        """Whether the user has stopped the agent."""
        return self.path in _unwritten or self.path.exists()

    def set(self) -> None:
        """Stop everything.

        Raises:
            HomeError: The latch cannot be put on disk; this process is stopped all the same.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
        except OSError as error:
            _unwritten.add(self.path)
            raise HomeError(
                text("stop.unwritable", path=self.path, why=reason(error)),
                text("stop.unwritable.repair"),
            ) from error

    def clear(self) -> None:
        """Allow work again."""
        self.path.unlink(missing_ok=True)
        _unwritten.discard(self.path)


@dataclass(frozen=True, slots=True)
class AgentHome:
    """Paths of the agent's folder."""

    root: Path

    @property
    def policy(self) -> Path:
        """The device's policy, written by its user."""
        return self.root / "policy.yaml"

    @property
    def journal(self) -> Path:
        """The journal of commands and steps."""
        return self.root / "journal.jsonl"

    @property
    def device(self) -> Path:
        """What enrolment stored: device, client configuration, refresh token."""
        return self.root / "device.json"

    @property
    def enrolling(self) -> Path:
        """The key of an enrolment whose answer is not stored yet."""
        return self.root / "enrolling.json"

    @property
    def outbox(self) -> Path:
        """Folder of what the platform has still to be told."""
        return self.root / "outbox"

    @property
    def lock(self) -> Path:
        """Held by the one process that serves the queue."""
        return self.root / "serve.lock"

    @property
    def audit(self) -> Path:
        """Folder of the audit log."""
        return self.root / "audit"

    @property
    def status(self) -> Path:
        """What the agent does right now."""
        return self.root / "status.json"

    @property
    def stop_file(self) -> StopFile:
        """The user's latch."""
        return StopFile(self.root / "stop")

    def create(self) -> None:
        """Make the folder, for the owner only.

        Raises:
            HomeError: It cannot be made.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.root.chmod(0o700)
        except OSError as error:
            raise HomeError(
                text("home.unmade", path=self.root, why=reason(error)),
                text("journal.unusable.repair"),
            ) from error


def write_private_json(path: Path, value: dict[str, Any]) -> None:
    """Write a file for the owner only; after a crash it is the old or the new one, whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=2).encode())


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file in a folder that is there.

    Args:
        path: The file; after a crash it is the old or the new one, whole.
        content: What it holds.
        mode: Who may read it; its owner alone when absent.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_json(path: Path, repair: str) -> dict[str, Any]:
    """Read a JSON object.

    Args:
        path: The file.
        repair: What the user can do when it cannot be used.

    Raises:
        HomeError: It is not there, or is not a JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise HomeError(text("home.absent", path=path), repair) from error
    except (OSError, ValueError) as error:
        raise HomeError(text("home.unreadable", path=path, why=error), repair) from error
    if not isinstance(value, dict):
        raise HomeError(text("home.no_object", path=path), repair)
    return value
