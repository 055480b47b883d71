"""What is known of a group on disk, and the errors of this package."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from qops.errors import QopsError

STATE_FILE = "state.json"
LOCK_FILE = "lock"
SUPERVISOR_LOG = "supervisor.log"
_VERSION = 1

Phase = Literal["starting", "ready", "stopping", "stopped", "failed"]
ChildPhase = Literal["waiting", "starting", "ready", "stopped", "exited"]


class ProcessError(QopsError):
    """Base of the errors of this package."""

    code = "process"


class AlreadyRunningError(ProcessError):
    """The group runs already; ``state`` tells with which pids."""

    def __init__(self, state: GroupState) -> None:
        super().__init__(
            f"The {state.name} is already running (supervisor pid {state.supervisor_pid}).",
            next_step="Use it, or stop it first.",
        )
        self.state = state


class StartInProgressError(ProcessError):
    """Another process is starting (or stopping) the same group at this moment."""

    code = "in_progress"


class StartFailedError(ProcessError):
    """A child ended or did not become ready; everything was stopped again."""


class StopFailedError(ProcessError):
    """Something was still running after SIGKILL and the time allowed for it."""


@dataclass
class ChildState:
    """One child as last recorded.

    Attributes:
        name: Name of the spec.
        phase: Where the child is in its life.
        log: Its log file.
        pid: The child itself; ``None`` before it started.
        guard_pid: The guard above it.
        created: Creation time of ``pid`` in epoch seconds, which tells a reused pid apart.
        exit_code: Exit code, negative for a signal; ``None`` while it runs.
        restarts: How often it was started again.
    """

    name: str
    phase: ChildPhase
    log: str
    pid: int | None = None
    guard_pid: int | None = None
    created: float | None = None
    exit_code: int | None = None
    restarts: int = 0


@dataclass
class GroupState:
    """A group as last recorded by its supervisor.

    Attributes:
        name: Name of the group.
        phase: Where the group is in its life; ``failed`` has a ``reason``.
        supervisor_pid: Pid of the supervisor.
        supervisor_created: Its creation time in epoch seconds.
        started: When the start began, epoch seconds.
        children: The children in start order.
        details: The caller's own facts.
        reason: Why the group ended, when it did so by itself.
    """

    name: str
    phase: Phase
    supervisor_pid: int
    supervisor_created: float
    started: float
    children: list[ChildState] = field(default_factory=list)
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None

    def child(self, name: str) -> ChildState:
        """The child of that name.

        Raises:
            KeyError: No child has that name.
        """
        for child in self.children:
            if child.name == name:
                return child
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {"version": _VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> GroupState:
        """The state that ``to_json`` described."""
        values = {key: value for key, value in document.items() if key != "version"}
        values["children"] = [ChildState(**child) for child in values["children"]]
        return cls(**values)


def write_state(folder: Path, state: GroupState) -> None:
    """Replaces the state file in one step, so that a reader never sees half of it."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".state-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(state.to_json(), stream, indent=1)
    Path(name).replace(folder / STATE_FILE)


def read_state(folder: Path) -> GroupState | None:
    """The recorded state, or ``None`` when there is none that can be read."""
    try:
        document = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
        if document.get("version") != _VERSION:
            return None
        return GroupState.from_json(document)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
