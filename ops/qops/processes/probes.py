"""Asking a child whether it is ready."""

from __future__ import annotations

import http.client
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from qops.processes.spec import (
    CommandReady,
    FileReady,
    HttpReady,
    LogReady,
    ReadyProbe,
    TcpReady,
)

_SECONDS = 1.0
_COMMAND_SECONDS = 5.0


def is_ready(probe: ReadyProbe, *, env: Mapping[str, str], log: Path, log_start: int) -> bool:
    """Asks once.

    Args:
        probe: The question.
        env: Environment of the child, for a command.
        log: Log of the child.
        log_start: Size of the log in bytes when the child was started.

    Returns:
        Whether the child is ready now.
    """
    match probe:
        case TcpReady():
            try:
                socket.create_connection((probe.host, probe.port), _SECONDS).close()
            except OSError:
                return False
            return True
        case HttpReady():
            return _http_status(probe.url) == probe.status
        case FileReady():
            return Path(probe.path).exists()
        case LogReady():
            with log.open("rb") as stream:
                stream.seek(log_start)
                return probe.text.encode() in stream.read()
        case CommandReady():
            try:
                done = subprocess.run(
                    probe.argv,
                    env=dict(env),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=_COMMAND_SECONDS,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired):
                return False
            return done.returncode == 0


def _http_status(url: str) -> int | None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
