"""What a group is made of, as plain data that travels to the supervisor as JSON."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

OnExit = Literal["stop", "record", "restart"]


@dataclass(frozen=True)
class TcpReady:
    """Ready when a TCP connection to ``host:port`` is accepted."""

    port: int
    host: str = "127.0.0.1"
    kind: Literal["tcp"] = "tcp"


@dataclass(frozen=True)
class HttpReady:
    """Ready when a GET of ``url`` (plain http, this machine) answers with ``status``."""

    url: str
    status: int = 200
    kind: Literal["http"] = "http"


@dataclass(frozen=True)
class FileReady:
    """Ready when ``path`` exists (a socket or a marker counts as a file)."""

    path: str
    kind: Literal["file"] = "file"


@dataclass(frozen=True)
class LogReady:
    """Ready when the child has written ``text`` to its log since this start."""

    text: str
    kind: Literal["log"] = "log"


@dataclass(frozen=True)
class CommandReady:
    """Ready when ``argv``, run in the child's environment, exits with 0 within 5 s."""

    argv: tuple[str, ...]
    kind: Literal["command"] = "command"


ReadyProbe = TcpReady | HttpReady | FileReady | LogReady | CommandReady
_PROBES: dict[str, type[Any]] = {
    "tcp": TcpReady,
    "http": HttpReady,
    "file": FileReady,
    "log": LogReady,
    "command": CommandReady,
}


@dataclass(frozen=True)
class ChildSpec:
    """One process of a group.

    Attributes:
        name: Unique within the group; appears in status and messages.
        argv: Program and arguments; the program is looked up on the child's ``PATH``.
        env: The complete environment of the child; nothing is inherited.
        log: File that receives stdout and stderr (appended).
        cwd: Working directory; the group's folder when not given.
        ready: When the child counts as started; ``None`` means as soon as it runs.
        ready_timeout: Seconds until a child that is not ready fails the start.
        stop_timeout: Seconds between ``stop_signal`` and SIGKILL.
        stop_signal: Signal that asks the child to end.
        after: Names of children that must be ready first.
        on_exit: What an unexpected end of the child means for the group.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    log: Path
    cwd: Path | None = None
    ready: ReadyProbe | None = None
    ready_timeout: float = 20.0
    stop_timeout: float = 5.0
    stop_signal: int = int(signal.SIGTERM)
    after: tuple[str, ...] = ()
    on_exit: OnExit = "stop"


@dataclass(frozen=True)
class GroupSpec:
    """A named list of children and the folder of their state.

    Attributes:
        name: Name for messages, e.g. ``local cloud``.
        folder: Folder of ``state.json``, ``lock`` and ``supervisor.log``; created when missing.
        children: The processes.
        details: Facts of the caller's own, kept in ``state.json`` as they are (JSON values).
    """

    name: str
    folder: Path
    children: tuple[ChildSpec, ...]
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [child.name for child in self.children]
        if len(set(names)) != len(names):
            raise ValueError(f"group {self.name!r} names a child twice: {names}")
        for index, child in enumerate(self.children):
            late = set(child.after) - set(names[:index])
            if late:
                raise ValueError(
                    f"child {child.name!r} of group {self.name!r} starts after {sorted(late)}, "
                    "which must stand before it in the list"
                )

    def to_json(self) -> dict[str, Any]:
        """The group as JSON values."""
        document = asdict(self)
        document["folder"] = str(self.folder)
        for child in document["children"]:
            child["log"] = str(child["log"])
            child["cwd"] = None if child["cwd"] is None else str(child["cwd"])
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> GroupSpec:
        """The group that ``to_json`` described."""
        return cls(
            name=document["name"],
            folder=Path(document["folder"]),
            children=tuple(_child(child) for child in document["children"]),
            details=document["details"],
        )


def _child(document: Mapping[str, Any]) -> ChildSpec:
    values = dict(document)
    probe = values["ready"]
    if probe is not None:
        fields = {key: tuple(v) if isinstance(v, list) else v for key, v in probe.items()}
        values["ready"] = _PROBES[probe["kind"]](**fields)
    values["argv"] = tuple(values["argv"])
    values["after"] = tuple(values["after"])
    values["log"] = Path(values["log"])
    values["cwd"] = None if values["cwd"] is None else Path(values["cwd"])
    return ChildSpec(**values)
