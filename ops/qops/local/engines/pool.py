"""The real servers that run now, by the identifier of the resource they stand behind."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

HOST = "127.0.0.1"


class EngineError(Exception):
    """A server could not be started or configured; the message says why."""


class Engine(Protocol):
    """One running server."""

    kind: str
    port: int

    @property
    def pid(self) -> int:
        """Pid of the server."""

    @property
    def running(self) -> bool:
        """Whether the server still runs."""

    def stop(self) -> None:
        """Stops the server."""


@dataclass(frozen=True)
class _Key:
    kind: str
    identifier: str


class EnginePool:
    """Starts, finds and stops servers; safe for threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._engines: dict[_Key, Engine] = {}

    def start(self, kind: str, identifier: str, make: Callable[[Path, int], Engine]) -> Engine:
        """Starts a server for a resource.

        Args:
            kind: ``postgres`` or ``redis``.
            identifier: Identifier of the resource.
            make: Starts the server in a folder of its own at a port and returns it when it answers.

        Raises:
            EngineError: There is one already, or it did not start.
        """
        key = _Key(kind, identifier)
        if self.find(kind, identifier) is not None:
            raise EngineError(f"{kind} {identifier} runs already")
        folder = self._folder / kind / identifier
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        engine = make(folder, free_port())
        with self._lock:
            self._engines[key] = engine
        return engine

    def find(self, kind: str, identifier: str) -> Engine | None:
        """The server of a resource, if it has one."""
        with self._lock:
            return self._engines.get(_Key(kind, identifier))

    def remove(self, kind: str, identifier: str) -> None:
        """Stops the server of a resource and removes its data."""
        with self._lock:
            engine = self._engines.pop(_Key(kind, identifier), None)
        if engine is not None:
            engine.stop()
        shutil.rmtree(self._folder / kind / identifier, ignore_errors=True)

    def stop_all(self) -> None:
        """Stops all servers side by side; their data stays."""
        with self._lock:
            engines = list(self._engines.values())
            self._engines.clear()
        threads = [threading.Thread(target=engine.stop) for engine in engines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def listing(self) -> list[dict[str, Any]]:
        """Kind, identifier, pid, port and whether it runs, for each server."""
        with self._lock:
            return [
                {
                    "kind": key.kind,
                    "identifier": key.identifier,
                    "pid": engine.pid,
                    "port": engine.port,
                    "running": engine.running,
                }
                for key, engine in self._engines.items()
            ]


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
